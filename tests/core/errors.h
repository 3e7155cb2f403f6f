// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stdexcept>

#include "core/error.h"

namespace kappascope::test {

/// The code of the Error that a call throws. Throws std::logic_error, which fails the test, where it throws none.
inline ErrorCode codeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    throw std::logic_error("no error was thrown");
}

}  // namespace kappascope::test
