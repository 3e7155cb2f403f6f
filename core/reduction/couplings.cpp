// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/couplings.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/reduction/gaussian_moments.h"

namespace kappascope::reduction {

namespace {

void require(const char* field, const Eigen::VectorXd& found, Eigen::Index expected, ErrorCode code) {
    if (found.size() != expected) throw Error(code, field, {std::to_string(found.size()), std::to_string(expected)});
    if (!found.allFinite()) throw Error(ErrorCode::notFinite, field);
}

std::vector<std::string> numbered(const char* letter, int count, std::vector<std::string> names) {
    for (int k = 1; k <= count; ++k) names.push_back(letter + std::to_string(k));
    return names;
}

}  // namespace

Couplings couplingsAt(const Circuit& circuit, const Eigen::VectorXd& kappa, const Eigen::VectorXd& v,
                      const Eigen::VectorXd& gains, double noiseVariance) {
    require("kappa", kappa, circuit.rank, ErrorCode::wrongShape);
    require("input", v, circuit.inputs, ErrorCode::inputsDoNotMatch);
    require("gain", gains, circuit.populationCount(), ErrorCode::wrongShape);
    const Eigen::Index rank = circuit.rank;
    const Eigen::Index driven = circuit.inputs + (circuit.bias ? 1 : 0);
    const Eigen::Index columns = rank + driven;
    const Eigen::Index rows = rank + circuit.outputs;
    const Eigen::Index firstInput = circuit.inputIndex(0);

    Couplings result;
    result.state.resize(columns);
    result.state << kappa, v, Eigen::VectorXd::Ones(circuit.bias ? 1 : 0);
    result.total = Eigen::MatrixXd::Zero(rows, columns);
    result.means.resize(rows, circuit.populationCount());
    result.slopes.resize(circuit.populationCount());
    result.rates.resize(circuit.populationCount());
    for (int p = 0; p < circuit.populationCount(); ++p) {
        const auto& population = circuit.populations[static_cast<std::size_t>(p)];
        const auto& s = population.covariance;
        Eigen::VectorXd mean(columns);
        mean << population.mean.head(rank), population.mean.segment(firstInput, driven);
        Eigen::MatrixXd spread(columns, columns);
        spread << s.topLeftCorner(rank, rank), s.block(0, firstInput, rank, driven),
            s.block(firstInput, 0, driven, rank), s.block(firstInput, firstInput, driven, driven);
        const double variance = std::max(0.0, result.state.dot(spread * result.state) + noiseVariance);
        const auto moments = gaussianMoments(mean.dot(result.state), std::sqrt(variance));
        const double weight = population.fraction * gains[p];
        Eigen::MatrixXd own(rows, columns);
        own << s.block(rank, 0, rank, rank), s.block(rank, firstInput, rank, driven),
            s.block(circuit.outputIndex(0), 0, circuit.outputs, rank),
            s.block(circuit.outputIndex(0), firstInput, circuit.outputs, driven);
        own *= weight * moments.slope;
        result.means.col(p) << population.mean.segment(rank, rank), population.mean.tail(circuit.outputs);
        result.means.col(p) *= weight * moments.phi;
        result.slopes[p] = moments.slope;
        result.rates[p] = moments.phi;
        result.total += own;
        result.byPopulation.push_back(std::move(own));
    }
    const Eigen::VectorXd drive = result.total * result.state + result.means.rowwise().sum();
    result.velocity = drive.head(rank) - kappa;
    result.output = drive.tail(circuit.outputs);
    return result;
}

std::vector<std::string> couplingRows(const Circuit& circuit) {
    return numbered("w", circuit.outputs, numbered("n", circuit.rank, {}));
}

std::vector<std::string> couplingColumns(const Circuit& circuit) {
    auto names = numbered("I", circuit.inputs, numbered("m", circuit.rank, {}));
    if (circuit.bias) names.emplace_back("b");
    return names;
}

}  // namespace kappascope::reduction
