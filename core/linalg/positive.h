// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace kappascope::linalg {

/// The lower triangular A with A A^T = S for a symmetric positive semi-definite S. Pivots below `floor` (a length, > 0)
/// become `floor`, so that A is invertible whatever S is. Throws wrongShape where S is not square.
Eigen::MatrixXd lowerRoot(const Eigen::MatrixXd& matrix, double floor);

/// X with X A^T = B for a lower triangular, invertible A: the rows of B, whitened. a: K x K, b: M x K.
Eigen::MatrixXd divideByTransposed(const Eigen::MatrixXd& b, const Eigen::MatrixXd& a);

/// x with S x = b for a symmetric positive definite S (K x K), by Cholesky; false where S is not positive definite.
bool solvePositive(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& b, Eigen::VectorXd& x);

}  // namespace kappascope::linalg
