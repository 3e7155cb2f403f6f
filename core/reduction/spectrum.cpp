// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/spectrum.h"

#include <algorithm>
#include <cmath>

#include "core/linalg/decompositions.h"
#include "core/linalg/eigenvalues.h"

namespace kappascope::reduction {

namespace {

constexpr int leadingCount = 24;

Spectrum lowRankSpectrum(const network::Network& network) {
    Spectrum spectrum;
    const double scale = network.couplingScale();
    spectrum.eigenvalues = linalg::eigenvalues(scale * network.n.transpose() * network.m);
    // J^T J = c^2 n (m^T m) n^T shares its non-zero eigenvalues with c^2 A^T (n^T n) A, where A A^T = m^T m.
    const Eigen::MatrixXd root = linalg::symmetricRoot(network.m.transpose() * network.m);
    const Eigen::MatrixXd gram = root.transpose() * (network.n.transpose() * network.n) * root;
    const Eigen::VectorXd squares = linalg::symmetricEigenvalues((gram + gram.transpose()) / 2).reverse();
    spectrum.singularValues =
        scale * squares.head(std::min<Eigen::Index>(squares.size(), shownSingularValues)).cwiseMax(0).cwiseSqrt();
    return spectrum;
}

}  // namespace

Spectrum spectrumOf(const network::Network& network, std::stop_token stop) {
    if (network.isLowRank()) return lowRankSpectrum(network);
    const Eigen::MatrixXd& j = network.connectivity;
    Spectrum spectrum;
    const double mean = j.mean();
    const auto units = static_cast<double>(j.rows());
    spectrum.bulkRadius = std::sqrt((j.array() - mean).square().mean() * units);
    spectrum.singularValues =
        linalg::leadingModes(j, static_cast<int>(std::min<Eigen::Index>(shownSingularValues, j.rows())), stop).values;
    spectrum.whole = j.rows() <= wholeSpectrum;
    spectrum.eigenvalues =
        spectrum.whole ? linalg::eigenvalues(j, stop) : linalg::leadingEigenvalues(j, leadingCount, stop);
    return spectrum;
}

}  // namespace kappascope::reduction
