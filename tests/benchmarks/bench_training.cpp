// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <string>
#include <sys/resource.h>

#include "core/network/activation.h"
#include "core/random.h"
#include "core/training/trainer.h"
#include "tests/benchmarks/figures.h"
#include "ui/session/thread_pool.h"

using namespace kappascope;
using namespace kappascope::training;

namespace {

/// A run without curriculum whose epochs are 25 batches of 32 and next to no validation.
Trainer runOf(const char* task, TrainingOptions options) {
    options.insert(
        {{"validation-trials", 1}, {"curriculum", 0}, {"epochs", 100000}, {"until-loss", 0}, {"until-accuracy", 0}});
    return Trainer(makeSettings(task, {}, options, 1));
}

/// Steps of all trials of an epoch, up to the last that counts.
std::size_t stepsOf(const Trainer& trainer) {
    const auto& settings = trainer.settings();
    const auto set = randomTrials(tasks::task(settings.task), settings.taskOptions, 0.2, settings.seed, 0,
                                  static_cast<int>(settings.value("trials")));
    std::size_t steps = 0;
    for (const auto& trial : set.trials) steps += static_cast<std::size_t>(trial.steps);
    return steps;
}

void normals(std::size_t steps, std::vector<float>& units) {
    for (std::size_t k = 0; k < steps; ++k) fillNormal(1, Stream::stateNoise, k << 32, units);
    benchmarks::keep(units.data());
}

void tanhs(std::size_t steps, std::vector<float>& units) {
    for (std::size_t k = 0; k < steps; ++k) network::tanhArray(units.data(), units.data(), units.size());
    benchmarks::keep(units.data());
}

/// An epoch in one thread beside the float tanh and normal deviates that it cannot do without.
void shares(benchmarks::Report& report, const char* task, double units, int runs) {
    constexpr double limit = 2;
    auto trainer = runOf(task, {{"units", units}});
    const std::size_t steps = stepsOf(trainer);
    std::vector<float> array(static_cast<std::size_t>(units), 0.3f);
    const auto epoch = [&] { trainer.runEpoch(inThisThread()); };
    const auto ratio = benchmarks::ratioOf(
        epoch,
        [&] {
            normals(steps, array);
            tanhs(steps, array);
        },
        runs);
    const auto ofNormals = benchmarks::ratioOf(
        epoch, [&] { normals(steps, array); }, runs);
    const std::string name = std::string(task) + ", N = " + std::to_string(static_cast<int>(units));
    report.figure((name + ": one thread, over its tanh and normals alone").c_str(), ratio.ratio, "x", limit);
    const double normalShare = 100 / ofNormals.ratio;
    const double floorShare = 100 / ratio.ratio;
    report.figure((name + ": share of normals").c_str(), normalShare, "%");
    report.figure((name + ": share of tanh").c_str(), floorShare - normalShare, "%");
    report.figure((name + ": share of the rest").c_str(), 100 - floorShare, "%");
}

/// Two threads, against a part of what the published PyTorch code takes with two on a machine of this kind.
void speed(benchmarks::Report& report, const char* what, const char* task, const TrainingOptions& options,
           double published, double times, int runs) {
    auto trainer = runOf(task, options);
    session::ThreadPool pool(2);
    const auto executor = pool.executor();
    const auto epoch = benchmarks::ratioOf([&] { trainer.runEpoch(executor); }, [] {}, runs);
    report.figure((std::string(what) + ": milliseconds an epoch").c_str(), 1000 * epoch.seconds, "ms",
                  1000 * published / times);
    report.figure((std::string(what) + ": epochs a second").c_str(), 1 / epoch.seconds, "");
    report.figure((std::string(what) + ": times the published code").c_str(), published / epoch.seconds, "x");
}

double megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    benchmarks::Report report(argc, argv);
    std::printf("kernels: %s\n", network::kernelTarget());
    shares(report, "rdm", 512, 15);
    shares(report, "romo", 512, 9);
    shares(report, "mante", 512, 9);
    shares(report, "mante", 4096, 3);
    shares(report, "dms", 512, 5);
    shares(report, "flipflop", 512, 3);
    speed(report, "rdm, N = 512", "rdm", {}, 0.54, 30, 25);
    speed(report, "romo, N = 512", "romo", {}, 1.15, 20, 15);
    speed(report, "dms, N = 512, delays to 150", "dms", {}, 4.9, 20, 7);
    speed(report, "mante, N = 4096", "mante", {{"units", 4096}}, 6.0, 20, 7);
    speed(report, "mante, N = 512, full rank", "mante", {{"rank", 0}}, 20, 20, 3);
    {
        auto trainer = runOf("dms", {{"units", 4096}, {"trials", 64}});
        session::ThreadPool pool(2);
        trainer.runEpoch(pool.executor());
    }
    report.figure("memory of all that, with dms at N = 4096, batch 32, T to 255", megabytes(), "MiB", 1024);
    return report.exitCode();
}
