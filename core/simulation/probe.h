// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/executor.h"
#include "core/simulation/trial.h"

namespace kappascope::simulation {

/// One of many trials, and what is asked of it.
struct Question {
    Trial trial;
    /// O x T: the answer holds sum_k weights_ok z_o(k), k over steps. Empty: nothing is asked of z.
    Eigen::MatrixXd weights;
    /// The answer holds the mean of the rates r_i = g_i phi(x_i + b_i) after steps ratesFirst..ratesEnd-1; an empty
    /// stretch: they are not asked for.
    int ratesFirst = 0;
    int ratesEnd = 0;
    std::uint64_t noiseIndex = 0;  ///< as SimulationOptions::trialIndex
};

struct Answer {
    Eigen::VectorXd output;  ///< O
    Eigen::VectorXf rates;   ///< N, or empty
};

struct ProbeOptions {
    double noise = 0;  ///< sigma, as SimulationOptions::noise
    std::uint64_t seed = 1;
};

/// Level 1 for many trials at once, in single precision: the Euler steps of simulateNetwork() with the same noise, but
/// only what is asked for is kept, and nothing is stepped beyond it. Trials go in blocks of a fixed width, so that
/// results do not depend on threads.
///
/// Any class of network and any readout. unitGains: g_i of each unit, N (network::unitGains()). question(k): called
/// once for each k = 0..count-1, from any thread. The network's own alpha holds, not the trials'. Throws wrongShape,
/// inputsDoNotMatch, stopped.
std::vector<Answer> probe(const network::Network& network, const Eigen::VectorXd& unitGains, std::size_t count,
                          const std::function<Question(std::size_t)>& question, const ProbeOptions& options,
                          const Executor& executor, std::stop_token stop = {});

}  // namespace kappascope::simulation
