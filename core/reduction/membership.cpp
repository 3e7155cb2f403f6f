// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/membership.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/linalg/positive.h"

namespace kappascope::reduction {

std::vector<int> likeliestPopulations(const network::Network& network, const Circuit& circuit) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    if (circuit.rank != network.rank())
        throw Error(ErrorCode::wrongShape, "circuit.rank",
                    {std::to_string(circuit.rank), std::to_string(network.rank())});
    if (circuit.inputs != network.inputs())
        throw Error(ErrorCode::wrongShape, "circuit.inputs",
                    {std::to_string(circuit.inputs), std::to_string(network.inputs())});
    std::vector<Eigen::Index> y;
    for (int r = 0; r < circuit.rank; ++r) y.push_back(circuit.mIndex(r));
    for (int s = 0; s < circuit.inputs; ++s) y.push_back(circuit.inputIndex(s));
    const bool bias = circuit.bias && network.bias.size() > 0;
    if (bias) y.push_back(circuit.biasIndex());

    Eigen::MatrixXd rows(network.units(), std::ssize(y));
    rows.leftCols(circuit.rank + circuit.inputs) << network.m, network.inputWeights;
    if (bias) rows.rightCols(1) = network.bias;
    std::vector<int> labels(static_cast<std::size_t>(network.units()), 0);
    Eigen::VectorXd best = Eigen::VectorXd::Constant(network.units(), -std::numeric_limits<double>::infinity());
    for (int p = 0; p < circuit.populationCount(); ++p) {
        const auto& population = circuit.populations[static_cast<std::size_t>(p)];
        if (!(population.fraction > 0)) continue;
        const Eigen::MatrixXd yy = population.covariance(y, y);
        const double width = std::sqrt(std::max(yy.trace() / static_cast<double>(y.size()), 1e-12));
        const Eigen::MatrixXd root = linalg::lowerRoot(yy, 1e-3 * width);
        const Eigen::RowVectorXd mean = population.mean(y).transpose();
        const Eigen::MatrixXd white = linalg::divideByTransposed(rows.rowwise() - mean, root);
        const double height = std::log(population.fraction) - root.diagonal().array().log().sum();
        for (Eigen::Index i = 0; i < rows.rows(); ++i) {
            const double density = height - 0.5 * white.row(i).squaredNorm();
            if (density <= best[i]) continue;
            best[i] = density;
            labels[static_cast<std::size_t>(i)] = p;
        }
    }
    return labels;
}

}  // namespace kappascope::reduction
