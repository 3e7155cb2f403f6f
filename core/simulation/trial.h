// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::simulation {

/// A named stretch of a trial, steps first..end-1.
struct Epoch {
    std::string name;
    int first = 0;
    int end = 0;
};

/// The input of one trial in steps of alpha = dt / tau.
struct Trial {
    double alpha = 0.2;
    Eigen::MatrixXd inputs;  ///< u, S x T: column k is what step k is driven by
    std::vector<Epoch> epochs;
    std::string condition;  ///< "A-A delay 50"
    int steps() const { return static_cast<int>(inputs.cols()); }
};

struct SimulationOptions {
    double noise = 0;  ///< sigma: x gains sigma xi, xi ~ N(0,1), per unit and step
    std::uint64_t seed = 1;
    std::uint64_t trialIndex = 0;  ///< which trial of the seed: noise is keyed by (seed, trial, step, unit)
    Eigen::VectorXd startKappa;    ///< empty: the network's own start (kappa = 0, v = 0, x = x0)
    Eigen::VectorXd startInput;    ///< v at the start, used with startKappa: x = m kappa + I v
    /// x at the start, N, of a full-rank network alone (which no kappa gives); v is startInput, or 0.
    Eigen::VectorXd startUnits;
    bool recordUnits = false;  ///< keep x of every step (N x T)
};

/// Column k is the state after step k (k from 0).
struct Trajectory {
    double alpha = 0.2;
    Eigen::MatrixXd u;      ///< S x T
    Eigen::MatrixXd v;      ///< S x T, the filtered input
    Eigen::MatrixXd kappa;  ///< R x T, recurrent collective variables; 0 x T for full rank
    Eigen::MatrixXd z;      ///< O x T
    Eigen::MatrixXd units;  ///< N x T where asked for
};

/// Level 1: Euler steps of all N units, as published: x <- x + alpha(-x + J r + I u) + sigma xi, r = g phi(x + b).
Trajectory simulateNetwork(const network::Network& network, const Eigen::VectorXd& gains, const Trial& trial,
                           const SimulationOptions& options = {}, std::stop_token stop = {});

/// Level 2: the same trial through the exact kappa-flow, x = m kappa + I v + x0 (1-alpha)^k + eta; without noise it
/// agrees with level 1 to rounding, with noise too (eta is each unit's filtered noise).
Trajectory simulateExact(const network::Network& network, const Eigen::VectorXd& gains, const Trial& trial,
                         const SimulationOptions& options = {}, std::stop_token stop = {});

/// Level 3: the same trial through the mean-field circuit; noise enters as its variance only.
Trajectory simulateMeanField(const reduction::Circuit& circuit, const Eigen::VectorXd& gains, const Trial& trial,
                             const SimulationOptions& options = {}, std::stop_token stop = {});

}  // namespace kappascope::simulation
