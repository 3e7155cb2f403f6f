// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/psychometric.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/simulation/probe.h"
#include "core/tasks/choice_plot.h"
#include "core/text.h"

namespace kappascope::statistics {

namespace {

// Apart from the trials and the noise of trainings and evaluations.
constexpr std::uint64_t firstTrial = std::uint64_t{4} << 40;
constexpr std::uint64_t firstNoise = std::uint64_t{13} << 28;
constexpr std::uint64_t silenced = std::uint64_t{5} << 40;
constexpr std::size_t mostTrials = std::size_t{1} << 26;
constexpr int mostNetworks = 1000;

void checkModulation(const Modulation& modulation, Eigen::Index populations) {
    const auto check = [populations](const char* field, const Eigen::VectorXd& values) {
        if (values.size() > 0 && values.size() != populations)
            throw Error(ErrorCode::wrongShape, field, {std::to_string(values.size()), std::to_string(populations)});
    };
    check("gain", modulation.gains);
    check("inactivate", modulation.inactivated);
    for (const double share : modulation.inactivated)
        if (!(share >= 0 && share <= 1)) throw Error(ErrorCode::badOption, "inactivate", {toText(share), "0..1"});
}

/// The cells of all panels, in order.
struct Plan {
    tasks::ChoicePlot plot;
    std::vector<std::string> conditions;
    std::vector<double> targets;  ///< -1, 0 or 1 a cell

