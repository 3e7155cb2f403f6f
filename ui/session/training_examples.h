// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/tasks/task.h"
#include "ui/session/training_snapshot.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// One fixed trial, with input noise as in training, and what the network makes of it.
struct ExampleTrial {
    QString condition;    ///< "A-A delay 50"; empty where the task names none
    tasks::TaskTrial of;  ///< inputs u (S x T), epochs, target and mask (O x T)
    Eigen::MatrixXd z;    ///< O x T, with state noise as in training; empty where no network was asked for
};

struct ExampleTrials {
    int epoch = 0;        ///< of the snapshot that made z
    double progress = 0;  ///< the same
    std::vector<ExampleTrial> trials;
};

/// Trials of up to `most` conditions of a run's task, without z: the picture of the task. The same settings and seed
/// give the same trials. Throws what the task throws.
ExampleTrials exampleTrials(const training::Settings& settings, int most = 6);

/// The same with the outputs of a network in training. Throws stopped besides.
ExampleTrials exampleTrials(const RunSnapshot& snapshot, int most = 6, std::stop_token stop = {});

/// Outputs in a thread of its own, at idle priority.
using ExampleWorker = LatestWorker<SnapshotPtr, ExampleTrials>;
std::unique_ptr<ExampleWorker> makeExampleWorker(ExampleWorker::Receive receive);

}  // namespace kappascope::session
