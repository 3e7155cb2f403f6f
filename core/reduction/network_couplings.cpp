// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/network_couplings.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace kappascope::reduction {

namespace {

void requireShapes(const network::Network& network, const Eigen::VectorXd& kappa, const Eigen::VectorXd& v) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "networkCouplingsAt");
    if (kappa.size() != network.rank())
        throw Error(ErrorCode::wrongShape, "kappa", {std::to_string(kappa.size()), std::to_string(network.rank())});
    if (v.size() != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, "v", {std::to_string(v.size()), std::to_string(network.inputs())});
}

}  // namespace

NetworkCouplings networkCouplingsAt(const network::Network& network, const Eigen::VectorXd& kappa,
                                    const Eigen::VectorXd& v, const Eigen::VectorXd& gains) {
    requireShapes(network, kappa, v);
    const Eigen::VectorXd unitGains = network::unitGains(network, gains);
    const Eigen::Index units = network.units(), rank = network.rank(), inputs = network.inputs();
    const Eigen::Index outputs = network.outputs();
    Eigen::VectorXd x = network.m * kappa;
    if (inputs > 0) x += network.inputWeights * v;
    if (network.hasBias()) x += network.bias;
    const bool phi = network.readout == network::Readout::phi, state = network.readout == network::Readout::state;

    // An output of phi reads g phi(x) of x without b, as simulated trials do.
    const auto slopeWithoutBias = [&](Eigen::Index i) {
        const double rate = std::tanh(network.hasBias() ? x[i] - network.bias[i] : x[i]);
        return 1 - rate * rate;
    };

    const auto populations = static_cast<std::size_t>(network.populationCount());
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(rank + outputs, rank + inputs);
    std::vector<Eigen::MatrixXd> bare(populations, none);
    NetworkCouplings result;
    result.byPopulation.assign(populations, none);
    Eigen::VectorXd from(rank + inputs), to(rank + outputs), slopes(rank + outputs);
    for (Eigen::Index i = 0; i < units; ++i) {
        const auto p =
            network.labels.empty() ? 0 : static_cast<std::size_t>(network.labels[static_cast<std::size_t>(i)]);
        from.head(rank) = network.m.row(i);
        if (inputs > 0) from.tail(inputs) = network.inputWeights.row(i);
        to.head(rank) = network.couplingScale() * network.n.row(i);
        if (outputs > 0) to.tail(outputs) = network.readoutScale() * network.outputWeights.row(i);
        const double rate = std::tanh(x[i]);
        const double slope = 1 - rate * rate;
        slopes.head(rank).setConstant(unitGains[i] * slope);
        slopes.tail(outputs).setConstant(state ? 1 : unitGains[i] * (phi ? slopeWithoutBias(i) : slope));
        bare[p].noalias() += to * from.transpose();
        result.byPopulation[p].noalias() += slopes.cwiseProduct(to) * from.transpose();
    }
    for (const Eigen::MatrixXd& each : bare) {
        result.largestKappa = std::max(result.largestKappa, each.topRows(rank).cwiseAbs().maxCoeff());
        if (outputs > 0)
            result.largestOutput = std::max(result.largestOutput, each.bottomRows(outputs).cwiseAbs().maxCoeff());
    }
    return result;
}

}  // namespace kappascope::reduction
