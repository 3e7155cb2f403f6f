// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/oklab.h"

#include <algorithm>
#include <cmath>

namespace kappascope::painting {

namespace {

double encode(double linear) {
    linear = std::clamp(linear, 0.0, 1.0);
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

}  // namespace

QColor fromOkLab(double lightness, double a, double b) {
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return QColor::fromRgbF(static_cast<float>(encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
                            static_cast<float>(encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
                            static_cast<float>(encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)));
}

}  // namespace kappascope::painting
