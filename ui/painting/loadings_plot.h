// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Two loadings of every unit against each other.
struct LoadingsPlot {
    std::vector<QPointF> points;
    QString xLabel;  ///< may hold $mathematics$: "$m_1$"
    QString yLabel;
    double xReach = 3;  ///< the axis goes from -reach to reach, above 0
    double yReach = 3;
};

/// The square of the axes inside `area`, in points: as large as fits, in the middle.
QRectF layOutLoadings(const QRectF& area, double fontPt);

/// How far the axes go: the smallest round number that holds nearly all points (99.5 %, so that one far unit does not
/// shrink all others), of each axis; 1 where all are 0. Unchanged where there are no points.
struct LoadingsReach {
    double x = 0, y = 0;
};
LoadingsReach reachOf(const std::vector<QPointF>& points);

/// The correlation coefficient of the points, 0 where it is not defined.
double correlationOf(const std::vector<QPointF>& points);

/// Paints a scatter in a square with lines through the origin; points beyond the axes lie on the frame. scale:
/// device units per point.
void paintLoadings(QPainter& painter, const LoadingsPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                   double scale = 1);

}  // namespace kappascope::painting
