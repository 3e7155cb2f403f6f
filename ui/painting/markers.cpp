// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/markers.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>
#include <numbers>

#include "ui/painting/clipping.h"

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

/// A path with the painter's brush and pen, as shapes that end at a rectangle.
void drawCut(QPainter& painter, const QPainterPath& path, const QRectF& area) {
    const QPen pen = painter.pen();
    const QBrush brush = painter.brush();
    painter.setPen(Qt::NoPen);
    if (brush.style() != Qt::NoBrush) painter.drawPath(clipShape(path, area));
    if (pen.style() != Qt::NoPen) {
        painter.setBrush(pen.color());
        painter.drawPath(clipShape(QPainterPathStroker(pen).createStroke(path), area));
    }
    painter.setPen(pen);
    painter.setBrush(brush);
}

}  // namespace

void drawMarker(QPainter& painter, const Marker& marker, const QPointF& centre, double scale, const Theme& theme,
                const std::optional<QRectF>& cut) {
    painter.save();
    painter.translate(centre);
    const auto draw = [&](const QPainterPath& path) {
        if (cut)
            drawCut(painter, path, cut->translated(-centre));
        else
            painter.drawPath(path);
    };
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
            QPainterPath arms(QPointF(-radius, 0));
            arms.lineTo(radius, 0);
            arms.moveTo(0, -radius);
            arms.lineTo(0, radius);
            painter.setBrush(Qt::NoBrush);
            draw(arms);
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
    draw(shape(outer + haloWidth * scale));

    if (marker.shape == MarkerShape::disc || marker.shape == MarkerShape::dot) {
        painter.setBrush(marker.fill);
        draw(circle(outer));
    } else {
        painter.setBrush(paper);
        painter.setPen(penOf(marker.edge, edge));
        draw(shape(radius));
        if (marker.shape == MarkerShape::halfDisc) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(marker.fill);
            draw(half(radius));
        } else if (angular) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(marker.fill);
            draw(diamond(0.42 * radius));
        }
    }
    if (marker.focus && !angular) {
        const bool filled = marker.shape == MarkerShape::disc;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(penOf(filled ? paper : marker.edge, 0.088 * marker.size * scale));
        draw(spiral((filled ? 0.66 : 0.6) * outer));
    }
    painter.restore();
}

}  // namespace kappascope::painting
