// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace kappascope::session {

// Figures of an agreement for people: window and command line print the same digits.

/// A relative rms: three significant digits, "0" where it is below 0.5e-4, "–" where it is not finite.
QString rmsText(double value);

/// A share in percent, three significant digits: "97.9 %".
QString shareText(double share);

}  // namespace kappascope::session
