// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/renderer.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/painting/clipping.h"
#include "ui/painting/markers.h"

namespace kappascope::painting {

namespace {

constexpr double haloWidth = 1.1;       // points on either side
constexpr double vectorImageDpi = 200;  // of shades in pdf and svg, which are smooth

/// The device rectangle (not rounded) of an upward data rectangle.
QRectF deviceRect(const Canvas& canvas, const QRectF& data) {
    return QRectF(canvas.toDevice(data.left(), data.bottom()), canvas.toDevice(data.right(), data.top()));
}

bool isVector(const QPainter& painter) {
    const auto type = painter.paintEngine()->type();
    return type == QPaintEngine::SVG || type == QPaintEngine::Pdf;
}

constexpr double widestFast = 2;  // device pixels

class Renderer {
public:
    Renderer(QPainter& painter, const Canvas& canvas, const Theme& theme)
        : painter_(painter),
          canvas_(canvas),
          theme_(theme),
          vector_(isVector(painter)),
          pixelsPerUnit_(std::max(1e-6, std::hypot(painter.deviceTransform().m11(), painter.deviceTransform().m12()))),
          tolerance_(vector_ ? 0.02 * canvas.scale : 0.1 / pixelsPerUnit_) {}

    void operator()(const Shade& shade) {
        if (shade.image.isNull() || shade.rect.isEmpty()) return;
        const QRectF whole = deviceRect(canvas_, shade.rect);
        const QRectF target = whole & canvas_.area;
        if (target.isEmpty()) return;
        const double sx = shade.image.width() / whole.width(), sy = shade.image.height() / whole.height();
        const QRectF source((target.left() - whole.left()) * sx, (target.top() - whole.top()) * sy, target.width() * sx,
                            target.height() * sy);
        if (!vector_) {
            painter_.drawImage(target, shade.image, source);
            return;
        }
        // Vector files get a finer image: their readers differ in how they enlarge.
        const double pixels = vectorImageDpi / 72 / canvas_.scale;
        QImage fine(std::max(1, qRound(target.width() * pixels)), std::max(1, qRound(target.height() * pixels)),
                    shade.image.hasAlphaChannel() ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
        fine.fill(Qt::transparent);
        QPainter enlarge(&fine);
        enlarge.setRenderHint(QPainter::SmoothPixmapTransform);
        enlarge.setCompositionMode(QPainter::CompositionMode_Source);
        enlarge.drawImage(QRectF(fine.rect()), shade.image, source);
        enlarge.end();
        painter_.drawImage(target, fine, QRectF(fine.rect()));
    }

    void operator()(const Region& region) {
        const QRectF target = deviceRect(canvas_, region.rect) & canvas_.area;
        if (target.isEmpty()) return;
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(region.color);
        painter_.drawRect(target);
    }

    void operator()(const Line& line) {
        if (line.points.size() < 2) return;
        const double width = line.width * canvas_.scale;
        QPolygonF device;
        device.reserve(line.points.size());
        for (const QPointF& point : line.points) device.append(canvas_.toDevice(point.x(), point.y()));
        const std::vector<QPolygonF> parts = clipPolyline(simplified(device, tolerance_), canvas_.area);
        if (line.halo) {
            QColor paper = theme_.plotBackground;
            paper.setAlphaF(0.75f);
            stroke(parts, penOf(line, paper, width + 2 * haloWidth * canvas_.scale, Dash::solid));
        }
        stroke(parts, penOf(line, line.color, width, line.dash));
    }

    void operator()(const Arrow& arrow) {
        const QPointF at = canvas_.toDevice(arrow.at.x(), arrow.at.y());
        const QPointF ahead =
            canvas_.toDevice(arrow.at.x() + arrow.direction.x(), arrow.at.y() + arrow.direction.y()) - at;
        const double length = std::hypot(ahead.x(), ahead.y());
        if (!(length > 0)) return;
        const QPointF along = ahead / length, across(-along.y(), along.x());
        const double size = arrow.size * canvas_.scale;
        const QPolygonF head({at + 0.55 * size * along, at - 0.45 * size * along + 0.36 * size * across,
                              at - 0.27 * size * along, at - 0.45 * size * along - 0.36 * size * across});
        if (!std::all_of(head.begin(), head.end(), [this](const QPointF& p) { return canvas_.area.contains(p); }))
            return;
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(arrow.color);
        painter_.drawPolygon(head);
    }

    void operator()(const Marker& marker) {
        const QPointF at = canvas_.toDevice(marker.at.x(), marker.at.y());
        if (!canvas_.area.contains(at)) return;
        painter_.setClipping(false);
        drawMarker(painter_, marker, at, canvas_.scale, theme_);
        painter_.setClipping(!vector_);
    }

    void operator()(const Label& label) {
        const QPointF at = canvas_.toDevice(label.at.x(), label.at.y());
        if (!canvas_.area.contains(at)) return;
        const double width = label.text.size().width() * canvas_.scale;
        const double height = label.text.size().height() * canvas_.scale;
        QPointF origin = at + QPointF(0, label.text.ascent() * canvas_.scale);
        if (label.anchor & Qt::AlignHCenter) origin.rx() -= width / 2;
        if (label.anchor & Qt::AlignRight) origin.rx() -= width;
        if (label.anchor & Qt::AlignVCenter) origin.ry() -= height / 2;
        if (label.anchor & Qt::AlignBottom) origin.ry() -= height;
        painter_.setClipping(false);
        if (label.halo) {
            const QTransform placed(canvas_.scale, 0, 0, canvas_.scale, origin.x(), origin.y());
            painter_.strokePath(placed.map(label.text.outline()), QPen(theme_.plotBackground, 3 * canvas_.scale,
                                                                       Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        }
        label.text.draw(painter_, origin, label.color, canvas_.scale);
        painter_.setClipping(!vector_);
    }

private:
    static QPen penOf(const Line& line, const QColor& color, double width, Dash dash) {
        // Round joins cost most of the time of a wide line; smooth lines do not need them.
        QPen pen(color, width, Qt::SolidLine, line.dash == Dash::dotted ? Qt::RoundCap : Qt::FlatCap, Qt::MiterJoin);
        // Dash lengths count in pen widths.
        if (dash == Dash::dashed) pen.setDashPattern({3.6, 1.8});
        if (dash == Dash::dotted) pen.setDashPattern({0.01, 2.2});
        return pen;
    }

    void stroke(const std::vector<QPolygonF>& parts, const QPen& pen) {
        painter_.setBrush(Qt::NoBrush);
        const double pixels = pen.widthF() * pixelsPerUnit_;
        if (!vector_ && !canvas_.exact && pixels > 1 && pixels <= widestFast && pen.style() == Qt::SolidLine) {
            strokeFast(parts, pen, pixels);
            return;
        }
        painter_.setPen(pen);
        for (const QPolygonF& part : parts) painter_.drawPolyline(part);
    }

    /// The engine is fast up to one pixel and thirty times slower beyond: a thin line is two lines of one pixel.
    void strokeFast(const std::vector<QPolygonF>& parts, QPen pen, double pixels) {
        const double offset = (pixels - 1) / 2 / pixelsPerUnit_;
        QColor color = pen.color();
        // Where the two overlap they cover as one would.
        const double overlap = std::max(0.0, 2 - pixels);
        color.setAlphaF(color.alphaF() * static_cast<float>(1 - 0.3 * overlap));
        pen.setColor(color);
        pen.setWidthF(1 / pixelsPerUnit_);
        painter_.setPen(pen);
        for (const QPolygonF& part : parts) {
            painter_.drawPolyline(beside(part, offset));
            painter_.drawPolyline(beside(part, -offset));
        }
    }

    static QPolygonF beside(const QPolygonF& line, double offset) {
        QPolygonF moved;
        moved.reserve(line.size());
        for (qsizetype k = 0; k < line.size(); ++k) {
            const QPointF along = line[std::min(k + 1, line.size() - 1)] - line[std::max<qsizetype>(k - 1, 0)];
            const double length = std::hypot(along.x(), along.y());
            moved.append(length > 0 ? line[k] + offset / length * QPointF(-along.y(), along.x()) : line[k]);
        }
        return moved;
    }

    QPainter& painter_;
    const Canvas& canvas_;
    const Theme& theme_;
    const bool vector_;
    const double pixelsPerUnit_;
    const double tolerance_;  ///< device units that a simplified line may be off
};

}  // namespace

QPointF Canvas::toDevice(double x, double y) const {
    return {area.left() + (x - view.xMin) / view.width() * area.width(),
            area.bottom() - (y - view.yMin) / view.height() * area.height()};
}

QPointF Canvas::toData(const QPointF& device) const {
    return {view.xMin + (device.x() - area.left()) / area.width() * view.width(),
            view.yMin + (area.bottom() - device.y()) / area.height() * view.height()};
}

void paint(QPainter& painter, const Picture& picture, const Canvas& canvas, const Theme& theme) {
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    // Lines end at the border already; on pixels their width is cut there too.
    if (!isVector(painter)) painter.setClipRect(canvas.area);
    Renderer renderer(painter, canvas, theme);
    for (const Primitive& primitive : picture) std::visit(renderer, primitive);
    painter.restore();
}

}  // namespace kappascope::painting
