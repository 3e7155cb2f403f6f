// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/circuit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/random.h"
#include "core/reduction/sampling.h"
#include "core/text.h"

namespace kappascope::reduction {

Eigen::VectorXd Circuit::defaultGains() const {
    Eigen::VectorXd gains(populationCount());
    for (int p = 0; p < populationCount(); ++p) gains[p] = populations[static_cast<std::size_t>(p)].gain;
    return gains;
}

void Circuit::validate() const {
    if (rank < 1) throw Error(ErrorCode::badOption, "rank", {std::to_string(rank), ">= 1"});
    if (inputs < 0 || outputs < 0)
        throw Error(ErrorCode::badOption, inputs < 0 ? "inputs" : "outputs", {"negative", ">= 0"});
    if (populations.empty()) throw Error(ErrorCode::missingField, "populations");
    const Eigen::Index size = loadings();
    double sum = 0;
    for (std::size_t p = 0; p < populations.size(); ++p) {
        const auto& population = populations[p];
        const std::string where = "populations[" + std::to_string(p) + "].";
        if (population.mean.size() != size)
            throw Error(ErrorCode::wrongShape, where + "mean",
                        {std::to_string(population.mean.size()), std::to_string(size)});
        if (population.covariance.rows() != size || population.covariance.cols() != size)
            throw Error(
                ErrorCode::wrongShape, where + "covariance",
                {std::to_string(population.covariance.rows()) + " x " + std::to_string(population.covariance.cols()),
                 std::to_string(size) + " x " + std::to_string(size)});
        if (!population.mean.allFinite()) throw Error(ErrorCode::notFinite, where + "mean");
        if (!population.covariance.allFinite()) throw Error(ErrorCode::notFinite, where + "covariance");
        if (!std::isfinite(population.fraction) || !std::isfinite(population.gain))
            throw Error(ErrorCode::notFinite, where + (std::isfinite(population.fraction) ? "gain" : "fraction"));
        if (population.fraction < 0)
            throw Error(ErrorCode::badOption, where + "fraction", {toText(population.fraction), "0..1"});
        const double asymmetry = (population.covariance - population.covariance.transpose()).cwiseAbs().maxCoeff();
        if (asymmetry > 1e-9 * std::max(1.0, population.covariance.cwiseAbs().maxCoeff()))
            throw Error(ErrorCode::covarianceNotPositive, where + "covariance", {"not symmetric", toText(asymmetry)});
        const double smallest = linalg::symmetricEigenvalues(population.covariance).minCoeff();
        const double trace = population.covariance.trace();
        if (smallest < -1e-9 * std::max(trace, 0.0) - 1e-300)
            throw Error(ErrorCode::covarianceNotPositive, where + "covariance", {toText(smallest), toText(trace)});
        sum += population.fraction;
    }
    if (std::abs(sum - 1) > 1e-6) throw Error(ErrorCode::fractionsDoNotAddUp, "populations", {toText(sum)});
}

std::vector<Eigen::Index> populationSizes(const std::vector<double>& fractions, Eigen::Index units) {
    const auto count = fractions.size();
    std::vector<Eigen::Index> sizes(count);
    std::vector<double> remainder(count);
    Eigen::Index given = 0;
    for (std::size_t p = 0; p < count; ++p) {
        const double share = fractions[p] * static_cast<double>(units);
        sizes[p] = static_cast<Eigen::Index>(std::floor(share));
        remainder[p] = share - std::floor(share);
        given += sizes[p];
    }
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return remainder[a] > remainder[b]; });
    for (std::size_t k = 0; given < units; ++k, ++given) ++sizes[order[k % count]];
    // Fractions may add up to a little over one.
    for (std::size_t k = 0; given > units; ++k)
        if (auto& size = sizes[order[count - 1 - k % count]]; size > 0) --size, --given;
    return sizes;
}

