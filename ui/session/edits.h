// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/reduction/partition.h"
#include "ui/session/state.h"

namespace kappascope::session {

// Changes of a state that need the network again. Pure functions: they take a state and return the next one. Input and
// gains stay as they are where they still fit. Safe to call from a worker.

using StatePtr = std::shared_ptr<const State>;

/// Gives a state the circuit that its network's populations measure (one Gaussian where there are none).
void measureCircuit(State& state);

/// J = m n^T / N or m n^T, as the user says.
StatePtr withScaling(const StatePtr& state, network::Scaling scaling);

/// What the output weights read, as the user says.
StatePtr withReadout(const StatePtr& state, network::Readout readout);

/// Another rank of the truncated view of a full-rank file, 1..N. Throws badOption, needsUnits.
StatePtr withRank(const StatePtr& state, int rank);

/// The network's units in these populations (0-based, one label a unit; none: one Gaussian), with the circuit that they
/// measure. names: of the populations, may be empty. Gains are kept where there are as many. Throws needsUnits,
/// wrongShape.
StatePtr withLabels(const StatePtr& state, const std::vector<int>& labels, const std::vector<std::string>& names = {});

/// The network's units in populations by one of its loadings, or in one Gaussian, with the circuit that they measure. A
/// full-rank file is parted by the loadings of its truncated view. Gains are kept where there are as many. Throws
/// needsUnits, badOption, doesNotPart.
StatePtr withPartition(const StatePtr& state, const reduction::Partition& partition);

/// The whole network as one Gaussian population. Throws needsUnits.
StatePtr withOneGaussian(const StatePtr& state);

/// A finite network of `units` units drawn from the circuit. Throws needsPopulations, badOption.
StatePtr withSampledNetwork(const StatePtr& state, qint64 units, std::uint64_t seed = 1);

}  // namespace kappascope::session
