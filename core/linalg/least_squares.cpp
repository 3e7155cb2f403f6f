// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/least_squares.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace kappascope::linalg {

namespace {

constexpr double negligible = 1e-9;

}  // namespace

LeastSquares leastSquares(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    LeastSquares result;
    const Eigen::Index columns = a.cols();
    // Columns of length 1, so that the unit of a variable does not decide whether it counts.
    const Eigen::VectorXd lengths = a.colwise().norm();
    for (Eigen::Index k = 0; k < columns; ++k)
        if (!(lengths[k] > 0)) result.dependent = {k};
    if (!result.dependent.empty()) return result;
    const Eigen::MatrixXd scaled = a * lengths.cwiseInverse().asDiagonal();
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(scaled);
    const Eigen::MatrixXd& r = qr.matrixQR();
    Eigen::Index rank = 0;
    const Eigen::Index most = std::min(columns, a.rows());
    while (rank < most && std::abs(r(rank, rank)) > negligible) ++rank;
    const auto& order = qr.colsPermutation().indices();
    if (rank < columns) {
        // The first column that pivoting left over, as a combination of those before it.
        const Eigen::VectorXd weights =
            r.topLeftCorner(rank, rank).triangularView<Eigen::Upper>().solve(r.col(rank).head(rank));
        result.dependent = {order[rank]};
        for (Eigen::Index k = 0; k < rank; ++k)
            if (std::abs(weights[k]) > 1e-6) result.dependent.push_back(order[k]);
        std::ranges::sort(result.dependent);
        return result;
    }
    result.coefficients = lengths.cwiseInverse().asDiagonal() * qr.solve(b);
    return result;
}

}  // namespace kappascope::linalg
