// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/matching.h"

#include <algorithm>
#include <limits>
#include <string>

#include "core/error.h"

namespace kappascope::phase {

std::vector<std::size_t> leastAssignment(const Eigen::MatrixXd& costs) {
    const auto rows = static_cast<std::size_t>(costs.rows());
    const auto columns = static_cast<std::size_t>(costs.cols());
    if (rows > columns)
        throw Error(ErrorCode::wrongShape, "costs",
                    {std::to_string(rows) + " x " + std::to_string(columns), "rows <= columns"});
    if (!costs.allFinite()) throw Error(ErrorCode::notFinite, "costs");
    // Row 0 and column 0 are the source of every path; the others count from 1.
    std::vector<double> rowPrice(rows + 1, 0);
    std::vector<double> columnPrice(columns + 1, 0);
    std::vector<std::size_t> rowOf(columns + 1, 0);
    for (std::size_t row = 1; row <= rows; ++row) {
        rowOf[0] = row;
        std::vector<double> shortest(columns + 1, std::numeric_limits<double>::infinity());
        std::vector<std::size_t> before(columns + 1, 0);
        std::vector<char> visited(columns + 1, 0);
        std::size_t column = 0;
        do {
            visited[column] = 1;
            const std::size_t from = rowOf[column];
            std::size_t next = 0;
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t c = 1; c <= columns; ++c) {
                if (visited[c]) continue;
                const double reduced = costs(static_cast<Eigen::Index>(from - 1), static_cast<Eigen::Index>(c - 1)) -
                                       rowPrice[from] - columnPrice[c];
                if (reduced < shortest[c]) {
                    shortest[c] = reduced;
                    before[c] = column;
                }
                if (shortest[c] < least) {
                    least = shortest[c];
                    next = c;
                }
            }
            for (std::size_t c = 0; c <= columns; ++c) {
                if (visited[c]) {
                    rowPrice[rowOf[c]] += least;
                    columnPrice[c] -= least;
                } else {
                    shortest[c] -= least;
                }
            }
            column = next;
        } while (rowOf[column] != 0);
        while (column != 0) {
            rowOf[column] = rowOf[before[column]];
            column = before[column];
        }
    }
    std::vector<std::size_t> result(rows);
    for (std::size_t c = 1; c <= columns; ++c)
        if (rowOf[c] != 0) result[rowOf[c] - 1] = c - 1;
    return result;
}

Matching matchFixedPoints(std::span<const FixedPoint> a, std::span<const FixedPoint> b) {
    const bool swapped = a.size() > b.size();
    const auto& few = swapped ? b : a;
    const auto& many = swapped ? a : b;
    Eigen::MatrixXd distances(static_cast<Eigen::Index>(few.size()), static_cast<Eigen::Index>(many.size()));
    for (std::size_t r = 0; r < few.size(); ++r)
        for (std::size_t c = 0; c < many.size(); ++c) {
            if (few[r].kappa.size() != many[c].kappa.size())
                throw Error(ErrorCode::wrongShape, "kappa",
                            {std::to_string(few[r].kappa.size()), std::to_string(many[c].kappa.size())});
            distances(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) =
                (few[r].kappa - many[c].kappa).norm();
        }
    const auto columns = leastAssignment(distances);
    Matching result;
    std::vector<char> taken(many.size(), 0);
    for (std::size_t r = 0; r < few.size(); ++r) {
        const std::size_t c = columns[r];
        taken[c] = 1;
        const double distance = distances(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c));
        result.matched.push_back({swapped ? c : r, swapped ? r : c, distance, few[r].kind == many[c].kind});
    }
    std::ranges::sort(result.matched, {}, &Matching::Pair::a);
    for (std::size_t c = 0; c < many.size(); ++c)
        if (!taken[c]) (swapped ? result.onlyA : result.onlyB).push_back(c);
    return result;
}

}  // namespace kappascope::phase
