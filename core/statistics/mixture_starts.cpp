// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/random.h"
#include "core/statistics/mixture_run.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

constexpr int lloydRounds = 10;
constexpr int powerSteps = 6;

/// An index drawn with probabilities in proportion to weights; any index where all are zero.
Index draw(const Eigen::ArrayXd& weights, Random& random) {
    double rest = random.uniform() * weights.sum();
    if (!(rest > 0)) return random.integer(0, static_cast<int>(weights.size()) - 1);
    Index last = 0;
    for (Index i = 0; i < weights.size(); ++i) {
        if (!(weights[i] > 0)) continue;
        last = i;
        rest -= weights[i];
        if (rest <= 0) break;
    }
    return last;
}

/// Squared distances of rows to points.
struct ToPoints {
    static Eigen::ArrayXd distances(const Eigen::MatrixXd& rows, const Eigen::VectorXd& centre) {
        return (rows.rowwise() - centre.transpose()).rowwise().squaredNorm().array();
    }
    static void move(const Eigen::MatrixXd& rows, const std::vector<Index>& members, Eigen::VectorXd& centre) {
        centre.setZero();
        for (const Index i : members) centre += rows.row(i).transpose();
        centre /= static_cast<double>(members.size());
    }
};

/// Squared sines between unit rows and axes.
struct ToAxes {
    static Eigen::ArrayXd distances(const Eigen::MatrixXd& rows, const Eigen::VectorXd& axis) {
        return (1 - (rows * axis).array().square()).max(0.0);
    }
    /// The axis of the largest second moment, by a few steps of the power method.
    static void move(const Eigen::MatrixXd& rows, const std::vector<Index>& members, Eigen::VectorXd& axis) {
        Eigen::MatrixXd moment = Eigen::MatrixXd::Zero(rows.cols(), rows.cols());
        for (const Index i : members) moment.noalias() += rows.row(i).transpose() * rows.row(i);
        for (int step = 0; step < powerSteps; ++step) {
            const Eigen::VectorXd next = moment * axis;
            const double length = next.norm();
            if (!(length > 0)) return;
            axis = next / length;
        }
    }
};

/// k-means++ (Arthur and Vassilvitskii 2007) and some of Lloyd's iterations: the nearest centre of each row.
template <class Geometry>
std::vector<Index> nearestCentres(const Eigen::MatrixXd& rows, Index count, Random& random) {
    Eigen::ArrayXXd distances(rows.rows(), count);
    std::vector<Eigen::VectorXd> centres;
    Eigen::ArrayXd nearest = Eigen::ArrayXd::Ones(rows.rows());
    for (Index k = 0; k < count; ++k) {
        centres.emplace_back(rows.row(draw(nearest, random)).transpose());
        distances.col(k) = Geometry::distances(rows, centres.back());
        nearest = k == 0 ? Eigen::ArrayXd(distances.col(0)) : Eigen::ArrayXd(nearest.min(distances.col(k)));
    }
    std::vector<Index> result(static_cast<std::size_t>(rows.rows()), 0);
    for (int round = 0; round < lloydRounds; ++round) {
        std::vector<std::vector<Index>> members(static_cast<std::size_t>(count));
        bool moved = false;
        for (Index i = 0; i < rows.rows(); ++i) {
            Index best = 0;
            distances.row(i).minCoeff(&best);
            moved = moved || best != result[static_cast<std::size_t>(i)];
            result[static_cast<std::size_t>(i)] = best;
            members[static_cast<std::size_t>(best)].push_back(i);
        }
        if (!moved && round > 0) break;
        for (Index k = 0; k < count; ++k) {
            const auto& own = members[static_cast<std::size_t>(k)];
            if (own.empty()) continue;
            Geometry::move(rows, own, centres[static_cast<std::size_t>(k)]);
            distances.col(k) = Geometry::distances(rows, centres[static_cast<std::size_t>(k)]);
        }
    }
    return result;
}

Eigen::MatrixXd hard(const std::vector<Index>& labels, Index count) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(std::ssize(labels), count);
    for (std::size_t i = 0; i < labels.size(); ++i) result(static_cast<Index>(i), labels[i]) = 1;
    return result;
}

}  // namespace

Eigen::MatrixXd firstMemberships(const Eigen::MatrixXd& rows, const MixtureOptions& options, std::uint64_t start) {
    constexpr std::array kinds{StartKind::directions, StartKind::kMeans, StartKind::random};
    const StartKind kind = options.start == StartKind::mixed ? kinds[start % kinds.size()] : options.start;
    const Index count = options.count;
    Random random(options.seed, Stream::starts, start);
    switch (kind) {
        case StartKind::kMeans: return hard(nearestCentres<ToPoints>(rows, count, random), count);
        case StartKind::directions: {
            Eigen::MatrixXd units = rows;
            for (Index i = 0; i < units.rows(); ++i)
                if (const double length = units.row(i).norm(); length > 0) units.row(i) /= length;
            return hard(nearestCentres<ToAxes>(units, count, random), count);
        }
        case StartKind::random:
        case StartKind::mixed: break;
    }
    Eigen::MatrixXd result(rows.rows(), count);
    for (Index i = 0; i < rows.rows(); ++i) {
        for (Index k = 0; k < count; ++k) result(i, k) = random.uniform();
        result.row(i) /= result.row(i).sum();
    }
    return result;
}

}  // namespace kappascope::statistics
