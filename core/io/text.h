// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kappascope::io {

/// The shortest text that reads back as the same double; independent of the locale.
std::string toText(double value);

/// The same rounded to `digits` significant digits.
std::string toText(double value, int digits);

/// The whole of `text` as a number, or nothing. Independent of the locale; infinities and NaN are numbers here.
std::optional<double> toNumber(std::string_view text);
std::optional<std::int64_t> toInteger(std::string_view text);

/// "5 x 10", "512", or "scalar".
std::string shapeText(std::span<const std::int64_t> shape);

/// Text from a file, made safe to show: at most 80 bytes of it, control and non-ASCII bytes as '?'.
std::string printable(std::string_view text);

}  // namespace kappascope::io
