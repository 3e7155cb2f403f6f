// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/epairs.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/random.h"
#include "core/statistics/whitening.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

/// Rows compared at a time: a block of cosines stays in the cache.
constexpr Index blockRows = 64;

/// Draws that the published test compares with: more would not change it, and would have to be sorted.
constexpr std::size_t publishedDraws = 100;

/// Streams of this test, apart from those of a fit with the same seed.
constexpr std::uint64_t nullStream = std::uint64_t{1} << 40;
constexpr std::uint64_t rowStream = std::uint64_t{2} << 40;

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// The angle between two unit vectors, exact for small ones too.
double angle(const Eigen::RowVectorXd& a, const Eigen::RowVectorXd& b) {
    return 2 * std::atan2((a - b).norm(), (a + b).norm());
}

/// In the plane the neighbours in direction are the neighbours in a sorted list.
std::vector<double> anglesInPlane(const Eigen::MatrixXd& rows) {
    std::vector<std::pair<double, std::size_t>> order;
    for (Index i = 0; i < rows.rows(); ++i)
        order.emplace_back(std::atan2(rows(i, 1), rows(i, 0)), static_cast<std::size_t>(i));
    std::sort(order.begin(), order.end());
    std::vector<double> result(order.size(), std::numbers::pi);
    for (std::size_t k = 0; k < order.size(); ++k) {
        const auto& [here, i] = order[k];
        const auto& [there, j] = order[(k + 1) % order.size()];
        const double turn = k + 1 < order.size() ? there - here : there + 2 * std::numbers::pi - here;
        const double between = std::min(turn, 2 * std::numbers::pi - turn);
        result[i] = std::min(result[i], between);
        result[j] = std::min(result[j], between);
    }
    return result;
}

Eigen::MatrixXd selectedRows(const Eigen::MatrixXd& rows, const EpairsOptions& options) {
    if (rows.rows() <= options.largestRows) return rows;
    std::vector<Index> order(static_cast<std::size_t>(rows.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    Random random(options.seed, Stream::starts, rowStream);
    Eigen::MatrixXd result(options.largestRows, rows.cols());
    for (Index k = 0; k < result.rows(); ++k) {
        const int other = random.integer(static_cast<int>(k), static_cast<int>(rows.rows()) - 1);
        std::swap(order[static_cast<std::size_t>(k)], order[static_cast<std::size_t>(other)]);
        result.row(k) = rows.row(order[static_cast<std::size_t>(k)]);
    }
    return result;
}

/// A draw of the null: normal deviates, centred and whitened like the data.
Eigen::MatrixXd nullDraw(Index units, Index dimensions, std::uint64_t seed, std::uint64_t draw) {
    std::vector<float> deviates(static_cast<std::size_t>(units * dimensions));
    fillNormal(seed, Stream::starts, nullStream + draw, deviates);
    const Eigen::MatrixXd rows = Eigen::Map<const Eigen::MatrixXf>(deviates.data(), units, dimensions).cast<double>();
    return whitened(rows, whiteningOf(rows));
}

}  // namespace

std::vector<double> nearestAngles(const Eigen::MatrixXd& rows, std::stop_token stop) {
    const bool hasZero = (rows.rowwise().squaredNorm().array() == 0).any();
    if (rows.cols() == 2 && !hasZero) return anglesInPlane(rows);
    Eigen::MatrixXd units = rows;
    for (Index i = 0; i < units.rows(); ++i)
        if (const double length = units.row(i).norm(); length > 0) units.row(i) /= length;
    // Single precision finds the neighbour; its angle is then computed in double.
    const Eigen::MatrixXf columns = units.cast<float>().transpose();
    Eigen::MatrixXf cosines(columns.cols(), blockRows);
    std::vector<double> result(static_cast<std::size_t>(units.rows()));
    for (Index first = 0; first < units.rows(); first += blockRows) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const Index count = std::min(blockRows, units.rows() - first);
        auto block = cosines.leftCols(count);
        block.noalias() = columns.transpose() * columns.middleCols(first, count);
        for (Index k = 0; k < count; ++k) {
            block(first + k, k) = -2;  // not its own neighbour
            const float largest = block.col(k).maxCoeff();
            const float* at = block.col(k).data();
            const Index nearest = std::find(at, at + block.rows(), largest) - at;
            const bool isZero = units.row(first + k).squaredNorm() == 0 || units.row(nearest).squaredNorm() == 0;
            result[static_cast<std::size_t>(first + k)] =
                isZero ? 0.5 * std::numbers::pi : angle(units.row(first + k), units.row(nearest));
        }
    }
    return result;
}

