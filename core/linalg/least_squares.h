// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <vector>

namespace kappascope::linalg {

/// What a design has to say about least squares, before any right-hand side is known.
struct LeastSquares {
    Eigen::MatrixXd coefficients;  ///< K x N, one column for each right-hand side; empty where the design is deficient
    /// The columns of a linear dependence of the design: a column that is a combination of others, and those that it
    /// is a combination of. Empty: the columns are independent.
    std::vector<Eigen::Index> dependent;
};

/// The X of least |A X - B|, by one Householder QR with column pivoting. a: T x K, b: T x N. A column is dependent
/// where less than 1e-9 of its length remains.
LeastSquares leastSquares(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

}  // namespace kappascope::linalg
