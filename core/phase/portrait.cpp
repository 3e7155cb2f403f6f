// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/portrait.h"

#include <algorithm>
#include <cmath>

namespace kappascope::phase {

namespace {

struct Range {
    double from = 0;
    double to = 0;
    double width() const { return to - from; }
    double middle() const { return (from + to) / 2; }
    void include(double value) {
        from = std::min(from, value);
        to = std::max(to, value);
    }
    Range widened(double width) const { return {middle() - width / 2, middle() + width / 2}; }
};

/// 1, 2 or 5 times a power of ten, at most about the value.
double roundStep(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    const double digit = value / power;
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

/// The smallest range with round ends around another.
Range rounded(const Range& range) {
    const double step = roundStep(range.width() / 20);
    // Ends that are round already stay, whatever the last bit says.
    return {step * std::floor(range.from / step + 1e-9), step * std::ceil(range.to / step - 1e-9)};
}

/// What is to be seen along one mode; the origin is where trials start.
Range found(const Census& census, const std::vector<LimitCycle>& cycles, int mode) {
    Range range;
    for (const FixedPoint& point : census.points) range.include(point.kappa[mode]);
    for (const LimitCycle& cycle : cycles) {
        range.include(cycle.minimum[mode]);
        range.include(cycle.maximum[mode]);
    }
    return range;
}

/// The width that a range of found things is shown with. box: half-width of the box along the mode.
double shownWidth(const Range& range, double box, bool alone) {
    // One point alone says nothing about where orbits go: the box does.
    const double least = alone ? 1.2 * box : 0.2 * box;
    return std::max(1.5 * range.width() + (alone ? 0.4 * box : 0), least);
}

std::vector<Polyline> polylines(const std::vector<LimitCycle>& cycles, const View& view) {
    std::vector<Polyline> lines;
    for (const LimitCycle& cycle : cycles) {
        Polyline line;
        for (Eigen::Index k = 0; k < cycle.points.cols(); ++k)
            line.push_back({cycle.points(view.axes[0], k), cycle.points(view.axes[1], k)});
        lines.push_back(std::move(line));
    }
    return lines;
}

/// Whether a point lies on the slice that the view shows.
bool onSlice(const Eigen::VectorXd& kappa, const View& view, double tolerance) {
    const int rank = static_cast<int>(kappa.size());
    const Eigen::VectorXd shown = view.kappa(kappa[view.axes[0]], kappa[view.axes[1]], rank);
    return (shown - kappa).cwiseAbs().maxCoeff() <= tolerance;
}

}  // namespace

double Portrait::maximumSpeed() const {
    if (rank >= 2) return field.maximumSpeed();
    float largest = 0;
    for (const float speed : line.speed) largest = std::max(largest, std::abs(speed));
    return static_cast<double>(largest);
}

View chooseView(const reduction::Flow& flow, const Census& census, const std::vector<LimitCycle>& cycles,
                std::array<int, 2> axes) {
    Eigen::VectorXd box = flow.box();
    // A mode without any loading still gets a range.
    const double largest = box.maxCoeff();
    box = box.cwiseMax(largest > 0 ? 1e-3 * largest : 1);
    const bool alone = census.points.size() < 2 && cycles.empty();

    View view;
    view.axes = axes;
    Range x = found(census, cycles, axes[0]);
    double width = shownWidth(x, box[axes[0]], alone);
    if (flow.rank() == 1) {
        x = rounded(x.widened(width));
        view.xMin = x.from;
        view.xMax = x.to;
        const FlowLine line = computeFlowLine(flow, x.from, x.to);
        Range speeds;
        for (float speed : line.speed) speeds.include(static_cast<double>(speed));
        if (!(speeds.width() > 0)) speeds = {-1, 1};
        speeds = rounded(speeds.widened(1.15 * speeds.width()));
        view.yMin = speeds.from;
        view.yMax = speeds.to;
        return view;
    }
    Range y = found(census, cycles, axes[1]);
    double height = shownWidth(y, box[axes[1]], alone);
    // Things that lie along a line are shown with room beside it.
    const double shape = box[axes[1]] / box[axes[0]];
    height = std::max(height, 0.5 * shape * width);
    width = std::max(width, 0.5 * height / shape);
    if (std::max(width, height) < 3 * std::min(width, height)) width = height = std::max(width, height);
    const bool equal = width == height;
    x = rounded(x.widened(width));
    y = rounded(y.widened(height));
    if (equal && x.width() != y.width()) {
        // Rounding may have added a step to one of them only.
        const double most = std::max(x.width(), y.width());
        const double step = roundStep(width / 20);
        Range& narrow = x.width() < y.width() ? x : y;
        for (bool up = true; narrow.width() < most - step / 2; up = !up)
            (up ? narrow.to : narrow.from) += up ? step : -step;
    }
    view.xMin = x.from;
    view.xMax = x.to;
    view.yMin = y.from;
    view.yMax = y.to;
    return view;
}

Portrait computePortrait(const reduction::Flow& flow, std::optional<View> view, int columns, int rows,
                         std::stop_token stop) {
    Portrait portrait;
    portrait.rank = flow.rank();
    portrait.census = findFixedPoints(flow, {}, stop);
    if (portrait.rank >= 2) portrait.cycles = findLimitCycles(flow, portrait.census, {}, stop);
    portrait.view = view ? *view : chooseView(flow, portrait.census, portrait.cycles);
    if (portrait.rank == 1) {
        portrait.line = computeFlowLine(flow, portrait.view.xMin, portrait.view.xMax, std::max(257, columns));
        portrait.readout = computeReadoutField(flow, portrait.view, readoutNodes, stop);
        return portrait;
    }
    portrait.field = computeFlowField(flow, portrait.view, columns, rows, stop);
    for (int axis : {0, 1}) portrait.nullclines[static_cast<std::size_t>(axis)] = nullcline(portrait.field, axis);
    StreamlineOptions options;
    const double tolerance = 1e-6 * std::max(portrait.view.width(), portrait.view.height());
    for (const FixedPoint& point : portrait.census.points)
        if (onSlice(point.kappa, portrait.view, tolerance))
            options.fixedPoints.push_back({point.kappa[portrait.view.axes[0]], point.kappa[portrait.view.axes[1]]});
    if (portrait.rank == 2) options.cycles = polylines(portrait.cycles, portrait.view);
    portrait.streamlines = evenlySpacedStreamlines(portrait.field, options, stop);
    ManifoldOptions branches;
    branches.view = portrait.view;
    portrait.manifolds = findManifolds(flow, portrait.census, portrait.cycles, branches, stop);
    portrait.manifoldDetail = Manifolds::exact;
    portrait.readout = computeReadoutField(flow, portrait.view, readoutNodes, stop);
    return portrait;
}

}  // namespace kappascope::phase
