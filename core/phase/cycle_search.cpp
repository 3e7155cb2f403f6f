// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/cycle_search.h"

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/linalg/decompositions.h"

namespace kappascope::phase::detail {

namespace {

namespace odeint = boost::numeric::odeint;
using State = std::vector<double>;

double norm(const State& state) {
    double squares = 0;
    for (double value : state) squares += value * value;
    return std::sqrt(squares);
}

double distance(const State& a, const State& b) {
    double squares = 0;
    for (std::size_t r = 0; r < a.size(); ++r) squares += (a[r] - b[r]) * (a[r] - b[r]);
    return std::sqrt(squares);
}

/// An adaptive Dormand-Prince orbit with the last step as a cubic.
class Stepper {
public:
    Stepper(const Dynamics& dynamics, const Eigen::VectorXd& start, double absolute, double relative)
        : dynamics_(dynamics),
          stepper_(odeint::default_error_checker<double, odeint::range_algebra, odeint::default_operations>(absolute,
                                                                                                            relative)),
          x_(start.begin(), start.end()),
          f_(x_.size()),
          xBefore_(x_),
          fBefore_(x_.size()) {
        dynamics_.velocity(x_.data(), f_.data());
    }

    /// False where the orbit cannot be followed further.
    bool step(double maximum) {
        xBefore_ = x_;
        fBefore_ = f_;
        const double before = t_;
        const auto system = [this](const State& x, State& dxdt, double) { dynamics_.velocity(x.data(), dxdt.data()); };
        dt_ = std::min(dt_, maximum);
        while (stepper_.try_step(system, x_, f_, t_, dt_) == odeint::fail)
            if (!(dt_ > 1e-12)) return false;
        length_ = t_ - before;
        return std::isfinite(norm(x_));
    }

    /// The cubic through the last step, part in 0..1.
    void between(double part, State& x) const {
        const double s = part;
        const double a = (1 + 2 * s) * (1 - s) * (1 - s);
        const double b = s * (1 - s) * (1 - s) * length_;
        const double c = s * s * (3 - 2 * s);
        const double d = s * s * (s - 1) * length_;
        for (std::size_t r = 0; r < x_.size(); ++r) x[r] = a * xBefore_[r] + b * fBefore_[r] + c * x_[r] + d * f_[r];
    }

    /// Part of the last step at which a function of the state, negative before it and not after, becomes zero.
    template <class Function>
    double crossing(const Function& function, State& x) const {
        double low = 0;
        double high = 1;
        for (int k = 0; k < 40; ++k) {
            const double middle = (low + high) / 2;
            between(middle, x);
            (function(x) < 0 ? low : high) = middle;
        }
        between(high, x);
        return high;
    }

