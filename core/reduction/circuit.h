// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace kappascope::reduction {

/// One Gaussian of the mixture that the rows (m_i, n_i, I_i, [b_i], w_i) are drawn from.
struct Population {
    std::string name;
    double fraction = 1;         ///< a_p, in 0..1, all together 1
    double gain = 1;             ///< g_p that the file proposes
    Eigen::VectorXd mean;        ///< mu^p, length Circuit::loadings()
    Eigen::MatrixXd covariance;  ///< S^p, square, symmetric, positive semi-definite
};

/// How a circuit came about.
struct Origin {
    enum class Kind {
        unknown,        ///< written by hand, measured on a network, or the file does not say
        refinedToFlow,  ///< matched to the flow of a network, whatever its task
        trainedOnTask,  ///< its parameters were trained on the task
    };
    Kind kind = Kind::unknown;
    std::string network;  ///< name of the network whose flow it was matched to, also where it was trained on afterwards

    bool operator==(const Origin&) const = default;
};

/// Level 3 of the model: a Gaussian-mixture circuit (N -> infinity).
///
/// Loadings are ordered m1..mR, n1..nR, I1..IS, [b], w1..wO. The bias b, where there is one, is a loading whose input
/// is always 1.
struct Circuit {
    std::string name;
    int rank = 0;       ///< R
    int inputs = 0;     ///< S
    int outputs = 0;    ///< O
    bool bias = false;  ///< a loading b with constant input 1 stands between I and w
    std::vector<std::string> inputNames;
    std::vector<Population> populations;
    network::TaskReference task;
    Origin origin;

    int populationCount() const { return static_cast<int>(populations.size()); }
    int loadings() const { return 2 * rank + inputs + (bias ? 1 : 0) + outputs; }
    int mIndex(int r) const { return r; }
    int nIndex(int r) const { return rank + r; }
    int inputIndex(int s) const { return 2 * rank + s; }
    int biasIndex() const { return 2 * rank + inputs; }
    int outputIndex(int o) const { return 2 * rank + inputs + (bias ? 1 : 0) + o; }

    Eigen::VectorXd defaultGains() const;

    /// Throws wrongShape, notFinite, fractionsDoNotAddUp (1 within 1e-6) or covarianceNotPositive (an eigenvalue below
    /// -1e-9 times the trace; singular is fine).
    void validate() const;
};

/// N units drawn from the circuit's mixture: population sizes by largest remainder, so that they are a_p N to within
/// one unit; loadings by a counter-based generator keyed with seed and unit, so that the result does not depend on
/// threads. Units are ordered by population; scaling over N. units: 1..10^7 (badOption).
network::Network sample(const Circuit& circuit, Eigen::Index units, std::uint64_t seed);

/// Means and covariances (divided by N_p) of the loadings of each population of a low-rank network: its circuit.
/// Without labels the whole network is one Gaussian. Throws needsLowRank. A scaling of none is absorbed in n and w.
Circuit momentsCircuit(const network::Network& network);

}  // namespace kappascope::reduction
