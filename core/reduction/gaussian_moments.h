// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kappascope::reduction {

/// Averages over xi ~ N(0,1) of phi = tanh and its first derivatives at mean + delta xi; absolute error below 1e-12 for
/// every mean and delta.
struct GaussianMoments {
    double phi = 0;     ///< <phi>
    double slope = 0;   ///< <phi'>
    double second = 0;  ///< <phi''>
    double third = 0;   ///< <phi'''>
};

/// delta < 1: trapezoidal rule in xi on +-8.5, step 0.25. delta >= 1: trapezoidal rule in x = mean + delta xi on +-20,
/// step 0.25, where phi' and its derivatives are narrow and <phi> is an error function (closed form) plus such a narrow
/// part: the cost does not grow with delta.
GaussianMoments gaussianMoments(double mean, double delta);

}  // namespace kappascope::reduction
