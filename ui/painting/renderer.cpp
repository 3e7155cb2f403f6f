// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/renderer.h"

#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "ui/painting/clipping.h"
#include "ui/painting/markers.h"

namespace kappascope::painting {

namespace {

constexpr double haloWidth = 1.1;  // points on either side of a line
constexpr double pi = 3.14159265358979323846;
constexpr double haloReach = 1.5;       // points around letters
constexpr double vectorImageDpi = 200;  // of shades in pdf and svg, which are smooth

/// The device rectangle (not rounded) of an upward data rectangle.
QRectF deviceRect(const Canvas& canvas, const QRectF& data) {
    return QRectF(canvas.toDevice(data.left(), data.bottom()), canvas.toDevice(data.right(), data.top()));
}

bool isVector(const QPainter& painter) {
    const auto type = painter.paintEngine()->type();
    return type == QPaintEngine::SVG || type == QPaintEngine::Pdf;
}

constexpr double widestFast = 8;                   // device pixels
constexpr double dashLength = 3.6, dashGap = 1.8;  // in widths of the line

/// The dashes of a line, each a line of its own. dash, gap: lengths in the line's own units.
std::vector<QPolygonF> dashesOf(const QPolygonF& line, double dash, double gap) {
    std::vector<QPolygonF> dashes;
    bool drawn = true;
    double left = dash;  // of the dash or gap that we are in
    QPolygonF piece{line.first()};
    for (qsizetype k = 1; k < line.size(); ++k) {
        QPointF from = line[k - 1];
        QPointF along = line[k] - from;
        double length = std::hypot(along.x(), along.y());
        while (length > left) {
            from += left / length * along;
            along = line[k] - from;
            length -= left;
            if (drawn) {
                piece.append(from);
                dashes.push_back(std::exchange(piece, {}));
            } else {
                piece = {from};
            }
            drawn = !drawn;
            left = drawn ? dash : gap;
        }
        left -= length;
        if (drawn) piece.append(line[k]);
    }
    if (drawn && piece.size() > 1) dashes.push_back(std::move(piece));
    return dashes;
}

class Renderer {
public:
    Renderer(QPainter& painter, const Canvas& canvas, const Theme& theme)
        : painter_(painter),
          canvas_(canvas),
          theme_(theme),
          vector_(isVector(painter)),
          cutsShapes_(canvas.exact && painter.paintEngine()->type() == QPaintEngine::SVG),
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
        const QPolygonF whole = simplified(device, tolerance_);
        if (cutsShapes_) {
            strokeCut(line, whole, width);
            return;
        }
        const std::vector<QPolygonF> parts = clipPolyline(whole, canvas_.area);
        if (line.halo) {
            if (isFast(width)) {
                // What the line itself does not cover.
                const double halo = haloWidth * canvas_.scale;
                QPen pen = haloOf(line, width);
                pen.setWidthF(halo);
                for (const double side : {-1.0, 1.0})
                    for (const QPolygonF& part : parts) strokeFast({beside(part, side * (width + halo) / 2)}, pen);
            } else {
                stroke(parts, haloOf(line, width));
            }
        }
        stroke(parts, penOf(line, line.color, width, line.dash));
    }

    void operator()(const Arrow& arrow) {
        const QPointF at = canvas_.toDevice(arrow.at.x(), arrow.at.y());
        const QPointF ahead =
            canvas_.toDevice(arrow.at.x() + arrow.direction.x(), arrow.at.y() + arrow.direction.y()) - at;
        const double length = std::hypot(ahead.x(), ahead.y());
        if (!(length > 0)) return;
        const double size = arrow.size * canvas_.scale;
        const QPolygonF head = headOf(at, ahead / length, size);
        if (!std::all_of(head.begin(), head.end(), [this](const QPointF& p) { return canvas_.area.contains(p); }))
            return;
        if (arrow.shaft > 0) {
            if (!vector_ && !canvas_.exact && painter_.deviceTransform().type() <= QTransform::TxTranslate) {
                const QImage image = stamp(arrow, ahead, length, size);
                const QPointF corner = at - ahead - QPointF(image.width() / 2, image.height() / 2);
                painter_.drawImage(QPoint(qRound(corner.x()), qRound(corner.y())), image);
                return;
            }
            (*this)(Line{QPolygonF({arrow.at - 2 * arrow.direction, arrow.at}), arrow.color, arrow.shaft});
        }
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(arrow.color);
        painter_.drawPolygon(head);
    }

