// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/whitening.h"

#include <cmath>
#include <string>

#include "core/error.h"

namespace kappascope::statistics {

namespace {

constexpr double leastShare = 1e-10;      ///< of a column's variance that is not explained by those before it
constexpr double leastDeviation = 1e-10;  ///< of a column, in parts of its largest entry: less is rounding

constexpr double smallestDeviation = 1e-290;  ///< the inverse of which is finite, with room

}  // namespace

Whitening whiteningOf(const Eigen::MatrixXd& rows, bool aboutZero) {
    if (rows.rows() < 1 || rows.cols() < 1)
        throw Error(ErrorCode::wrongShape, "loadings",
                    {std::to_string(rows.rows()) + " x " + std::to_string(rows.cols()), "1 x 1 or more"});
    if (!rows.allFinite()) throw Error(ErrorCode::notFinite, "loadings");
    const auto count = static_cast<double>(rows.rows());
    const Eigen::VectorXd centre = aboutZero ? Eigen::VectorXd(Eigen::VectorXd::Zero(rows.cols()))
                                             : Eigen::VectorXd(rows.colwise().mean().transpose());
    // In parts of a power of two near the largest entry: squares of very small loadings are no zeros, and others keep
    // their bits.
    Eigen::VectorXd largest = rows.cwiseAbs().colwise().maxCoeff().transpose();
    Eigen::VectorXd scales(rows.cols());
    for (Eigen::Index c = 0; c < rows.cols(); ++c)
        scales[c] = largest[c] >= smallestDeviation ? std::exp2(std::ilogb(largest[c])) : 1;
    largest.array() /= scales.array();
    const Eigen::MatrixXd centred =
        (rows.rowwise() - centre.transpose()).array().rowwise() / scales.transpose().array();
    const Eigen::MatrixXd covariance = centred.transpose() * centred / count;
    for (Eigen::Index c = 0; c < rows.cols(); ++c)  // too large to be squared
        if (!std::isfinite(covariance(c, c) * scales[c] * scales[c])) throw Error(ErrorCode::notFinite, "loadings");

    // Cholesky of the correlations, column by column, kept as the inverse that whitens.
    Whitening result;
    const Eigen::Index columns = rows.cols();
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(columns, columns);
    Eigen::VectorXd deviations(columns);
    for (Eigen::Index c = 0; c < columns; ++c) {
        const double deviation = std::sqrt(std::max(covariance(c, c), 0.0));
        if (!(deviation > leastDeviation * largest[c]) || deviation * scales[c] < smallestDeviation) continue;
        const Eigen::Index d = result.dimensions();
        Eigen::VectorXd correlation(d);
        for (Eigen::Index k = 0; k < d; ++k) {
            const Eigen::Index other = result.columns[static_cast<std::size_t>(k)];
            correlation[k] = covariance(c, other) / (deviation * deviations[k]);
        }
        const auto before = inverse.topLeftCorner(d, d);  // upper triangular: L^-T
        const Eigen::VectorXd projected = before.transpose() * correlation;
        const double rest = 1 - projected.squaredNorm();
        if (!(rest > leastShare)) continue;
        const double scale = 1 / std::sqrt(rest);
        inverse.col(d).head(d) = -scale * (before * projected);
        inverse(d, d) = scale;
        deviations[d] = deviation;
        result.columns.push_back(c);
    }
    const Eigen::Index d = result.dimensions();
    result.centre.resize(d);
    result.transform = inverse.topLeftCorner(d, d);
    for (Eigen::Index k = 0; k < d; ++k) {
        result.centre[k] = centre[result.columns[static_cast<std::size_t>(k)]];
        const double deviation = deviations[k] * scales[result.columns[static_cast<std::size_t>(k)]];
        result.transform.row(k) /= deviation;
        result.logDeterminant += std::log(inverse(k, k) / deviation);
    }
    return result;
}

Eigen::MatrixXd whitened(const Eigen::MatrixXd& rows, const Whitening& whitening) {
    const Eigen::Index d = whitening.dimensions();
    Eigen::MatrixXd kept(rows.rows(), d);
    for (Eigen::Index k = 0; k < d; ++k)
        kept.col(k) = rows.col(whitening.columns[static_cast<std::size_t>(k)]).array() - whitening.centre[k];
    return kept * whitening.transform;
}

}  // namespace kappascope::statistics
