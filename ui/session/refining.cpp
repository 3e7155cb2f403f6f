// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/refining.h"

#include <QCoreApplication>
#include <utility>

#include "core/error.h"
#include "core/reduction/membership.h"
#include "core/tasks/task.h"
#include "ui/session/comparison.h"

namespace kappascope::session {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Refining)
};

}  // namespace

StatePtr withCircuit(const StatePtr& state, std::shared_ptr<const reduction::Circuit> circuit) {
    if (!state->network) throw Error(ErrorCode::needsUnits);
    const auto& network = *state->network;
    if (circuit->rank != network.rank())
        throw Error(ErrorCode::wrongShape, "circuit.rank",
                    {std::to_string(circuit->rank), std::to_string(network.rank())});
    if (circuit->inputs != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, Texts::tr("The circuit").toStdString(),
                    {std::to_string(circuit->inputs), std::to_string(network.inputs())});
    const auto labels = reduction::likeliestPopulations(network, *circuit);
    std::vector<std::string> names;
    for (const auto& population : circuit->populations) names.push_back(population.name);
    const auto label = [&](const network::Network& from) {
        auto labelled = std::make_shared<network::Network>(from);
        labelled->labels = labels;
        // A population that no unit is likeliest to belong to still has its gain.
        labelled->storedGains = circuit->defaultGains();
        labelled->populationNames = names;
        return labelled;
    };
    auto next = std::make_shared<State>(*state);
    const bool shared = !state->file || state->file == state->network;
    next->network = label(network);
    next->file = shared ? next->network : label(*state->file);
    next->exact = std::make_shared<const reduction::ExactReduction>(next->network);
    if (next->gains.size() != circuit->populationCount()) {
        next->gains = circuit->defaultGains();
        next->on.assign(static_cast<std::size_t>(next->gains.size()), true);
    }
    next->circuit = std::move(circuit);
    next->circuitIsMoments = false;
    next->circuitIsOneGaussian = false;
    next->sampled = false;
    return next;
}

std::vector<simulation::Trial> refinementTrials(const State& state, const TrialChoice& choice) {
    if (choice.task.isEmpty() && ownTask(state).id.empty()) return {};
    const TrialChoice chosen = completed(state, choice);
    const auto& task = tasks::task(chosen.task.toStdString());
    const auto options = taskOptions(chosen);
    std::vector<simulation::Trial> trials;
    for (const auto& condition : task.conditions()) {
        trials.push_back(task.trial(condition, options).trial);
        trials.back().alpha = state.network ? state.network->alpha : trials.back().alpha;
    }
    return trials;
}

training::Refinement refineToFlow(const State& state, const reduction::Circuit& start,
                                  const std::vector<simulation::Trial>& trials,
                                  const training::RefinementOptions& options, const statistics::Work& work) {
    if (!state.network) throw Error(ErrorCode::needsUnits);
    auto result = training::refineCircuit(*state.network, start, trials, options, work);
    result.circuit.origin.network = state.title.toStdString();
    // Names such as "|m₁| > 0.9" hold no longer.
    for (auto& population : result.circuit.populations) population.name.clear();
    return result;
}

QString originText(const reduction::Circuit& circuit) {
    const QString network = QString::fromStdString(circuit.origin.network);
    const QString task = QString::fromStdString(circuit.task.id);
    switch (circuit.origin.kind) {
        case reduction::Origin::Kind::refinedToFlow:
            return network.isEmpty() ? Texts::tr("refined to a network's flow")
                                     : Texts::tr("refined to the flow of %1").arg(network);
        case reduction::Origin::Kind::trainedOnTask:
            return network.isEmpty()
                       ? Texts::tr("trained on the task %1").arg(task)
                       : Texts::tr("refined to the flow of %1, then retrained on the task %2").arg(network, task);
        case reduction::Origin::Kind::unknown: break;
    }
    return {};
}

}  // namespace kappascope::session
