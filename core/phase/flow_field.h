// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/phase/view.h"
#include "core/reduction/flow.h"

namespace kappascope::phase {

/// The velocity of a planar flow at (x, y): what streamlines and nullclines are drawn from.
struct Velocity {
    double x = 0;
    double y = 0;
};

/// Weights of the four nodes first..first+3 that Catmull-Rom interpolation mixes along one axis.
struct CubicTaps {
    int first = 0;
    double weight[4] = {};
};

/// Taps at a position in units of nodes, clamped to 0..count-1. count: at least 4. In the outermost cells the missing
/// node is the quadratic continuation of the three nearest, so that quadratics are reproduced up to the border.
inline CubicTaps cubicTaps(double position, int count) {
    if (!(position > 0)) position = 0;
    if (position > count - 1) position = count - 1;
    int cell = static_cast<int>(position);
    if (cell > count - 2) cell = count - 2;
    const double t = position - cell;
    const double before = t * (-0.5 + t * (1 - 0.5 * t));
    const double here = 1 + t * t * (1.5 * t - 2.5);
    const double next = t * (0.5 + t * (2 - 1.5 * t));
    const double after = t * t * (0.5 * t - 0.5);
    if (cell == 0) return {0, {here + 3 * before, next - 3 * before, after + before, 0}};
    if (cell == count - 2) return {count - 4, {0, before + after, here - 3 * after, next + 3 * after}};
    return {cell - 1, {before, here, next, after}};
}

/// Velocities on a regular grid over a view, kept per population so that gains recombine without any tanh:
/// F_a = d_a - kappa_a + sum_p g_p C_ap. Node (column i, row j) lies at x = xMin + i width/(columns-1), y = yMin + j
/// height/(rows-1), index k = j * columns + i.
struct FlowField {
    View view;
    int columns = 0;
    int rows = 0;
    int populations = 0;
    Velocity drive;                    ///< d, reduction::Flow::drive() along the axes
    std::vector<float> contributions;  ///< [(a * P + p) * count + k], a = 0, 1
    std::vector<float> x;              ///< velocity along axes[0], count
    std::vector<float> y;              ///< velocity along axes[1], count

    int count() const { return columns * rows; }
    double nodeX(int column) const { return view.xMin + view.width() * column / (columns - 1); }
    double nodeY(int row) const { return view.yMin + view.height() * row / (rows - 1); }

    /// Bicubic (Catmull-Rom) interpolation, clamped to the view's border.
    Velocity at(double px, double py) const {
        const CubicTaps across = cubicTaps((px - view.xMin) / view.width() * (columns - 1), columns);
        const CubicTaps up = cubicTaps((py - view.yMin) / view.height() * (rows - 1), rows);
        Velocity sum;
        for (int j = 0; j < 4; ++j) {
            const int k = (up.first + j) * columns + across.first;
            double rowX = 0;
            double rowY = 0;
            for (int i = 0; i < 4; ++i) {
                rowX += across.weight[i] *
                        static_cast<double>(x[static_cast<std::size_t>(k) + static_cast<std::size_t>(i)]);
                rowY += across.weight[i] *
                        static_cast<double>(y[static_cast<std::size_t>(k) + static_cast<std::size_t>(i)]);
            }
            sum.x += up.weight[j] * rowX;
            sum.y += up.weight[j] * rowY;
        }
        return sum;
    }

    /// Largest speed on the grid.
    double maximumSpeed() const;
};

/// The field of a flow of rank >= 2 at the flow's own gains. columns, rows: 4..2048 (badOption). Throws wrongShape
/// where the view's axes or held values do not fit the rank, badOption for an empty view, and stopped.
FlowField computeFlowField(const reduction::Flow& flow, const View& view, int columns = 48, int rows = 48,
                           std::stop_token stop = {});

/// New velocities from the same contributions. gains: length P (wrongShape).
void recombine(FlowField& field, const Eigen::VectorXd& gains);

/// Rank 1: dkappa/dt over a line of the only mode, per population as above.
struct FlowLine {
    double xMin = -1;
    double xMax = 1;
    int populations = 0;
    std::vector<float> contributions;  ///< [p * count + k]
    std::vector<float> speed;          ///< dkappa/dt, signed
    int count() const { return static_cast<int>(speed.size()); }
    double node(int k) const { return xMin + (xMax - xMin) * k / (count() - 1); }
};

/// The line of a flow of rank 1 (wrongShape otherwise) at the flow's own gains. points: 2..1000000 (badOption); xMin <
/// xMax (badOption).
FlowLine computeFlowLine(const reduction::Flow& flow, double xMin, double xMax, int points = 257);
/// As for fields.
void recombine(FlowLine& line, const Eigen::VectorXd& gains);

}  // namespace kappascope::phase
