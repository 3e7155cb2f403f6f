// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/evaluation.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "core/simulation/trial.h"
#include "core/training/blocks.h"
#include "core/training/kernels.h"
#include "core/training/recipe.h"

namespace kappascope::training {

namespace {

constexpr std::uint64_t freshTrials = std::uint64_t{2} << 40;
constexpr std::uint64_t freshNoise = std::uint64_t{7} << 29;
constexpr int blockTrials = 2000;  ///< prepared at a time, so that memory does not grow with their number

/// Runs one trial and gives its z, O x T.
using Simulate = std::function<Eigen::MatrixXd(const simulation::Trial&, const simulation::SimulationOptions&)>;

/// What the training's own kernels cannot step: other readouts, many modes, the mean field.
Score simulated(const Simulate& simulate, const tasks::Task& task, const tasks::TaskOptions& options, double noise,
                double alpha, int count, std::uint64_t seed, const Executor& executor) {
    std::vector<Score> scores(static_cast<std::size_t>(count));
    executor(scores.size(), [&](std::size_t k) {
        auto trial = task.randomTrial(options, seed, freshTrials + k);
        trial.trial.alpha = alpha;
        simulation::SimulationOptions simulation;
        simulation.noise = noise;
        simulation.seed = seed;
        simulation.trialIndex = freshNoise + k;
        const Eigen::MatrixXd z = simulate(trial.trial, simulation);
        const PreparedTrial prepared = prepare(trial, alpha);
        TrialTally tally(prepared);
        const auto outputs = static_cast<std::size_t>(z.rows());
        for (int step = 0; step < prepared.steps; ++step)
            for (std::size_t o = 0; o < outputs; ++o)
                if (tally.counts(step, o, outputs)) tally.add(step, o, outputs, z(static_cast<Eigen::Index>(o), step));
        scores[k] = tally.score(measureOf(task.id()));
    });
    Score total;
    for (const Score& score : scores) total.add(score);
    return total;
}

}  // namespace

Score evaluate(const network::Network& network, const tasks::Task& task, const tasks::TaskOptions& options,
               double noise, int count, std::uint64_t seed, const Executor& executor, std::stop_token stop) {
    if (task.inputs() != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, std::string(task.id()),
                    {std::to_string(task.inputs()), std::to_string(network.inputs())});
    const auto outputs = task.randomTrial(options, seed, freshTrials).target.rows();
    if (outputs != network.outputs())
        throw Error(ErrorCode::wrongShape, "w",
                    {std::to_string(network.units()) + " x " + std::to_string(network.outputs()),
                     std::to_string(network.units()) + " x " + std::to_string(outputs)});
    const bool fast = network.readout == network::Readout::rate &&
                      (!network.isLowRank() || network.rank() <= static_cast<Eigen::Index>(kernels::maximumRank));
    if (!fast)
        return simulated(
            [&](const simulation::Trial& trial, const simulation::SimulationOptions& simulation) {
                return simulation::simulateNetwork(network, network.defaultGains(), trial, simulation, stop).z;
            },
            task, options, noise, network.alpha, count, seed, executor);
    auto model = fromNetwork(network);
    model.noise = noise;
    const auto differentiator = makeDifferentiator<float>(model.shape, {});
    Score total;
    for (int done = 0; done < count; done += blockTrials) {
        const auto first = static_cast<std::uint64_t>(done);
        const TrialSet set = randomTrials(task, options, network.alpha, seed, freshTrials + first,
                                          std::min(count - done, blockTrials), stop);
        std::vector<std::size_t> all(set.trials.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        total.add(
            differentiator->score(model, {set, all, seed, freshNoise + first}, measureOf(task.id()), executor, stop));
    }
    return total;
}

Score evaluate(const reduction::Circuit& circuit, Eigen::Index units, const tasks::Task& task,
               const tasks::TaskOptions& options, double noise, int count, std::uint64_t seed, const Executor& executor,
               std::stop_token stop) {
    Score total;
    for (int k = 0; k < drawnNetworks; ++k) {
        const int share = count / drawnNetworks + (k < count % drawnNetworks ? 1 : 0);
        if (share == 0) break;
        const std::uint64_t own = derivedSeed(seed, static_cast<std::uint64_t>(k));
        total.add(evaluate(reduction::sample(circuit, units, own), task, options, noise, share, own, executor, stop));
    }
    return total;
}

Score evaluateMeanField(const reduction::Circuit& circuit, const tasks::Task& task, const tasks::TaskOptions& options,
                        double noise, double alpha, int count, std::uint64_t seed, const Executor& executor,
                        std::stop_token stop) {
    if (task.inputs() != circuit.inputs)
        throw Error(ErrorCode::inputsDoNotMatch, std::string(task.id()),
                    {std::to_string(task.inputs()), std::to_string(circuit.inputs)});
    const auto outputs = task.randomTrial(options, seed, freshTrials).target.rows();
    if (outputs != circuit.outputs)
        throw Error(ErrorCode::wrongShape, "w", {std::to_string(circuit.outputs), std::to_string(outputs)});
    return simulated(
        [&](const simulation::Trial& trial, const simulation::SimulationOptions& simulation) {
            return simulation::simulateMeanField(circuit, circuit.defaultGains(), trial, simulation, stop).z;
        },
        task, options, noise, alpha, count, seed, executor);
}

}  // namespace kappascope::training
