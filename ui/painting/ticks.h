// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace kappascope::painting {

struct Tick {
    double value = 0;
    QString text;  ///< with a true minus sign, as many decimals as the step needs
};

/// Ticks at multiples of 1, 2 or 5 times a power of ten inside [minimum, maximum], at most `most` of them (1 or more,
/// and at least one wherever a multiple fits). Empty where the range is not finite or is empty.
std::vector<Tick> niceTicks(double minimum, double maximum, int most);

}  // namespace kappascope::painting
