// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <optional>

#include "ui/painting/primitives.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Draws a marker around a device point. scale: device units per point. cut: a device rectangle that nothing of it
/// leaves, on any device.
void drawMarker(QPainter& painter, const Marker& marker, const QPointF& centre, double scale, const Theme& theme,
                const std::optional<QRectF>& cut = {});

}  // namespace kappascope::painting
