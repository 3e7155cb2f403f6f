// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/choices_worker.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/tasks/task.h"
#include "ui/session/progress_meter.h"
#include "ui/session/stop_either.h"
#include "ui/session/thread_pool.h"

namespace kappascope::session {

namespace {

constexpr double coarseUnitSteps = 3e7;  // about 50 ms of two processors
constexpr double meanFieldUnits = 60;    // what a step of a circuit's population costs, in units
constexpr int mostCoarse = 8;

std::size_t cellsOf(const tasks::ChoicePlot& plot) {
    std::size_t cells = 0;
    for (const auto& panel : plot.panels) cells += panel.conditions.size();
    return cells;
}

BehaviourPtr ask(const ChoicesRequest& request, const statistics::Modulation& modulation, int trials,
                 const Executor& executor, const std::stop_token& stop) {
    const auto& setup = request.setup;
    const auto& task = tasks::task(setup.task.toStdString());
    statistics::BehaviourOptions options;
    options.task = setup.options;
    options.trials = trials;
    options.noise = setup.noise;
    options.seed = setup.seed;
    if (request.circuit) {
        if (!setup.circuit) throw Error(ErrorCode::needsPopulations);
        return std::make_shared<const statistics::Behaviour>(
            statistics::meanFieldBehaviour(*setup.circuit, statistics::circuitGains(*setup.circuit, modulation),
                                           setup.alpha, task, options, executor, stop));
    }
    if (!setup.network) throw Error(ErrorCode::needsUnits);
    return std::make_shared<const statistics::Behaviour>(statistics::behaviour(
        *setup.network, statistics::unitGains(*setup.network, modulation), task, options, executor, stop));
}

/// Gains 1, and nobody silenced.
statistics::Modulation untouched(const ChoicesRequest& request) {
    const int populations =
        request.circuit ? request.setup.circuit->populationCount() : request.setup.network->populationCount();
    statistics::Modulation modulation;
    modulation.gains = Eigen::VectorXd::Ones(populations);
    modulation.inactivated = Eigen::VectorXd::Zero(populations);
    modulation.seed = request.modulation.seed;
    return modulation;
}

bool touches(const statistics::Modulation& modulation) {
    return (modulation.gains.array() != 1).any() || (modulation.inactivated.array() != 0).any();
}

/// The thread's own: what was asked as trained, and the threads that help.
class ChoicesJob {
public:
    std::shared_ptr<const Choices> perform(const ChoicesRequest& request, const ChoicesWorker::Run& run) {
        if (request.circuit && !request.setup.circuit) throw Error(ErrorCode::needsPopulations);
        if (!request.circuit && !request.setup.network) throw Error(ErrorCode::needsUnits);
        if (request.beside && !request.setup.circuit) throw Error(ErrorCode::needsPopulations);
        meter_ = std::make_unique<ProgressMeter>([this, &request, &run](double share) {
            auto report = std::make_shared<Choices>();
            report->request = request;
            report->progress = done_ + stage_ * share;
            run.deliver(std::move(report));
        });
        const StopEither hand(run.stop, request.cancel);
        const StopEither hurry(run.giveWay, request.cancel);
        const int coarse = coarseTrials(request);
        auto first = stage(request, coarse, hand.token());
        if (coarse == request.trials) return first;
        run.deliver(first);
        return stage(request, request.trials, hurry.token());
    }

private:
    struct Known {
        BehaviourSetup setup;
        bool circuit = false;
        int trials = 0;
        BehaviourPtr behaviour;
    };

    std::shared_ptr<const Choices> stage(const ChoicesRequest& request, int trials, const std::stop_token& stop) {
        auto result = std::make_shared<Choices>();
        result->request = request;
        result->trials = trials;
        const bool both = request.beside && !request.circuit;
        std::tie(result->trained, result->modulated) = pair(request, trials, stop, 0, both ? 0.5 : 1);
        if (!both) return result;
        ChoicesRequest ofCircuit = request;
        ofCircuit.circuit = true;
        std::tie(result->circuitTrained, result->circuitModulated) = pair(ofCircuit, trials, stop, 0.5, 0.5);
        return result;
    }

    /// As trained and as modulated. Its progress begins at `from` and takes `share` of all.
    std::pair<BehaviourPtr, BehaviourPtr> pair(const ChoicesRequest& request, int trials, const std::stop_token& stop,
                                               double from, double share) {
        std::pair<BehaviourPtr, BehaviourPtr> result;
        const auto found = std::ranges::find_if(known_, [&](const Known& each) {
            return each.trials == trials && each.circuit == request.circuit && each.setup == request.setup;
        });
        const bool asks = found == known_.end(), changes = touches(request.modulation);
        if (asks) {
            begin(from, changes ? 0.5 * share : share);
            result.first = ask(request, untouched(request), trials, executor(), stop);
            if (known_.size() >= 4) known_.erase(known_.begin());  // coarse and fine, of network and circuit
            known_.push_back({request.setup, request.circuit, trials, result.first});
        } else {
            result.first = found->behaviour;
        }
        begin(asks ? from + 0.5 * share : from, asks ? 0.5 * share : share);
        result.second = changes ? ask(request, request.modulation, trials, executor(), stop) : result.first;
        return result;
    }

    void begin(double done, double stage) {
        done_ = done;
        stage_ = stage;
    }

    Executor executor() { return meter_->measured(inner_); }

    std::vector<Known> known_;
    ThreadPool pool_;
    Executor inner_ = pool_.executor();
    std::unique_ptr<ProgressMeter> meter_;
    // Written between two calls of the executor, which all threads see.
    double done_ = 0;
    double stage_ = 1;
};

}  // namespace

int coarseTrials(const ChoicesRequest& request) {
    const auto& setup = request.setup;
    const auto& task = tasks::task(setup.task.toStdString());
    const auto plot = task.choicePlot(setup.options);
    const auto steps = static_cast<double>(task.trial(plot.panels[0].conditions[0], setup.options).trial.steps());
    double units = request.circuit ? meanFieldUnits * setup.circuit->populationCount()
                                   : static_cast<double>(setup.network->units());
    if (!request.circuit && !setup.network->isLowRank()) units *= units / 8;  // the product with J
    const double affordable = coarseUnitSteps / (units * steps * static_cast<double>(cellsOf(plot)));
    return std::clamp(static_cast<int>(affordable), 1, std::min(mostCoarse, request.trials));
}

std::unique_ptr<ChoicesWorker> makeChoicesWorker(ChoicesWorker::Receive receive) {
    return std::make_unique<ChoicesWorker>(
        [job = std::make_shared<ChoicesJob>()](const ChoicesRequest& request, const ChoicesWorker::Run& run) {
            return job->perform(request, run);
        },
        std::move(receive));
}

}  // namespace kappascope::session
