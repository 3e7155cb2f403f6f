// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "core/network/network.h"
#include "core/random.h"
#include "core/reduction/circuit.h"

namespace kappascope::tests {

inline Eigen::MatrixXd normals(Random& random, Eigen::Index rows, Eigen::Index columns) {
    Eigen::MatrixXd result(rows, columns);
    for (Eigen::Index c = 0; c < columns; ++c)
        for (Eigen::Index r = 0; r < rows; ++r) result(r, c) = random.normal();
    return result;
}

/// A random low-rank network with bias, initial state and populations of unequal size, units in mixed order.
inline std::shared_ptr<network::Network> randomNetwork(Eigen::Index units, Eigen::Index rank, int populations = 3,
                                                       std::uint64_t seed = 11) {
    Random random(seed, Stream::loadings, 99);
    auto network = std::make_shared<network::Network>();
    network->m = normals(random, units, rank);
    network->n = 1.5 * network->m + normals(random, units, rank);
    network->inputWeights = normals(random, units, 2);
    network->outputWeights = normals(random, units, 2);
    network->bias = 0.3 * normals(random, units, 1);
    network->initialState = 0.5 * normals(random, units, 1);
    if (populations > 1) {
        for (Eigen::Index i = 0; i < units; ++i) network->labels.push_back(random.integer(0, populations - 1));
        // Every population has at least one unit.
        for (int p = 0; p < populations; ++p) network->labels[static_cast<std::size_t>(p)] = p;
    }
    network->validate();
    return network;
}

/// One zero-mean Gaussian with unit variance of m, variance of n as given and overlaps sigma_{n_r m_s} = overlap(r, s).
inline std::shared_ptr<reduction::Circuit> gaussianCircuit(const Eigen::MatrixXd& overlap, double nVariance = 25) {
    auto circuit = std::make_shared<reduction::Circuit>();
    const auto rank = overlap.rows();
    circuit->rank = static_cast<int>(rank);
    circuit->inputs = 1;
    circuit->outputs = 1;
    reduction::Population population;
    const Eigen::Index size = circuit->loadings();
    population.mean = Eigen::VectorXd::Zero(size);
    population.covariance = Eigen::MatrixXd::Identity(size, size);
    population.covariance.block(rank, rank, rank, rank) *= nVariance;
    population.covariance.block(rank, 0, rank, rank) = overlap;
    population.covariance.block(0, rank, rank, rank) = overlap.transpose();
    circuit->populations.push_back(population);
    circuit->validate();
    return circuit;
}

/// Two populations of rank 1 and two inputs, with means, and couplings that differ between them.
inline std::shared_ptr<reduction::Circuit> twoPopulationCircuit() {
    auto circuit = std::make_shared<reduction::Circuit>();
    circuit->rank = 2;
    circuit->inputs = 2;
    circuit->outputs = 1;
    Random random(5, Stream::loadings, 3);
    for (int p = 0; p < 2; ++p) {
        reduction::Population population;
        population.name = p == 0 ? "first" : "second";
        population.fraction = p == 0 ? 0.4 : 0.6;
        const Eigen::Index size = circuit->loadings();
        const Eigen::MatrixXd root = 0.5 * normals(random, size, size);
        population.covariance = root * root.transpose() + 0.1 * Eigen::MatrixXd::Identity(size, size);
        population.covariance = 0.5 * (population.covariance + population.covariance.transpose()).eval();
        population.mean = 0.4 * normals(random, size, 1);
        circuit->populations.push_back(population);
    }
    circuit->validate();
    return circuit;
}

}  // namespace kappascope::tests
