// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/precedence.h"

#include <algorithm>
#include <chrono>

namespace kappascope::session {

void Precedence::giveWay(const std::stop_token& stop, std::chrono::milliseconds quiet) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(25) + 5 * quiet;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested() && Clock::now() < end) {
        if (holders_ > 0) {
            changed_.wait_until(lock, stop, end, [this] { return holders_ == 0; });
            continue;
        }
        const auto until = released_ + quiet;
        if (Clock::now() >= until) return;
        changed_.wait_until(lock, stop, std::min(until, end), [this] { return holders_ > 0; });
    }
}

void Precedence::add(int holders) {
    {
        const std::scoped_lock lock(mutex_);
        holders_ += holders;
        if (holders_ == 0) released_ = std::chrono::steady_clock::now();
    }
    changed_.notify_all();
}

}  // namespace kappascope::session
