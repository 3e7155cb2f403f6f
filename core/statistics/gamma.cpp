// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/gamma.h"

#include <cmath>
#include <numbers>

namespace kappascope::statistics {

namespace {

/// From here on six terms of the series are exact to rounding.
constexpr double asymptoticFrom = 12;

}  // namespace

double logGamma(double x) {
    double product = 1;
    while (x < asymptoticFrom) {
        product *= x;
        x += 1;
    }
    const double y = 1 / (x * x);
    const double series =
        (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * 691.0 / 360360))))) / x;
    return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series - std::log(product);
}

double digamma(double x) {
    double sum = 0;
    while (x < asymptoticFrom) {
        sum += 1 / x;
        x += 1;
    }
    const double y = 1 / (x * x);
    const double series =
        y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * 691.0 / 32760)))));
    return std::log(x) - 0.5 / x - series - sum;
}

}  // namespace kappascope::statistics