    void operator()(const Marker& marker) {
        const QPointF at = canvas_.toDevice(marker.at.x(), marker.at.y());
        if (!canvas_.area.contains(at)) return;
        if (canvas_.exact) {
            // A figure ends at its axes.
            const double reach = marker.size * canvas_.scale;
            const bool whole = canvas_.area.contains(QRectF(at - QPointF(reach, reach), 2 * QSizeF(reach, reach)));
            drawMarker(painter_, marker, at, canvas_.scale, theme_,
                       whole ? std::nullopt : std::optional<QRectF>(canvas_.area));
            return;
        }
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
        const QRectF box(origin - QPointF(0, label.text.ascent() * canvas_.scale), QSizeF(width, height));
        if (label.halo && !canvas_.exact && !vector_ && painter_.deviceTransform().type() <= QTransform::TxScale) {
            painter_.setClipping(false);
            const double margin = haloReach * canvas_.scale;
            painter_.drawImage(box.topLeft() - QPointF(margin, margin), stamp(label));
            painter_.setClipping(true);
            return;
        }
        if (canvas_.exact && !canvas_.area.contains(box)) return;
        if (!canvas_.exact) painter_.setClipping(false);
        drawLabel(painter_, label, origin, canvas_.scale);
        if (!canvas_.exact) painter_.setClipping(!vector_);
    }

private:
    void drawLabel(QPainter& painter, const Label& label, const QPointF& origin, double scale) const {
        if (label.halo) {
            const QTransform placed(scale, 0, 0, scale, origin.x(), origin.y());
            painter.strokePath(placed.map(label.text.outline()), QPen(theme_.plotBackground, 2 * haloReach * scale,
                                                                      Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        }
        label.text.draw(painter, origin, label.color, scale);
    }

    static QPolygonF headOf(const QPointF& at, const QPointF& along, double size) {
        const QPointF across(-along.y(), along.x());
        return QPolygonF({at + 0.55 * size * along, at - 0.45 * size * along + 0.36 * size * across,
                          at - 0.27 * size * along, at - 0.45 * size * along - 0.36 * size * across});
    }

    /// A whole arrow as pixels around the middle of its shaft, to half a pixel of length and a hundredth of a turn: a
    /// field of hundreds takes a tenth of the time that drawing each does.
    QImage stamp(const Arrow& arrow, const QPointF& ahead, double length, double size) const {
        constexpr int turn = 128;
        constexpr std::size_t most = 4096;
        using Key = std::tuple<int, int, QRgb, double, double>;
        thread_local std::map<Key, QImage> stamps;
        const int direction = qRound(std::atan2(ahead.y(), ahead.x()) / (2 * pi) * turn), halves = qRound(2 * length);
        const double width = arrow.shaft * canvas_.scale;
        const Key key(direction, halves, arrow.color.rgba(), size, width);
        if (const auto known = stamps.find(key); known != stamps.end()) return known->second;
        if (stamps.size() >= most) stamps.clear();
        const double reach = 0.5 * halves;
        const int side = 2 * static_cast<int>(std::ceil(reach + size)) + 1;
        QImage image(side, side, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(0.5 * side, 0.5 * side);
        painter.rotate(360.0 * direction / turn);
        painter.setPen(QPen(arrow.color, width, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(-reach, 0), QPointF(reach - 0.27 * size, 0));
        painter.setPen(Qt::NoPen);
        painter.setBrush(arrow.color);
        painter.drawPolygon(headOf({reach, 0}, {1, 0}, size));
        painter.end();
        return stamps.emplace(key, image).first->second;
    }

    /// A label with its halo as pixels, with a margin of haloReach, kept for the next picture: stroking outlines takes
    /// a large part of a moving picture's time.
    QImage stamp(const Label& label) const {
        constexpr std::size_t most = 256;
        using Key = std::tuple<QString, double, QRgb, QRgb, double>;
        thread_local std::map<Key, QImage> stamps;
        const double scale = canvas_.scale * pixelsPerUnit_;
        const Key key(label.text.source(), label.text.sizePt(), label.color.rgba(), theme_.plotBackground.rgba(),
                      scale);
        if (const auto known = stamps.find(key); known != stamps.end()) return known->second;
        if (stamps.size() >= most) stamps.clear();
        const QSizeF room = (label.text.size() + 2 * QSizeF(haloReach, haloReach)) * scale;
        QImage image(QSize(static_cast<int>(std::ceil(room.width())), static_cast<int>(std::ceil(room.height()))),
                     QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setRenderHints(painter_.renderHints());
        drawLabel(painter, label, scale * QPointF(haloReach, haloReach + label.text.ascent()), scale);
        painter.end();
        image.setDevicePixelRatio(pixelsPerUnit_);
        return stamps.emplace(key, image).first->second;
    }

    static QPen penOf(const Line& line, const QColor& color, double width, Dash dash) {
        // Round joins cost most of the time of a wide line; smooth lines do not need them.
        QPen pen(color, width, Qt::SolidLine, line.dash == Dash::dotted ? Qt::RoundCap : Qt::FlatCap, Qt::MiterJoin);
        // Dash lengths count in pen widths.
        if (dash == Dash::dashed) pen.setDashPattern({dashLength, dashGap});
        if (dash == Dash::dotted) pen.setDashPattern({0.01, 2.2});
        return pen;
    }

    QPen haloOf(const Line& line, double width) const {
        QColor paper = theme_.plotBackground;
        paper.setAlphaF(0.75f);
        return penOf(line, paper, width + 2 * haloWidth * canvas_.scale, Dash::solid);
    }

    /// For svg, which clips nothing: a line whose width may cross the border is drawn as a shape that ends there.
    void strokeCut(const Line& line, const QPolygonF& whole, double width) {
        std::vector<QPen> pens;
        if (line.halo) pens.push_back(haloOf(line, width));
        pens.push_back(penOf(line, line.color, width, line.dash));
        for (const QPen& pen : pens) {
            const double reach = pen.widthF();
            const QRectF inner = canvas_.area.adjusted(reach, reach, -reach, -reach);
            for (const QPolygonF& part : clipPolyline(whole, canvas_.area.adjusted(-reach, -reach, reach, reach))) {
                if (inner.contains(part.boundingRect())) {
                    stroke({part}, pen);
                    continue;
                }
                QPainterPath path;
                path.addPolygon(part);
                painter_.setPen(Qt::NoPen);
                painter_.setBrush(pen.color());
                painter_.drawPath(clipShape(QPainterPathStroker(pen).createStroke(path), canvas_.area));
            }
        }
    }

    void stroke(const std::vector<QPolygonF>& parts, QPen pen) {
        painter_.setBrush(Qt::NoBrush);
        if (isFast(pen.widthF()) && pen.capStyle() == Qt::FlatCap) {
            if (pen.style() == Qt::SolidLine) {
                strokeFast(parts, pen);
                return;
            }
            pen.setStyle(Qt::SolidLine);
            for (const QPolygonF& part : parts)
                strokeFast(dashesOf(part, dashLength * pen.widthF(), dashGap * pen.widthF()), pen);
            return;
        }
        painter_.setPen(pen);
        for (const QPolygonF& part : parts) painter_.drawPolyline(part);
    }

    bool isFast(double width) const {
        const double pixels = width * pixelsPerUnit_;
        return !vector_ && !canvas_.exact && pixels > 1 && pixels <= widestFast;
    }

    /// The engine is fast up to one pixel and thirty times slower beyond: a line of a few pixels is as many lines of
    /// one, side by side.
    struct Strands {
        int count = 1;
        double spread = 0;  ///< from the first to the last, in the painter's units
        double alpha = 1;

        double offset(int k) const { return count > 1 ? spread * (k / (count - 1.0) - 0.5) : 0; }
    };

    Strands strandsOf(double width) const {
        const double pixels = std::max(1.0, width * pixelsPerUnit_);
        Strands strands;
        // Half covered twice is covered by three quarters only: wide lines need theirs close together.
        strands.count = pixels <= 2 ? static_cast<int>(std::ceil(pixels - 1e-9))
                                    : 1 + static_cast<int>(std::ceil((pixels - 1) / 0.6));
        strands.spread = (pixels - 1) / pixelsPerUnit_;
        if (strands.count == 2)
            strands.alpha = 1 - 0.3 * (2 - pixels);  // where the two overlap they cover as one would
        return strands;
    }

    void setStrandPen(QPen pen, const Strands& strands) {
        QColor color = pen.color();
        color.setAlphaF(color.alphaF() * static_cast<float>(strands.alpha));
        pen.setColor(color);
        pen.setWidthF(1 / pixelsPerUnit_);
        if (painter_.pen() != pen) painter_.setPen(pen);
    }

    void strokeFast(const std::vector<QPolygonF>& parts, const QPen& pen) {
        const Strands strands = strandsOf(pen.widthF());
        setStrandPen(pen, strands);
        for (const QPolygonF& part : parts)
            for (int k = 0; k < strands.count; ++k)
                painter_.drawPolyline(strands.offset(k) == 0 ? part : beside(part, strands.offset(k)));
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
    const bool cutsShapes_;
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
    // Lines end at the border already; their width is cut there too (svg cuts nothing, see strokeCut).
    if (!isVector(painter) || (canvas.exact && painter.paintEngine()->type() == QPaintEngine::Pdf))
        painter.setClipRect(canvas.area);
    Renderer renderer(painter, canvas, theme);
    for (const Primitive& primitive : picture) std::visit(renderer, primitive);
    painter.restore();
}

}  // namespace kappascope::painting