    Plan(const tasks::Task& task, const BehaviourOptions& options, Eigen::Index inputs, Eigen::Index outputs) {
        tasks::requireChoices(task);
        if (task.inputs() != inputs)
            throw Error(ErrorCode::inputsDoNotMatch, std::string(task.id()),
                        {std::to_string(task.inputs()), std::to_string(inputs)});
        if (outputs != 1) throw Error(ErrorCode::wrongShape, "w", {"N x " + std::to_string(outputs), "N x 1"});
        if (!(options.noise >= 0) || !std::isfinite(options.noise))
            throw Error(ErrorCode::badOption, "noise", {toText(options.noise), ">= 0"});
        plot = task.choicePlot(options.task, options.values);
        for (const auto& panel : plot.panels)
            conditions.insert(conditions.end(), panel.conditions.begin(), panel.conditions.end());
        const auto most = std::min<std::size_t>(100'000, mostTrials / conditions.size());
        if (options.trials < 1 || static_cast<std::size_t>(options.trials) > most)
            throw Error(ErrorCode::badOption, "trials", {std::to_string(options.trials), "1.." + std::to_string(most)});
        for (const auto& condition : conditions) {
            double target = 0;
            cellTrial(task, options, condition, 0, 1, nullptr, &target);
            targets.push_back(target > 0 ? 1 : target < 0 ? -1 : 0);
        }
    }

    std::size_t cells() const { return conditions.size(); }

    /// From the mean outputs of `each` trials of every cell, cell after cell.
    Behaviour judge(const std::vector<double>& outputs, int each) const {
        Behaviour result;
        result.positive = plot.positive;
        std::size_t cell = 0;
        for (const auto& panel : plot.panels) {
            BehaviourPanel& to = result.panels.emplace_back();
            to.name = panel.name;
            to.axes = panel.axes;
            for (const auto& condition : panel.conditions) {
                const auto from = outputs.begin() + static_cast<std::ptrdiff_t>(cell) * each;
                // What says neither is the toss of a coin.
                const double positive = std::accumulate(from, from + each, 0.0, [](double sum, double z) {
                    return sum + (z > 0 ? 1 : z < 0 ? 0 : 0.5);
                });
                ChoiceCell one;
                one.condition = condition;
                one.trials = each;
                one.choice = positive / each;
                one.standardError = std::sqrt(one.choice * (1 - one.choice) / each);
                one.judged = targets[cell] != 0;
                one.right = !one.judged ? 0 : targets[cell] > 0 ? one.choice : 1 - one.choice;
                to.cells.push_back(std::move(one));
                ++cell;
            }
        }
        return result;
    }
};

/// The mean outputs of trials first..first+each-1 of every cell.
std::vector<double> networkOutputs(const Plan& plan, const network::Network& network, const Eigen::VectorXd& gains,
                                   const tasks::Task& task, const BehaviourOptions& options, int first, int each,
                                   const Executor& executor, const std::stop_token& stop) {
    const auto question = [&](std::size_t k) {
        const std::size_t cell = k / static_cast<std::size_t>(each);
        const std::size_t trial = static_cast<std::size_t>(first) + k % static_cast<std::size_t>(each);
        const std::size_t index = cell * static_cast<std::size_t>(options.trials) + trial;
        simulation::Question result;
        result.trial = cellTrial(task, options, plan.conditions[cell], index, network.alpha, &result.weights, nullptr);
        result.noiseIndex = firstNoise + index;
        return result;
    };
    const auto answers = simulation::probe(network, gains, plan.cells() * static_cast<std::size_t>(each), question,
                                           {options.noise, options.seed}, executor, stop);
    std::vector<double> outputs;
    for (const auto& answer : answers) outputs.push_back(answer.output[0]);
    return outputs;
}

}  // namespace

Eigen::VectorXd unitGains(const network::Network& network, const Modulation& modulation) {
    const int populations = network.populationCount();
    checkModulation(modulation, populations);
    Eigen::VectorXd result =
        network::unitGains(network, modulation.gains.size() > 0 ? modulation.gains : network.defaultGains());
    for (int p = 0; p < modulation.inactivated.size(); ++p) {
        std::vector<std::pair<double, Eigen::Index>> members;  // by lot
        for (Eigen::Index i = 0; i < network.units(); ++i)
            if (network.labels.empty() || network.labels[static_cast<std::size_t>(i)] == p)
                members.emplace_back(
                    Random(modulation.seed, Stream::trialChoice, silenced + static_cast<std::uint64_t>(i)).uniform(),
                    i);
        std::ranges::sort(members);
        const auto count = std::lround(modulation.inactivated[p] * static_cast<double>(members.size()));
        for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) result[members[k].second] = 0;
    }
    return result;
}

Eigen::VectorXd circuitGains(const reduction::Circuit& circuit, const Modulation& modulation) {
    checkModulation(modulation, circuit.populationCount());
    Eigen::VectorXd result = modulation.gains.size() > 0 ? modulation.gains : circuit.defaultGains();
    if (modulation.inactivated.size() > 0) result.array() *= 1 - modulation.inactivated.array();
    return result;
}

const ChoiceCell& BehaviourPanel::at(std::size_t i, std::size_t j) const {
    return cells.at(axes.size() < 2 ? i : i * axes[1].values.size() + j);
}

double BehaviourPanel::accuracy() const {
    double right = 0;
    double judged = 0;
    for (const auto& cell : cells) {
        if (!cell.judged) continue;
        right += cell.right;
        judged += 1;
    }
    return judged > 0 ? right / judged : 0;
}

double Behaviour::accuracy() const {
    BehaviourPanel all;
    for (const auto& panel : panels) all.cells.insert(all.cells.end(), panel.cells.begin(), panel.cells.end());
    return all.accuracy();
}

simulation::Trial cellTrial(const tasks::Task& task, const BehaviourOptions& options, const std::string& condition,
                            std::size_t index, double alpha, Eigen::MatrixXd* weights, double* target) {
    auto made = task.trial(condition, options.task, options.inputNoise, options.seed, firstTrial + index);
    made.trial.alpha = alpha;
    const double counted = made.mask.sum();
    if (target) *target = made.target.cwiseProduct(made.mask).sum() / counted;
    if (weights) *weights = made.mask / counted;
    return std::move(made.trial);
}

Behaviour behaviour(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                    const BehaviourOptions& options, const Executor& executor, std::stop_token stop) {
    const Plan plan(task, options, network.inputs(), network.outputs());
    auto result = plan.judge(networkOutputs(plan, network, gains, task, options, 0, options.trials, executor, stop),
                             options.trials);
    result.networks = 1;
    return result;
}

Behaviour meanFieldBehaviour(const reduction::Circuit& circuit, const Eigen::VectorXd& gains, double alpha,
                             const tasks::Task& task, const BehaviourOptions& options, const Executor& executor,
                             std::stop_token stop) {
    const Plan plan(task, options, circuit.inputs, circuit.outputs);
    const auto each = static_cast<std::size_t>(options.trials);
    std::vector<double> outputs(plan.cells() * each);
    executor(outputs.size(), [&](std::size_t k) {
        Eigen::MatrixXd weights;
        auto trial = cellTrial(task, options, plan.conditions[k / each], k, alpha, &weights, nullptr);
        // Nothing is stepped beyond what counts.
        int steps = 0;
        for (int step = 0; step < trial.steps(); ++step)
            if (weights(0, step) != 0) steps = step + 1;
        trial.inputs = trial.inputs.leftCols(steps).eval();
        simulation::SimulationOptions simulation;
        simulation.noise = options.noise;
        const auto z = simulation::simulateMeanField(circuit, gains, trial, simulation, stop).z;
        outputs[k] = weights.leftCols(steps).cwiseProduct(z).sum();
    });
    return plan.judge(outputs, options.trials);
}

Behaviour drawnBehaviour(const reduction::Circuit& circuit, const Modulation& modulation, Eigen::Index units,
                         int networks, const tasks::Task& task, const BehaviourOptions& options,
                         const Executor& executor, std::stop_token stop) {
    if (networks < 1 || networks > mostNetworks)
        throw Error(ErrorCode::badOption, "networks", {std::to_string(networks), "1.." + std::to_string(mostNetworks)});
    const Plan plan(task, options, circuit.inputs, circuit.outputs);
    checkModulation(modulation, circuit.populationCount());
    Modulation own = modulation;
    if (own.gains.size() == 0) own.gains = circuit.defaultGains();
    const int drawn = std::min(networks, options.trials);
    Behaviour result;
    std::vector<double> squares(plan.cells());
    int first = 0;
    for (int d = 0; d < drawn; ++d) {
        const int each = options.trials / drawn + (d < options.trials % drawn ? 1 : 0);
        const auto network = reduction::sample(circuit, units, options.seed + static_cast<std::uint64_t>(d));
        const auto outputs =
            networkOutputs(plan, network, unitGains(network, own), task, options, first, each, executor, stop);
        first += each;
        const auto one = plan.judge(outputs, each);
        if (d == 0) {
            result = one;
            result.networks = drawn;
        }
        std::size_t cell = 0;
        for (std::size_t p = 0; p < result.panels.size(); ++p)
            for (std::size_t c = 0; c < result.panels[p].cells.size(); ++c, ++cell) {
                const ChoiceCell& from = one.panels[p].cells[c];
                ChoiceCell& to = result.panels[p].cells[c];
                squares[cell] += from.choice * from.choice;
                if (d == 0) continue;
                to.trials += from.trials;
                to.choice += from.choice;
                to.right += from.right;
            }
    }
    if (drawn == 1) return result;
    std::size_t cell = 0;
    for (auto& panel : result.panels)
        for (auto& each : panel.cells) {
            each.choice /= drawn;
            each.right /= drawn;
            const double variance = std::max(0.0, squares[cell++] / drawn - each.choice * each.choice);
            each.standardError = std::sqrt(variance / (drawn - 1));
        }
    return result;
}

}  // namespace kappascope::statistics
