// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "ui/painting/clipping.h"
#include "ui/painting/layer_drawing.h"
#include "ui/painting/layer_helpers.h"
#include "ui/painting/speed_image.h"
#include "ui/painting/ticks.h"

namespace kappascope::painting {

using namespace detail;

namespace {

constexpr int arrowColumns = 21, arrowRows = 17;
constexpr int arrowKinds = 8;  // from slow to fast
constexpr int mostContours = 9;
constexpr double contourLabelPt = 10;

QRectF rectOf(const phase::View& view) {
    return {view.xMin, view.yMin, view.width(), view.height()};
}

/// Arrowheads along a branch at these distances from the saddle, in fractions of the view, as far as it is seen.
void addBranchArrows(Picture& picture, const QPolygonF& points, const phase::View& view, const QColor& color,
                     double size, bool backward) {
    double along = 0;
    double next = 0.11;
    for (qsizetype k = 1; k < points.size(); ++k) {
        const QPointF step = points[k] - points[k - 1];
        const double length = std::hypot(step.x() / view.width(), step.y() / view.height());
        if (along + length >= next && length > 0) {
            const QPointF at = points[k - 1] + (next - along) / length * step;
            if (view.contains(at.x(), at.y())) picture.push_back(Arrow{at, backward ? -step : step, color, size});
            next += 0.3;
        }
        along += length;
    }
}

/// The point of a contour that is best for its number: well inside, far from the numbers that are there.
std::optional<QPointF> labelPlace(const QPolygonF& line, const phase::View& view, const std::vector<QPointF>& taken) {
    std::optional<QPointF> best;
    double bestScore = 0.06;
    for (const QPointF& p : line) {
        const double x = (p.x() - view.xMin) / view.width(), y = (p.y() - view.yMin) / view.height();
        double score = std::min({0.12, x, 1 - x, y, 1 - y});
        if (score < 0.05) continue;
        score += 0.2;
        for (const QPointF& other : taken) score = std::min(score, std::hypot(x - other.x(), y - other.y()));
        if (score > bestScore + 1e-3) {
            bestScore = score;
            best = p;
        }
    }
    return best;
}

QPolygonF longest(const std::vector<QPolygonF>& lines) {
    QPolygonF found;
    double most = 0;
    for (const QPolygonF& line : lines) {
        double length = 0;
        for (qsizetype k = 1; k < line.size(); ++k)
            length += std::hypot(line[k].x() - line[k - 1].x(), line[k].y() - line[k - 1].y());
        if (length > most) {
            most = length;
            found = line;
        }
    }
    return found;
}

/// Of rank 1: where the readout along the line of kappa has a level, upright lines.
std::vector<QPolygonF> uprights(const phase::ReadoutField& field, const phase::View& view, double level) {
    std::vector<QPolygonF> lines;
    for (std::size_t k = 1; k < field.z.size(); ++k) {
        const double from = static_cast<double>(field.z[k - 1]) - level, to = static_cast<double>(field.z[k]) - level;
        if ((from < 0) == (to < 0)) continue;
        const double place = (static_cast<double>(k - 1) + from / (from - to)) / (field.columns - 1);
        const double x = field.view.xMin + place * field.view.width();
        QPolygonF line;
        for (int j = 0; j <= 20; ++j) line.append(QPointF(x, view.yMin + view.height() * j / 20));
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

Picture drawArrows(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!hasField(scene)) return picture;
    const double scale = scaleOf(scene);
    const phase::FlowField& field = scene.portrait->field;
    for (int j = 0; j < arrowRows; ++j) {
        for (int i = 0; i < arrowColumns; ++i) {
            const QPointF at(view.xMin + view.width() * (i + 0.5) / arrowColumns,
                             view.yMin + view.height() * (j + 0.5) / arrowRows);
            if (!field.view.contains(at.x(), at.y())) continue;
            const phase::Velocity v = field.at(at.x(), at.y());
            const double strength = speedPlace(std::hypot(v.x, v.y), scale);
            const double length = std::hypot(v.x / view.width(), v.y / view.height());
            if (!(length > 0) || strength < 0.02) continue;
            // A few kinds, which the renderer keeps ready.
            const double kind = std::round(strength * (arrowKinds - 1)) / (arrowKinds - 1);
            const QPointF half = (0.4 + 0.6 * kind) * 0.42 / arrowColumns / length * QPointF(v.x, v.y);
            QColor color = theme.axis;
            color.setAlphaF(static_cast<float>(0.45 + 0.55 * kind));
            picture.push_back(
                Arrow{at + half, half, color, theme.arrowSize * (0.7 + 0.3 * kind), 1.2 * theme.streamlineWidth});
        }
    }
    return picture;
}

Picture drawReadout(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!scene.portrait || scene.portrait->readout.isEmpty()) return picture;
    const phase::ReadoutField& field = scene.portrait->readout;
    const double low = field.minimum(), high = field.maximum();
    // Single precision draws no contours of less.
    if (!(high - low > 1e-5 * std::max(std::abs(low), std::abs(high)))) return picture;
    std::vector<Label> labels;
    std::vector<QPointF> taken;
    for (const Tick& level : niceTicks(low, high, mostContours)) {
        std::vector<QPolygonF> lines;
        if (scene.portrait->rank == 1) {
            lines = uprights(field, view, level.value);
        } else {
            for (const phase::Polyline& line : phase::contour(field, level.value)) lines.push_back(polygonOf(line));
        }
        const bool zero = level.value == 0;
        std::vector<QPolygonF> seen;
        for (const QPolygonF& line : lines) {
            picture.push_back(Line{line, theme.readout, (zero ? 2.2 : 1) * theme.readoutWidth,
                                   level.value < 0 ? Dash::dashed : Dash::solid});
            for (const QPolygonF& part : clipPolyline(line, rectOf(view))) seen.push_back(part);
        }
        const auto at = labelPlace(longest(seen), view, taken);
        if (!at) continue;
        taken.push_back({(at->x() - view.xMin) / view.width(), (at->y() - view.yMin) / view.height()});
        const double size = contourLabelPt * theme.markerSize / Theme().markerSize;
        labels.push_back(Label{MathLabel(zero ? QStringLiteral("$z = 0$") : level.text, size), *at, theme.readout,
                               Qt::AlignCenter, true});
    }
    picture.insert(picture.end(), labels.begin(), labels.end());
    return picture;
}

Picture drawManifolds(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!hasField(scene)) return picture;
    for (const phase::Manifold& branch : scene.portrait->manifolds) {
        if (!canPlace(scene, branch.points, view)) continue;
        const QPolygonF points = path(*scene.portrait, view, branch.points);
        const QColor color = shade(*scene.portrait, theme.manifold[branch.stable ? 0 : 1]);
        picture.push_back(
            Line{points, color, theme.manifoldWidth, branch.stable ? Dash::dashed : Dash::solid, !branch.stable});
        addBranchArrows(picture, points, view, color, 4.2 * theme.manifoldWidth, branch.stable);
    }
    return picture;
}

}  // namespace kappascope::painting
