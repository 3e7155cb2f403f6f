// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <map>
#include <string>
#include <vector>

namespace kappascope::network {

/// How the connectivity is given.
enum class NetworkClass {
    lowRank,   ///< J = c m n^T, c = 1/N or 1
    fullRank,  ///< J stored as it is
    mixture,   ///< low-rank, its loadings built from a Gaussian basis and supports ("support" network)
};

/// Factor c in J = c m n^T and z = c w^T r. A file cannot tell which one it was trained with.
enum class Scaling { overN, none };

/// What the output weights read: r = g phi(x + b), g phi(x), or x.
enum class Readout { rate, phi, state };

/// The task that a network was trained on, with its options as text ("cue" -> "0.5").
struct TaskReference {
    std::string id;
    std::map<std::string, std::string> options;
};

/// A recurrent network of N units, level 1 of the model:
///
///   tau dx/dt = -x + J r + I u(t),   r_i = g_p(i) tanh(x_i + b_i),   z = c w^T r
///
/// A plain value; treat it as immutable once it is shared. Loadings are in double whatever the file held.
struct Network {
    std::string name;
    NetworkClass networkClass = NetworkClass::lowRank;
    Scaling scaling = Scaling::overN;
    Readout readout = Readout::rate;

    Eigen::MatrixXd m;              ///< N x R, empty for full rank
    Eigen::MatrixXd n;              ///< N x R, empty for full rank
    Eigen::MatrixXd connectivity;   ///< J, N x N, full rank only
    Eigen::MatrixXd inputWeights;   ///< I, N x S (input scales multiplied in)
    Eigen::MatrixXd outputWeights;  ///< w, N x O (output scales multiplied in)
    Eigen::VectorXd bias;           ///< b, N, or empty for none
    Eigen::VectorXd initialState;   ///< x0, N, or empty for zero

    std::vector<int> labels;                   ///< population of each unit, 0-based; empty = one unnamed population
    Eigen::VectorXd storedGains;               ///< g_p that the file proposes; empty = all 1
    std::vector<std::string> populationNames;  ///< may be empty
    std::vector<std::string> inputNames;       ///< may be empty

    double alpha = 0.2;  ///< dt / tau
    double tauMs = 100;  ///< tau in ms
    double noise = 0;    ///< sigma per step and unit
    TaskReference task;

    Eigen::Index units() const;
    Eigen::Index rank() const;     ///< R; N for full rank
    Eigen::Index inputs() const;   ///< S
    Eigen::Index outputs() const;  ///< O
    int populationCount() const;   ///< at least 1
    bool hasPopulations() const { return !labels.empty(); }
    bool hasBias() const;  ///< some b_i is not zero
    bool isLowRank() const { return networkClass != NetworkClass::fullRank; }

    /// c of J = c m n^T: 1/N or 1.
    double couplingScale() const;
    /// Factor of the readout: c for low rank, 1 for full rank.
    double readoutScale() const;

    /// Gains to begin with: storedGains or ones, length populationCount().
    Eigen::VectorXd defaultGains() const;

    /// Throws Error wrongShape or notFinite naming the first field that does not fit.
    void validate() const;
};

/// g_p(i) for every unit. gains: length populationCount(); throws wrongShape otherwise.
Eigen::VectorXd unitGains(const Network& network, const Eigen::VectorXd& gains);

/// The leading-modes view of a full-rank network: J ~ U_K S_K V_K^T with m = U_K S_K, n = V_K, scaling none. The rest
/// of the network is copied. It often fails to do the task: a trained J still holds its random start.
/// rank: 1..N; throws badOption otherwise.
Network truncated(const Network& fullRank, int rank);

}  // namespace kappascope::network
