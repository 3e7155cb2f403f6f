// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace kappascope::painting {

/// The colour at a place of OKLab (Ottosson 2020), where equal distances look equal: lightness 0..1, a towards red, b
/// towards yellow. What no screen can show is clamped.
QColor fromOkLab(double lightness, double a, double b);

}  // namespace kappascope::painting
