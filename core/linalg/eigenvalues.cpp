// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/linalg/eigenvalues.h"

#include <Eigen/Householder>
// GCC 12 takes the destructor of a vector that was never filled for a second one.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif
#include <Spectra/GenEigsSolver.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#include <algorithm>
#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include "core/error.h"

namespace kappascope::linalg {

namespace {

using Eigen::Index;

constexpr int mostSweeps = 60;  // of one eigenvalue; a handful is usual

void heed(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorCode::stopped);
}

void requireSquare(const Eigen::MatrixXd& matrix) {
    if (matrix.rows() != matrix.cols())
        throw Error(ErrorCode::wrongShape, "matrix",
                    {std::to_string(matrix.rows()) + " x " + std::to_string(matrix.cols()), "square"});
    if (!matrix.allFinite()) throw Error(ErrorCode::notFinite, "matrix");
}

/// Zeros below the first subdiagonal, by reflections from both sides.
void reduceToHessenberg(Eigen::MatrixXd& a, const std::stop_token& stop) {
    const Index size = a.rows();
    Eigen::VectorXd workspace(size), essential(size);
    for (Index k = 0; k + 2 < size; ++k) {
        heed(stop);
        const Index rest = size - k - 1;
        double tau = 0, beta = 0;
        auto tail = essential.head(rest - 1);
        a.col(k).tail(rest).makeHouseholder(tail, tau, beta);
        a(k + 1, k) = beta;
        a.col(k).tail(rest - 1).setZero();
        a.bottomRightCorner(rest, rest).applyHouseholderOnTheLeft(tail, tau, workspace.data());
        a.rightCols(rest).applyHouseholderOnTheRight(tail, tau, workspace.data());
    }
}

/// One reflection of two or three neighbouring rows and columns of the active block first..last.
void reflect(Eigen::MatrixXd& h, Index at, Index count, const double* column, Index first, Index last) {
    const Eigen::Map<const Eigen::VectorXd> x(column, count);
    Eigen::Vector2d storage;
    auto essential = storage.head(count - 1);
    double tau = 0, beta = 0;
    x.makeHouseholder(essential, tau, beta);
    const double v1 = storage[0], v2 = count == 3 ? storage[1] : 0;
    for (Index j = std::max(first, at - 1); j <= last; ++j) {
        double* c = &h(at, j);
        const double sum = tau * (c[0] + v1 * c[1] + (count == 3 ? v2 * c[2] : 0));
        c[0] -= sum;
        c[1] -= sum * v1;
        if (count == 3) c[2] -= sum * v2;
    }
    const Index rows = std::min(at + 3, last) - first + 1;
    Eigen::VectorXd sum = h.col(at).segment(first, rows) + v1 * h.col(at + 1).segment(first, rows);
    if (count == 3) sum += v2 * h.col(at + 2).segment(first, rows);
    sum *= tau;
    h.col(at).segment(first, rows) -= sum;
    h.col(at + 1).segment(first, rows) -= v1 * sum;
    if (count == 3) h.col(at + 2).segment(first, rows) -= v2 * sum;
}

/// A double-shift QR step on the block first..last (three rows or more), with shifts of this sum and product.
void francisStep(Eigen::MatrixXd& h, Index first, Index last, double sum, double product) {
    double column[3] = {
        h(first, first) * h(first, first) + h(first, first + 1) * h(first + 1, first) - sum * h(first, first) + product,
        h(first + 1, first) * (h(first, first) + h(first + 1, first + 1) - sum),
        h(first + 1, first) * h(first + 2, first + 1)};
    for (Index k = first; k + 1 <= last; ++k) {
        const Index count = std::min<Index>(3, last - k + 1);
        reflect(h, k, count, column, first, last);
        if (k > first)
            for (Index row = k + 1; row < k + count; ++row) h(row, k - 1) = 0;
        for (Index row = 0; row < 3; ++row) column[row] = k + 1 + row <= last ? h(k + 1 + row, k) : 0;
    }
}

/// The two eigenvalues of a 2 x 2 block.
void solveBlock(const Eigen::Matrix2d& block, std::complex<double>& one, std::complex<double>& other) {
    const double half = (block(0, 0) + block(1, 1)) / 2, difference = (block(0, 0) - block(1, 1)) / 2;
    const double discriminant = difference * difference + block(0, 1) * block(1, 0);
    if (discriminant < 0) {
        one = {half, std::sqrt(-discriminant)};
        other = std::conj(one);
        return;
    }
    const double root = std::sqrt(discriminant);
    one = half + root;
    other = half - root;
}

}  // namespace

