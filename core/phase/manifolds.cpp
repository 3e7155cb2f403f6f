// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/manifolds.h"

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/phase/cycle_search.h"

namespace kappascope::phase {

namespace {

using State = std::vector<double>;

// In units of the view's larger side.
constexpr double capture = 2e-3;      // a sink (a source, backward) this near takes the branch
constexpr double connection = 1e-5;   // another saddle does only so near: a connection to it
constexpr double joined = 1e-3;       // a cycle this near has been reached
constexpr double wrapped = 3e-4;      // own earlier points this near: it winds onto a cycle that nobody listed,
constexpr double wrapWindow = 0.05;   // leaving out those just passed,
constexpr double tightSpiral = 0.03;  // or around a focus this near
constexpr int maximumSteps = 20000;

/// F / |F|, or its opposite: arc length is the time, so that a branch needs no eternity to leave a saddle or to reach
/// a node.
class Direction {
public:
    Direction(const detail::Dynamics& dynamics, bool backward) : dynamics_(dynamics), sign_(backward ? -1 : 1) {}

    void operator()(const State& x, State& dxds, double) {
        dynamics_.velocity(x.data(), dxds.data());
        double square = 0;
        for (const double value : dxds) square += value * value;
        resting_ = !(square > 1e-28);
        const double scale = resting_ ? 0 : sign_ / std::sqrt(square);
        for (double& value : dxds) value *= scale;
    }
    bool resting() const { return resting_; }

private:
    const detail::Dynamics& dynamics_;
    double sign_;
    bool resting_ = false;
};

class Follower {
public:
    Follower(const detail::Dynamics& dynamics, const Census& census, const std::vector<LimitCycle>& cycles,
             const ManifoldOptions& options, std::stop_token stop)
        : dynamics_(dynamics),
          census_(census),
          options_(options),
          unit_(std::max(options.view.width(), options.view.height())),
          stop_(std::move(stop)) {
        const View& view = options.view;
        const Eigen::Vector2d margin = options.margin * Eigen::Vector2d(view.width(), view.height());
        low_ = Eigen::Vector2d(view.xMin, view.yMin) - margin;
        high_ = Eigen::Vector2d(view.xMax, view.yMax) + margin;
        for (const FixedPoint& point : census.points) include(shown(point.kappa));
        for (const LimitCycle& cycle : cycles) {
            if (cycle.points.cols() < 2) continue;
            for (Eigen::Index k = 0; k < cycle.points.cols(); ++k) include(shown(cycle.points.col(k)));
            (cycle.stable ? attracting_ : repelling_).emplace_back(cycle.points, joined * unit_);
        }
    }

    Manifold follow(std::size_t saddle, const Eigen::VectorXd& direction, bool stable) {
        namespace odeint = boost::numeric::odeint;
        const Eigen::VectorXd& origin = census_.points[saddle].kappa;
        const Eigen::Index rank = origin.size();
        odeint::controlled_runge_kutta<odeint::runge_kutta_dopri5<State>> stepper(
            odeint::default_error_checker<double, odeint::range_algebra, odeint::default_operations>(
                options_.tolerance * unit_, 0));
        Direction velocity(dynamics_, stable);
        const Eigen::VectorXd start = origin + options_.start * unit_ * direction;
        State x(start.begin(), start.end());
        State dxds(x.size());
        velocity(x, dxds, 0);

        Manifold branch;
        branch.saddle = saddle;
        branch.stable = stable;
        points_.assign(origin.begin(), origin.end());
        lengths_ = {0};
        const auto keep = [&](const double* point, double length) {
            points_.insert(points_.end(), point, point + rank);
            lengths_.push_back(length);
        };
        double s = options_.start * unit_;
        keep(x.data(), s);
        double ds = 0.1 * s;
        branch.end = ManifoldEnd::tooLong;
        for (int step = 0; step < maximumSteps && s < options_.longest * unit_; ++step) {
            if (stop_.stop_requested()) throw Error(ErrorCode::stopped);
            ds = std::min(ds, options_.step * unit_);
            if (stepper.try_step(velocity, x, dxds, s, ds) == odeint::fail) {
                if (ds > 1e-12 * unit_ && std::isfinite(ds)) continue;
                // The direction turns too fast: at a point where the flow is at rest.
                break;
            }
            if (!std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); })) break;
            keep(x.data(), s);
            const bool turning = rank == 2 && wraps(s);
            const int reached = reachedPoint(x.data(), saddle, s, stable, turning ? tightSpiral : capture);
            if (reached >= 0) {
                keep(census_.points[static_cast<std::size_t>(reached)].kappa.data(), s);
                branch.end = ManifoldEnd::fixedPoint;
                branch.target = reached;
                break;
            }
            if (velocity.resting()) break;
            if (!inside(x.data())) {
                branch.end = ManifoldEnd::outside;
                break;
            }
            const auto& loops = stable ? repelling_ : attracting_;
            const bool onLoop =
                std::any_of(loops.begin(), loops.end(), [&](const auto& loop) { return loop.joins(x.data()); });
            if (onLoop || turning) {
                branch.end = ManifoldEnd::cycle;
                break;
            }
        }
        branch.points =
            Eigen::Map<const Eigen::MatrixXd>(points_.data(), rank, static_cast<Eigen::Index>(lengths_.size()));
        return branch;
    }

