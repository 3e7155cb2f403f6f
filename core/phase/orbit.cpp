// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/orbit.h"

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <string>

#include "core/error.h"

namespace kappascope::phase {

namespace {

using State = std::vector<double>;

/// F, or -F for travelling backward, as the stepper calls it.
class Velocity {
public:
    Velocity(const reduction::Flow& flow, bool backward)
        : flow_(flow), sign_(backward ? -1 : 1), kappa_(flow.rank()), f_(flow.rank()) {}

    void operator()(const State& x, State& dxdt, double) {
        std::copy(x.begin(), x.end(), kappa_.begin());
        flow_.evaluate(kappa_, f_, nullptr);
        for (std::size_t r = 0; r < x.size(); ++r) dxdt[r] = sign_ * f_[static_cast<Eigen::Index>(r)];
    }

private:
    const reduction::Flow& flow_;
    double sign_;
    Eigen::VectorXd kappa_;
    Eigen::VectorXd f_;
};

double norm(const State& state) {
    double squares = 0;
    for (double value : state) squares += value * value;
    return std::sqrt(squares);
}

}  // namespace

Orbit integrateOrbit(const reduction::Flow& flow, const Eigen::VectorXd& start, const OrbitOptions& options,
                     std::stop_token stop) {
    namespace odeint = boost::numeric::odeint;
    const int rank = flow.rank();
    if (start.size() != rank)
        throw Error(ErrorCode::wrongShape, "start", {std::to_string(start.size()), std::to_string(rank)});
    if (!start.allFinite()) throw Error(ErrorCode::notFinite, "start");
    if (!(options.duration >= 0 && std::isfinite(options.duration)))
        throw Error(ErrorCode::badOption, "duration", {"not a time", ">= 0"});
    if (!(options.maximumStep > 0)) throw Error(ErrorCode::badOption, "maximumStep", {"not a step", "> 0"});
    if (!(options.absoluteTolerance > 0 && options.relativeTolerance >= 0))
        throw Error(ErrorCode::badOption, "tolerance", {"not a tolerance", "> 0"});

    const double factor = options.escapeRadius > 0 ? options.escapeRadius : 4;
    // A start outside the box is no escape yet.
    const Eigen::VectorXd limit = factor * flow.box().cwiseMax(start.cwiseAbs()).array().max(1e-12);

    odeint::controlled_runge_kutta<odeint::runge_kutta_dopri5<State>> stepper(
        odeint::default_error_checker<double, odeint::range_algebra, odeint::default_operations>(
            options.absoluteTolerance, options.relativeTolerance));
    Velocity velocity(flow, options.backward);
    State x(start.begin(), start.end());
    State dxdt(x.size());
    velocity(x, dxdt, 0);

    Orbit orbit;
    std::vector<double> points(x);
    std::vector<double> times{0};
    double t = 0;
    double dt = std::min(options.maximumStep, 0.01);
    while (true) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        if (norm(dxdt) < options.speedFloor) {
            orbit.cameToRest = true;
            break;
        }
        const double left = options.duration - t;
        if (left <= 1e-12 * options.duration) break;
        dt = std::min({dt, options.maximumStep, left});
        const double tried = dt;
        if (stepper.try_step(velocity, x, dxdt, t, dt) == odeint::fail) {
            // Steps that vanish mean that the orbit leaves for infinity (backward, or values beyond a double).
            if (!(dt > 1e-13 * std::max(1.0, t)) || !std::isfinite(dt)) {
                orbit.escaped = true;
                break;
            }
            continue;
        }
        // A last step cut short by the duration says nothing about the next one.
        if (tried == left) t = options.duration;
        bool inside = true;
        for (std::size_t r = 0; r < x.size(); ++r)
            inside = inside && std::abs(x[r]) <= limit[static_cast<Eigen::Index>(r)];
        const bool finite = std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
        if (finite) {
            points.insert(points.end(), x.begin(), x.end());
            times.push_back(t);
        }
        if (!inside) {
            orbit.escaped = true;
            break;
        }
    }
    const auto count = static_cast<Eigen::Index>(times.size());
    orbit.points = Eigen::Map<const Eigen::MatrixXd>(points.data(), rank, count);
    orbit.times = Eigen::Map<const Eigen::VectorXd>(times.data(), count);
    return orbit;
}

}  // namespace kappascope::phase
