// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/tasks/task.h"
#include "ui/session/training_snapshot.h"
#include "ui/session/worker.h"

namespace kappascope::session {

using SettingsPtr = std::shared_ptr<const training::Settings>;

/// What to show of a task: a trial, and what a network makes of it.
struct PreviewRequest {
    SettingsPtr settings;
    SnapshotPtr snapshot;     ///< whose outputs; null: those of the network that the run would begin with
    QString condition;        ///< of the task's conditions; empty: a random trial
    std::uint64_t index = 0;  ///< which of the seed's trials
};

struct Preview {
    SettingsPtr settings;
    SnapshotPtr snapshot;  ///< the one asked for, or that of the start; null where it is too large for a preview
    tasks::TaskTrial trial;
    Eigen::MatrixXd z;    ///< O x T, with state noise as in training; empty without a snapshot
    Eigen::VectorXd end;  ///< kappa at the end of the trial, R; empty without a snapshot, and of full rank
};

/// A trial as training has them, with input noise, and the network's outputs. Throws what the task throws, and stopped.
Preview makePreview(const PreviewRequest& request, std::stop_token stop = {});

/// The network that a run begins with.
SnapshotPtr startOf(const SettingsPtr& settings);

/// Previews in a thread of its own, at idle priority.
using PreviewWorker = LatestWorker<PreviewRequest, Preview>;
std::unique_ptr<PreviewWorker> makePreviewWorker(PreviewWorker::Receive receive);

/// An input that a task holds on for a while, to look at a portrait under it.
struct HeldInput {
    QString title;  ///< "at rest", "A = 1": what is not zero
    Eigen::VectorXd u;
};

/// Rest, and every constant input of the task's conditions, in their order, at most `most`. Throws what the task
/// throws.
std::vector<HeldInput> heldInputs(const training::Settings& settings, std::size_t most = 16);

}  // namespace kappascope::session
