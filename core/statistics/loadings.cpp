// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/loadings.h"

#include "core/error.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

/// Calls use(letter, matrix, factor) for each kind of loading that takes part, in order.
template <class Use>
void forEachKind(const network::Network& network, const LoadingChoice& choice, Use&& use) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "populations");
    const auto units = static_cast<double>(network.units());
    bool any = false;
    const auto take = [&](bool chosen, const char* letter, const Eigen::MatrixXd& matrix, double factor) {
        if (!chosen || matrix.cols() == 0) return;
        any = true;
        use(letter, matrix, factor);
    };
    take(choice.m, "m", network.m, 1);
    take(choice.n, "n", network.n, network.couplingScale() * units);
    take(choice.inputs, "I", network.inputWeights, 1);
    take(choice.bias && network.hasBias(), "b", network.bias, 1);
    take(choice.outputs && !readsOutRates(network), "w", network.outputWeights, network.readoutScale() * units);
    if (!any) throw Error(ErrorCode::badOption, "loadings", {"none", "m, n, I, b, w"});
}

}  // namespace

bool readsOutRates(const network::Network& network) {
    return network.outputs() > 1 && network.outputs() == network.units();
}

Eigen::MatrixXd loadingsOf(const network::Network& network, const LoadingChoice& choice) {
    Index columns = 0;
    forEachKind(network, choice, [&](const char*, const Eigen::MatrixXd& matrix, double) { columns += matrix.cols(); });
    Eigen::MatrixXd result(network.units(), columns);
    Index at = 0;
    forEachKind(network, choice, [&](const char*, const Eigen::MatrixXd& matrix, double factor) {
        result.middleCols(at, matrix.cols()) = factor * matrix;
        at += matrix.cols();
    });
    return result;
}

std::vector<std::string> loadingNames(const network::Network& network, const LoadingChoice& choice) {
    std::vector<std::string> names;
    forEachKind(network, choice, [&](const std::string& letter, const Eigen::MatrixXd& matrix, double) {
        for (Index c = 0; c < matrix.cols(); ++c)
            names.push_back(letter == "b" ? letter : letter + std::to_string(c + 1));
    });
    return names;
}

}  // namespace kappascope::statistics
