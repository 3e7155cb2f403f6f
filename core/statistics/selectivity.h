// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/executor.h"
#include "core/network/network.h"
#include "core/tasks/task.h"

namespace kappascope::statistics {

/// Which trials and which of their steps units are observed in.
struct ObservationOptions {
    tasks::TaskOptions task;  ///< what is missing has its default
    std::string window;       ///< tasks::windowOf(): an epoch, or steps "22:62"; empty: the task's usual one
    std::string context;      ///< only trials of this panel of the task (tasks::ChoicePlot); empty: all trials
    int trials = 400;         ///< random ones, as in training; 2..100000
    double noise = 0;         ///< sigma of the state noise, per unit and step
    std::uint64_t seed = 1;
};

/// Units seen in many trials of a task.
struct Observation {
    std::vector<std::string> variables;  ///< the task's, K - 1 of them, then "choice"
    Eigen::MatrixXd values;              ///< T x K; choice: the sign of the network's own mean output, -1, 0 or 1
    Eigen::MatrixXf rates;               ///< N x T: mean of r_i = g_i phi(x_i + b_i) over the window
    std::vector<std::string> constant;   ///< variables that the context holds (columns of values all the same)
};

/// Random trials with input noise and state noise through a network of any class. gains: g_i of each unit, N. Throws
/// badOption (task, window, context, trials, noise), inputsDoNotMatch, wrongShape, stopped.
Observation observe(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                    const ObservationOptions& options, const Executor& executor, std::stop_token stop = {});

/// What the rate of each unit depends on, as far as that is linear:
///
///   r_i = intercept_i + sum_k coefficients_ik (variable_k) + rest
struct Selectivity {
    std::vector<std::string> variables;  ///< K
    Eigen::MatrixXd coefficients;        ///< N x K, rate per unit of the variable: the selectivity space
    Eigen::VectorXd intercept;           ///< N
    Eigen::VectorXd mean;                ///< N: mean rate
    Eigen::VectorXd explained;           ///< N: R^2, 0..1; 0 for a unit whose rate never changes
    int trials = 0;
    std::vector<std::string> leftOut;  ///< what no context holds, and yet never changed in these trials
};

/// Ordinary least squares over all units at once. variables: of the observation; empty: all that change in these
/// trials (a network that is silenced always chooses the same). Throws badOption ("variables": unknown, or named twice;
/// "trials": fewer than variables need) and dependentVariables, naming those that are combinations of each other (or
/// constant) in these trials.
Selectivity regress(const Observation& observation, const std::vector<std::string>& variables = {});

/// How selectivity changes with the context.
struct ContextChange {
    std::array<std::string, 2> contexts;  ///< names of the task's two panels
    std::vector<std::string> variables;   ///< K: the axes of the panels
    /// N: |mean rate in context 1| - |mean rate in context 2|, over the window: how much more a unit is driven towards
    /// saturation by the first context than by the second.
    Eigen::VectorXd preference;
    Eigen::MatrixXd change;       ///< N x K: |coefficient in context 1| - |coefficient in context 2|
    Eigen::VectorXd correlation;  ///< K: of change with preference over units, Pearson; 0 where either is constant
};

/// Regressions in each context apart, on the axes of the task's two panels: where inputs of a context saturate units,
/// these prefer it and lose selectivity in it, and the correlation is negative. Throws badOption ("task": it has not
/// two contexts) and as observe() and regress(). options.context is not looked at.
ContextChange contextChange(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                            const ObservationOptions& options, const Executor& executor, std::stop_token stop = {});

}  // namespace kappascope::statistics
