// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trial_track.h"

#include <cmath>
#include <utility>

namespace kappascope::session {

TrialTrack::TrialTrack(std::shared_ptr<Precedence> precedence, QObject* parent) : QObject(parent) {
    worker_ =
        makeTrialWorker([this](const Delivery<TrialResult>& delivery) { receive(delivery); }, std::move(precedence));
    connect(&playback_, &Playback::moved, this, &TrialTrack::follow);
}

TrialTrack::~TrialTrack() = default;

void TrialTrack::request(const std::shared_ptr<const State>& state, const std::vector<Level>& levels) {
    if (!state || state->trial.task.isEmpty()) {
        drop();
        return;
    }
    // Another task is another time axis; another condition is compared at the same moment.
    if (result_ && result_->state->trial.task != state->trial.task) drop();
    busy_ = true;
    asked_ = state;
    serial_ = worker_->submit({state, levels});
}

void TrialTrack::drop() {
    busy_ = false;
    serial_ = 0;
    asked_ = nullptr;
    wanted_ = -1;
    playback_.pause();
    playback_.setPosition(-1);
    if (!std::exchange(result_, nullptr)) return;
    playback_.setSteps(0, 1);
    emit resultChanged();
}

void TrialTrack::setScrubber(int step) {
    if (result_)
        playback_.setPosition(step);
    else
        wanted_ = step;
}

void TrialTrack::receive(const Delivery<TrialResult>& delivery) {
    if (!asked_) return;
    if (delivery.error && delivery.serial == serial_) {
        drop();
        emit failed(sentence(*delivery.error));
        emit finished();
        return;
    }
    // Shown, though a slider may have moved on, unless it is of another network or task.
    const auto isWanted = [this](const State& of) {
        return of.network == asked_->network && of.circuit == asked_->circuit && of.trial.task == asked_->trial.task;
    };
    if (delivery.result && isWanted(*delivery.result->state)) {
        const Eigen::VectorXd before = drive();
        result_ = delivery.result;
        playback_.setSteps(result_->steps(), result_->stepMs);
        if (const int wanted = std::exchange(wanted_, -1); wanted >= 0 && wanted < result_->steps())
            playback_.setPosition(wanted);
        emit resultChanged();
        const Eigen::VectorXd now = drive();
        if (before.size() != now.size() || before != now) emit stepped();
    }
    if (delivery.outcome && delivery.serial == serial_) {
        busy_ = false;
        emit finished();
    }
}

void TrialTrack::follow() {
    const int step = static_cast<int>(std::floor(playback_.position()));
    const bool other = std::exchange(step_, step) != step;
    emit moved();
    if (other) emit stepped();
}

Eigen::VectorXd TrialTrack::drive(int input) const {
    if (!result_ || step_ < 0 || step_ >= result_->steps()) return {};
    return result_->drive(step_, input);
}

Eigen::VectorXd TrialTrack::kappa(int side) const {
    if (!result_ || step_ < 0 || step_ >= result_->steps()) return {};
    const auto& bundle = result_->sides[static_cast<std::size_t>(side)];
    if (!bundle) return {};
    return bundle->runs[0].kappa.col(step_);
}

}  // namespace kappascope::session