network::Network sample(const Circuit& circuit, Eigen::Index units, std::uint64_t seed) {
    circuit.validate();
    if (units < 1 || units > 10'000'000)
        throw Error(ErrorCode::badOption, "units", {std::to_string(units), "1..10000000"});
    std::vector<double> fractions;
    for (const auto& population : circuit.populations) fractions.push_back(population.fraction);
    const auto sizes = populationSizes(fractions, units);

    network::Network network;
    network.name = circuit.name;
    network.scaling = network::Scaling::overN;
    network.inputNames = circuit.inputNames;
    network.task = circuit.task;
    network.m.resize(units, circuit.rank);
    network.n.resize(units, circuit.rank);
    network.inputWeights.resize(units, circuit.inputs);
    network.outputWeights.resize(units, circuit.outputs);
    if (circuit.bias) network.bias.resize(units);
    network.labels.resize(static_cast<std::size_t>(units));
    network.storedGains = circuit.defaultGains();

    const Eigen::Index loadings = circuit.loadings();
    Eigen::Index unit = 0;
    for (std::size_t p = 0; p < circuit.populations.size(); ++p) {
        const auto& population = circuit.populations[p];
        network.populationNames.push_back(population.name);
        const Eigen::MatrixXd root = linalg::symmetricRoot(population.covariance);
        Eigen::VectorXd normals(loadings);
        Eigen::VectorXd row(loadings);
        for (Eigen::Index k = 0; k < sizes[p]; ++k, ++unit) {
            Random random(seed, Stream::loadings, static_cast<std::uint64_t>(unit));
            for (auto& value : normals) value = random.normal();
            row.noalias() = population.mean + root * normals;
            network.m.row(unit) = row.head(circuit.rank);
            network.n.row(unit) = row.segment(circuit.rank, circuit.rank);
            network.inputWeights.row(unit) = row.segment(circuit.inputIndex(0), circuit.inputs);
            if (circuit.bias) network.bias[unit] = row[circuit.biasIndex()];
            network.outputWeights.row(unit) = row.tail(circuit.outputs);
            network.labels[static_cast<std::size_t>(unit)] = static_cast<int>(p);
        }
    }
    return network;
}

Circuit momentsCircuit(const network::Network& network) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    const auto rank = static_cast<int>(network.rank());
    Circuit circuit;
    circuit.name = network.name;
    circuit.rank = rank;
    circuit.inputs = static_cast<int>(network.inputs());
    circuit.outputs = static_cast<int>(network.outputs());
    circuit.bias = network.hasBias();
    circuit.inputNames = network.inputNames;
    circuit.task = network.task;

    const Eigen::Index units = network.units();
    const int populations = network.populationCount();
    const Eigen::VectorXd gains = network.defaultGains();
    // J = c m n^T with another c is the 1/N network with n and w multiplied by c N.
    const double n = network.couplingScale() * static_cast<double>(units);
    const double w = network.readoutScale() * static_cast<double>(units);
    for (int p = 0; p < populations; ++p) {
        std::vector<Eigen::Index> members;
        for (Eigen::Index i = 0; i < units; ++i)
            if (network.labels.empty() || network.labels[static_cast<std::size_t>(i)] == p) members.push_back(i);
        Population population;
        if (static_cast<std::size_t>(p) < network.populationNames.size())
            population.name = network.populationNames[static_cast<std::size_t>(p)];
        population.fraction = static_cast<double>(members.size()) / static_cast<double>(units);
        population.gain = gains[p];
        Eigen::MatrixXd rows(static_cast<Eigen::Index>(members.size()), circuit.loadings());
        for (std::size_t k = 0; k < members.size(); ++k) {
            const auto i = members[k];
            auto row = rows.row(static_cast<Eigen::Index>(k));
            row.head(rank) = network.m.row(i);
            row.segment(rank, rank) = n * network.n.row(i);
            row.segment(2 * rank, circuit.inputs) = network.inputWeights.row(i);
            if (circuit.bias) row[circuit.biasIndex()] = network.bias[i];
            row.tail(circuit.outputs) = w * network.outputWeights.row(i);
        }
        population.mean = Eigen::VectorXd::Zero(circuit.loadings());
        population.covariance = Eigen::MatrixXd::Zero(circuit.loadings(), circuit.loadings());
        if (!members.empty()) {
            population.mean = rows.colwise().mean().transpose();
            rows.rowwise() -= population.mean.transpose();
            population.covariance = rows.transpose() * rows / static_cast<double>(members.size());
        }
        circuit.populations.push_back(std::move(population));
    }
    return circuit;
}

}  // namespace kappascope::reduction
