// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/markers.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>
#include <numbers>

namespace kappascope::painting {

namespace {

constexpr double haloWidth = 1.3;  // points
constexpr double faintOpacity = 0.38;

QPainterPath circle(double radius) {
    QPainterPath path;
    path.addEllipse(QPointF(0, 0), radius, radius);
    return path;
}

QPainterPath diamond(double radius) {
    QPainterPath path;
    path.addPolygon(QPolygonF({{0, -radius}, {radius, 0}, {0, radius}, {-radius, 0}}));
    path.closeSubpath();
    return path;
}

/// The left half of a disc.
QPainterPath half(double radius) {
    QPainterPath path;
    path.moveTo(0, -radius);
    path.arcTo(QRectF(-radius, -radius, 2 * radius, 2 * radius), 90, 180);
    path.closeSubpath();
    return path;
}

/// A little more than one turn from the centre outward.
QPainterPath spiral(double radius) {
    constexpr int steps = 40;
    constexpr double turns = 1.15;
    QPainterPath path;
    for (int k = 0; k <= steps; ++k) {
        const double t = static_cast<double>(k) / steps;
        const double angle = 2 * std::numbers::pi * turns * t;
        const QPointF point(radius * t * std::cos(angle), radius * t * std::sin(angle));
        if (k == 0)
            path.moveTo(point);
        else
            path.lineTo(point);
    }
    return path;
}

QPen penOf(const QColor& color, double width) {
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

}  // namespace

void drawMarker(QPainter& painter, const Marker& marker, const QPointF& centre, double scale, const Theme& theme) {
    painter.save();
    painter.translate(centre);
    if (marker.faint) painter.setOpacity(faintOpacity);

    const double edge = marker.edgeWidth * scale;
    const double outer = marker.size * scale / 2;
    const double radius = outer - edge / 2;  // of the edge's middle
    const QColor paper = theme.plotBackground;
    QColor halo = paper;
    halo.setAlphaF(0.9f);

    if (marker.shape == MarkerShape::cross) {
        const auto stroke = [&](const QColor& color, double width) {
            painter.setPen(penOf(color, width));
            painter.drawLine(QPointF(-radius, 0), QPointF(radius, 0));
            painter.drawLine(QPointF(0, -radius), QPointF(0, radius));
        };
        stroke(halo, edge + 2 * haloWidth * scale);
        stroke(marker.edge, edge);
        painter.restore();
        return;
    }

    const bool angular = marker.shape == MarkerShape::diamond;
    const auto shape = [angular](double r) { return angular ? diamond(1.25 * r) : circle(r); };
    painter.setPen(Qt::NoPen);
    painter.setBrush(halo);
    painter.drawPath(shape(outer + haloWidth * scale));

    if (marker.shape == MarkerShape::disc || marker.shape == MarkerShape::dot) {
        painter.setBrush(marker.fill);
        painter.drawPath(circle(outer));
    } else {
        painter.setBrush(paper);
        painter.setPen(penOf(marker.edge, edge));
        painter.drawPath(shape(radius));
        if (marker.shape == MarkerShape::halfDisc) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(marker.fill);
            painter.drawPath(half(radius));
        } else if (angular) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(marker.fill);
            painter.drawPath(diamond(0.42 * radius));
        }
    }
    if (marker.focus && !angular) {
        const bool filled = marker.shape == MarkerShape::disc;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(penOf(filled ? paper : marker.edge, 0.088 * marker.size * scale));
        painter.drawPath(spiral((filled ? 0.66 : 0.6) * outer));
    }
    painter.restore();
}

}  // namespace kappascope::painting
