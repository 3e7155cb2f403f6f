// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>

#include "core/executor.h"

namespace kappascope::test {

/// Shares its jobs between the caller and one more thread.
inline Executor twoThreads() {
    return [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::atomic<std::size_t> next = 0;
        const auto loop = [&] {
            for (std::size_t k = next++; k < count; k = next++) work(k);
        };
        const std::jthread other(loop);
        loop();
    };
}

}  // namespace kappascope::test
