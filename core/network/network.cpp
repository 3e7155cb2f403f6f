// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/network.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/text.h"

namespace kappascope::network {

namespace {

std::string shape(Eigen::Index rows, Eigen::Index columns) {
    return std::to_string(rows) + " x " + std::to_string(columns);
}

void requireShape(const std::string& field, const Eigen::MatrixXd& matrix, Eigen::Index rows, Eigen::Index columns) {
    if (matrix.rows() != rows || matrix.cols() != columns)
        throw Error(ErrorCode::wrongShape, field, {shape(matrix.rows(), matrix.cols()), shape(rows, columns)});
}

void requireFinite(const std::string& field, const Eigen::MatrixXd& matrix) {
    if (!matrix.allFinite()) throw Error(ErrorCode::notFinite, field);
}

}  // namespace

Eigen::Index Network::units() const {
    return inputWeights.rows();
}
Eigen::Index Network::rank() const {
    return isLowRank() ? m.cols() : connectivity.cols();
}
Eigen::Index Network::inputs() const {
    return inputWeights.cols();
}
Eigen::Index Network::outputs() const {
    return outputWeights.cols();
}

int Network::populationCount() const {
    const int named = static_cast<int>(populationNames.size());
    const int labelled = labels.empty() ? 1 : *std::max_element(labels.begin(), labels.end()) + 1;
    return std::max({1, labelled, labels.empty() ? 1 : named});
}

bool Network::hasBias() const {
    return bias.size() > 0 && bias.cwiseAbs().maxCoeff() > 0;
}

double Network::couplingScale() const {
    return scaling == Scaling::overN ? 1.0 / static_cast<double>(units()) : 1.0;
}

double Network::readoutScale() const {
    return isLowRank() ? couplingScale() : 1.0;
}

Eigen::VectorXd Network::defaultGains() const {
    return storedGains.size() > 0 ? storedGains : Eigen::VectorXd::Ones(populationCount());
}

void Network::validate() const {
    const Eigen::Index n_ = units();
    if (n_ < 1) throw Error(ErrorCode::wrongShape, "I", {shape(inputWeights.rows(), inputWeights.cols()), "N x S"});
    if (isLowRank()) {
        requireShape("m", m, n_, m.cols());
        if (m.cols() < 1) throw Error(ErrorCode::wrongShape, "m", {shape(m.rows(), m.cols()), "N x R"});
        requireShape("n", n, n_, m.cols());
        requireFinite("m", m);
        requireFinite("n", n);
    } else {
        requireShape("J", connectivity, n_, n_);
        requireFinite("J", connectivity);
    }
    requireShape("w", outputWeights, n_, outputWeights.cols());
    requireFinite("I", inputWeights);
    requireFinite("w", outputWeights);
    if (bias.size() > 0) {
        requireShape("bias", bias, n_, 1);
        requireFinite("bias", bias);
    }
    if (initialState.size() > 0) {
        requireShape("x0", initialState, n_, 1);
        requireFinite("x0", initialState);
    }
    if (!labels.empty()) {
        if (static_cast<Eigen::Index>(labels.size()) != n_)
            throw Error(ErrorCode::wrongShape, "labels", {std::to_string(labels.size()), std::to_string(n_)});
        const auto [low, high] = std::minmax_element(labels.begin(), labels.end());
        if (*low < 0 || *high >= 1000)
            throw Error(ErrorCode::badOption, "labels", {std::to_string(*low < 0 ? *low : *high), "0..999"});
    }
    if (storedGains.size() > 0) {
        requireShape("gain", storedGains, populationCount(), 1);
        requireFinite("gain", storedGains);
    }
    if (!(alpha > 0 && alpha <= 1)) throw Error(ErrorCode::badOption, "alpha", {toText(alpha), "0..1"});
    if (!(tauMs > 0 && std::isfinite(tauMs))) throw Error(ErrorCode::badOption, "tau_ms", {toText(tauMs), "> 0"});
    if (!(noise >= 0 && std::isfinite(noise))) throw Error(ErrorCode::badOption, "noise", {toText(noise), ">= 0"});
}

Eigen::VectorXd unitGains(const Network& network, const Eigen::VectorXd& gains) {
    if (gains.size() != network.populationCount())
        throw Error(ErrorCode::wrongShape, "gain",
                    {std::to_string(gains.size()), std::to_string(network.populationCount())});
    Eigen::VectorXd result(network.units());
    if (network.labels.empty()) {
        result.setConstant(gains[0]);
    } else {
        for (Eigen::Index i = 0; i < result.size(); ++i) result[i] = gains[network.labels[static_cast<std::size_t>(i)]];
    }
    return result;
}

Network truncated(const Network& fullRank, int rank) {
    if (fullRank.isLowRank()) return fullRank;
    const auto modes = linalg::leadingModes(fullRank.connectivity, rank);
    Network result = fullRank;
    result.networkClass = NetworkClass::lowRank;
    result.scaling = Scaling::none;
    result.connectivity.resize(0, 0);
    result.m = modes.left * modes.values.asDiagonal();
    result.n = modes.right;
    return result;
}

}  // namespace kappascope::network
