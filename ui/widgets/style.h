// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QIcon>
#include <QString>

#include "ui/painting/theme.h"

namespace kappascope::widgets {

/// Fusion, the bundled font, the theme's palette and the sheet of rounded cards, for the whole program.
void applyStyle(const painting::Theme& theme);

/// Inter at a size in logical pixels.
QFont pixelFont(int pixels, bool semiBold = false);

/// A bundled line icon (":/icons/NAME.svg") in the theme's text colour, paler where disabled.
QIcon themedIcon(const QString& name, const painting::Theme& theme);

}  // namespace kappascope::widgets
