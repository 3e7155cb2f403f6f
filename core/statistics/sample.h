// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace kappascope::statistics {

/// Arithmetic mean; not a number for an empty sample.
double meanOf(std::span<const double> values);

/// Standard deviation of a sample, sqrt(sum (x - mean)^2 / (n - 1)); 0 for fewer than two values.
double deviationOf(std::span<const double> values);

}  // namespace kappascope::statistics