double rankSumP(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<std::pair<double, bool>> all;
    all.reserve(a.size() + b.size());
    for (const double value : a) all.emplace_back(value, true);
    for (const double value : b) all.emplace_back(value, false);
    std::sort(all.begin(), all.end());
    double sum = 0;
    for (std::size_t k = 0; k < all.size();) {
        std::size_t end = k;
        std::size_t ofFirst = 0;
        while (end < all.size() && all[end].first == all[k].first) ofFirst += all[end++].second ? 1U : 0U;
        sum += static_cast<double>(ofFirst) * (0.5 * static_cast<double>(k + 1 + end));
        k = end;
    }
    const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
    const double z = (sum - 0.5 * n * (n + m + 1)) / std::sqrt(n * m * (n + m + 1) / 12);
    return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

Epairs epairs(const Eigen::MatrixXd& rows, const EpairsOptions& options, const Work& work) {
    if (options.draws < 1 || options.draws > 100'000)
        throw Error(ErrorCode::badOption, "draws", {std::to_string(options.draws), "1..100000"});
    if (options.largestRows < 3 || options.largestRows > 65536)
        throw Error(ErrorCode::badOption, "largest rows", {std::to_string(options.largestRows), "3..65536"});
    const Eigen::MatrixXd selected = selectedRows(rows, options);
    const auto whitening = whiteningOf(selected);
    const Index units = selected.rows();
    const Index dimensions = whitening.dimensions();
    if (units < 3 || dimensions < 2 || units <= dimensions)
        throw Error(
            ErrorCode::wrongShape, "loadings",
            {std::to_string(units) + " x " + std::to_string(dimensions), "at least 3 x 2, more rows than columns"});
    Epairs result;
    result.rows = units;
    result.dimensions = dimensions;
    result.angles = nearestAngles(whitened(selected, whitening), work.stop);
    result.median = median(result.angles);
    const auto draws = static_cast<std::size_t>(options.draws);
    result.nullMedians.resize(draws);
    std::vector<std::vector<double>> kept(std::min(draws, publishedDraws));
    work.executor(draws, [&](std::size_t k) {
        auto angles = nearestAngles(nullDraw(units, dimensions, options.seed, k), work.stop);
        result.nullMedians[k] = median(angles);
        if (k < kept.size()) kept[k] = std::move(angles);
        if (work.step) work.step();
    });
    double below = 1, above = 1, sum = 0;
    for (const double value : result.nullMedians) {
        below += value <= result.median ? 1 : 0;
        above += value >= result.median ? 1 : 0;
        sum += value;
    }
    const auto count = static_cast<double>(draws);
    result.p = below / (count + 1);
    result.twoSidedP = std::min(1.0, 2 * std::min(below, above) / (count + 1));
    const double mean = sum / count;
    double squares = 0;
    for (const double value : result.nullMedians) squares += (value - mean) * (value - mean);
    if (squares > 0) result.effect = (mean - result.median) / std::sqrt(squares / (count - 1));
    result.nullAngles = kept.front();
    std::vector<double> pooled;
    for (const auto& angles : kept) pooled.insert(pooled.end(), angles.begin(), angles.end());
    result.publishedP = rankSumP(result.angles, pooled);
    return result;
}

}  // namespace kappascope::statistics
