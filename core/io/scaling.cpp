// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scaling.h"

#include <cmath>

#include "core/io/text.h"
#include "core/linalg/decompositions.h"

namespace kappascope::io {

namespace {

/// Overlaps that a working network can have; outside, the origin is a dead sink or wildly unstable.
bool plausible(double radius) {
    return radius > 0.05 && radius < 50;
}

}  // namespace

std::vector<std::string> ScalingEvidence::values() const {
    if (!slopesKnown) return {};
    return {toText(slopeOverN, 4), toText(slopeNone, 4)};
}

ScalingEvidence judgeScaling(const Eigen::MatrixXd& m, const Eigen::MatrixXd& n, const Eigen::VectorXd& bias) {
    ScalingEvidence evidence;
    if (m.size() == 0 || n.size() != m.size()) return evidence;
    const auto units = static_cast<double>(m.rows());
    const auto elements = static_cast<double>(m.size());
    const double strength = std::sqrt(m.squaredNorm() / elements) * std::sqrt(n.squaredNorm() / elements);
    // Halfway, in logarithm, between 1 (with 1/N) and 1/N (without).
    const bool smallWeights = strength * std::sqrt(units) < 1;
    if (m.cols() > 64 || !std::isfinite(strength)) {
        if (smallWeights && strength > 0) evidence.scaling = network::Scaling::none;
        return evidence;
    }
    Eigen::MatrixXd driven = m;
    if (bias.size() == m.rows()) driven.array().colwise() *= 1 - bias.array().tanh().square();
    const Eigen::MatrixXd overlaps = n.transpose() * driven / units;
    if (!overlaps.allFinite()) return evidence;
    const Eigen::VectorXcd values = linalg::eigenPairs(overlaps).values;
    const double radius = values.cwiseAbs().maxCoeff();
    const double largest = values.real().maxCoeff();
    evidence.slopeOverN = largest - 1;
    evidence.slopeNone = units * largest - 1;
    evidence.slopesKnown = true;
    if (radius == 0) return evidence;
    const bool smallOverlaps = radius * std::sqrt(units) < 1;
    if (smallWeights && smallOverlaps) evidence.scaling = network::Scaling::none;
    const bool none = evidence.scaling == network::Scaling::none;
    evidence.decisive = plausible(none ? units * radius : radius) && !plausible(none ? radius : units * radius);
    return evidence;
}

}  // namespace kappascope::io
