// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/thread_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace kappascope::session {

ThreadPool::ThreadPool(int threads, ThreadPriority priority) {
    const int most = threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    try {
        for (int k = 1; k < most; ++k)
            helpers_.emplace_back([this, priority](std::stop_token stop) {
                setThisThread(priority);
                help(std::move(stop));
            });
    } catch (const std::system_error&) {
        // As many as the system gives: the calling thread works in any case.
    }
}

ThreadPool::~ThreadPool() {
    for (auto& helper : helpers_) helper.request_stop();
    ++round_;
    round_.notify_all();
}

void ThreadPool::forEach(std::size_t count, const std::function<void(std::size_t)>& work) {
    count_ = count;
    work_ = &work;
    failure_ = nullptr;
    next_ = 0;
    busy_ = helpers_.size();
    ++round_;
    round_.notify_all();
    loop();
    // Every helper has seen this round before the next one may begin.
    for (std::size_t busy = busy_; busy > 0; busy = busy_) busy_.wait(busy);
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::setPriority(ThreadPriority priority) {
    for (auto& helper : helpers_) setThread(helper.native_handle(), priority);
}

Executor ThreadPool::executor() {
    return [this](std::size_t count, const std::function<void(std::size_t)>& work) { forEach(count, work); };
}

void ThreadPool::help(std::stop_token stop) {
    for (std::uint64_t seen = 0;; ++seen) {
        round_.wait(seen);
        if (stop.stop_requested()) return;
        loop();
        if (--busy_ == 0) busy_.notify_one();
    }
}

void ThreadPool::loop() {
    for (std::size_t index = next_++; index < count_; index = next_++) {
        try {
            (*work_)(index);
        } catch (...) {
            const std::scoped_lock lock(mutex_);
            if (!failure_) failure_ = std::current_exception();
            next_ = count_;
        }
    }
}

}  // namespace kappascope::session
