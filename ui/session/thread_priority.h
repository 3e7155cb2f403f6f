// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <thread>

namespace kappascope::session {

/// When a thread gets a processor.
enum class ThreadPriority {
    normal,
    idle,  ///< only what nobody else wants, so that a window stays quick beside it
};

/// Of the calling thread, and of those that it starts from now on. Where the system has no idle priority it stays as
/// it is.
void setThisThread(ThreadPriority priority);

/// Of another thread, which must not have been joined.
void setThread(std::thread::native_handle_type thread, ThreadPriority priority);

/// What the calling thread has.
ThreadPriority priorityOfThisThread();

}  // namespace kappascope::session
