// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "core/statistics/mixture.h"

namespace kappascope::statistics {

struct EpairsOptions {
    int draws = 200;         ///< B, of the null distribution, 1..100000
    int largestRows = 4096;  ///< of more rows, so many are drawn at random: the search is quadratic in them, 3..65536
    std::uint64_t seed = 1;
};

/// Whether the directions of rows cluster more than those of one Gaussian with the same mean and covariance.
struct Epairs {
    double median = 0;                ///< of the angles to the nearest neighbour, rad
    std::vector<double> nullMedians;  ///< the same of each draw, B
    double p = 1;                     ///< (1 + number of null medians at or below the observed) / (B + 1): clustered
    double twoSidedP = 1;             ///< twice the smaller tail, at most 1: clustered, or more even than a Gaussian
    double effect = 0;                ///< (mean of the null medians - observed) / their standard deviation
    /// Two-sided rank-sum test of all angles against those of (at most 100) draws, as published. Anti-conservative: it
    /// takes neighbours' angles for independent.
    double publishedP = 1;
    std::vector<double> angles;      ///< of each row that was used, rad
    std::vector<double> nullAngles;  ///< of one draw, to be shown beside them
    Eigen::Index rows = 0;           ///< that were used
    Eigen::Index dimensions = 0;     ///< D, without columns that are constant or depend on others
};

/// The ePAIRS test of Hirokawa et al. (2019), as a Monte-Carlo test. Rows (N x K: loadings, or selectivities) are
/// centred and whitened, and so is each draw of N rows of N(0, 1): under the null both have the same distribution, so
/// that p is exact. One step of `work` a draw. Results do not depend on the executor. Throws wrongShape for fewer than
/// 3 rows or 2 dimensions, notFinite, badOption, stopped.
Epairs epairs(const Eigen::MatrixXd& rows, const EpairsOptions& options = {}, const Work& work = {});

/// Angle in 0..pi from each row (N x D, D >= 2) to the row nearest to it in direction. A row of zeros has an angle of
/// pi / 2 to all. Throws stopped.
std::vector<double> nearestAngles(const Eigen::MatrixXd& rows, std::stop_token stop = {});

/// Wilcoxon's rank-sum test of two samples, two-sided, by the normal approximation; equal values share their ranks.
/// Neither may be empty.
double rankSumP(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace kappascope::statistics
