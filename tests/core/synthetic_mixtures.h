// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/random.h"

namespace kappascope::test {

/// A mixture of Gaussians that is known.
struct KnownMixture {
    std::vector<double> fractions;
    std::vector<Eigen::VectorXd> means;
    std::vector<Eigen::MatrixXd> covariances;
    Eigen::Index dimensions() const { return means.front().size(); }
};

/// Rows, the population each was drawn from, and the labels that the true mixture gives: no rule does better on
/// average.
struct KnownRows {
    Eigen::MatrixXd rows;
    std::vector<int> labels;
    std::vector<int> optimal;
};

inline std::vector<double> unequalFractions(int populations) {
    if (populations == 1) return {1};
    if (populations == 2) return {0.6, 0.4};
    return {0.45, 0.33, 0.22};
}

/// Populations of unit covariance, their means `distance` apart (a simplex in the first dimensions; populations <= 3,
/// at most dimensions + 1).
inline KnownMixture separatedMixture(Eigen::Index dimensions, int populations, double distance) {
    KnownMixture mixture;
    mixture.fractions = unequalFractions(populations);
    for (int p = 0; p < populations; ++p) {
        Eigen::VectorXd mean = Eigen::VectorXd::Zero(dimensions);
        if (p == 1) mean[0] = distance;
        if (p == 2) {
            mean[0] = 0.5 * distance;
            mean[1] = 0.5 * std::numbers::sqrt3 * distance;
        }
        mixture.means.push_back(mean);
        mixture.covariances.push_back(Eigen::MatrixXd::Identity(dimensions, dimensions));
    }
    return mixture;
}

/// Populations with zero means that differ in covariance alone, as in trained networks: each holds other pairs of
/// loadings together, with correlations tanh(strength) of other signs, and has other variances, e^(strength / 2) of
/// its own loadings and e^(-strength / 2) of the others'.
inline KnownMixture covarianceMixture(Eigen::Index dimensions, int populations, double strength) {
    KnownMixture mixture;
    mixture.fractions = unequalFractions(populations);
    for (int p = 0; p < populations; ++p) {
        mixture.means.push_back(Eigen::VectorXd::Zero(dimensions));
        Eigen::VectorXd deviations(dimensions);
        for (Eigen::Index d = 0; d < dimensions; ++d)
            deviations[d] = std::exp((d % populations == p ? 0.25 : -0.25) * strength);
        Eigen::MatrixXd covariance = deviations.array().square().matrix().asDiagonal();
        for (Eigen::Index d = 0; d + 1 < dimensions; d += 2) {
            const double sign = ((d / 2 + p) % 2 == 0) ? 1 : -1;
            const double overlap = sign * std::tanh(strength) * deviations[d] * deviations[d + 1];
            covariance(d, d + 1) = covariance(d + 1, d) = overlap;
        }
        mixture.covariances.push_back(covariance);
    }
    return mixture;
}

inline KnownRows draw(const KnownMixture& mixture, Eigen::Index units, std::uint64_t seed) {
    const auto populations = mixture.fractions.size();
    std::vector<Eigen::LLT<Eigen::MatrixXd>> factors;
    std::vector<double> constants;
    for (std::size_t p = 0; p < populations; ++p) {
        factors.emplace_back(mixture.covariances[p]);
        const Eigen::MatrixXd lower = factors.back().matrixL();
        constants.push_back(std::log(mixture.fractions[p]) - lower.diagonal().array().log().sum());
    }
    KnownRows result;
    result.rows.resize(units, mixture.dimensions());
    for (Eigen::Index i = 0; i < units; ++i) {
        Random random(seed, Stream::loadings, static_cast<std::uint64_t>(i));
        double rest = random.uniform();
        std::size_t own = 0;
        while (own + 1 < populations && rest > mixture.fractions[own]) rest -= mixture.fractions[own++];
        Eigen::VectorXd normals(mixture.dimensions());
        for (auto& value : normals) value = random.normal();
        const Eigen::VectorXd row = mixture.means[own] + factors[own].matrixL() * normals;
        result.rows.row(i) = row.transpose();
        result.labels.push_back(static_cast<int>(own));
        std::size_t best = 0;
        double highest = 0;
        for (std::size_t p = 0; p < populations; ++p) {
            const double log = constants[p] - 0.5 * factors[p].matrixL().solve(row - mixture.means[p]).squaredNorm();
            if (p == 0 || log > highest) {
                highest = log;
                best = p;
            }
        }
        result.optimal.push_back(static_cast<int>(best));
    }
    return result;
}

}  // namespace kappascope::test
