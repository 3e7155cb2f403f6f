// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/reduction/spectrum.h"
#include "core/statistics/moments.h"
#include "core/statistics/populations.h"
#include "ui/session/edits.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// What the Connectivity workspace shows of a network: its loadings, by population.
struct Connectivity {
    StatePtr state;
    std::vector<QString> labels;              ///< mathematics: "$m_1$", K
    std::vector<QString> plain;               ///< "m₁", K
    Eigen::MatrixXd rows;                     ///< loadings, N x K, in the scaling over N
    Eigen::MatrixXd redrawn;                  ///< the same drawn from the populations' Gaussians, N x K
    std::vector<int> populations;             ///< of each unit, 0-based
    std::vector<statistics::Moments> groups;  ///< of each population, P >= 1
    statistics::Moments total;
    std::vector<int> usual;  ///< columns to begin with: all but where they are many

    int count() const { return static_cast<int>(groups.size()); }
    Eigen::Index units() const { return rows.rows(); }
};

/// Of a state with a network. Throws needsUnits, needsLowRank.
std::shared_ptr<const Connectivity> connectivityOf(const StatePtr& state);

using ConnectivityWorker = LatestWorker<StatePtr, Connectivity>;
std::unique_ptr<ConnectivityWorker> makeConnectivityWorker(ConnectivityWorker::Receive receive);

/// The spectrum of the network as its file has it: J itself where that is of full rank.
struct SpectrumRequest {
    std::shared_ptr<const network::Network> network;
    std::stop_token stop;  ///< of the one who asks
};
struct SpectrumResult {
    std::shared_ptr<const network::Network> network;
    reduction::Spectrum spectrum;
};
using SpectrumWorker = LatestWorker<SpectrumRequest, SpectrumResult>;
std::unique_ptr<SpectrumWorker> makeSpectrumWorker(SpectrumWorker::Receive receive);

/// How populations are to be found, as it stands in the form.
struct FindOptions {
    std::optional<int> count;  ///< none: chosen automatically; 1..8
    statistics::MixtureMethod method = statistics::MixtureMethod::variationalBayes;
    bool zeroMean = false;
    bool outputs = true;  ///< the output weights take part
    int starts = 50;      ///< 1..10000
    std::uint64_t seed = 1;

    bool operator==(const FindOptions&) const = default;
};

struct FindRequest {
    std::shared_ptr<const network::Network> network;
    FindOptions options;
    std::stop_token stop;
};
/// How far a fit is, or what it has found.
struct FindResult {
    std::shared_ptr<const network::Network> network;
    FindOptions options;
    double progress = 0;  ///< 0..1
    std::optional<statistics::Populations> found;
};
using FindWorker = LatestWorker<FindRequest, FindResult>;
std::unique_ptr<FindWorker> makeFindWorker(FindWorker::Receive receive);

/// Whether two networks have the same units: equal m, n, I and w, whatever their labels.
bool sameLoadings(const network::Network& a, const network::Network& b);

}  // namespace kappascope::session
