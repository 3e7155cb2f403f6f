// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/partition.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace kappascope::reduction {

namespace {

struct Symbol {
    LoadingKind kind;
    char letter;
};
constexpr std::array symbols{Symbol{LoadingKind::m, 'm'}, Symbol{LoadingKind::n, 'n'}, Symbol{LoadingKind::input, 'I'},
                             Symbol{LoadingKind::output, 'w'}};

const Eigen::MatrixXd& columns(const network::Network& network, LoadingKind kind) {
    switch (kind) {
        case LoadingKind::m: return network.m;
        case LoadingKind::n: return network.n;
        case LoadingKind::input: return network.inputWeights;
        case LoadingKind::output: break;
    }
    return network.outputWeights;
}

std::optional<Loading> loadingFromText(std::string_view text) {
    if (text.size() < 2) return {};
    for (const auto& symbol : symbols) {
        if (text[0] != symbol.letter) continue;
        const auto column = toInteger(text.substr(1));
        if (!column || *column < 1 || *column > 1'000'000) return {};
        return Loading{symbol.kind, static_cast<int>(*column) - 1};
    }
    return {};
}

double median(Eigen::VectorXd values) {
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

}  // namespace

std::optional<Partition> partitionFromText(std::string_view text) {
    if (text == "1") return Partition{};
    Partition result;
    if (text.starts_with("sign:"))
        result.rule = Partition::Rule::sign;
    else if (text.starts_with("size:"))
        result.rule = Partition::Rule::size;
    else
        return {};
    text.remove_prefix(5);
    const auto colon = text.find(':');
    const auto loading = loadingFromText(text.substr(0, colon));
    if (!loading) return {};
    result.loading = *loading;
    if (colon == std::string_view::npos) return result;
    const auto threshold = toNumber(text.substr(colon + 1));
    if (result.rule != Partition::Rule::size || !threshold || !(*threshold >= 0) || !std::isfinite(*threshold))
        return {};
    result.threshold = *threshold;
    return result;
}

std::string toText(const Loading& loading) {
    for (const auto& symbol : symbols)
        if (symbol.kind == loading.kind) return symbol.letter + std::to_string(loading.index + 1);
    return {};
}

std::string toText(const Partition& partition) {
    switch (partition.rule) {
        case Partition::Rule::oneGaussian: return "1";
        case Partition::Rule::sign: return "sign:" + toText(partition.loading);
        case Partition::Rule::size: break;
    }
    const std::string text = "size:" + toText(partition.loading);
    return partition.threshold ? text + ":" + kappascope::toText(*partition.threshold) : text;
}

std::vector<Loading> loadingsOf(const network::Network& network) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "populations");
    std::vector<Loading> result;
    for (const auto& symbol : symbols)
        for (int index = 0; index < columns(network, symbol.kind).cols(); ++index)
            result.push_back({symbol.kind, index});
    return result;
}

Eigen::VectorXd values(const network::Network& network, const Loading& loading) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "populations");
    const auto& matrix = columns(network, loading.kind);
    if (loading.index < 0 || loading.index >= matrix.cols()) {
        const auto all = loadingsOf(network);
        std::string known;
        for (const auto& each : all) known += (known.empty() ? "" : ", ") + toText(each);
        throw Error(ErrorCode::badOption, "populations", {toText(loading), known});
    }
    return matrix.col(loading.index);
}

double thresholdOf(const network::Network& network, const Partition& partition) {
    return partition.threshold ? *partition.threshold : median(values(network, partition.loading).cwiseAbs());
}

std::vector<int> labelsOf(const network::Network& network, const Partition& partition) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "populations");
    if (partition.rule == Partition::Rule::oneGaussian) return {};
    const Eigen::VectorXd loading = values(network, partition.loading);
    const bool bySize = partition.rule == Partition::Rule::size;
    const double threshold = bySize ? thresholdOf(network, partition) : 0;
    std::vector<int> labels(static_cast<std::size_t>(loading.size()));
    for (Eigen::Index i = 0; i < loading.size(); ++i)
        labels[static_cast<std::size_t>(i)] = (bySize ? std::abs(loading[i]) > threshold : loading[i] >= 0) ? 0 : 1;
    const auto first = std::count(labels.begin(), labels.end(), 0);
    if (first == 0 || first == loading.size())
        throw Error(ErrorCode::doesNotPart, "populations", {toText(partition), std::to_string(loading.size())});
    return labels;
}

}  // namespace kappascope::reduction
