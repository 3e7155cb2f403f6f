// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/positive.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <string>

#include "core/error.h"

namespace kappascope::linalg {

Eigen::MatrixXd lowerRoot(const Eigen::MatrixXd& matrix, double floor) {
    if (matrix.rows() != matrix.cols())
        throw Error(ErrorCode::wrongShape, "lowerRoot: matrix",
                    {std::to_string(matrix.rows()) + " x " + std::to_string(matrix.cols()), "square"});
    const Eigen::Index size = matrix.rows();
    Eigen::MatrixXd root = Eigen::MatrixXd::Zero(size, size);
    for (Eigen::Index j = 0; j < size; ++j) {
        const double square = matrix(j, j) - root.row(j).head(j).squaredNorm();
        const bool cut = !(square > floor * floor);
        root(j, j) = cut ? floor : std::sqrt(square);
        for (Eigen::Index i = j + 1; i < size; ++i) {
            // Below a pivot that is cut, a semi-definite matrix has nothing but rounding left.
            const double rest = matrix(i, j) - root.row(i).head(j).dot(root.row(j).head(j));
            root(i, j) = cut ? 0 : rest / root(j, j);
        }
    }
    return root;
}

Eigen::MatrixXd divideByTransposed(const Eigen::MatrixXd& b, const Eigen::MatrixXd& a) {
    return a.triangularView<Eigen::Lower>().solve(b.transpose()).transpose();
}

bool solvePositive(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& b, Eigen::VectorXd& x) {
    const Eigen::LLT<Eigen::MatrixXd> factors(matrix);
    if (factors.info() != Eigen::Success) return false;
    x = factors.solve(b);
    return x.allFinite();
}

}  // namespace kappascope::linalg
