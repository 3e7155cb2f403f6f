// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include "core/executor.h"

namespace kappascope::session {

/// Counts what an executor gets done, and reports it: nothing of what is over within half a second, then ten times a
/// second. report is called from any thread.
class ProgressMeter {
public:
    /// report(share): of the stage that runs, 0..1.
    explicit ProgressMeter(std::function<void(double)> report)
        : report_(std::move(report)), next_((std::chrono::steady_clock::now() + quiet).time_since_epoch().count()) {}

    /// The same executor, measured. It must outlive neither this nor `inner`.
    Executor measured(const Executor& inner) {
        return [this, &inner](std::size_t count, const std::function<void(std::size_t)>& work) {
            std::atomic<std::size_t> done{0};
            inner(count, [&](std::size_t k) {
                work(k);
                step(static_cast<double>(++done) / static_cast<double>(count));
            });
        };
    }

    /// For work that counts its own steps.
    void step(double share) {
        const auto now = std::chrono::steady_clock::now();
        auto due = next_.load();
        if (now.time_since_epoch().count() < due) return;
        // One thread of many reports.
        if (next_.compare_exchange_strong(due, (now + interval).time_since_epoch().count())) report_(share);
    }

private:
    static constexpr std::chrono::milliseconds quiet{500};
    static constexpr std::chrono::milliseconds interval{100};

    std::function<void(double)> report_;
    std::atomic<std::chrono::steady_clock::rep> next_;
};

}  // namespace kappascope::session
