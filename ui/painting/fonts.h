// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace kappascope::painting {

/// The bundled faces. Text is Inter; mathematics is STIX General, letters italic, digits and operators upright.
enum class Face { text, semiBold, mathItalic, mathUpright };

/// Registers the bundled fonts with Qt, once; needs a QGuiApplication (Qt crashes without one). The functions below
/// call it.
void loadFonts();

/// A face at a size in points, unhinted, so that its widths scale exactly from window to figure.
QFont fontOf(Face face, double pointSize);

/// Inter Regular (or SemiBold) for the window. pointSize > 0.
QFont uiFont(double pointSize, bool semiBold = false);

/// STIX General Italic, the letters of mathematics. pointSize > 0.
QFont mathFont(double pointSize);

}  // namespace kappascope::painting
