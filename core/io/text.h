// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/text.h"

namespace kappascope::io {

using kappascope::toInteger;
using kappascope::toNumber;
using kappascope::toText;

/// "5 x 10", "512", or "scalar".
std::string shapeText(std::span<const std::int64_t> shape);

/// Text from a file, made safe to show: at most 80 bytes of it, control and non-ASCII bytes as '?'.
std::string printable(std::string_view text);

}  // namespace kappascope::io
