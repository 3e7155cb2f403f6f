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
    double reach = 3;  ///< both axes go from -reach to reach, above 0
};

/// The square of the axes inside `area`, in points: as large as fits, in the middle.
QRectF layOutLoadings(const QRectF& area, double fontPt);

/// The smallest reach in round numbers that holds nearly all points (99.5 %, so that one far unit does not shrink all
/// others); at least 1.
double reachOf(const std::vector<QPointF>& points);

/// The correlation coefficient of the points, 0 where it is not defined.
double correlationOf(const std::vector<QPointF>& points);

/// Paints a scatter with equal axes and lines through the origin; points beyond the axes lie on the frame. scale:
/// device units per point.
void paintLoadings(QPainter& painter, const LoadingsPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                   double scale = 1);

}  // namespace kappascope::painting
