// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_estimate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "core/error.h"
#include "core/text.h"
#include "core/training/kernels.h"
#include "core/training/trainer.h"
#include "ui/session/thread_pool.h"
#include "ui/session/training_snapshot.h"

namespace kappascope::session {

namespace {

using training::Settings;
using training::Stage;

constexpr std::size_t fullRankBlock = 16;                     // trials that a full-rank network steps together
constexpr std::uint64_t firstTrial = std::uint64_t{6} << 40;  // of no run

int threadsOf(int threads) {
    return threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::size_t whole(const Settings& settings, const char* id) {
    return static_cast<std::size_t>(settings.value(id));
}

std::size_t blockWidth(const Settings& settings) {
    return settings.value("rank") == 0 ? fullRankBlock : training::kernels::width;
}

std::size_t blocksOf(std::size_t trials, std::size_t width) {
    return (trials + width - 1) / width;
}

int longestTrial(const Settings& settings) {
    constexpr int some = 32;
    return training::randomTrials(tasks::task(settings.task), settings.taskOptions, training::Model<float>().alpha,
                                  settings.seed, firstTrial, some)
        .longest();
}

template <class Work>
double secondsOf(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of this thread, for as long as it lives.
class NormalPriority {
public:
    NormalPriority() : before_(priorityOfThisThread()) { setThisThread(ThreadPriority::normal); }
    ~NormalPriority() { setThisThread(before_); }
    NormalPriority(const NormalPriority&) = delete;
    NormalPriority& operator=(const NormalPriority&) = delete;

private:
    ThreadPriority before_;
};

/// What one epoch of a stage takes, from part of a batch.
class Measurement {
public:
    Measurement(const Settings& settings, int threads, std::stop_token stop)
        : settings_(settings),
          threads_(static_cast<std::size_t>(threads)),
          stop_(std::move(stop)),
          pool_(threads, ThreadPriority::normal),
          model_(training::initialModel(settings.shape(), {}, settings.seed)),
          differentiator_(training::makeDifferentiator<float>(model_.shape, settings.trainable())) {
        model_.noise = settings.value("noise");
    }

    double secondsPerEpoch(const Stage& stage) {
        const std::size_t width = blockWidth(settings_);
        const std::size_t trials = whole(settings_, "trials");
        const std::size_t batch = std::min(whole(settings_, "batch"), trials);
        const std::size_t some = std::min(batch, threads_ * width);
        auto set = training::randomTrials(tasks::task(settings_.task), stage.task, model_.alpha, settings_.seed,
                                          firstTrial, static_cast<int>(some), stop_);
        const double share = shorten(set);
        std::vector<std::size_t> all(some);
        std::iota(all.begin(), all.end(), std::size_t{0});
        const training::Batch part{set, all, settings_.seed, 0};
        std::vector<float> gradient(model_.parameters.size());
        const auto executor = pool_.executor();
        const double stepping = quickest([&] { differentiator_->gradient(model_, part, gradient, executor, stop_); });
        const double judging =
            quickest([&] { differentiator_->score(model_, part, settings_.measure(), executor, stop_); });
        training::Adam adam;
        const double updating = quickest([&] {
            training::clip(gradient, training::normOf(gradient), 1e9);
            adam.update(model_.parameters, gradient, 0);
        });
        // Blocks are shared out among the threads.
        const auto rounds = [&](std::size_t count) {
            return std::ceil(static_cast<double>(blocksOf(count, width)) / static_cast<double>(threads_));
        };
        const double batches = static_cast<double>(trials / batch);
        return batches * (stepping / share * rounds(batch) / rounds(some) + updating) +
               judging / share * rounds(whole(settings_, "validation-trials")) / rounds(some);
    }

private:
    /// Cuts the trials to as many steps as a few milliseconds are enough for; returns the share that is left.
    double shorten(training::TrialSet& set) const {
        const auto units = static_cast<double>(model_.shape.units);
        const bool full = model_.shape.isFullRank();
        const double step = full ? units * units : units * static_cast<double>(model_.shape.rank + 4);
        const double affordable = full ? 3e8 : 1e7;  // some 10 ms
        const int most =
            static_cast<int>(std::clamp(affordable / (step * static_cast<double>(set.trials.size())), 2.0, 1e6));
        double all = 0, kept = 0;
        for (auto& trial : set.trials) {
            all += trial.steps;
            trial.steps = std::min(trial.steps, most);
            kept += trial.steps;
        }
        return kept / all;
    }

    /// The first time warms caches and memory. Not left to the time that others leave over: on a busy machine that
    /// says nothing about the work.
    template <class Work>
    double quickest(Work&& work) const {
        const NormalPriority hurry;
        double best = secondsOf(work), spent = best;
        constexpr double enough = 0.02;
        for (int k = 0; k < 3 && (k == 0 || spent < enough); ++k) {
            if (stop_.stop_requested()) throw Error(ErrorCode::stopped);
            const double again = secondsOf(work);
            spent += again;
            best = std::min(best, again);
        }
        return best;
    }

    const Settings& settings_;
    std::size_t threads_;
    std::stop_token stop_;
    ThreadPool pool_;
    training::Model<float> model_;
    std::unique_ptr<training::Differentiator<float>> differentiator_;
};

}  // namespace

std::size_t runBytes(const Settings& settings, int threads) {
    const training::Shape shape = settings.shape();
    const auto steps = static_cast<std::size_t>(longestTrial(settings)) + 1;
    const std::size_t width = blockWidth(settings);
    const std::size_t trials = whole(settings, "trials"), validation = whole(settings, "validation-trials");
    const std::size_t blocks = blocksOf(std::min(whole(settings, "batch"), trials), width);
    const std::size_t atWork =
        std::min(static_cast<std::size_t>(threadsOf(threads)), std::max(blocks, blocksOf(validation, width)));
    const std::size_t parameters = shape.total() * sizeof(float);
    // Weights (twice), gradient, two moments, best; a state on its way to the disk, its bytes, and the file's; what the
    // window shows, in double precision too.
    constexpr std::size_t copies = 6 + 4 + 4 + 4, shown = 2 + 2 * 2;
    std::size_t bytes = (copies + shown) * parameters;
    bytes += std::min(WeightHistory::usualLimit + parameters, whole(settings, "epochs") * parameters);
    bytes += (trials + validation) * steps * (shape.inputs + 2 * shape.outputs) * sizeof(double);
    // Working memory: rates of every step, of the trials that are stepped at once; gradients of every block.
    bytes += atWork * (steps + 8) * width * shape.units * sizeof(float);
    const std::size_t columns = shape.isFullRank() ? shape.units : 2 * shape.rank;
    bytes += (blocks + 1) * (columns + shape.inputs + shape.outputs + 2) * shape.units * sizeof(float);
    return bytes;
}

void refuseLargeRun(const Settings& settings, int threads) {
    const std::size_t bytes = runBytes(settings, threads);
    if (bytes <= mostRunBytes) return;
    const auto text = [](std::size_t size) { return toText(static_cast<double>(size) / (1 << 30), 3); };
    throw Error(ErrorCode::runTooLarge, {}, {text(bytes), text(mostRunBytes)});
}

RunEstimate estimateRun(const Settings& settings, int threads, std::stop_token stop) {
    refuseLargeRun(settings, threads);
    RunEstimate result;
    result.bytes = runBytes(settings, threads);
    Measurement measurement(settings, threadsOf(threads), stop);
    for (const Stage& stage : settings.stages()) {
        result.secondsPerEpoch = measurement.secondsPerEpoch(stage);
        result.seconds += stage.epochs * result.secondsPerEpoch;
        result.epochs += stage.epochs;
    }
    return result;
}

std::unique_ptr<EstimateWorker> makeEstimateWorker(int threads, EstimateWorker::Receive receive) {
    return std::make_unique<EstimateWorker>(
        [threads](const Settings& settings, const EstimateWorker::Run& run) {
            setThisThread(ThreadPriority::idle);
            return std::make_shared<const RunEstimate>(estimateRun(settings, threads, run.giveWay));
        },
        std::move(receive));
}

}  // namespace kappascope::session