    double time() const { return t_; }
    double length() const { return length_; }
    const State& x() const { return x_; }
    const State& f() const { return f_; }

private:
    const Dynamics& dynamics_;
    odeint::controlled_runge_kutta<odeint::runge_kutta_dopri5<State>> stepper_;
    State x_;
    State f_;
    State xBefore_;
    State fBefore_;
    double t_ = 0;
    double dt_ = 0.02;
    double length_ = 0;
};

double along(const State& direction, const State& x, const State& from) {
    double sum = 0;
    for (std::size_t r = 0; r < x.size(); ++r) sum += direction[r] * (x[r] - from[r]);
    return sum;
}

bool nearAny(const std::vector<Eigen::VectorXd>& points, const State& x, double nearness) {
    const Eigen::Map<const Eigen::VectorXd> here(x.data(), static_cast<Eigen::Index>(x.size()));
    return std::any_of(points.begin(), points.end(),
                       [&](const Eigen::VectorXd& point) { return (point - here).norm() < nearness; });
}

}  // namespace

bool CaptureRegion::contains(const double* x) const {
    const Eigen::Index rank = centre.size();
    double value = 0;
    for (Eigen::Index i = 0; i < rank; ++i) {
        double row = 0;
        for (Eigen::Index j = 0; j < rank; ++j) row += metric(i, j) * (x[j] - centre[j]);
        value += row * (x[i] - centre[i]);
    }
    return value < level;
}

std::optional<CaptureRegion> captureRegion(const reduction::Flow& flow, const FixedPoint& point) {
    const Eigen::Index rank = point.kappa.size();
    if (point.unstableDirections > 0 || point.kind == FixedPointKind::degenerate || rank > 12) return {};
    // J^T P + P J = -1, as a linear system for the entries of P.
    const Eigen::MatrixXd& j = point.jacobian;
    Eigen::MatrixXd system = Eigen::MatrixXd::Zero(rank * rank, rank * rank);
    for (Eigen::Index a = 0; a < rank; ++a)
        for (Eigen::Index b = 0; b < rank; ++b)
            for (Eigen::Index c = 0; c < rank; ++c) {
                system(a + rank * b, c + rank * b) += j(c, a);
                system(a + rank * b, a + rank * c) += j(c, b);
            }
    Eigen::VectorXd right = Eigen::VectorXd::Zero(rank * rank);
    for (Eigen::Index a = 0; a < rank; ++a) right[a + rank * a] = -1;
    Eigen::VectorXd entries;
    if (!linalg::solve(system, right, entries)) return {};
    CaptureRegion region;
    region.centre = point.kappa;
    region.metric = Eigen::Map<Eigen::MatrixXd>(entries.data(), rank, rank);
    region.metric = (0.5 * (region.metric + region.metric.transpose())).eval();
    const Eigen::VectorXd axes = linalg::symmetricEigenvalues(region.metric);
    if (!(axes[0] > 0)) return {};
    // The form falls at the rate |d|^2 - 2 d^T P remainder(d), and the remainder is at most quadratic in |d|.
    double radius = 0;
    const double scale = flow.box().maxCoeff();
    for (double reach = 0.01; reach < 1; reach *= 2) {
        const double h = reach * scale;
        const double remainder = flow.boundsFor(Eigen::VectorXd::Constant(rank, h)).remainder.norm() / (h * h);
        radius = std::max(radius, std::min(h, 0.9 / (2 * axes[rank - 1] * std::max(remainder, 1e-300))));
    }
    region.level = axes[0] * radius * radius;
    return region;
}

KnownLoop::KnownLoop(Eigen::MatrixXd points, double nearness)
    : points_(std::move(points)),
      low_(points_.rowwise().minCoeff().array() - nearness),
      high_(points_.rowwise().maxCoeff().array() + nearness),
      nearness_(nearness) {}

bool KnownLoop::joins(const double* x) const {
    for (Eigen::Index r = 0; r < low_.size(); ++r)
        if (x[r] < low_[r] || x[r] > high_[r]) return false;
    return squaredDistance(x) < nearness_ * nearness_;
}

double KnownLoop::distance(const Eigen::VectorXd& x) const {
    return std::sqrt(squaredDistance(x.data()));
}

double KnownLoop::squaredDistance(const double* x) const {
    const Eigen::Index rank = points_.rows();
    double smallest = std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k + 1 < points_.cols(); ++k) {
        // Distance from a segment: p + s (q - p), s in 0..1.
        const double* p = points_.data() + k * rank;
        const double* q = p + rank;
        double length = 0;
        double projection = 0;
        double offset = 0;
        for (Eigen::Index r = 0; r < rank; ++r) {
            const double d = q[r] - p[r];
            const double e = x[r] - p[r];
            length += d * d;
            projection += d * e;
            offset += e * e;
        }
        const double s = length > 0 ? std::clamp(projection / length, 0.0, 1.0) : 0;
        smallest = std::min(smallest, offset - s * (2 * projection - s * length));
    }
    return std::max(0.0, smallest);
}

void FlowDynamics::velocity(const double* x, double* f) const {
    kappa_ = Eigen::Map<const Eigen::VectorXd>(x, kappa_.size());
    if (exact_) {
        flow_.evaluate(kappa_, f_, nullptr);
    } else {
        flow_.evaluateSingle(kappa_, f_, nullptr);
    }
    Eigen::Map<Eigen::VectorXd>(f, f_.size()) = f_;
}

