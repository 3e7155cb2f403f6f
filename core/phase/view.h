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
/// Rank 1 uses axes[0] only; y is then dkappa/dt.
struct View {
    std::array<int, 2> axes{0, 1};
    double xMin = -1;
    double xMax = 1;
    double yMin = -1;
    double yMax = 1;
    Eigen::VectorXd held;  ///< R: values of the modes that are not axes; empty = 0

    double width() const { return xMax - xMin; }
    double height() const { return yMax - yMin; }
    bool contains(double x, double y) const { return x >= xMin && x <= xMax && y >= yMin && y <= yMax; }
    bool operator==(const View& other) const;
    /// The point of R-dimensional kappa space above (x, y). rank: R.
    Eigen::VectorXd kappa(double x, double y, int rank) const;
};

}  // namespace kappascope::phase
