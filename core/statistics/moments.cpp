// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/moments.h"

#include <cmath>
#include <string>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/random.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

void finish(Moments& moments) {
    const Eigen::VectorXd deviation = moments.covariance.diagonal().cwiseMax(0).cwiseSqrt();
    moments.correlation = moments.covariance;
    for (Index a = 0; a < deviation.size(); ++a)
        for (Index b = 0; b < deviation.size(); ++b) {
            const double scale = deviation[a] * deviation[b];
            moments.correlation(a, b) = a == b ? 1 : scale > 0 ? moments.covariance(a, b) / scale : 0;
        }
}

}  // namespace

double Moments::slope(Index y, Index x) const {
    return covariance(x, x) > 0 ? covariance(y, x) / covariance(x, x) : 0;
}

Moments momentsOf(const Eigen::MatrixXd& rows) {
    return momentsBy(rows, std::vector<int>(static_cast<std::size_t>(rows.rows()), 0), 1).front();
}

std::vector<Moments> momentsBy(const Eigen::MatrixXd& rows, const std::vector<int>& labels, int count) {
    if (std::ssize(labels) != rows.rows())
        throw Error(ErrorCode::wrongShape, "labels", {std::to_string(labels.size()), std::to_string(rows.rows())});
    const Index columns = rows.cols();
    std::vector<Moments> groups(static_cast<std::size_t>(count));
    for (Moments& each : groups) {
        each.mean = Eigen::VectorXd::Zero(columns);
        each.covariance = Eigen::MatrixXd::Zero(columns, columns);
    }
    const auto groupOf = [&](Index row) -> Moments* {
        const int label = labels[static_cast<std::size_t>(row)];
        return label >= 0 && label < count ? &groups[static_cast<std::size_t>(label)] : nullptr;
    };
    for (Index row = 0; row < rows.rows(); ++row)
        if (Moments* group = groupOf(row)) {
            ++group->rows;
            group->mean += rows.row(row).transpose();
        }
    for (Moments& each : groups)
        if (each.rows > 0) each.mean /= static_cast<double>(each.rows);
    Eigen::VectorXd off(columns);
    for (Index row = 0; row < rows.rows(); ++row)
        if (Moments* group = groupOf(row)) {
            off = rows.row(row).transpose() - group->mean;
            group->covariance.noalias() += off * off.transpose();
        }
    for (Moments& each : groups) {
        if (each.rows > 0) each.covariance /= static_cast<double>(each.rows);
        finish(each);
    }
    return groups;
}

Eigen::MatrixXd redraw(const std::vector<Moments>& groups, const std::vector<int>& labels, std::uint64_t seed) {
    const Index columns = groups.empty() ? 0 : groups.front().mean.size();
    Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(std::ssize(labels), columns);
    std::vector<Eigen::MatrixXd> roots;
    for (const Moments& each : groups) roots.push_back(linalg::symmetricRoot(each.covariance));
    Eigen::VectorXd normal(columns);
    for (Index row = 0; row < rows.rows(); ++row) {
        const int label = labels[static_cast<std::size_t>(row)];
        if (label < 0 || label >= std::ssize(groups)) continue;
        Random random(seed, Stream::loadings, static_cast<std::uint64_t>(row));
        for (double& each : normal) each = random.normal();
        const auto at = static_cast<std::size_t>(label);
        rows.row(row) = (groups[at].mean + roots[at] * normal).transpose();
    }
    return rows;
}

}  // namespace kappascope::statistics
