// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace kappascope {

/// Calls work(index) for 0..count-1, in any order and on any threads, and returns when all are done; an exception of
/// work is thrown again. Core starts no threads: its caller hands this in.
using Executor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

/// One after the other, in the calling thread.
inline Executor inThisThread() {
    return [](std::size_t count, const std::function<void(std::size_t)>& work) {
        for (std::size_t k = 0; k < count; ++k) work(k);
    };
}

}  // namespace kappascope
