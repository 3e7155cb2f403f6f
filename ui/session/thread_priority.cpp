// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/thread_priority.h"

#if __has_include(<pthread.h>)
#include <pthread.h>
#include <sched.h>
#endif

namespace kappascope::session {

// A lower nice value alone does nothing for the time until a slider is painted: a thread that computes keeps its slice
// to the end. An idle one is displaced at once.
#if __has_include(<pthread.h>) && defined(SCHED_IDLE)

void setThisThread(ThreadPriority priority) {
    setThread(pthread_self(), priority);
}

void setThread(std::thread::native_handle_type thread, ThreadPriority priority) {
    const sched_param parameters{};
    pthread_setschedparam(thread, priority == ThreadPriority::idle ? SCHED_IDLE : SCHED_OTHER, &parameters);
}

ThreadPriority priorityOfThisThread() {
    int policy = SCHED_OTHER;
    sched_param parameters{};
    pthread_getschedparam(pthread_self(), &policy, &parameters);
    return policy == SCHED_IDLE ? ThreadPriority::idle : ThreadPriority::normal;
}

#else

void setThisThread(ThreadPriority) {}

void setThread(std::thread::native_handle_type, ThreadPriority) {}

ThreadPriority priorityOfThisThread() {
    return ThreadPriority::normal;
}

#endif

}  // namespace kappascope::session
