// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/refinement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/training/refinement_states.h"

namespace kappascope::training {

namespace {

constexpr double spread = 0.3;  ///< of starts about what they begin with, relative

void check(const network::Network& network, const reduction::Circuit& circuit, const RefinementOptions& options) {
    const auto require = [](bool holds, const char* field, Eigen::Index found, Eigen::Index expected) {
        if (!holds) throw Error(ErrorCode::wrongShape, field, {std::to_string(found), std::to_string(expected)});
    };
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    circuit.validate();
    require(circuit.rank == network.rank(), "circuit.rank", circuit.rank, network.rank());
    require(circuit.inputs == network.inputs(), "circuit.inputs", circuit.inputs, network.inputs());
    require(circuit.outputs == network.outputs(), "circuit.outputs", circuit.outputs, network.outputs());
    require(circuit.bias == network.hasBias(), "circuit.bias", circuit.bias, network.hasBias());
    if (options.starts < 1 || options.starts > 10'000)
        throw Error(ErrorCode::badOption, "starts", {std::to_string(options.starts), "1..10000"});
}

/// Multiplies rows and columns of a population's loadings, which keeps its covariance positive.
void scale(reduction::Population& population, const Eigen::VectorXd& factors) {
    population.mean = population.mean.cwiseProduct(factors);
    population.covariance = factors.asDiagonal() * population.covariance * factors.asDiagonal();
}

void perturb(reduction::Circuit& circuit, Random& random) {
    for (auto& population : circuit.populations) {
        Eigen::VectorXd factors(population.mean.size());
        for (auto& factor : factors) factor = std::exp(spread * random.normal());
        for (Eigen::Index k = 0; k < factors.size(); ++k)
            population.mean[k] += spread * std::sqrt(std::max(0.0, population.covariance(k, k))) * random.normal();
        scale(population, factors);
    }
}

/// The network's units parted by the random axis that their (scaled) loadings lie closest to; some population may be
/// empty.
std::vector<int> randomLabels(const Eigen::MatrixXd& rows, int count, Random& random) {
    Eigen::MatrixXd scaled = rows;
    for (auto column : scaled.colwise())
        if (const double length = column.norm(); length > 0) column /= length;
    Eigen::MatrixXd axes(rows.cols(), count);
    for (auto& value : axes.reshaped()) value = random.normal();
    axes.colwise().normalize();
    const Eigen::MatrixXd along = (scaled * axes).cwiseAbs();
    std::vector<int> labels(static_cast<std::size_t>(rows.rows()));
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
        Eigen::Index nearest = 0;
        along.row(i).maxCoeff(&nearest);
        labels[static_cast<std::size_t>(i)] = static_cast<int>(nearest);
    }
    return labels;
}

Eigen::MatrixXd loadingsOf(const network::Network& network) {
    Eigen::MatrixXd rows(network.units(), 2 * network.rank() + network.inputs() + network.outputs());
    rows << network.m, network.n, network.inputWeights, network.outputWeights;
    return rows;
}

/// Where a start begins: the circuit itself, the circuit with its populations moved towards each other and shaken, or
/// what a random partition of the units gives, shaken.
reduction::Circuit startOf(int start, const network::Network& network, const Eigen::MatrixXd& rows,
                           const reduction::Circuit& circuit, std::uint64_t seed) {
    if (start == 0) return circuit;
    Random random(seed, Stream::starts, static_cast<std::uint64_t>(start));
    reduction::Circuit result = circuit;
    if (start % 2 == 0 || circuit.populationCount() == 1) {
        const double mixing = random.uniform();
        reduction::Population whole = circuit.populations.front();
        whole.mean.setZero();
        whole.covariance.setZero();
        for (const auto& population : circuit.populations) {
            whole.mean += population.fraction * population.mean;
            whole.covariance += population.fraction * population.covariance;
        }
        for (auto& population : result.populations) {
            population.mean += mixing * (whole.mean - population.mean);
            population.covariance += mixing * (whole.covariance - population.covariance);
        }
    } else {
        network::Network parted = network;
        parted.populationNames.clear();
        parted.storedGains.resize(0);
        parted.labels = randomLabels(rows, circuit.populationCount(), random);
        const auto moments = reduction::momentsCircuit(parted);
        for (std::size_t p = 0; p < moments.populations.size() && p < result.populations.size(); ++p) {
            auto& population = result.populations[p];
            population.mean = moments.populations[p].mean;
            population.covariance = moments.populations[p].covariance;
            if (!(population.fraction > 0)) continue;
            // Its share of the flow, whatever its fraction is to be.
            Eigen::VectorXd factors = Eigen::VectorXd::Ones(population.mean.size());
            const double share = moments.populations[p].fraction / population.fraction;
            for (int r = 0; r < circuit.rank; ++r) factors[circuit.nIndex(r)] = share;
            for (int o = 0; o < circuit.outputs; ++o) factors[circuit.outputIndex(o)] = share;
            scale(population, factors);
        }
    }
    perturb(result, random);
    return result;
}

/// The smaller one is better; what is not finite is worst.
double badness(const RefinementFigures& figures) {
    if (!std::isfinite(figures.rmsKappa)) return std::numeric_limits<double>::infinity();
    const int most = std::max(figures.points, figures.circuitPoints);
    return figures.rmsKappa + (most > 0 ? 1 - static_cast<double>(figures.sameKind) / most : 0);
}

}  // namespace

Refinement refineCircuit(const network::Network& network, const reduction::Circuit& circuit,
                         const std::vector<simulation::Trial>& trials, const RefinementOptions& options,
                         const statistics::Work& work) {
    check(network, circuit, options);
    const RefinementGround ground(network, trials, work.stop);
    reduction::Circuit given = circuit;
    for (auto& population : given.populations) population.gain = 1;

    Refinement result;
    result.states = ground.targets().states.cols();
    result.before = ground.judge(given, work.stop);
    const auto count = static_cast<std::size_t>(options.starts);
    result.starts.resize(count);
    std::vector<reduction::Circuit> circuits(count);
    const Eigen::MatrixXd rows = loadingsOf(network);
    const auto learnsMeans = [&options](std::size_t k) { return options.means.value_or(k % 4 < 2); };
    work.executor(count, [&](std::size_t k) {
        reduction::FlowFitOptions fit;
        fit.means = learnsMeans(k);
        fit.freeFractions = options.freeFractions;
        fit.units = options.units.value_or((k % 8 < 4 ? 10 : 1000) * static_cast<double>(network.units()));
        fit.iterations = options.iterations;
        const auto start = startOf(static_cast<int>(k), network, rows, given, options.seed);
        circuits[k] = reduction::fitFlow(start, ground.targets(), fit, work.stop).circuit;
        result.starts[k] = ground.judge(circuits[k], work.stop);
        if (work.step) work.step();
    });
    for (std::size_t k = 1; k < count; ++k)
        if (badness(result.starts[k]) < badness(result.starts[result.best])) result.best = k;
    result.after = result.starts[result.best];
    result.means = learnsMeans(result.best);
    result.circuit = std::move(circuits[result.best]);
    result.circuit.origin = {reduction::Origin::Kind::refinedToFlow, network.name};
    return result;
}

RefinementFigures refinementFigures(const network::Network& network, const reduction::Circuit& circuit,
                                    const std::vector<simulation::Trial>& trials, std::stop_token stop) {
    check(network, circuit, {});
    reduction::Circuit given = circuit;
    for (auto& population : given.populations) population.gain = 1;
    return RefinementGround(network, trials, stop).judge(given, stop);
}

}  // namespace kappascope::training
