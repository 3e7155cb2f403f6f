// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <stop_token>

namespace kappascope::linalg {

/// Eigenvalues and unit eigenvectors of a square real matrix, by falling real part, then falling imaginary part.
struct EigenPairs {
    Eigen::VectorXcd values;
    Eigen::MatrixXcd vectors;
};
EigenPairs eigenPairs(const Eigen::MatrixXd& matrix);

/// Eigenvalues of a symmetric matrix, rising.
Eigen::VectorXd symmetricEigenvalues(const Eigen::MatrixXd& matrix);

/// A with A A^T = S for a symmetric positive semi-definite S (negative rounding is cut to zero).
Eigen::MatrixXd symmetricRoot(const Eigen::MatrixXd& matrix);

/// x with A x = b, by LU with full pivoting for small systems. Returns false where A is singular to rounding.
bool solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, Eigen::VectorXd& x);

/// The inverse of a small matrix; false where it is singular to rounding.
bool invert(const Eigen::MatrixXd& a, Eigen::MatrixXd& inverse);

/// The `count` leading singular triplets of a large dense matrix, by falling singular value. Throws didNotConverge,
/// stopped.
struct LeadingModes {
    Eigen::MatrixXd left;    ///< rows x count
    Eigen::VectorXd values;  ///< count
    Eigen::MatrixXd right;   ///< cols x count
};
LeadingModes leadingModes(const Eigen::MatrixXd& matrix, int count, std::stop_token stop = {});

}  // namespace kappascope::linalg
