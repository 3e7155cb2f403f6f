// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/reductions_run.h"

#include <algorithm>
#include <utility>

#include "ui/session/comparison.h"
#include "ui/session/connectivity.h"
#include "ui/session/reductions_text.h"
#include "ui/session/stop_either.h"
#include "ui/session/thread_pool.h"

namespace kappascope::session {

namespace {

bool same(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    return a.size() == b.size() && a == b;
}

/// The same network in all that a table depends on, whatever its populations.
bool sameNetwork(const network::Network& a, const network::Network& b) {
    return a.alpha == b.alpha && a.noise == b.noise && a.readout == b.readout && same(a.bias, b.bias) &&
           same(a.initialState, b.initialState) && sameLoadings(a, b);
}

}  // namespace

ReductionsRun::ReductionsRun(Explorer& explorer, QObject* parent) : QObject(parent), explorer_(explorer) {
    worker_ = std::make_unique<LatestWorker<Request, Result>>(
        work, [this](const Delivery<Result>& delivery) { receive(delivery); });
    connect(&explorer_, &Explorer::stateChanged, this, [this](Changes what) {
        if (what & (Changes(Change::network) | Change::circuit | Change::trial)) follow();
    });
}

ReductionsRun::~ReductionsRun() {
    stop_.request_stop();
}

ReductionsPlan ReductionsRun::planOf(const State& state) const {
    ReductionsPlan next = plan;
    next.choice = {};
    next.choice.task = state.trial.task;
    next.choice.options = state.trial.options;
    return next;
}

QString ReductionsRun::obstacle() const {
    const auto& state = explorer_.state();
    if (!state) return tr("Open a network first.");
    if (!state->network) return tr("This circuit has no units to be held against: sample a network from it first.");
    try {
        const auto ground = reductionsGround(*state, planOf(*state));
        const auto outputs = ground.task->randomTrial(ground.taskOptions, 1, 0).target.rows();
        if (outputs != state->network->outputs())
            return tr("The task %1 has %2 output(s), this network has %3: choose another task in Explore, below the "
                      "portraits.")
                .arg(ground.choice.task)
                .arg(outputs)
                .arg(state->network->outputs());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::needsTask)
            return tr(
                "This network names no task. Choose one in Explore (Alt+1), below the portraits: its trials are "
                "what the reductions are judged by.");
        return sentence(error);
    }
    return {};
}

void ReductionsRun::start() {
    if (running_ || !obstacle().isEmpty()) return;
    const auto state = explorer_.state();
    table_ = {};
    table_.of = state;
    table_.plan = planOf(*state);
    if (state->circuit) table_.plan.own = state;
    table_.ground = reductionsGround(*state, table_.plan);
    stop_ = std::stop_source();
    running_ = true;
    complete_ = false;
    progress_ = 0;
    outOfDate_.clear();
    serial_ = worker_->submit({state, table_.plan, table_.ground, stop_.get_token()});
    emit changed();
}

void ReductionsRun::cancel() {
    if (!running_) return;
    stop_.request_stop();
    running_ = false;
    emit changed();
}

std::shared_ptr<const ReductionsRun::Result> ReductionsRun::work(const Request& request,
                                                                 const LatestWorker<Request, Result>::Run& run) {
    setThisThread(ThreadPriority::idle);
    ThreadPool pool(0, ThreadPriority::idle);
    const StopEither stop(request.stop, run.stop);
    const auto deliver = [&run](Result result) { run.deliver(std::make_shared<const Result>(std::move(result))); };
    ReductionsWork work;
    work.executor = pool.executor();
    work.stop = stop.token();
    work.progress = [&deliver](double share) { deliver({share}); };
    // The exact level of a low-rank network is the network.
    const bool truncated = request.state->isTruncated();
    if (truncated) deliver({0, {}, networkAccuracy(request.state, request.plan, request.ground, work)});
    work.row = [&](Reduction row) {
        const auto accuracy = row.kind == Reduction::Kind::exact && !truncated ? row.accuracy : std::nullopt;
        deliver({0, std::move(row), accuracy});
    };
    measureReductions(request.state, request.plan, request.ground, work);
    return std::make_shared<const Result>(Result{1});
}

void ReductionsRun::receive(const Delivery<Result>& delivery) {
    if (!running_ || delivery.serial != serial_) return;
    if (delivery.result) {
        progress_ = std::max(progress_, delivery.result->progress);
        if (delivery.result->row) table_.rows.push_back(*delivery.result->row);
        if (delivery.result->networkAccuracy) table_.networkAccuracy = delivery.result->networkAccuracy;
    }
    if (delivery.outcome) {
        running_ = false;
        complete_ = delivery.outcome == Outcome::finished;
        if (delivery.error) emit told(sentence(*delivery.error));
    }
    emit changed();
}

bool ReductionsRun::isSameNetwork() const {
    const auto& now = explorer_.state();
    if (!now || !now->network || !table_.of) return false;
    return now->network == table_.of->network || (now->isTruncated() == table_.of->isTruncated() &&
                                                  (!now->isTruncated() || now->origin == table_.of->origin) &&
                                                  sameNetwork(*now->network, *table_.of->network));
}

QString ReductionsRun::whatChanged() const {
    if (!isSameNetwork()) return tr("Out of date: these numbers are those of another network.");
    const auto& now = explorer_.state();
    try {
        const auto ground = reductionsGround(*now, planOf(*now));
        if (ground.choice.task != table_.ground.choice.task || ground.taskOptions != table_.ground.taskOptions)
            return tr("Out of date: the task or its options have changed since.");
    } catch (const Error&) {
        return tr("Out of date: the task or its options have changed since.");
    }
    const auto isRow = [&now](const Reduction& row) { return row.state->circuit == now->circuit; };
    if (now->circuit && !now->circuitIsOneGaussian && now->circuit != table_.of->circuit &&
        std::ranges::none_of(table_.rows, isRow))
        return tr("Out of date: the circuit that the document has now is not among these.");
    return {};
}

void ReductionsRun::follow() {
    if (table_.of) outOfDate_ = whatChanged();
    emit changed();
}

bool ReductionsRun::isUsed(std::size_t row) const {
    const auto& now = explorer_.state();
    const Reduction& each = table_.rows[row];
    if (!now || !now->circuit || each.kind == Reduction::Kind::exact || !isSameNetwork()) return false;
    return now->circuit == each.state->circuit || (now->circuitIsOneGaussian && each.state->circuitIsOneGaussian);
}

bool ReductionsRun::canUse(std::size_t row) const {
    return table_.rows[row].kind != Reduction::Kind::exact && isSameNetwork() && !isUsed(row);
}

void ReductionsRun::use(std::size_t row) {
    if (row >= table_.rows.size() || !canUse(row)) return;
    const State& from = *table_.rows[row].state;
    const auto& now = explorer_.state();
    // What is none of the circuit's concern stays as it is now.
    auto next = std::make_shared<State>(*now);
    next->file = from.file;
    next->network = from.network;
    next->exact = from.exact;
    next->circuit = from.circuit;
    next->circuitIsOneGaussian = from.circuitIsOneGaussian;
    next->circuitIsMoments = from.circuitIsMoments;
    next->sampled = from.sampled;
    if (next->gains.size() != from.gains.size()) {
        next->gains = from.gains;
        next->on = from.on;
    }
    explorer_.document().replace(std::move(next), tr("use the circuit of %1").arg(reductionTitle(table_.rows[row])));
}

}  // namespace kappascope::session
