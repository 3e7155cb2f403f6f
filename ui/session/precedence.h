// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kappascope::session {

/// Lets what the hand waits for go first where processors are few: workers hold it while they compute what a slider
/// shows next, and others wait for that between two steps of theirs. Safe to use from any thread.
class Precedence {
public:
    /// As long as it lives, courteous work waits.
    class Hold {
    public:
        explicit Hold(Precedence& precedence) : precedence_(precedence) { precedence_.add(1); }
        ~Hold() { precedence_.add(-1); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        Precedence& precedence_;
    };

    /// Returns when nobody has held it for so long, when the token fires, or after a while (25 ms and five times
    /// `quiet`): what waits must not starve. While a hand keeps moving, the calling thread goes on with idle priority
    /// until it asks again: the next portrait displaces it at once. Not otherwise: where other programs keep every
    /// processor busy, an idle thread gets next to nothing.
    void giveWay(const std::stop_token& stop, std::chrono::milliseconds quiet = {});

private:
    void add(int holders);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    int holders_ = 0;
    static constexpr std::size_t many = 12;
    std::array<std::chrono::steady_clock::time_point, many> recent_{};  ///< when the last ones were let go
    std::size_t oldest_ = 0;
    std::chrono::steady_clock::time_point released_;
};

}  // namespace kappascope::session
