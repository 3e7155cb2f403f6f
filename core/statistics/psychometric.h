// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/executor.h"
#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "core/simulation/trial.h"
#include "core/tasks/task.h"

namespace kappascope::statistics {

/// What is done to the populations of a network or circuit.
struct Modulation {
    Eigen::VectorXd gains;        ///< g_p, P; empty: the network's own
    Eigen::VectorXd inactivated;  ///< share of each population's units that are silenced, P, 0..1; empty: none
    std::uint64_t seed = 1;       ///< of the choice of units
};

/// g_i of each unit, N, with the inactivated ones at 0: round(f N_p) units of population p, chosen at random by the
/// seed, so that a larger share holds the units of a smaller one. Throws wrongShape ("gain", "inactivate"), badOption
/// ("inactivate": not in 0..1).
Eigen::VectorXd unitGains(const network::Network& network, const Modulation& modulation);

/// The same of a circuit, P: g_p (1 - f_p), which is what silencing a share of very many units amounts to. Throws as
/// above.
Eigen::VectorXd circuitGains(const reduction::Circuit& circuit, const Modulation& modulation);

/// Which trials make a psychometric curve or matrix.
struct BehaviourOptions {
    tasks::TaskOptions task;     ///< what is missing has its default
    std::vector<double> values;  ///< of the axes, in place of the task's own
    int trials = 50;             ///< of each cell, 1..100000
    double noise = 0;            ///< sigma of the state noise, per unit and step
    bool inputNoise = true;      ///< the task's own
    std::uint64_t seed = 1;      ///< of input and state noise
};

/// Choices in one condition.
struct ChoiceCell {
    std::string condition;
    int trials = 0;
    double choice = 0;         ///< share of positive choices, 0..1; a mean output of exactly 0 counts as half a choice
    double standardError = 0;  ///< of it: sqrt(p (1 - p) / trials); of drawn networks, that of their mean
    bool judged = false;       ///< whether the task knows a right answer
    double right = 0;          ///< share of right choices, 0..1
};

/// A curve or a matrix, in one context.
struct BehaviourPanel {
    std::string name;
    std::vector<tasks::Axis> axes;  ///< one or two
    std::vector<ChoiceCell> cells;  ///< the first axis moves slowest

    /// Cell (i, j) of a matrix, or (i) of a curve.
    const ChoiceCell& at(std::size_t i, std::size_t j = 0) const;
    /// Share of right choices over the cells that have a right answer, each counting the same; 0 where none has.
    double accuracy() const;
};

/// The choices of a network or circuit in a task.
struct Behaviour {
    std::string positive;  ///< what a positive choice says: "match"
    std::vector<BehaviourPanel> panels;
    int networks = 0;  ///< how many finite networks were asked; 0: the mean field

    /// As BehaviourPanel::accuracy(), over all panels.
    double accuracy() const;
};

/// The choice of a trial: the sign of its mean output where the task's mask is 1. Trials through a network of any class
/// and readout, by single-precision Euler steps (simulation::probe()), with its own alpha. gains: g_i of each unit, N.
/// Same seed, same result, whatever the number of threads. Throws badOption (the task has no choice, values, trials,
/// noise), inputsDoNotMatch, wrongShape (outputs, gains), stopped.
Behaviour behaviour(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                    const BehaviourOptions& options, const Executor& executor, std::stop_token stop = {});

/// The same of the mean-field flow of a circuit: its trials differ by their input noise; state noise enters as a
/// variance. gains: P. alpha: dt / tau, 0..1. Throws as above.
Behaviour meanFieldBehaviour(const reduction::Circuit& circuit, const Eigen::VectorXd& gains, double alpha,
                             const tasks::Task& task, const BehaviourOptions& options, const Executor& executor,
                             std::stop_token stop = {});

/// The same of `networks` networks of `units` units drawn from a circuit (seeds: the options', + 1, ...), which share
/// the trials of each cell as evenly as they can. The standard error is that of the mean over networks, which scatter
/// more than their trials do; of one network that of its trials. Throws as above, and badOption (units, networks).
Behaviour drawnBehaviour(const reduction::Circuit& circuit, const Modulation& modulation, Eigen::Index units,
                         int networks, const tasks::Task& task, const BehaviourOptions& options,
                         const Executor& executor, std::stop_token stop = {});

/// Trial k of a cell with the task's noise, as the functions above ask for it: index cell * options.trials + k of the
/// options' seed. What weighs z is mask / sum of the mask, O x T.
simulation::Trial cellTrial(const tasks::Task& task, const BehaviourOptions& options, const std::string& condition,
                            std::size_t index, double alpha, Eigen::MatrixXd* weights, double* target);

}  // namespace kappascope::statistics
