// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/refine_run.h"

#include <algorithm>
#include <atomic>

#include "core/statistics/loadings.h"
#include "ui/session/refining.h"
#include "ui/session/stop_either.h"
#include "ui/session/thread_pool.h"

namespace kappascope::session {

RefineRun::RefineRun(Explorer& explorer, QObject* parent) : QObject(parent), explorer_(explorer) {
    worker_ = std::make_unique<LatestWorker<Request, Result>>(
        work, [this](const Delivery<Result>& delivery) { receive(delivery); });
    connect(&explorer_, &Explorer::stateChanged, this, [this](Changes what) {
        if (!what.testFlag(Change::network) && !what.testFlag(Change::circuit)) return;
        const auto& state = explorer_.state();
        if (running_ && (!state || state->network != from_->network || state->circuit != from_->circuit)) {
            cancel();
            emit told(tr("The refinement was ended: the circuit that it began with is no longer the open one."));
        } else {
            emit changed();
        }
    });
}

RefineRun::~RefineRun() {
    stop_.request_stop();
}

bool RefineRun::isPossible() const {
    const auto& state = explorer_.state();
    return state && state->network && state->network->isLowRank() && state->circuit &&
           !statistics::readsOutRates(*state->network) && state->circuit->outputs == state->network->outputs() &&
           state->circuit->bias == state->network->hasBias();
}

void RefineRun::start() {
    if (running_ || !isPossible()) return;
    stop_ = std::stop_source();
    running_ = true;
    progress_ = 0;
    from_ = explorer_.state();
    serial_ = worker_->submit({from_, options, stop_.get_token()});
    emit changed();
}

void RefineRun::cancel() {
    if (!running_) return;
    stop_.request_stop();
    running_ = false;
    from_.reset();
    emit changed();
}

std::shared_ptr<const training::Refinement> RefineRun::result() const {
    const auto& state = explorer_.state();
    return state && circuit_ && state->circuit == circuit_ ? refinement_ : nullptr;
}

std::shared_ptr<const RefineRun::Result> RefineRun::work(const Request& request,
                                                         const LatestWorker<Request, Result>::Run& run) {
    setThisThread(ThreadPriority::idle);
    ThreadPool pool(0, ThreadPriority::idle);
    const StopEither stop(request.stop, run.stop);
    std::atomic<int> done{0};
    const auto step = [&] {
        run.deliver(std::make_shared<const Result>(
            Result{static_cast<double>(++done) / static_cast<double>(request.options.starts)}));
    };
    const State& state = *request.state;
    auto refinement = std::make_shared<const training::Refinement>(
        refineToFlow(state, *state.circuit, refinementTrials(state, state.trial), request.options,
                     {pool.executor(), step, stop.token()}));
    auto next = withCircuit(request.state, std::make_shared<const reduction::Circuit>(refinement->circuit));
    return std::make_shared<const Result>(Result{1, std::move(next), std::move(refinement)});
}

void RefineRun::receive(const Delivery<Result>& delivery) {
    if (!running_ || delivery.serial != serial_) return;
    if (!delivery.outcome) {
        progress_ = std::max(progress_, delivery.result->progress);
        emit changed();
        return;
    }
    running_ = false;
    from_.reset();
    if (delivery.error) emit told(sentence(*delivery.error));
    if (delivery.result) {
        // What was moved meanwhile stays as it is.
        const auto& now = explorer_.state();
        auto next = std::make_shared<State>(*delivery.result->next);
        next->input = now->input;
        next->trial = now->trial;
        next->notes = now->notes;
        if (next->gains.size() == now->gains.size()) {
            next->gains = now->gains;
            next->on = now->on;
        }
        refinement_ = delivery.result->refinement;
        circuit_ = next->circuit;
        explorer_.document().replace(std::move(next), tr("refine the circuit"));
    }
    emit changed();
}

}  // namespace kappascope::session
