// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/executor.h"
#include "ui/session/thread_priority.h"

namespace kappascope::session {

/// Threads that wait for work: for loops of a millisecond, which starting threads each time would dominate.
class ThreadPool {
public:
    /// threads: how many work at once, the calling one among them; 0: as many as the machine has.
    /// priority: of the threads that it starts; the calling one is as it is.
    explicit ThreadPool(int threads = 0, ThreadPriority priority = ThreadPriority::normal);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Calls work(index) for 0..count-1 and returns when all are done. The first exception ends the loop and is thrown
    /// again. From one thread at a time, never from work itself.
    void forEach(std::size_t count, const std::function<void(std::size_t)>& work);

    /// Of all threads that it started, from now on. From any thread.
    void setPriority(ThreadPriority priority);

    /// For core; the pool must outlive it.
    Executor executor();

private:
    void help(std::stop_token stop);
    void loop();

    std::atomic<std::uint64_t> round_{0};
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> busy_{0};
    std::size_t count_ = 0;
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::mutex mutex_;
    std::exception_ptr failure_;
    std::vector<std::jthread> helpers_;
};

}  // namespace kappascope::session
