// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/edits.h"

#include <utility>

#include "core/error.h"

namespace kappascope::session {

namespace {

/// Sets the shown network and all that follows from it.
void adopt(State& state, network::Network next) {
    const bool replacesFile = state.file == state.network;
    state.network = std::make_shared<const network::Network>(std::move(next));
    if (replacesFile) state.file = state.network;
    state.exact = std::make_shared<const reduction::ExactReduction>(state.network);
    if (state.circuit && state.circuitIsMoments) measureCircuit(state);
}

const network::Network& requireNetwork(const State& state) {
    if (!state.network) throw Error(ErrorCode::needsUnits);
    return *state.network;
}

}  // namespace

void measureCircuit(State& state) {
    state.circuit = std::make_shared<const reduction::Circuit>(reduction::momentsCircuit(requireNetwork(state)));
    state.circuitIsMoments = true;
    state.circuitIsOneGaussian = !state.network->hasPopulations();
}

StatePtr withScaling(const StatePtr& state, network::Scaling scaling) {
    network::Network network = requireNetwork(*state);
    if (network.scaling == scaling) return state;
    network.scaling = scaling;
    auto next = std::make_shared<State>(*state);
    next->scalingProposal = {io::Reason::chosenByUser, {}};
    adopt(*next, std::move(network));
    return next;
}

StatePtr withReadout(const StatePtr& state, network::Readout readout) {
    network::Network network = requireNetwork(*state);
    if (network.readout == readout) return state;
    network.readout = readout;
    auto next = std::make_shared<State>(*state);
    next->readoutProposal = {io::Reason::chosenByUser, {}};
    adopt(*next, std::move(network));
    return next;
}

StatePtr withRank(const StatePtr& state, int rank) {
    if (!state->file) throw Error(ErrorCode::needsUnits);
    network::Network truncated = network::truncated(*state->file, rank);
    truncated.readout = requireNetwork(*state).readout;
    auto next = std::make_shared<State>(*state);
    adopt(*next, std::move(truncated));
    return next;
}

StatePtr withOneGaussian(const StatePtr& state) {
    auto next = std::make_shared<State>(*state);
    measureCircuit(*next);
    const auto populations = static_cast<Eigen::Index>(next->circuit->populationCount());
    if (next->gains.size() != populations) {
        next->gains = next->circuit->defaultGains();
        next->on.assign(static_cast<std::size_t>(populations), true);
    }
    return next;
}

StatePtr withSampledNetwork(const StatePtr& state, qint64 units, std::uint64_t seed) {
    if (!state->circuit) throw Error(ErrorCode::needsPopulations);
    auto next = std::make_shared<State>(*state);
    next->network = next->file = std::make_shared<const network::Network>(
        reduction::sample(*state->circuit, static_cast<Eigen::Index>(units), seed));
    next->exact = std::make_shared<const reduction::ExactReduction>(next->network);
    next->sampled = true;
    return next;
}

}  // namespace kappascope::session