private:
    Eigen::Vector2d shown(const Eigen::VectorXd& kappa) const {
        return {kappa[options_.view.axes[0]], kappa[options_.view.axes[1]]};
    }

    void include(const Eigen::Vector2d& point) {
        if (options_.margin == 0) return;
        low_ = low_.cwiseMin(point - Eigen::Vector2d::Constant(0.1 * unit_));
        high_ = high_.cwiseMax(point + Eigen::Vector2d::Constant(0.1 * unit_));
    }

    bool inside(const double* x) const {
        for (std::size_t axis = 0; axis < 2; ++axis) {
            const double value = x[options_.view.axes[axis]];
            const auto i = static_cast<Eigen::Index>(axis);
            if (value < low_[i] || value > high_[i]) return false;
        }
        return true;
    }

    /// Index of the fixed point that takes the branch, or -1. sinkReach: of sinks (sources, backward).
    int reachedPoint(const double* x, std::size_t saddle, double length, bool stable, double sinkReach) const {
        for (std::size_t i = 0; i < census_.points.size(); ++i) {
            const FixedPoint& point = census_.points[i];
            if (i == saddle && length < wrapWindow * unit_) continue;
            const auto rank = point.kappa.size();
            const bool takesAll = point.kind == FixedPointKind::degenerate ||
                                  point.unstableDirections == (stable ? static_cast<int>(rank) : 0);
            const double reach = (takesAll ? sinkReach : connection) * unit_;
            if ((Eigen::Map<const Eigen::VectorXd>(x, rank) - point.kappa).squaredNorm() < reach * reach)
                return static_cast<int>(i);
        }
        return -1;
    }

    /// Rank 2: whether the last point lies beside an earlier turn of the branch.
    bool wraps(double length) const {
        const std::size_t last = lengths_.size() - 1;
        const Eigen::Vector2d x(points_[2 * last], points_[2 * last + 1]);
        const double reach = wrapped * unit_;
        for (std::size_t k = 0; k < last; ++k) {
            if (length - lengths_[k] < wrapWindow * unit_) break;
            // Points lie at most a step apart: a far one rules out its successors.
            const Eigen::Vector2d from(points_[2 * k], points_[2 * k + 1]);
            const double far = (from - x).norm();
            if (far > reach + options_.step * unit_) {
                const auto skip = static_cast<std::size_t>((far - reach) / (options_.step * unit_));
                k += skip > 1 ? skip - 1 : 0;
                continue;
            }
            const Eigen::Vector2d along = Eigen::Vector2d(points_[2 * k + 2], points_[2 * k + 3]) - from;
            const double t = std::clamp((x - from).dot(along) / std::max(along.squaredNorm(), 1e-300), 0.0, 1.0);
            if ((x - from - t * along).norm() < reach) return true;
        }
        return false;
    }

    const detail::Dynamics& dynamics_;
    const Census& census_;
    const ManifoldOptions& options_;
    double unit_;
    std::stop_token stop_;
    Eigen::Vector2d low_, high_;
    std::vector<detail::KnownLoop> attracting_, repelling_;
    std::vector<double> points_;
    std::vector<double> lengths_;
};

std::vector<Manifold> follow(const detail::Dynamics& dynamics, const Census& census,
                             const std::vector<LimitCycle>& cycles, const ManifoldOptions& options,
                             const std::stop_token& stop) {
    std::vector<Manifold> manifolds;
    Follower follower(dynamics, census, cycles, options, stop);
    for (std::size_t i = 0; i < census.points.size(); ++i) {
        const FixedPoint& point = census.points[i];
        const auto rank = static_cast<int>(point.kappa.size());
        if (point.kind != FixedPointKind::saddle || point.eigenvectors.cols() != rank) continue;
        // Eigenvalues fall: the only unstable one is the first, the only stable one the last.
        const auto add = [&](int column, bool stable) {
            if (point.eigenvalues[column].imag() != 0) return;
            const Eigen::VectorXd direction = point.eigenvectors.col(column).real().normalized();
            for (const double sign : {1.0, -1.0}) manifolds.push_back(follower.follow(i, sign * direction, stable));
        };
        if (point.unstableDirections == 1) add(0, false);
        if (point.unstableDirections == rank - 1) add(rank - 1, true);
    }
    return manifolds;
}

}  // namespace

std::vector<Manifold> findManifolds(const reduction::Flow& flow, const Census& census,
                                    const std::vector<LimitCycle>& cycles, const ManifoldOptions& options,
                                    std::stop_token stop) {
    if (flow.rank() < 2) return {};
    return follow(detail::FlowDynamics(flow, true), census, cycles, options, stop);
}

std::vector<Manifold> drawnManifolds(const FlowField& field, const Census& census,
                                     const std::vector<LimitCycle>& cycles) {
    ManifoldOptions options;
    options.view = field.view;
    options.margin = 0;
    // The interpolated saddle lies a little beside the true one.
    options.start = 4e-3;
    options.tolerance = 1e-5;
    options.step = 0.02;
    return follow(detail::FieldDynamics(field), census, cycles, options, {});
}

}  // namespace kappascope::phase
