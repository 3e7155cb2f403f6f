// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/labels.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "core/error.h"

namespace kappascope::statistics {

namespace {

double pairs(double n) {
    return 0.5 * n * (n - 1);
}

void requireSameLength(const std::vector<int>& a, const std::vector<int>& b) {
    if (a.size() != b.size())
        throw Error(ErrorCode::wrongShape, "labels", {std::to_string(b.size()), std::to_string(a.size())});
}

/// Populations by falling size, then by their first unit.
std::vector<int> bySize(const std::vector<int>& labels, int count) {
    const auto size = static_cast<std::size_t>(count);
    std::vector<std::size_t> units(size, 0), first(size, labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto p = static_cast<std::size_t>(labels[i]);
        if (units[p]++ == 0) first[p] = i;
    }
    std::vector<int> order(size);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int left, int right) {
        const auto l = static_cast<std::size_t>(left), r = static_cast<std::size_t>(right);
        return std::tuple(units[r], first[l]) < std::tuple(units[l], first[r]);
    });
    return order;
}

}  // namespace

double adjustedRandIndex(const std::vector<int>& a, const std::vector<int>& b) {
    requireSameLength(a, b);
    std::map<std::pair<int, int>, double> cells;
    std::map<int, double> rows, columns;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ++cells[{a[i], b[i]}];
        ++rows[a[i]];
        ++columns[b[i]];
    }
    double together = 0, inRows = 0, inColumns = 0;
    for (const auto& [key, n] : cells) together += pairs(n);
    for (const auto& [key, n] : rows) inRows += pairs(n);
    for (const auto& [key, n] : columns) inColumns += pairs(n);
    const double all = pairs(static_cast<double>(a.size()));
    const double expected = all > 0 ? inRows * inColumns / all : 0;
    const double largest = 0.5 * (inRows + inColumns);
    return largest == expected ? 1 : (together - expected) / (largest - expected);
}

std::vector<double> fractionsOf(const std::vector<int>& labels, int count) {
    std::vector<double> result(static_cast<std::size_t>(count), 0);
    for (const int label : labels)
        if (label >= 0 && label < count) ++result[static_cast<std::size_t>(label)];
    for (double& value : result) value /= static_cast<double>(std::max<std::size_t>(labels.size(), 1));
    return result;
}

std::vector<int> orderBySize(const std::vector<int>& labels, int count) {
    const auto order = bySize(labels, count);
    std::vector<int> numbers(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) numbers[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
    return numbers;
}

std::vector<int> orderAs(const std::vector<int>& labels, int count, const std::vector<int>& earlier) {
    requireSameLength(labels, earlier);
    std::map<std::pair<int, int>, int> overlaps;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (earlier[i] >= 0 && earlier[i] < count) ++overlaps[{labels[i], earlier[i]}];
    std::vector<std::tuple<int, int, int>> cells;  // minus the overlap, earlier number, number now
    for (const auto& [key, n] : overlaps) cells.emplace_back(-n, key.second, key.first);
    std::sort(cells.begin(), cells.end());
    std::vector<int> numbers(static_cast<std::size_t>(count), -1);
    std::vector<bool> taken(static_cast<std::size_t>(count), false);
    for (const auto& [overlap, number, now] : cells) {
        if (numbers[static_cast<std::size_t>(now)] >= 0 || taken[static_cast<std::size_t>(number)]) continue;
        numbers[static_cast<std::size_t>(now)] = number;
        taken[static_cast<std::size_t>(number)] = true;
    }
    int next = 0;
    for (const int p : bySize(labels, count)) {
        int& number = numbers[static_cast<std::size_t>(p)];
        if (number >= 0) continue;
        while (taken[static_cast<std::size_t>(next)]) ++next;
        number = next;
        taken[static_cast<std::size_t>(next)] = true;
    }
    return numbers;
}

void renumber(std::vector<int>& labels, const std::vector<int>& numbers) {
    for (int& label : labels) label = numbers[static_cast<std::size_t>(label)];
}

}  // namespace kappascope::statistics
