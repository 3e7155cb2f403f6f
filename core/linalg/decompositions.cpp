// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/decompositions.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Spectra/SymEigsSolver.h>
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.h"

namespace kappascope::linalg {

namespace {

/// A^T A x, stoppable: what the Lanczos iteration asks for.
class GramProduct {
public:
    using Scalar = double;
    GramProduct(const Eigen::MatrixXd& matrix, const std::stop_token& stop) : matrix_(matrix), stop_(stop) {}
    Eigen::Index rows() const { return matrix_.cols(); }
    Eigen::Index cols() const { return matrix_.cols(); }
    void perform_op(const double* in, double* out) const {
        if (stop_.stop_requested()) throw Error(ErrorCode::stopped);
        const Eigen::Map<const Eigen::VectorXd> x(in, matrix_.cols());
        Eigen::Map<Eigen::VectorXd> y(out, matrix_.cols());
        y.noalias() = matrix_.transpose() * (matrix_ * x);
    }

private:
    const Eigen::MatrixXd& matrix_;
    const std::stop_token& stop_;
};

}  // namespace

EigenPairs eigenPairs(const Eigen::MatrixXd& matrix) {
    EigenPairs pairs;
    const Eigen::Index size = matrix.rows();
    if (size == 1) {
        pairs.values = matrix.cast<std::complex<double>>();
        pairs.vectors = Eigen::MatrixXcd::Ones(1, 1);
        return pairs;
    }
    const Eigen::EigenSolver<Eigen::MatrixXd> solver(matrix);
    if (solver.info() != Eigen::Success) throw Error(ErrorCode::didNotConverge, "eigenvalues");
    const Eigen::VectorXcd values = solver.eigenvalues();
    const Eigen::MatrixXcd vectors = solver.eigenvectors();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
        if (values[a].real() != values[b].real()) return values[a].real() > values[b].real();
        return values[a].imag() > values[b].imag();
    });
    pairs.values.resize(size);
    pairs.vectors.resize(size, size);
    for (Eigen::Index k = 0; k < size; ++k) {
        const auto from = order[static_cast<std::size_t>(k)];
        pairs.values[k] = values[from];
        pairs.vectors.col(k) = vectors.col(from).normalized();
    }
    return pairs;
}

Eigen::VectorXd symmetricEigenvalues(const Eigen::MatrixXd& matrix) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success) throw Error(ErrorCode::didNotConverge, "eigenvalues");
    return solver.eigenvalues();
}

Eigen::MatrixXd symmetricRoot(const Eigen::MatrixXd& matrix) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
    if (solver.info() != Eigen::Success) throw Error(ErrorCode::didNotConverge, "eigenvalues");
    return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

bool solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, Eigen::VectorXd& x) {
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
    if (!lu.isInvertible()) return false;
    x = lu.solve(b);
    return x.allFinite();
}

bool invert(const Eigen::MatrixXd& a, Eigen::MatrixXd& inverse) {
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
    if (!lu.isInvertible()) return false;
    inverse = lu.inverse();
    return inverse.allFinite();
}

LeadingModes leadingModes(const Eigen::MatrixXd& matrix, int count, std::stop_token stop) {
    const Eigen::Index columns = matrix.cols();
    if (count < 1 || count > std::min(matrix.rows(), columns))
        throw Error(ErrorCode::badOption, "rank",
                    {std::to_string(count), "1.." + std::to_string(std::min(matrix.rows(), columns))});
    Eigen::VectorXd squares;
    LeadingModes modes;
    if (columns <= 64 || count > columns / 3) {
        // Few rows, or most of the spectrum wanted: the whole decomposition is cheaper and surer.
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix.transpose() * matrix);
        if (solver.info() != Eigen::Success) throw Error(ErrorCode::didNotConverge, "singular values");
        squares = solver.eigenvalues().reverse().head(count);
        modes.right = solver.eigenvectors().rowwise().reverse().leftCols(count);
    } else {
        const GramProduct product(matrix, stop);
        const auto basis = std::min<Eigen::Index>(columns, std::max(2 * count + 20, 60));
        Spectra::SymEigsSolver<GramProduct> solver(const_cast<GramProduct&>(product), count, basis);
        solver.init();
        solver.compute(Spectra::SortRule::LargestAlge, 2000, 1e-13);
        if (solver.info() != Spectra::CompInfo::Successful) throw Error(ErrorCode::didNotConverge, "singular values");
        squares = solver.eigenvalues();
        modes.right = solver.eigenvectors();
    }
    modes.values = squares.cwiseMax(0).cwiseSqrt();
    modes.left = matrix * modes.right;
    for (int k = 0; k < count; ++k) {
        // A null mode has no left vector; zero stands for it.
        if (modes.values[k] > 0) modes.left.col(k) /= modes.values[k];
        // A fixed sign, so that the same file gives the same picture.
        Eigen::Index largest = 0;
        modes.right.col(k).cwiseAbs().maxCoeff(&largest);
        if (modes.right(largest, k) < 0) {
            modes.right.col(k) *= -1;
            modes.left.col(k) *= -1;
        }
    }
    return modes;
}

}  // namespace kappascope::linalg
