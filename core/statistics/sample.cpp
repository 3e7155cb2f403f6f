// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/sample.h"

#include <cmath>

namespace kappascope::statistics {

double meanOf(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double deviationOf(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double centre = meanOf(values);
    double squares = 0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace kappascope::statistics
