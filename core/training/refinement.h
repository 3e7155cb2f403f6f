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
    double units = 0;           ///< the same, >= 0
    int starts = 8;             ///< 1..10000; the first from the circuit itself, the others from what resembles it
    int iterations = 200;       ///< of a start, 1..100000
    std::uint64_t seed = 1;
};

/// How far a circuit is from the network that it stands for.
struct RefinementFigures {
    double mismatch = 0;  ///< of the flow: reduction::FlowFit
    double rmsKappa = 0;  ///< along the trials, without noise, over the network's own rms of kappa
    double rmsZ = 0;      ///< the same of z
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
/// (kappa, v) of two kinds with equal weight: those that the trials visit, and a grid in kappa (a quarter wider than
/// they reach) at each input that a trial holds for five steps or more, at half of it, and at rest. Of the starts the
/// one is kept whose kappa stays closest to the network's along the trials.
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
