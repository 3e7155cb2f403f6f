// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace kappascope::statistics {

/// What a group of units' loadings are on average.
struct Moments {
    Eigen::Index rows = 0;        ///< units
    Eigen::VectorXd mean;         ///< K
    Eigen::MatrixXd covariance;   ///< K x K, divided by the number of rows
    Eigen::MatrixXd correlation;  ///< K x K; 0 beside a column that is constant, 1 on the diagonal

    /// The least-squares slope of column y on column x; 0 where x is constant.
    double slope(Eigen::Index y, Eigen::Index x) const;
};

/// Of all rows of an N x K matrix.
Moments momentsOf(const Eigen::MatrixXd& rows);

/// Of the rows with label 0, 1, ... count - 1 each; zeros for a label that no row has. Throws wrongShape where there
/// are not as many labels as rows.
std::vector<Moments> momentsBy(const Eigen::MatrixXd& rows, const std::vector<int>& labels, int count);

/// Rows drawn anew, N x K: row i from the Gaussian of its label's moments, from a counter-based generator keyed with
/// seed and row. Labels outside of the groups give rows of zeros.
Eigen::MatrixXd redraw(const std::vector<Moments>& groups, const std::vector<int>& labels, std::uint64_t seed);

}  // namespace kappascope::statistics
