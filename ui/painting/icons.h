// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace kappascope::painting {

/// A bundled stroke icon ("open", "undo", ...) in a colour, `size` logical pixels square. Null where there is none of
/// that name.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio = 1);

/// The same as an icon with a faded disabled state, at 16 to 32 logical pixels and pixel ratios 1 and 2.
QIcon icon(const QString& name, const QColor& color);

/// The program's own icon.
QIcon applicationIcon();

}  // namespace kappascope::painting
