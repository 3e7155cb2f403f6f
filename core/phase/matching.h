// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "core/phase/fixed_points.h"

namespace kappascope::phase {

/// Which point of one list belongs to which of another.
struct Matching {
    struct Pair {
        std::size_t a = 0;      ///< index in the first list
        std::size_t b = 0;      ///< in the second
        double distance = 0;    ///< |kappa_a - kappa_b|, in units of kappa
        bool sameKind = false;  ///< stable node, saddle, ... as FixedPointKind has it
    };
    std::vector<Pair> matched;       ///< in the order of the first list
    std::vector<std::size_t> onlyA;  ///< without a partner, rising
    std::vector<std::size_t> onlyB;
};

/// Matches fixed points of two flows of the same rank one to one: as many pairs as the shorter list is long, with the
/// least total distance. Kinds take no part in who is matched with whom - a point that has changed its kind is still
/// the nearest one - but each pair says whether they agree. Throws wrongShape where ranks differ.
Matching matchFixedPoints(std::span<const FixedPoint> a, std::span<const FixedPoint> b);

/// The assignment of least total cost: entry r is the column of row r, each column at most once. costs: finite, rows
/// at most as many as columns (wrongShape). Shortest augmenting paths (Jonker and Volgenant 1987), O(rows^2 columns).
std::vector<std::size_t> leastAssignment(const Eigen::MatrixXd& costs);

}  // namespace kappascope::phase
