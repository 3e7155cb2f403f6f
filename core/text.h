// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kappascope {

/// The shortest text that reads back as the same double; independent of the locale.
std::string toText(double value);

/// The same rounded to `digits` significant digits.
std::string toText(double value, int digits);

/// The whole of `text` as a number, or nothing. Independent of the locale; infinities and NaN are numbers here.
std::optional<double> toNumber(std::string_view text);
std::optional<std::int64_t> toInteger(std::string_view text);

}  // namespace kappascope
