// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/statistics/psychometric.h"
#include "core/tasks/task.h"

namespace kappascope::app {

/// Which task is done, and what is done to the populations meanwhile, as it was typed.
struct BehaviourArguments {
    CommonOptions common;
    std::string task;
    std::vector<std::string> taskOptions;  ///< "cue=0.5"
    std::vector<std::string> inactivate;   ///< "1:0.5"
    std::optional<double> noise;
    std::string csv;
};

/// Adds NET, the common options, --task, --task-option, --inactivate, --noise and --csv to a sub-command.
void addBehaviourArguments(CLI::App& parser, BehaviourArguments& arguments);

/// What a command on behaviour works on.
struct BehaviourSubject {
    Opened opened;
    const tasks::Task* task = nullptr;
    tasks::TaskOptions taskOptions;
    double noise = 0;  ///< given, or the network's own, or (where it has none) that of the task's training
    statistics::Modulation modulation;
    std::shared_ptr<const network::Network> network;  ///< a full-rank one itself; null: none was drawn from a circuit

    int populations() const { return static_cast<int>(modulation.gains.size()); }
};

/// Opens NET and reads the arguments. Throws UsageError or Error.
BehaviourSubject openSubject(const BehaviourArguments& arguments);

/// What both commands print first: name, task, gains, noise.
Json subjectToJson(const BehaviourSubject& subject, const BehaviourArguments& arguments);
/// "gain (1, 1), 50 % of population 1 inactivated"
QString modulationText(const BehaviourSubject& subject);

}  // namespace kappascope::app
