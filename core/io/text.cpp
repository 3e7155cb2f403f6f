// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text.h"

namespace kappascope::io {

std::string shapeText(std::span<const std::int64_t> shape) {
    if (shape.empty()) return "scalar";
    std::string result;
    for (const auto size : shape) {
        if (!result.empty()) result += " x ";
        result += std::to_string(size);
    }
    return result;
}

std::string printable(std::string_view text) {
    constexpr std::size_t most = 80;
    std::string result;
    for (const char c : text.substr(0, most)) result += c >= ' ' && c <= '~' ? c : '?';
    if (text.size() > most) result += "...";
    return result;
}

}  // namespace kappascope::io
