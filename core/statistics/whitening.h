// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <vector>

namespace kappascope::statistics {

/// A linear map that gives rows zero mean and the identity as covariance. Columns that are constant, or that depend
/// linearly on those before them (less than 1e-10 of their variance is left), carry nothing of their own: they are
/// left out.
struct Whitening {
    std::vector<Eigen::Index> columns;  ///< those that are kept, D of K
    Eigen::VectorXd centre;             ///< of these, D
    Eigen::MatrixXd transform;          ///< D x D, upper triangular: y = transform^T (x - centre)
    double logDeterminant = 0;          ///< ln |det transform|: ln p(x) = ln p(y) + logDeterminant

    Eigen::Index dimensions() const { return std::ssize(columns); }
};

/// Of the rows of an N x K matrix, covariances divided by N. aboutZero: second moments about zero in place of those
/// about the mean, and a centre of zero. Throws wrongShape where there are no rows or columns, notFinite.
Whitening whiteningOf(const Eigen::MatrixXd& rows, bool aboutZero = false);

/// The rows in the whitening's coordinates, N x D.
Eigen::MatrixXd whitened(const Eigen::MatrixXd& rows, const Whitening& whitening);

}  // namespace kappascope::statistics
