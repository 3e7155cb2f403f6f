// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/layer_drawing.h"

#include <algorithm>
#include <cmath>

#include "ui/painting/layer_helpers.h"
#include "ui/painting/speed_image.h"

namespace kappascope::painting {

using namespace detail;

namespace {

/// A point counts as lying on the drawn slice when its other modes are this near, in fractions of the view's width.
constexpr double sliceTolerance = 0.02;
constexpr int lineArrows = 19;  // along the line of rank 1

Picture drawLineArrows(const phase::FlowLine& line, const phase::View& view, double scale, const Theme& theme) {
    Picture picture;
    for (int k = 0; k < lineArrows; ++k) {
        const double x = view.xMin + view.width() * (k + 0.5) / lineArrows;
        if (x < line.xMin || x > line.xMax) continue;
        const double speed = speedOnLine(line, x);
        const double strength = speedPlace(std::abs(speed), scale);
        if (strength < 0.02) continue;
        QColor color = theme.streamline;
        color.setAlphaF(static_cast<float>(0.45 + 0.55 * strength));
        const double size = theme.arrowSize * (1.1 + 0.9 * strength);
        const double reach = 0.34 * view.width() / lineArrows * (0.5 + 0.5 * strength) * (speed > 0 ? 1 : -1);
        picture.push_back(Line{QPolygonF({{x - reach, 0}, {x + reach, 0}}), color, 1.3 * theme.streamlineWidth});
        picture.push_back(Arrow{{x + reach, 0}, {speed, 0}, color, size});
    }
    return picture;
}

}  // namespace

double maximumSpeed(const phase::Portrait& portrait) {
    return portrait.maximumSpeed();
}

Picture drawSpeed(const Scene& scene, const phase::View& view, const Theme& theme) {
    if (hasField(scene)) {
        const double scale = scaleOf(scene);
        if (scale > 0) return {speedShade(scene.portrait->field, scale, theme)};
    }
    if (hasLine(scene)) {
        const double scale = scaleOf(scene);
        if (scale > 0) return {speedShade(scene.portrait->line, view, scale, theme)};
    }
    return {};
}

Picture drawStreamlines(const Scene& scene, const phase::View& view, const Theme& theme) {
    if (hasLine(scene)) return drawLineArrows(scene.portrait->line, view, scaleOf(scene), theme);
    if (!hasField(scene)) return {};
    Picture picture;
    for (const phase::Streamline& line : scene.portrait->streamlines.lines) {
        picture.push_back(Line{polygonOf(line.points), theme.streamline, theme.streamlineWidth});
        for (const int k : line.arrows) {
            const int last = static_cast<int>(line.points.size()) - 1;
            if (last < 1 || k < 0 || k > last) continue;
            const phase::Point &at = line.points[static_cast<std::size_t>(k)],
                               &from = line.points[static_cast<std::size_t>(std::max(k - 1, 0))],
                               &to = line.points[static_cast<std::size_t>(std::min(k + 1, last))];
            picture.push_back(Arrow{{at.x, at.y}, {to.x - from.x, to.y - from.y}, theme.streamline, theme.arrowSize});
        }
    }
    return picture;
}

Picture drawNullclines(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (hasLine(scene)) {
        const phase::FlowLine& line = scene.portrait->line;
        picture.push_back(Line{QPolygonF({{view.xMin, 0}, {view.xMax, 0}}), theme.axis, 0.5 * theme.nullclineWidth});
        QPolygonF curve;
        for (int k = 0; k < line.count(); ++k)
            curve.append(QPointF(line.node(k), line.speed[static_cast<std::size_t>(k)]));
        picture.push_back(Line{curve, theme.nullcline[0], 1.2 * theme.nullclineWidth, Dash::solid, true});
        return picture;
    }
    if (!hasField(scene)) return {};
    for (std::size_t axis = 0; axis < 2; ++axis)
        for (const phase::Polyline& branch : scene.portrait->nullclines[axis])
            picture.push_back(Line{polygonOf(branch), theme.nullcline[axis], theme.nullclineWidth,
                                   axis == 0 ? Dash::solid : Dash::dashed});
    return picture;
}

Picture drawCycles(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!hasField(scene)) return picture;
    for (const phase::LimitCycle& cycle : scene.portrait->cycles) {
        if (!canPlace(scene, cycle.points, view)) continue;
        const QPolygonF points = path(*scene.portrait, view, cycle.points);
        const QColor color = shade(*scene.portrait, theme.cycle);
        picture.push_back(
            Line{points, color, theme.cycleWidth, cycle.stable ? Dash::solid : Dash::dotted, cycle.stable});
        for (const double share : {0.2, 0.7}) addArrow(picture, points, view, share, color, 2.8 * theme.cycleWidth);
    }
    return picture;
}