Followed followToReturn(const Dynamics& dynamics, const Eigen::VectorXd& start, const Watch& watch,
                        const std::stop_token& stop) {
    const double tolerance = 1e-3 * watch.closeEnough;
    Stepper orbit(dynamics, start, tolerance * watch.scale, tolerance);
    State anchor = orbit.x();
    State anchorDirection = orbit.f();
    State point(anchor.size());
    double anchorTime = 0;
    double window = 4;
    double before = 0;
    double size = 0;
    std::vector<double> loop;
    Followed last;
    int still = 0;
    std::vector<double> misses;  // of the returns so far, relative to their turns
    const auto dropAnchor = [&](double time, const State& at) {
        anchor = at;
        dynamics.velocity(anchor.data(), anchorDirection.data());
        anchorTime = time;
        size = 0;
        loop.assign(anchor.begin(), anchor.end());
        before = along(anchorDirection, orbit.x(), anchor);
    };
    dropAnchor(0, anchor);
    for (int step = 0; orbit.time() < watch.maximumTime; ++step) {
        if (step % 16 == 0 && stop.stop_requested()) throw Error(ErrorCode::stopped);
        if (!orbit.step(0.5)) return {};
        const State& x = orbit.x();
        for (double value : x)
            if (std::abs(value) > 3 * watch.scale) return {};
        // Tolerances keep an orbit hovering over a point at rest; a slow passage speeds up again.
        const double speed = norm(orbit.f()) / watch.scale;
        still = speed < 1e-6 || (speed < 1e-4 && nearAny(*watch.sinks, x, 0.01 * watch.scale)) ? still + 1 : 0;
        if (still > 12) {
            last.end = Following::rested;
            last.turn.point = Eigen::Map<const Eigen::VectorXd>(x.data(), start.size());
            return last;
        }
        for (const CaptureRegion& region : *watch.captures)
            if (region.contains(x.data())) return {};
        for (const KnownLoop& known : *watch.loops)
            if (known.joins(x.data())) return {};

        size = std::max(size, distance(x, anchor));
        const double now = along(anchorDirection, x, anchor);
        if (before < 0 && now >= 0) {
            const double part =
                orbit.crossing([&](const State& at) { return along(anchorDirection, at, anchor); }, point);
            const double miss = distance(point, anchor);
            const double time = orbit.time() - (1 - part) * orbit.length();
            if (miss < 0.3 * size && size > watch.smallest * watch.scale) {
                loop.insert(loop.end(), point.begin(), point.end());
                last.turn = {Eigen::Map<Eigen::VectorXd>(point.data(), start.size()), time - anchorTime, miss, size,
                             loop};
                if (miss < watch.closeEnough * size) {
                    last.end = Following::returned;
                    return last;
                }
                misses.push_back(miss / size);
                dropAnchor(time, point);
                continue;
            }
        }
        before = now;
        for (int piece = 1; piece <= 4; ++piece) {
            orbit.between(0.25 * piece, point);
            loop.insert(loop.end(), point.begin(), point.end());
        }
        // No return within the window: this was no place that the orbit comes back to, or the period is longer.
        if (orbit.time() - anchorTime > window) {
            window *= 2;
            misses.clear();
            dropAnchor(orbit.time(), x);
        }
    }
    // Hovering over one place, as an interpolated field can make an orbit do.
    if (misses.empty() && size < 1e-3 * watch.scale) {
        last.end = Following::rested;
        last.turn.point = Eigen::Map<const Eigen::VectorXd>(orbit.x().data(), start.size());
        return last;
    }
    // Turns that shrink onto a focus keep their relative miss; towards a cycle it shrinks.
    if (misses.size() >= 4 && misses.back() < 0.7 * misses[misses.size() / 2]) last.end = Following::late;
    return last;
}

std::optional<RayReturn> returnToRay(const Dynamics& dynamics, const Eigen::VectorXd& centre,
                                     const Eigen::VectorXd& direction, double distance, double maximumTime,
                                     const std::stop_token& stop) {
    Stepper orbit(dynamics, centre + distance * direction, 1e-7 * distance, 1e-7);
    const State from(centre.begin(), centre.end());
    const State ray(direction.begin(), direction.end());
    State across{-direction[1], direction[0]};
    if (along(across, orbit.f(), State(2, 0)) < 0) across = {direction[1], -direction[0]};
    double before = 0;
    State point(2);
    for (int step = 0; orbit.time() < maximumTime; ++step) {
        if (step % 16 == 0 && stop.stop_requested()) throw Error(ErrorCode::stopped);
        if (!orbit.step(0.5)) return {};
        const double now = along(across, orbit.x(), from);
        if (before < 0 && now >= 0) {
            const double part = orbit.crossing([&](const State& x) { return along(across, x, from); }, point);
            const double reached = along(ray, point, from);
            if (reached > 0) return RayReturn{reached, orbit.time() - (1 - part) * orbit.length()};
        }
        before = now;
    }
    return {};
}

}  // namespace kappascope::phase::detail
