// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/planar.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace kappascope::session {

namespace {

using phase::FlowField;
using phase::Point;

bool straddles(float a, float b, float c, float d) {
    const auto [low, high] = std::minmax({a, b, c, d});
    return low <= 0 && high >= 0;
}

/// Newton's method for the zero of the field's bicubic interpolation, from a cell's middle.
std::optional<Point> zeroNear(const FlowField& field, Point at, double dx, double dy) {
    const Point start = at;
    for (int step = 0; step < 12; ++step) {
        const auto f = field.at(at.x, at.y);
        const double hx = 0.02 * dx, hy = 0.02 * dy;
        const auto right = field.at(at.x + hx, at.y), left = field.at(at.x - hx, at.y);
        const auto up = field.at(at.x, at.y + hy), down = field.at(at.x, at.y - hy);
        const double a = (right.x - left.x) / (2 * hx), b = (up.x - down.x) / (2 * hy);
        const double c = (right.y - left.y) / (2 * hx), d = (up.y - down.y) / (2 * hy);
        const double determinant = a * d - b * c;
        if (std::abs(determinant) < 1e-12) return {};
        const double sx = -(d * f.x - b * f.y) / determinant, sy = -(a * f.y - c * f.x) / determinant;
        at.x += sx;
        at.y += sy;
        if (std::abs(at.x - start.x) > 1.5 * dx || std::abs(at.y - start.y) > 1.5 * dy) return {};
        if (std::abs(sx) < 1e-4 * dx && std::abs(sy) < 1e-4 * dy) return at;
    }
    return {};
}

Point stepped(const FlowField& field, Point p, double h) {
    const auto a = field.at(p.x, p.y);
    const auto b = field.at(p.x + h / 2 * a.x, p.y + h / 2 * a.y);
    const auto c = field.at(p.x + h / 2 * b.x, p.y + h / 2 * b.y);
    const auto d = field.at(p.x + h * c.x, p.y + h * c.y);
    return {p.x + h / 6 * (a.x + 2 * b.x + 2 * c.x + d.x), p.y + h / 6 * (a.y + 2 * b.y + 2 * c.y + d.y)};
}

phase::LimitCycle cycleOf(const FlowField& field, const std::vector<Point>& round, double period) {
    phase::LimitCycle cycle;
    cycle.period = period;
    const int x = field.view.axes[0], y = field.view.axes[1];
    // No more points than a smooth drawing needs.
    constexpr std::ptrdiff_t enough = 140;
    const std::ptrdiff_t stride = 1 + std::ssize(round) / enough, kept = (std::ssize(round) + stride - 1) / stride;
    cycle.points.setZero(2, kept + 1);
    for (Eigen::Index k = 0; k < cycle.points.cols(); ++k) {
        const Point& p = round[static_cast<std::size_t>(k % kept * stride)];
        cycle.points(x, k) = p.x;
        cycle.points(y, k) = p.y;
    }
    cycle.minimum = cycle.points.rowwise().minCoeff();
    cycle.maximum = cycle.points.rowwise().maxCoeff();
    return cycle;
}

/// Follows the flow from `start` and watches where it crosses the ray to the right of `centre`: two equal returns are a
/// cycle.
std::optional<phase::LimitCycle> cycleAround(const FlowField& field, Point centre, Point start) {
    constexpr double h = 0.05;
    constexpr int maximumSteps = 2400;
    const double size = std::min(field.view.width(), field.view.height());
    std::vector<Point> round;
    std::optional<double> lastReturn;
    double lastTime = 0;
    int equalReturns = 0;
    int direction = 0;
    Point p = start;
    for (int step = 0; step < maximumSteps; ++step) {
        const Point q = stepped(field, p, h);
        if (!field.view.contains(q.x, q.y)) return {};
        if (std::hypot(q.x - p.x, q.y - p.y) < 1e-6 * size) return {};
        const double below = p.y - centre.y, above = q.y - centre.y;
        const int crossing = below < 0 && above >= 0 ? 1 : (below > 0 && above <= 0 ? -1 : 0);
        if (crossing != 0 && (direction == 0 || crossing == direction)) {
            const double t = below / (below - above);
            const double x = p.x + t * (q.x - p.x);
            if (x > centre.x) {
                direction = crossing;
                const double time = (step + t) * h;
                if (lastReturn) {
                    const double radius = std::max(x - centre.x, 1e-9);
                    const bool equal = std::abs(x - *lastReturn) < 1e-3 * radius && radius > 0.01 * size;
                    equalReturns = equal ? equalReturns + 1 : 0;
                    if (equalReturns == 2) return cycleOf(field, round, time - lastTime);
                }
                lastReturn = x;
                lastTime = time;
                round.clear();
                round.push_back({x, centre.y});
            }
        }
        round.push_back(q);
        p = q;
    }
    return {};
}

void addUnlessKnown(std::vector<phase::LimitCycle>& cycles, std::optional<phase::LimitCycle> found, double size) {
    if (!found) return;
    for (const auto& cycle : cycles)
        if ((cycle.minimum - found->minimum).cwiseAbs().maxCoeff() < 0.02 * size &&
            (cycle.maximum - found->maximum).cwiseAbs().maxCoeff() < 0.02 * size)
            return;
    cycles.push_back(std::move(*found));
}

}  // namespace

