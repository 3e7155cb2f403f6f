// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::reduction {

/// The population of a circuit that each unit of a network most likely belongs to, by what it listens to: a_p times the
/// density of population p at y_i = (m_i, I_i, [b_i]) is largest. n and w take no part: in a circuit that was refined
/// to a flow they follow from y. 0-based, N labels. Throws needsLowRank, and wrongShape where the circuit's rank or
/// inputs are not the network's.
std::vector<int> likeliestPopulations(const network::Network& network, const Circuit& circuit);

}  // namespace kappascope::reduction