Eigen::VectorXcd eigenvalues(Eigen::MatrixXd matrix, std::stop_token stop) {
    requireSquare(matrix);
    Eigen::MatrixXd& h = matrix;
    const Index size = h.rows();
    std::vector<std::complex<double>> values(static_cast<std::size_t>(size));
    reduceToHessenberg(h, stop);
    const double scale = h.cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
    constexpr double epsilon = 2.3e-16;
    Index last = size - 1;
    int sweeps = 0;
    while (last >= 0) {
        heed(stop);
        Index first = last;
        for (; first > 0; --first) {
            const double beside = std::abs(h(first - 1, first - 1)) + std::abs(h(first, first));
            if (std::abs(h(first, first - 1)) <= epsilon * (beside > 0 ? beside : scale)) break;
        }
        if (first == last) {
            values[static_cast<std::size_t>(last--)] = h(first, first);
            sweeps = 0;
        } else if (first == last - 1) {
            solveBlock(h.block<2, 2>(first, first), values[static_cast<std::size_t>(first)],
                       values[static_cast<std::size_t>(last)]);
            last -= 2;
            sweeps = 0;
        } else {
            if (++sweeps > mostSweeps) throw Error(ErrorCode::didNotConverge, "eigenvalues");
            double sum = h(last - 1, last - 1) + h(last, last);
            double product = h(last - 1, last - 1) * h(last, last) - h(last - 1, last) * h(last, last - 1);
            if (sweeps % 10 == 0) {
                // Shifts from elsewhere end a cycle of shifts.
                const double size2 = std::abs(h(last, last - 1)) + std::abs(h(last - 1, last - 2));
                sum = 1.5 * size2;
                product = size2 * size2;
            }
            francisStep(h, first, last, sum, product);
        }
    }
    std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
        return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
    });
    return Eigen::Map<const Eigen::VectorXcd>(values.data(), size);
}

namespace {

/// A x, stoppable: what the Arnoldi iteration asks for.
class Product {
public:
    using Scalar = double;
    Product(const Eigen::MatrixXd& matrix, const std::stop_token& stop) : matrix_(matrix), stop_(stop) {}
    Index rows() const { return matrix_.rows(); }
    Index cols() const { return matrix_.cols(); }
    void perform_op(const double* in, double* out) const {
        heed(stop_);
        Eigen::Map<Eigen::VectorXd>(out, rows()).noalias() =
            matrix_ * Eigen::Map<const Eigen::VectorXd>(in, matrix_.cols());
    }

private:
    const Eigen::MatrixXd& matrix_;
    const std::stop_token& stop_;
};

}  // namespace

Eigen::VectorXcd leadingEigenvalues(const Eigen::MatrixXd& matrix, int count, std::stop_token stop) {
    requireSquare(matrix);
    if (count < 1 || count > matrix.rows() - 2)
        throw Error(ErrorCode::badOption, "count", {std::to_string(count), "1.." + std::to_string(matrix.rows() - 2)});
    Product product(matrix, stop);
    const auto basis = std::min<Index>(matrix.rows(), std::max(4 * count, 60));
    Spectra::GenEigsSolver<Product> solver(product, count, basis);
    solver.init();
    constexpr int restarts = 60;
    constexpr double tolerance = 1e-8;
    if (solver.compute(Spectra::SortRule::LargestMagn, restarts, tolerance) < 1)
        throw Error(ErrorCode::didNotConverge, "eigenvalues");
    return solver.eigenvalues();
}

}  // namespace kappascope::linalg
