// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/precedence.h"

#include <chrono>

namespace kappascope::session {

void Precedence::giveWay(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds patience(25);
    std::unique_lock lock(mutex_);
    free_.wait_for(lock, stop, patience, [this] { return holders_ == 0; });
}

void Precedence::add(int holders) {
    {
        const std::scoped_lock lock(mutex_);
        holders_ += holders;
    }
    if (holders < 0) free_.notify_all();
}

}  // namespace kappascope::session
