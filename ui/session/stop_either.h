// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

namespace kappascope::session {

/// A token that fires as soon as one of two does.
class StopEither {
public:
    StopEither(const std::stop_token& a, const std::stop_token& b)
        : first_(a, [this] { source_.request_stop(); }), second_(b, [this] { source_.request_stop(); }) {}

    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::stop_callback<std::function<void()>> first_;
    std::stop_callback<std::function<void()>> second_;
};

}  // namespace kappascope::session
