// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/precedence.h"

#include <algorithm>
#include <chrono>

#include "ui/session/thread_priority.h"

namespace kappascope::session {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds following(100);  // so long after a portrait the next one of a drag may come
constexpr std::chrono::milliseconds stretch(300);    // in which a drag brings `many` portraits, and nothing else does

}  // namespace

void Precedence::giveWay(const std::stop_token& stop, std::chrono::milliseconds quiet) {
    const auto end = Clock::now() + std::chrono::milliseconds(25) + 5 * quiet;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested() && Clock::now() < end) {
        if (holders_ > 0) {
            changed_.wait_until(lock, stop, end, [this] { return holders_ == 0; });
            continue;
        }
        const auto until = released_ + quiet;
        if (Clock::now() >= until) break;
        changed_.wait_until(lock, stop, std::min(until, end), [this] { return holders_ > 0; });
    }
    const auto now = Clock::now();
    const bool contested = recent_[oldest_] + stretch > now && (holders_ > 0 || now < released_ + following);
    lock.unlock();
    setThisThread(contested ? ThreadPriority::idle : ThreadPriority::normal);
}

void Precedence::add(int holders) {
    {
        const std::scoped_lock lock(mutex_);
        holders_ += holders;
        if (holders < 0) {
            recent_[oldest_] = Clock::now();
            oldest_ = (oldest_ + 1) % recent_.size();
        }
        if (holders_ == 0) released_ = Clock::now();
    }
    changed_.notify_all();
}

}  // namespace kappascope::session