Picture drawOrbits(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!scene.portrait) return picture;
    for (const DrawnTrajectory& trajectory : scene.trajectories)
        if (canPlace(scene, trajectory.orbit, view))
            picture.push_back(Line{path(*scene.portrait, view, trajectory.orbit), theme.orbit, theme.orbitWidth,
                                   trajectory.backward ? Dash::dashed : Dash::solid});
    return picture;
}

Picture drawTrajectories(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!scene.portrait) return picture;
    for (const DrawnTrajectory& trajectory : scene.trajectories) {
        if (!canPlace(scene, trajectory.steps, view)) continue;
        const QColor color = theme.trajectory(trajectory.colorIndex);
        const QPolygonF points = path(*scene.portrait, view, trajectory.steps);
        picture.push_back(Line{points, color, theme.trajectoryWidth, trajectory.backward ? Dash::dashed : Dash::solid});
        addArrow(picture, points, view, 0.35, color, 3.6 * theme.trajectoryWidth, trajectory.backward);
        picture.push_back(Marker{points.first(), MarkerShape::dot, 3.2 * theme.trajectoryWidth, color, color, 0});
    }
    return picture;
}

Marker markerOf(phase::FixedPointKind kind, const Theme& theme) {
    using Kind = phase::FixedPointKind;
    Marker marker;
    marker.size = theme.markerSize;
    marker.fill = theme.fixedPointFill;
    marker.edge = theme.fixedPointEdge;
    marker.edgeWidth = theme.markerEdgeWidth;
    marker.focus = kind == Kind::stableFocus || kind == Kind::unstableFocus;
    switch (kind) {
        case Kind::stableNode:
        case Kind::stableFocus: marker.shape = MarkerShape::disc; break;
        case Kind::unstableNode:
        case Kind::unstableFocus: marker.shape = MarkerShape::ring; break;
        case Kind::saddle: marker.shape = MarkerShape::halfDisc; break;
        case Kind::degenerate: marker.shape = MarkerShape::diamond; break;
    }
    return marker;
}

Picture drawFixedPoints(const Scene& scene, const phase::View& view, const Theme& theme) {
    Picture picture;
    if (!scene.portrait) return picture;
    const phase::Portrait& portrait = *scene.portrait;
    const bool planar = portrait.rank >= 2;
    for (const phase::UndecidedRegion& region : portrait.census.undecided) {
        const auto x = planar ? view.axes[0] : 0;
        // A region can be far smaller than a pixel and must still be seen.
        const double halfX = std::max(region.halfWidth[x], 0.008 * view.width());
        const double halfY = std::max(planar ? region.halfWidth[view.axes[1]] : 0.0, 0.008 * view.height());
        const double y = planar ? region.centre[view.axes[1]] : 0;
        picture.push_back(Region{QRectF(region.centre[x] - halfX, y - halfY, 2 * halfX, 2 * halfY), theme.undecided});
    }
    for (const phase::FixedPoint& point : portrait.census.points) {
        Marker marker = markerOf(point.kind, theme);
        if (planar) {
            marker.at = {point.kappa[view.axes[0]], point.kappa[view.axes[1]]};
            for (int r = 0; r < portrait.rank; ++r) {
                if (r == view.axes[0] || r == view.axes[1]) continue;
                const double held = view.held.size() > r ? view.held[r] : 0;
                if (std::abs(point.kappa[r] - held) > sliceTolerance * view.width()) marker.faint = true;
            }
        } else {
            marker.at = {point.kappa[0], 0};
        }
        picture.push_back(marker);
    }
    // Points of the drawn slice lie over those that are only projected onto it.
    std::stable_partition(picture.begin(), picture.end(), [](const Primitive& primitive) {
        const auto* marker = std::get_if<Marker>(&primitive);
        return !marker || marker->faint;
    });
    return picture;
}

}  // namespace kappascope::painting
