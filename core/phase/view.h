// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

namespace kappascope::phase {

struct Point {
    double x = 0;
    double y = 0;
};

using Polyline = std::vector<Point>;

/// A rectangle of the kappa-plane: two modes as axes, the others held.
/// Rank 1 uses axes[0] only; y is then dkappa/dt, or with an input the filtered v_s of that input, and the flow is
/// that of reduction::inputPlane(), whose coordinates (kappa, v_s) the axes {0, 1} are.
struct View {
    std::array<int, 2> axes{0, 1};
    int input = -1;  ///< s, 0..S-1: rank 1 in the plane (kappa, v_s); -1: the axes are modes
    double xMin = -1;
    double xMax = 1;
    double yMin = -1;
    double yMax = 1;
    Eigen::VectorXd held;  ///< R: values of the modes that are not axes; empty = 0

    double width() const { return xMax - xMin; }
    double height() const { return yMax - yMin; }
    bool contains(double x, double y) const { return x >= xMin && x <= xMax && y >= yMin && y <= yMax; }
    bool operator==(const View& other) const;
    /// Whether both show the same coordinates, whatever their ranges.
    bool samePlane(const View& other) const { return axes == other.axes && input == other.input; }
    /// How many coordinates the flow has that is shown: the network's rank R, or 2 in the plane of an input.
    int dimensions(int rank) const { return input >= 0 ? 2 : rank; }
    /// The point of R-dimensional kappa space above (x, y). rank: R; of an input's plane 2.
    Eigen::VectorXd kappa(double x, double y, int rank) const;
};

}  // namespace kappascope::phase
