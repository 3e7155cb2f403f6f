// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/precedence.h"

#include <algorithm>
#include <chrono>

#include "ui/session/thread_priority.h"

namespace kappascope::session {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds following(100);  // so long after a portrait the next one of a drag may come

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
    const bool contested = holders_ > 0 || (held_ && Clock::now() < released_ + following);
    lock.unlock();
    setThisThread(contested ? ThreadPriority::idle : ThreadPriority::normal);
}

void Precedence::add(int holders) {
    {
        const std::scoped_lock lock(mutex_);
        holders_ += holders;
        held_ = true;
        if (holders_ == 0) released_ = Clock::now();
    }
    changed_.notify_all();
}

}  // namespace kappascope::session
