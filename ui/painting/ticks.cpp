// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/ticks.h"

#include <algorithm>
#include <cmath>

namespace kappascope::painting {

std::vector<Tick> niceTicks(double minimum, double maximum, int most) {
    std::vector<Tick> ticks;
    const double range = maximum - minimum;
    if (!std::isfinite(range) || !(range > 0)) return ticks;
    most = std::max(most, 1);
    int power = static_cast<int>(std::floor(std::log10(range / most)));
    double step = 0;
    // The first step of 1, 2, 5, 10, 20, ... that needs no more ticks than allowed.
    for (int k = 0;; ++k) {
        static constexpr double mantissas[] = {1, 2, 5};
        step = mantissas[k % 3] * std::pow(10.0, power + k / 3);
        const double slack = 1e-9 * step;
        const double count = std::floor((maximum + slack) / step) - std::ceil((minimum - slack) / step) + 1;
        if (count <= most) {
            power += k / 3;
            break;
        }
    }
    const auto first = static_cast<long long>(std::ceil(minimum / step - 1e-9));
    const auto last = static_cast<long long>(std::floor(maximum / step + 1e-9));
    for (long long k = first; k <= last; ++k) {
        const double value = static_cast<double>(k) * step;
        const bool wide = std::max(std::abs(minimum), std::abs(maximum)) >= 1e5 || step < 1e-4;
        QString text = wide ? QString::number(value, 'g', 4) : QString::number(value, 'f', std::max(0, -power));
        text.replace(u'-', QChar(0x2212));
        ticks.push_back({value, text});
    }
    return ticks;
}

}  // namespace kappascope::painting
