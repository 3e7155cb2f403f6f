// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <variant>
#include <vector>

#include "ui/painting/layers.h"

class QPainter;

namespace kappascope::painting {

/// A sample of how something is drawn, and what it is.
struct LegendEntry {
    std::variant<Marker, Line, Shade> sample;
    QString text;        ///< may hold $mathematics$
    bool arrow = false;  ///< the line ends in an arrowhead
};

/// What a scene shows with these layers on: the kinds of its fixed points, and each kind of line that is there.
std::vector<LegendEntry> legendEntries(const Scene& scene, const std::vector<QString>& layers, const Theme& theme);

/// Draws a sample in the middle of a device rectangle. scale: device units per point.
void drawLegendSample(QPainter& painter, const QRectF& box, const LegendEntry& entry, double scale, const Theme& theme);

}  // namespace kappascope::painting
