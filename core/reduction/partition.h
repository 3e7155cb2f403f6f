// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/network.h"

namespace kappascope::reduction {

/// Columns of loadings that a network can be parted by.
enum class LoadingKind { m, n, input, output };

/// One column: m_r, n_r, I_s or w_o.
struct Loading {
    LoadingKind kind = LoadingKind::m;
    int index = 0;  ///< 0-based

    bool operator==(const Loading&) const = default;
};

/// A simple way to populations, for a network that knows none: by one column of its loadings.
struct Partition {
    enum class Rule {
        oneGaussian,  ///< all units together
        sign,         ///< loading >= 0 first, then loading < 0
        size,         ///< |loading| > threshold first, then the rest
    };
    Rule rule = Rule::oneGaussian;
    Loading loading;
    std::optional<double> threshold;  ///< of size, >= 0, in units of the loading; none: the median of |loading|

    bool operator==(const Partition&) const = default;
};

/// "1", "sign:n1", "size:m2", "size:I1:0.5", as on the command line; nothing where the text is anything else. Columns
/// count from 1, and a threshold is a finite number that is not negative.
std::optional<Partition> partitionFromText(std::string_view text);
std::string toText(const Partition& partition);
/// "n1".
std::string toText(const Loading& loading);

/// The columns that a network has, in the order m, n, I, w. Throws needsLowRank.
std::vector<Loading> loadingsOf(const network::Network& network);

/// A column of the loadings, N. Throws badOption where the network has no such column, needsLowRank.
Eigen::VectorXd values(const network::Network& network, const Loading& loading);

/// The threshold that a partition by size uses: its own, or the median of |loading|.
double thresholdOf(const network::Network& network, const Partition& partition);

/// The population of each unit, 0 or 1; empty for one Gaussian. Throws badOption (no such column), needsLowRank, and
/// doesNotPart where all units fall on one side.
std::vector<int> labelsOf(const network::Network& network, const Partition& partition);

}  // namespace kappascope::reduction
