// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QTransform>

#include "core/phase/view.h"
#include "ui/painting/primitives.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Where a view lies on a device. area: device rectangle of the axes; scale: device units per point.
struct Canvas {
    phase::View view;
    QRectF area;
    double scale = 1;
    bool exact = false;  ///< figures: strokes as good as the engine's, rather than as fast as a moving picture needs

    QPointF toDevice(double x, double y) const;
    QPointF toData(const QPointF& device) const;
};

/// Paints primitives in order, onto what is there (the background is the caller's). Geometry is clipped to the area
/// before it is painted (svg ignores clipping), one polyline a line, antialiased; markers and labels are painted whole
/// where their point is inside (a figure's end at its axes). The one renderer of window (a worker's QImage) and figures
/// (svg, pdf, png).
void paint(QPainter& painter, const Picture& picture, const Canvas& canvas, const Theme& theme);

}  // namespace kappascope::painting
