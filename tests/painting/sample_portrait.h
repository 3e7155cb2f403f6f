// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <memory>

#include "ui/painting/layers.h"

namespace kappascope::painting::sample {

/// dx/dt = x - x^3, dy/dt = -y: a saddle between two stable nodes, known in closed form.
inline double velocityX(double x) {
    return x - x * x * x;
}
inline double velocityY(double y) {
    return -y;
}

inline phase::FixedPoint point(double x, double y, phase::FixedPointKind kind) {
    phase::FixedPoint p;
    p.kappa = Eigen::Vector2d(x, y);
    p.kind = kind;
    return p;
}

/// With lines that reach far beyond the view, and a circle of radius 0.5 as a cycle.
inline phase::Portrait planar() {
    phase::Portrait p;
    p.rank = 2;
    p.view.xMin = -1.6;
    p.view.xMax = 1.6;
    p.view.yMin = -1.4;
    p.view.yMax = 1.4;
    p.field.view = p.view;
    p.field.columns = 48;
    p.field.rows = 40;
    for (int row = 0; row < p.field.rows; ++row) {
        for (int column = 0; column < p.field.columns; ++column) {
            p.field.x.push_back(static_cast<float>(velocityX(p.field.nodeX(column))));
            p.field.y.push_back(static_cast<float>(velocityY(p.field.nodeY(row))));
        }
    }
    for (const double x : {-1.0, 0.0, 1.0}) p.nullclines[0].push_back({{x, -50}, {x, 50}});
    p.nullclines[1].push_back({{-50, 0}, {50, 0}});
    for (int k = 0; k < 30; ++k) {
        phase::Streamline line;
        for (int j = 0; j < 100; ++j) line.points.push_back({-4 + 0.08 * j, -2 + 0.14 * k + 0.3 * std::sin(0.1 * j)});
        line.arrows = {25, 50, 75};
        p.streamlines.lines.push_back(line);
    }
    p.census.points = {point(-1, 0, phase::FixedPointKind::stableNode), point(0, 0, phase::FixedPointKind::saddle),
                       point(1, 0, phase::FixedPointKind::stableFocus)};
    phase::LimitCycle cycle;
    cycle.points.resize(2, 65);
    for (int k = 0; k < 65; ++k) cycle.points.col(k) << 0.5 * std::cos(k * M_PI / 32), 0.5 * std::sin(k * M_PI / 32);
    p.cycles.push_back(cycle);
    return p;
}

/// dkappa/dt = kappa - kappa^3.
inline phase::Portrait linear() {
    phase::Portrait p;
    p.rank = 1;
    p.view.xMin = -1.5;
    p.view.xMax = 1.5;
    p.view.yMin = -2;
    p.view.yMax = 2;
    p.line.xMin = -1.5;
    p.line.xMax = 1.5;
    for (int k = 0; k <= 256; ++k) p.line.speed.push_back(static_cast<float>(velocityX(-1.5 + 3.0 * k / 256)));
    for (const double x : {-1.0, 0.0, 1.0}) {
        phase::FixedPoint fixed;
        fixed.kappa = Eigen::VectorXd::Constant(1, x);
        fixed.kind = x == 0 ? phase::FixedPointKind::unstableNode : phase::FixedPointKind::stableNode;
        p.census.points.push_back(fixed);
    }
    return p;
}

inline Scene scene(phase::Portrait portrait) {
    Scene s;
    s.portrait = std::make_shared<const phase::Portrait>(std::move(portrait));
    return s;
}

inline DrawnTrajectory trajectory(int color) {
    DrawnTrajectory t;
    t.colorIndex = color;
    t.steps.resize(2, 40);
    for (int k = 0; k < 40; ++k) t.steps.col(k) << 1.2 - 0.01 * k, 1.3 * std::exp(-0.1 * k);
    t.orbit = t.steps;
    return t;
}

}  // namespace kappascope::painting::sample
