// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace kappascope::statistics {

/// Which loadings of a network take part: columns in the order of reduction::Circuit, m1..mR, n1..nR, I1..IS, [b],
/// w1..wO.
struct LoadingChoice {
    bool m = true;
    bool n = true;
    bool inputs = true;
    bool bias = true;  ///< where the network has one
    /// Where the network has a readout: not if its outputs are the units' own rates (O = N).
    bool outputs = true;
};

/// The chosen loadings of a low-rank network, N x K, in the scaling over N (as reduction::momentsCircuit). Throws
/// needsLowRank, and badOption where nothing is chosen.
Eigen::MatrixXd loadingsOf(const network::Network& network, const LoadingChoice& choice = {});

/// "m1", "n1", "I1", "b", "w1": the columns of loadingsOf(). Throws as it.
std::vector<std::string> loadingNames(const network::Network& network, const LoadingChoice& choice = {});

/// Whether the outputs are the units' own rates, O = N > 1: weights that are no loadings.
bool readsOutRates(const network::Network& network);

}  // namespace kappascope::statistics
