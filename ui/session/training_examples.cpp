// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_examples.h"

#include <algorithm>

#include "core/error.h"
#include "core/simulation/trial.h"
#include "ui/session/thread_priority.h"

namespace kappascope::session {

namespace {

// Numbers of trials far from those that a run trains on or is judged by.
constexpr std::uint64_t firstTrial = std::uint64_t{5} << 40;
constexpr std::uint64_t firstNoise = std::uint64_t{5} << 29;

}  // namespace

ExampleTrials exampleTrials(const training::Settings& settings, int most) {
    const tasks::Task& task = tasks::task(settings.task);
    const auto conditions = task.conditions();
    const auto count = std::min<std::size_t>(conditions.size(), static_cast<std::size_t>(std::max(most, 0)));
    ExampleTrials result;
    for (std::size_t k = 0; k < count; ++k) {
        // Evenly from the first to the last of them.
        const std::size_t chosen = count > 1 ? k * (conditions.size() - 1) / (count - 1) : 0;
        ExampleTrial example;
        example.condition = QString::fromStdString(conditions[chosen]);
        example.of = task.trial(conditions[chosen], settings.taskOptions, true, settings.seed, firstTrial + k);
        result.trials.push_back(std::move(example));
    }
    return result;
}

ExampleTrials exampleTrials(const RunSnapshot& snapshot, int most, std::stop_token stop) {
    ExampleTrials result = exampleTrials(*snapshot.settings, most);
    result.epoch = snapshot.epoch;
    result.progress = snapshot.progress;
    const network::Network network = snapshot.network();
    simulation::SimulationOptions options;
    options.noise = network.noise;
    options.seed = snapshot.settings->seed;
    for (std::size_t k = 0; k < result.trials.size(); ++k) {
        options.trialIndex = firstNoise + k;
        auto& example = result.trials[k];
        example.of.trial.alpha = network.alpha;
        example.z = simulation::simulateNetwork(network, network.defaultGains(), example.of.trial, options, stop).z;
    }
    return result;
}

std::unique_ptr<ExampleWorker> makeExampleWorker(ExampleWorker::Receive receive) {
    return std::make_unique<ExampleWorker>(
        [](const SnapshotPtr& snapshot, const ExampleWorker::Run& run) {
            setThisThread(ThreadPriority::idle);
            constexpr int most = 6;
            return std::make_shared<const ExampleTrials>(exampleTrials(*snapshot, most, run.stop));
        },
        std::move(receive));
}

}  // namespace kappascope::session
