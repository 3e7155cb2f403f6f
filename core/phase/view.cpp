// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/view.h"

#include <algorithm>

namespace kappascope::phase {

bool View::operator==(const View& other) const {
    return samePlane(other) && xMin == other.xMin && xMax == other.xMax && yMin == other.yMin && yMax == other.yMax &&
           held.size() == other.held.size() && std::equal(held.begin(), held.end(), other.held.begin());
}

Eigen::VectorXd View::kappa(double x, double y, int rank) const {
    Eigen::VectorXd point = Eigen::VectorXd::Zero(rank);
    point.head(std::min<Eigen::Index>(rank, held.size())) = held.head(std::min<Eigen::Index>(rank, held.size()));
    if (rank > 1) point[axes[1]] = y;
    point[axes[0]] = x;
    return point;
}

}  // namespace kappascope::phase
