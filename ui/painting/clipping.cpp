// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/clipping.h"

#include <QTransform>
#include <algorithm>
#include <cmath>
#include <utility>

namespace kappascope::painting {

bool clipSegment(QPointF& a, QPointF& b, const QRectF& area) {
    const double dx = b.x() - a.x(), dy = b.y() - a.y();
    const double p[4] = {-dx, dx, -dy, dy};
    const double q[4] = {a.x() - area.left(), area.right() - a.x(), a.y() - area.top(), area.bottom() - a.y()};
    double enter = 0, leave = 1;
    for (int side = 0; side < 4; ++side) {
        if (p[side] == 0) {
            if (q[side] < 0) return false;
            continue;
        }
        const double t = q[side] / p[side];
        if (p[side] < 0)
            enter = std::max(enter, t);
        else
            leave = std::min(leave, t);
    }
    if (enter > leave) return false;
    const QPointF from = a, step(dx, dy);
    if (leave < 1) b = from + leave * step;
    if (enter > 0) a = from + enter * step;
    return true;
}

std::vector<QPolygonF> clipPolyline(const QPolygonF& line, const QRectF& area) {
    std::vector<QPolygonF> parts;
    const auto finite = [](const QPointF& p) { return std::isfinite(p.x()) && std::isfinite(p.y()); };
    bool joined = false;
    for (qsizetype k = 0; k + 1 < line.size(); ++k) {
        QPointF a = line[k], b = line[k + 1];
        if (!finite(a) || !finite(b) || !clipSegment(a, b, area)) {
            joined = false;
            continue;
        }
        if (!joined || parts.empty()) parts.push_back(QPolygonF({a}));
        parts.back().append(b);
        joined = b == line[k + 1];
    }
    return parts;
}

QPainterPath clipShape(const QPainterPath& shape, const QRectF& area) {
    constexpr double fineness = 40;  // curves are flattened to a quarter of a unit
    QPainterPath result;
    result.setFillRule(Qt::WindingFill);
    const QTransform back = QTransform::fromScale(1 / fineness, 1 / fineness);
    for (const QPolygonF& flat : shape.toSubpathPolygons(QTransform::fromScale(fineness, fineness))) {
        QPolygonF polygon = back.map(flat);
        for (int side = 0; side < 4; ++side) {
            const auto inside = [&area, side](const QPointF& p) {
                const double distance[4] = {p.x() - area.left(), area.right() - p.x(), p.y() - area.top(),
                                            area.bottom() - p.y()};
                return distance[side];
            };
            QPolygonF kept;
            for (qsizetype k = 0; k < polygon.size(); ++k) {
                const QPointF& a = polygon[k];
                const QPointF& b = polygon[(k + 1) % polygon.size()];
                const double da = inside(a), db = inside(b);
                if (da >= 0) kept.append(a);
                if ((da < 0) != (db < 0)) kept.append(a + da / (da - db) * (b - a));
            }
            polygon = std::move(kept);
        }
        if (polygon.size() < 3) continue;
        result.addPolygon(polygon);
        result.closeSubpath();
    }
    return result;
}

QPolygonF simplified(const QPolygonF& line, double tolerance) {
    if (line.size() < 3) return line;
    std::vector<bool> keep(static_cast<std::size_t>(line.size()), false);
    keep.front() = keep.back() = true;
    std::vector<std::pair<qsizetype, qsizetype>> open{{0, line.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        const QPointF chord = line[last] - line[first];
        const double length2 = QPointF::dotProduct(chord, chord);
        double farthest = tolerance * tolerance;
        qsizetype split = -1;
        for (qsizetype k = first + 1; k < last; ++k) {
            const QPointF d = line[k] - line[first];
            // Nearest place on the chord: its ends for closed stretches and points beyond them.
            const double t = length2 > 0 ? std::clamp(QPointF::dotProduct(d, chord) / length2, 0.0, 1.0) : 0;
            const QPointF away = d - t * chord;
            const double distance2 = QPointF::dotProduct(away, away);
            // Points that are not finite stay: they break the line.
            if (distance2 > farthest || !std::isfinite(distance2)) {
                split = k;
                farthest = distance2;
                if (!std::isfinite(distance2)) break;
            }
        }
        if (split < 0) continue;
        keep[static_cast<std::size_t>(split)] = true;
        open.emplace_back(first, split);
        open.emplace_back(split, last);
    }
    QPolygonF kept;
    for (qsizetype k = 0; k < line.size(); ++k)
        if (keep[static_cast<std::size_t>(k)]) kept.append(line[k]);
    return kept;
}

}  // namespace kappascope::painting
