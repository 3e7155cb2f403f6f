// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/edits.h"

#include <utility>

#include "core/error.h"
#include "core/text.h"

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

/// Names of populations by what parts them: "n₁ ≥ 0", "|m₂| > 0.7".
std::vector<std::string> namesOf(const network::Network& network, const reduction::Partition& partition) {
    using Rule = reduction::Partition::Rule;
    if (partition.rule == Rule::oneGaussian) return {};
    std::string symbol;
    for (const char c : reduction::toText(partition.loading)) {
        if (c >= '0' && c <= '9')
            symbol += QString(QChar(0x2080 + (c - '0'))).toStdString();
        else
            symbol += c;
    }
    if (partition.rule == Rule::sign) return {symbol + " ≥ 0", symbol + " < 0"};
    const std::string threshold = toText(reduction::thresholdOf(network, partition), 3);
    return {"|" + symbol + "| > " + threshold, "|" + symbol + "| ≤ " + threshold};
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

StatePtr withLabels(const StatePtr& state, const std::vector<int>& labels, const std::vector<std::string>& names) {
    const network::Network& shown = requireNetwork(*state);
    if (!labels.empty() && std::ssize(labels) != shown.units())
        throw Error(ErrorCode::wrongShape, "labels", {std::to_string(labels.size()), std::to_string(shown.units())});
    auto next = std::make_shared<State>(*state);
    if (labels != shown.labels) {
        const auto label = [&](const network::Network& from) {
            auto labelled = std::make_shared<network::Network>(from);
            labelled->labels = labels;
            labelled->populationNames = names;
            labelled->storedGains.resize(0);
            return labelled;
        };
        // The file too: its units are stepped under the same gains.
        const bool shared = state->file == state->network;
        next->network = label(shown);
        next->file = shared || !state->file ? next->network : label(*state->file);
        next->exact = std::make_shared<const reduction::ExactReduction>(next->network);
    }
    measureCircuit(*next);
    const auto populations = static_cast<Eigen::Index>(next->circuit->populationCount());
    if (next->gains.size() != populations) {
        next->gains = next->circuit->defaultGains();
        next->on.assign(static_cast<std::size_t>(populations), true);
    }
    return next;
}

StatePtr withPartition(const StatePtr& state, const reduction::Partition& partition) {
    const network::Network& shown = requireNetwork(*state);
    return withLabels(state, reduction::labelsOf(shown, partition), namesOf(shown, partition));
}

StatePtr withOneGaussian(const StatePtr& state) {
    return withPartition(state, {});
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
