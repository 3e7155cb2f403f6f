// SPDX-License-Identifier: GPL-3.0-or-later
// What the trial and its scrubber do to the portraits.
#include <algorithm>

#include "ui/session/explorer.h"

namespace kappascope::session {

namespace {

constexpr double margin = 0.06;  // around a trial, of its width and height

}  // namespace

/// The state as the portraits show it: at the input of the scrubber's moment.
StatePtr Explorer::shownState() const {
    const Eigen::VectorXd v = trials_.drive(view_.input);
    if (v.size() == 0 || v.size() != document_.state()->input.size()) return document_.state();
    auto shown = std::make_shared<State>(*document_.state());
    shown->input = v;
    return shown;
}

/// Widens a view until the trial's path lies in it; whether that changed anything.
bool Explorer::holdTrial(phase::View& view) const {
    const auto trial = trials_.result();
    if (!trial) return false;
    const phase::View before = view;
    for (const auto& bundle : trial->sides) {
        if (!bundle) continue;
        const QRectF box = pathOf(bundle->runs[0], view).boundingRect();
        if (box.left() < view.xMin) view.xMin = box.left() - margin * box.width();
        if (box.right() > view.xMax) view.xMax = box.right() + margin * box.width();
        if (box.top() < view.yMin) view.yMin = box.top() - margin * box.height();
        if (box.bottom() > view.yMax) view.yMax = box.bottom() + margin * box.height();
    }
    return !(before == view);
}

void Explorer::showTrial() {
    if (trials_.result() && std::exchange(trialIsNew_, false) && automatic_) {
        phase::View wide = view_;
        if (holdTrial(wide)) applySuggestions();
    }
    emit trialChanged();
    requestTraces();
    requestProbe();
}

void Explorer::showMoment() {
    if (!state()) return;
    if (holdMarkedState()) requestTraces();
    requestPortraits();
    requestTrajectoriesAfterPortraits();
    requestProbe();
}

/// Above rank 2, the plane that is shown goes through the marked state: the trial's moment, else the end of the last
/// trajectory. Without one it stays where it is. Whether it is another plane now.
bool Explorer::holdMarkedState() {
    if (!following_ || !state() || state()->rank() < 3) return false;
    const Eigen::VectorXd before = view_.held;
    const Eigen::VectorXd moment = trials_.kappa(trials_.kappa(0).size() > 0 ? 0 : 1);
    const auto& drawn = views_[0].trajectories ? views_[0].trajectories : views_[1].trajectories;
    if (moment.size() == state()->rank())
        view_.held = moment;
    else if (drawn && !drawn->empty() && drawn->back().steps.cols() > 0)
        view_.held = drawn->back().steps.rightCols(1);
    return before.size() != view_.held.size() || before != view_.held;
}

void Explorer::requestTraces() {
    const bool on = std::find(layers_.begin(), layers_.end(), QStringLiteral("trace")) != layers_.end();
    if (!state() || !trials_.result() || !on) {
        tracesBusy_ = false;
        traceSerial_ = 0;
        for (View& view : views_) view.traces = nullptr;
        return;
    }
    tracesBusy_ = true;
    traceSerial_ = traceWorker_->submit({state(), {views_[0].level, views_[1].level}, view_, trials_.result()});
}

void Explorer::receiveTraces(const Delivery<TraceResult>& delivery) {
    if (delivery.serial != traceSerial_) return;  // the view or the trial is another one now
    if (delivery.outcome) tracesBusy_ = false;
    if (!delivery.result) return;
    for (int side = 0; side < sides; ++side) {
        if (delivery.result->levels[at(side)] != views_[at(side)].level) continue;
        views_[at(side)].traces = delivery.result->traces[at(side)];
    }
    if (scrubber() >= 0) requestPortraits();
}

}  // namespace kappascope::session
