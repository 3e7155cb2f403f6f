// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "core/reduction/flow_fit.h"
#include "core/simulation/trial.h"
#include "core/statistics/mixture.h"

namespace kappascope::training {

struct RefinementOptions {
    /// Learn the means of the populations. Without biases the flow is odd either way, f(-y) = -f(y), as phi is: means
    /// make of each population a pair of clouds, +mean and -mean, which the flow cannot tell apart. None: half of the
    /// starts learn them, and the best start of all is kept.
    std::optional<bool> means;
    bool freeFractions = true;  ///< see reduction::FlowFitOptions
    /// The same, >= 0; none: starts take turns with ten and with a thousand times the network's own, which keeps n and
    /// w within bounds and costs the flow little.
    std::optional<double> units;
    int starts = 16;       ///< 1..10000; the first from the circuit itself, the others from what resembles it
    int iterations = 200;  ///< of a start, 1..100000
    std::uint64_t seed = 1;
};

/// How far a circuit is from the network that it stands for.
struct RefinementFigures {
    double mismatch = 0;  ///< of the flow: reduction::FlowFit
    double rmsKappa = 0;  ///< along the trials, without noise, over the network's own rms of kappa
    double rmsZ = 0;      ///< the same of z
    /// Fixed points at rest and at the inputs that trials hold, 16 of these at most: the network's, the circuit's, and
    /// how many of them are matched one to one (phase::matchFixedPoints) with the same kind. All 0 above rank 3, where
    /// none are looked for.
    int points = 0;
    int circuitPoints = 0;
    int sameKind = 0;
};

struct Refinement {
    reduction::Circuit circuit;
    RefinementFigures before;  ///< of the circuit that was given
    RefinementFigures after;
    std::vector<RefinementFigures> starts;  ///< what each start came to
    std::size_t best = 0;                   ///< which of them was kept
    bool means = false;                     ///< whether it has means of its own
    Eigen::Index states = 0;                ///< at how many states the flow was matched
};

/// Refines a circuit to the flow of a network, whose task it need not know: each start minimises the squared difference
/// between the circuit's mean-field flow and readout and the network's exact ones, reduction::fitFlow(), over states
/// (kappa, v) of three kinds with equal weight: those that the trials visit; a grid in kappa (a quarter wider than they
/// reach) at rest, at each input that a trial holds for five steps or more, and at half of it; and, up to rank 3, the
/// network's fixed points at rest and at those inputs, each with its neighbours at a tenth of the reach. Of the starts
/// the one is kept with the smallest sum of rmsKappa and the share of fixed points that have no partner of their kind.
///
/// network: of low rank, at unit gains. circuit: with its rank, inputs, outputs and bias; it says how many populations.
/// trials: without input noise; none: the network relaxes from several states at rest and under each input of 1.
/// One step of `work` for each start. Results do not depend on the executor. Throws needsLowRank, wrongShape,
/// inputsDoNotMatch, badOption, stopped, and as Circuit::validate().
Refinement refineCircuit(const network::Network& network, const reduction::Circuit& circuit,
                         const std::vector<simulation::Trial>& trials, const RefinementOptions& options = {},
                         const statistics::Work& work = {});

/// The figures of a circuit, as refineCircuit() has them before and after.
RefinementFigures refinementFigures(const network::Network& network, const reduction::Circuit& circuit,
                                    const std::vector<simulation::Trial>& trials, std::stop_token stop = {});

}  // namespace kappascope::training
