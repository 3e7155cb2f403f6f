// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <stop_token>

namespace kappascope::linalg {

/// All eigenvalues of a square real matrix (N x N, N >= 0), by falling real part, then falling imaginary part:
/// Householder reduction to Hessenberg form and implicit double-shift QR (Francis 1961; Golub and Van Loan, Matrix
/// Computations, 7.4 and 7.5), on the part that is not yet deflated. Unlike eigenPairs() it can be stopped, within
/// milliseconds. Throws wrongShape, notFinite, didNotConverge, stopped.
Eigen::VectorXcd eigenvalues(Eigen::MatrixXd matrix, std::stop_token stop = {});

/// Up to `count` eigenvalues of the largest modulus of a large dense matrix, by falling modulus, by an implicitly
/// restarted Arnoldi iteration; fewer where not all of them converge. count: 1..N - 2. Throws wrongShape, badOption,
/// didNotConverge (none did), stopped.
Eigen::VectorXcd leadingEigenvalues(const Eigen::MatrixXd& matrix, int count, std::stop_token stop = {});

}  // namespace kappascope::linalg
