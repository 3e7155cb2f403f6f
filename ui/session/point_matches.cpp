// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/point_matches.h"

#include <algorithm>

#include "core/error.h"
#include "core/reduction/flow.h"
#include "core/tasks/task.h"

namespace kappascope::session {

namespace {

constexpr int leastSteps = 5;
constexpr double sameInput = 1e-12;

std::string epochAt(const simulation::Trial& trial, int step) {
    for (const auto& epoch : trial.epochs)
        if (step >= epoch.first && step < epoch.end) return epoch.name;
    return "step " + std::to_string(step);
}

void addHeld(const simulation::Trial& trial, std::vector<HeldInput>& inputs) {
    for (int first = 0; first < trial.steps();) {
        int end = first + 1;
        while (end < trial.steps() && trial.inputs.col(end) == trial.inputs.col(first)) ++end;
        const Eigen::VectorXd input = trial.inputs.col(first);
        if (end - first >= leastSteps) {
            auto same = std::ranges::find_if(inputs, [&input](const HeldInput& each) {
                return (each.input - input).cwiseAbs().maxCoeff() < sameInput;
            });
            if (same == inputs.end()) {
                inputs.push_back({input, {}});
                same = inputs.end() - 1;
            }
            std::string where = trial.condition.empty() ? std::string() : trial.condition + ": ";
            where += epochAt(trial, first);
            if (same != inputs.begin() && (same->where.empty() || same->where.back() != where))
                same->where.push_back(std::move(where));
        }
        first = end;
    }
}

}  // namespace

std::vector<HeldInput> heldInputs(const simulation::Trial& trial) {
    std::vector<HeldInput> inputs{{Eigen::VectorXd::Zero(trial.inputs.rows()), {}}};
    addHeld(trial, inputs);
    return inputs;
}

std::vector<HeldInput> heldInputs(const State& state, const TrialChoice& choice) {
    const TrialChoice chosen = completed(state, choice);
    const auto& task = tasks::task(chosen.task.toStdString());
    const auto options = taskOptions(chosen);
    std::vector<std::string> names{chosen.condition.toStdString()};
    if (chosen.condition.isEmpty()) names = task.conditions();
    std::vector<HeldInput> inputs{{Eigen::VectorXd::Zero(task.inputs()), {}}};
    for (const auto& name : names) addHeld(task.trial(name, options).trial, inputs);
    return inputs;
}

std::vector<PointMatches> matchPoints(const State& state, Level level, const std::vector<HeldInput>& inputs,
                                      std::stop_token stop, const ForEach& forEach) {
    if (!state.network || !state.exact) throw Error(ErrorCode::needsUnits);
    if (state.isTruncated()) throw Error(ErrorCode::needsLowRank, "fixed points");
    if (!state.has(level)) throw Error(ErrorCode::needsPopulations);
    std::vector<PointMatches> results(inputs.size());
    const Eigen::VectorXd gains = state.effectiveGains();
    forEach(static_cast<int>(inputs.size()), [&](int index) {
        const auto at = static_cast<std::size_t>(index);
        PointMatches& result = results[at];
        result.held = inputs[at];
        const auto own = phase::findFixedPoints(*state.exact->at(result.held.input, gains), {}, stop);
        result.network = own.points;
        result.proven = own.proven;
        if (level == Level::meanField) {
            const auto flow = reduction::meanFieldFlow(state.circuit, result.held.input, gains);
            auto reduced = phase::findFixedPoints(*flow, {}, stop);
            result.proven = result.proven && reduced.proven;
            result.reduced = std::move(reduced.points);
        } else {
            result.reduced = result.network;
        }
        result.matching = phase::matchFixedPoints(result.network, result.reduced);
    });
    return results;
}

}  // namespace kappascope::session
