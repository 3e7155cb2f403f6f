// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/playback.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kappascope::session {

namespace {

constexpr std::array speeds{0.125, 0.25, 0.5, 1.0, 2.0, 4.0};
constexpr int tickMs = 16;
constexpr double longestTick = 0.1;  // s: after a stall it goes on where it was

}  // namespace

Playback::Playback(QObject* parent) : QObject(parent) {
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(tickMs);
    connect(&timer_, &QTimer::timeout, this,
            [this] { advance(std::min(longestTick, static_cast<double>(sinceTick_.restart()) / 1000)); });
}

void Playback::setSteps(int steps, double stepMs) {
    steps = std::max(0, steps);
    if (steps == steps_ && stepMs == stepMs_) return;
    steps_ = steps;
    stepMs_ = stepMs;
    if (steps_ == 0) timer_.stop();
    emit changed();
    if (position_ > steps_ - 1) setPosition(steps_ - 1);
}

void Playback::setPosition(double position) {
    position = std::isfinite(position) ? std::clamp(position, -1.0, steps_ - 1.0) : -1;
    if (position < 0) position = -1;
    if (position == position_) return;
    position_ = position;
    emit moved(position_);
}

void Playback::play() {
    if (isPlaying() || steps_ < 2) return;
    if (position_ < 0 || position_ >= steps_ - 1) setPosition(0);
    sinceTick_.start();
    timer_.start();
    emit changed();
}

void Playback::pause() {
    if (!isPlaying()) return;
    timer_.stop();
    emit changed();
}

void Playback::toggle() {
    if (isPlaying())
        pause();
    else
        play();
}

void Playback::setLoops(bool on) {
    if (loops_ == on) return;
    loops_ = on;
    emit changed();
}

double Playback::speed() const {
    return speeds[static_cast<std::size_t>(speed_)];
}

bool Playback::canFaster() const {
    return speed_ + 1 < static_cast<int>(speeds.size());
}

bool Playback::canSlower() const {
    return speed_ > 0;
}

void Playback::faster() {
    if (!canFaster()) return;
    ++speed_;
    emit changed();
}

void Playback::slower() {
    if (!canSlower()) return;
    --speed_;
    emit changed();
}

void Playback::advance(double seconds) {
    if (steps_ < 2 || !(seconds > 0)) return;
    const double last = steps_ - 1;
    const double next = std::max(position_, 0.0) + 1000 * seconds * speed() / stepMs_;
    if (next < last) {
        setPosition(next);
    } else if (loops_) {
        setPosition(std::fmod(next, last));
    } else {
        setPosition(last);
        pause();
    }
}

}  // namespace kappascope::session