std::vector<Point> crossings(const FlowField& field) {
    std::vector<Point> result;
    const double dx = field.view.width() / (field.columns - 1), dy = field.view.height() / (field.rows - 1);
    for (int row = 0; row + 1 < field.rows; ++row) {
        for (int column = 0; column + 1 < field.columns; ++column) {
            const auto k = static_cast<std::size_t>(row * field.columns + column);
            const auto above = k + static_cast<std::size_t>(field.columns);
            if (!straddles(field.x[k], field.x[k + 1], field.x[above], field.x[above + 1])) continue;
            if (!straddles(field.y[k], field.y[k + 1], field.y[above], field.y[above + 1])) continue;
            const Point middle{field.nodeX(column) + dx / 2, field.nodeY(row) + dy / 2};
            if (const auto zero = zeroNear(field, middle, dx, dy)) {
                const bool known = std::any_of(result.begin(), result.end(), [&](const Point& p) {
                    return std::abs(p.x - zero->x) < 0.05 * dx && std::abs(p.y - zero->y) < 0.05 * dy;
                });
                if (!known) result.push_back(*zero);
            }
        }
    }
    return result;
}

std::vector<double> crossings(const phase::FlowLine& line) {
    std::vector<double> result;
    for (int k = 0; k + 1 < line.count(); ++k) {
        const double a = line.speed[static_cast<std::size_t>(k)], b = line.speed[static_cast<std::size_t>(k) + 1];
        if ((a <= 0 && b > 0) || (a >= 0 && b < 0))
            result.push_back(line.node(k) + (line.node(k + 1) - line.node(k)) * (a == b ? 0 : a / (a - b)));
    }
    return result;
}

phase::Census followedCensus(const reduction::Flow& flow, const std::vector<phase::FixedPoint>& known,
                             const std::vector<Eigen::VectorXd>& seeds) {
    phase::Census census;
    const double same = 1e-5 * std::max(flow.box().maxCoeff(), 1e-9);
    std::vector<Eigen::VectorXd> found;
    const auto isKnown = [&](const Eigen::VectorXd& kappa, double distance) {
        return std::any_of(found.begin(), found.end(), [&](const Eigen::VectorXd& other) {
            return (other - kappa).cwiseAbs().maxCoeff() < distance;
        });
    };
    const auto settle = [&](Eigen::VectorXd kappa) {
        if (phase::refineFixedPoint(flow, kappa) && kappa.allFinite() && !isKnown(kappa, same)) found.push_back(kappa);
    };
    // The interpolated field's zeros are so near the flow's that a seed beside a settled point is the same point.
    for (const auto& point : known)
        if (point.kappa.size() == flow.rank()) settle(point.kappa);
    for (const auto& seed : seeds)
        if (!isKnown(seed, 100 * same)) settle(seed);

    std::sort(found.begin(), found.end(), [](const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    });
    for (const auto& kappa : found) {
        census.points.push_back(phase::classify(flow, kappa));
        // sign det(-J): eigenvalues in the right half-plane count, and complex ones come in pairs.
        census.indexSum += census.points.back().unstableDirections % 2 == 0 ? 1 : -1;
    }
    return census;
}

std::vector<phase::LimitCycle> followedCycles(const FlowField& field, const phase::Census& census,
                                              const std::vector<phase::LimitCycle>& known) {
    std::vector<phase::LimitCycle> result;
    const double size = std::min(field.view.width(), field.view.height());
    const int x = field.view.axes[0], y = field.view.axes[1];
    for (const auto& cycle : known) {
        if (cycle.points.rows() != 2 || cycle.points.cols() == 0) continue;
        const Point centre{(cycle.minimum[x] + cycle.maximum[x]) / 2, (cycle.minimum[y] + cycle.maximum[y]) / 2};
        addUnlessKnown(result, cycleAround(field, centre, {cycle.points(x, 0), cycle.points(y, 0)}), size);
    }
    for (const auto& point : census.points) {
        if (point.kind != phase::FixedPointKind::unstableFocus && point.kind != phase::FixedPointKind::unstableNode)
            continue;
        const Point centre{point.kappa[x], point.kappa[y]};
        const bool enclosed = std::any_of(result.begin(), result.end(), [&](const phase::LimitCycle& cycle) {
            return centre.x > cycle.minimum[x] && centre.x < cycle.maximum[x] && centre.y > cycle.minimum[y] &&
                   centre.y < cycle.maximum[y];
        });
        if (enclosed) continue;
        addUnlessKnown(result, cycleAround(field, centre, {centre.x + 0.04 * size, centre.y + 0.01 * size}), size);
    }
    return result;
}

phase::View unite(const phase::View& a, const phase::View& b) {
    phase::View result = a;
    result.xMin = std::min(a.xMin, b.xMin);
    result.xMax = std::max(a.xMax, b.xMax);
    result.yMin = std::min(a.yMin, b.yMin);
    result.yMax = std::max(a.yMax, b.yMax);
    return result;
}

phase::View withAspect(const phase::View& view, double aspect) {
    constexpr double comparable = 2.5;
    const double ratio = view.width() / view.height();
    if (!(aspect > 0) || ratio > comparable || ratio < 1 / comparable) return view;
    phase::View result = view;
    if (ratio < aspect) {
        const double extra = (view.height() * aspect - view.width()) / 2;
        result.xMin -= extra;
        result.xMax += extra;
    } else {
        const double extra = (view.width() / aspect - view.height()) / 2;
        result.yMin -= extra;
        result.yMax += extra;
    }
    return result;
}

}  // namespace kappascope::session
