// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <stop_token>
#include <string>
#include <vector>

#include "core/executor.h"
#include "core/network/network.h"
#include "core/statistics/psychometric.h"
#include "core/tasks/task.h"

namespace kappascope::statistics {

/// Mean rates of all units against one variable, in one context.
struct TuningCurves {
    std::string context;            ///< the panel's name; empty where a task has one only
    tasks::Axis axis;               ///< V values
    Eigen::MatrixXd mean;           ///< N x V: over the trials of every cell with this value
    Eigen::MatrixXd standardError;  ///< N x V: of the mean over these trials
    int trials = 0;                 ///< of each value
};

/// One for each axis of each panel of the task (tasks::ChoicePlot): options.trials trials a cell, with their noise;
/// rates r_i = g_i phi(x_i + b_i), averaged over the window (tasks::windowOf(); empty: the task's usual one). gains:
/// g_i of each unit, N. Throws badOption (task, window, values, trials, noise), inputsDoNotMatch, wrongShape, stopped.
std::vector<TuningCurves> tuningCurves(const network::Network& network, const Eigen::VectorXd& gains,
                                       const tasks::Task& task, const BehaviourOptions& options,
                                       const std::string& window, const Executor& executor, std::stop_token stop = {});

}  // namespace kappascope::statistics
