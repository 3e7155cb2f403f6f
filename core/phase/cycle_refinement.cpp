// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/cycle_refinement.h"

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "core/error.h"
#include "core/linalg/decompositions.h"

namespace kappascope::phase::detail {

namespace {

namespace odeint = boost::numeric::odeint;
using State = std::vector<double>;
using ErrorChecker = odeint::default_error_checker<double, odeint::range_algebra, odeint::default_operations>;

constexpr int pointsPerCycle = 257;
constexpr int samplesPerPoint = 8;

/// The flow together with its variational equations: dM/dt = J M, M column-wise behind kappa. Without M where the state
/// has no room.
class Variation {
public:
    Variation(const reduction::Flow& flow, const std::stop_token& stop)
        : flow_(flow), stop_(stop), kappa_(flow.rank()) {}

    void operator()(const State& x, State& dxdt, double) {
        if (++calls_ % 128 == 0 && stop_.stop_requested()) throw Error(ErrorCode::stopped);
        const Eigen::Index rank = kappa_.size();
        const bool varied = static_cast<Eigen::Index>(x.size()) > rank;
        kappa_ = Eigen::Map<const Eigen::VectorXd>(x.data(), rank);
        flow_.evaluate(kappa_, f_, varied ? &jacobian_ : nullptr);
        Eigen::Map<Eigen::VectorXd>(dxdt.data(), rank) = f_;
        if (varied)
            Eigen::Map<Eigen::MatrixXd>(dxdt.data() + rank, rank, rank).noalias() =
                jacobian_ * Eigen::Map<const Eigen::MatrixXd>(x.data() + rank, rank, rank);
    }

private:
    const reduction::Flow& flow_;
    const std::stop_token& stop_;
    Eigen::VectorXd kappa_;
    Eigen::VectorXd f_;
    Eigen::MatrixXd jacobian_;
    int calls_ = 0;
};

/// phi_T(x) and M = d phi_T / dx by Runge-Kutta-Fehlberg 7(8). False where the orbit runs away.
bool shoot(const reduction::Flow& flow, const Eigen::VectorXd& x, double period, double tolerance, double bound,
           const std::stop_token& stop, Eigen::VectorXd& end, Eigen::MatrixXd& monodromy) {
    const Eigen::Index rank = x.size();
    State state(static_cast<std::size_t>(rank * (rank + 1)), 0);
    Eigen::Map<Eigen::VectorXd>(state.data(), rank) = x;
    Eigen::Map<Eigen::MatrixXd>(state.data() + rank, rank, rank).setIdentity();
    odeint::controlled_runge_kutta<odeint::runge_kutta_fehlberg78<State>> stepper(ErrorChecker(tolerance, tolerance));
    Variation variation(flow, stop);
    double t = 0;
    // A first step far beyond stability could overflow, where no error estimate helps.
    Eigen::VectorXd f;
    Eigen::MatrixXd jacobian;
    flow.evaluate(x, f, &jacobian);
    double dt = std::min(period / 64, 0.5 / std::max(1e-300, jacobian.norm()));
    for (int step = 0; step < 20000 && t < period; ++step) {
        dt = std::min(dt, period - t);
        const bool last = dt == period - t;
        if (stepper.try_step(std::ref(variation), state, t, dt) == odeint::success) {
            if (last) t = period;
            if (!(std::abs(state[0]) < bound)) return false;
        } else if (!(dt > 1e-12 * period)) {
            return false;
        }
    }
    end = Eigen::Map<const Eigen::VectorXd>(state.data(), rank);
    monodromy = Eigen::Map<const Eigen::MatrixXd>(state.data() + rank, rank, rank);
    return t >= period && end.allFinite() && monodromy.allFinite();
}

/// The extremum of three equally spaced values around their middle one, by the parabola through them.
double parabolaExtremum(double before, double middle, double after) {
    const double curvature = before - 2 * middle + after;
    return curvature == 0 ? middle : middle - (after - before) * (after - before) / (8 * curvature);
}

/// Points equally spaced in time, and the extent from eight times as many.
void describe(const reduction::Flow& flow, const Eigen::VectorXd& x, const std::stop_token& stop, LimitCycle& cycle) {
    const Eigen::Index rank = x.size();
    constexpr Eigen::Index samples = (pointsPerCycle - 1) * samplesPerPoint;
    Eigen::MatrixXd dense(rank, samples);
    using Controlled = odeint::controlled_runge_kutta<odeint::runge_kutta_dopri5<State>>;
    odeint::dense_output_runge_kutta<Controlled> stepper(Controlled(ErrorChecker(1e-9, 1e-9)));
    State state(x.begin(), x.end());
    Variation variation(flow, stop);
    stepper.initialize(state, 0, cycle.period / 256);
    stepper.do_step(std::ref(variation));
    for (Eigen::Index k = 0; k < samples; ++k) {
        const double t = cycle.period * static_cast<double>(k) / static_cast<double>(samples);
        while (stepper.current_time() < t) stepper.do_step(std::ref(variation));
        stepper.calc_state(t, state);
        dense.col(k) = Eigen::Map<const Eigen::VectorXd>(state.data(), rank);
    }
    cycle.points.resize(rank, pointsPerCycle);
    for (Eigen::Index k = 0; k + 1 < pointsPerCycle; ++k) cycle.points.col(k) = dense.col(samplesPerPoint * k);
    cycle.points.col(pointsPerCycle - 1) = cycle.points.col(0);
    cycle.minimum.resize(rank);
    cycle.maximum.resize(rank);
    for (Eigen::Index r = 0; r < rank; ++r) {
        Eigen::Index k = 0;
        const auto extremum = [&] {
            return parabolaExtremum(dense(r, (k + samples - 1) % samples), dense(r, k), dense(r, (k + 1) % samples));
        };
        dense.row(r).minCoeff(&k);
        cycle.minimum[r] = extremum();
        dense.row(r).maxCoeff(&k);
        cycle.maximum[r] = extremum();
    }
}

/// Multipliers by falling size, the trivial one (nearest 1) first; stable where the others lie within the unit circle
/// by more than rounding (in a continuum of closed orbits they are 1).
void setMultipliers(const Eigen::MatrixXd& monodromy, LimitCycle& cycle) {
    Eigen::VectorXcd values = linalg::eigenPairs(monodromy).values;
    const auto nearestOne = std::min_element(values.begin(), values.end(), [](const auto& a, const auto& b) {
        return std::abs(a - 1.0) < std::abs(b - 1.0);
    });
    std::iter_swap(values.begin(), nearestOne);
    std::sort(values.begin() + 1, values.end(), [](const auto& a, const auto& b) {
        return std::abs(a) != std::abs(b) ? std::abs(a) > std::abs(b) : a.imag() > b.imag();
    });
    cycle.multipliers = values;
    cycle.stable = values.size() < 2 || std::abs(values[1]) < 1 - 1e-6;
}

}  // namespace

bool refineCycle(const reduction::Flow& flow, const Eigen::VectorXd& point, double period, double smallest,
                 LimitCycle& cycle, const std::stop_token& stop) {
    const Eigen::Index rank = point.size();
    const double scale = std::max(flow.box().maxCoeff(), point.cwiseAbs().maxCoeff());
    Eigen::VectorXd x = point;
    double t = period;
    Eigen::VectorXd end;
    Eigen::VectorXd f;
    Eigen::VectorXd fEnd;
    Eigen::VectorXd step;
    Eigen::MatrixXd monodromy;
    Eigen::MatrixXd system(rank + 1, rank + 1);
    Eigen::VectorXd right(rank + 1);
    double residual = 0;
    double first = -1;
    bool converged = false;
    bool precise = false;
    for (int iteration = 0; iteration < 16; ++iteration) {
        if (!shoot(flow, x, t, precise ? 1e-11 : 1e-7, 10 * scale, stop, end, monodromy)) return false;
        residual = (end - x).cwiseAbs().maxCoeff();
        if (first < 0) first = residual;
        if (converged && precise) break;
        if (!(residual < 20 * first + 1e-6 * scale)) return false;
        flow.evaluate(x, f, nullptr);
        flow.evaluate(end, fEnd, nullptr);
        const double speed = f.norm();
        if (!(speed > 1e-10 * scale)) return false;
        system.topLeftCorner(rank, rank) = monodromy - Eigen::MatrixXd::Identity(rank, rank);
        system.topRightCorner(rank, 1) = fEnd;
        system.bottomLeftCorner(1, rank) = f.transpose() / speed;
        system(rank, rank) = 0;
        right << x - end, 0;
        if (!linalg::solve(system, right, step)) return false;
        // Long steps are cut: the return map is only nearly linear.
        const double allowed = std::min(1.0, 0.25 * t / std::max(1e-300, std::abs(step[rank])));
        const double reach = 0.25 * speed * t;
        const double damping = std::min(allowed, reach / std::max(1e-300, step.head(rank).norm()));
        x += damping * step.head(rank);
        t += damping * step[rank];
        if (!(t > 0.1 * period && t < 10 * period) || !x.allFinite()) return false;
        const double moved = std::max(step.head(rank).cwiseAbs().maxCoeff() / scale, std::abs(step[rank]) / t);
        converged = precise && damping == 1 && moved < 1e-7;
        precise = precise || moved < 1e-3;
    }
    if (!converged || residual > 1e-8 * scale) return false;

    cycle.period = t;
    describe(flow, x, stop, cycle);
    if ((cycle.maximum - cycle.minimum).maxCoeff() < smallest) return false;
    // An orbit run through several times closes too: the first return counts.
    const double size = (cycle.maximum - cycle.minimum).norm();
    for (int turns : {2, 3}) {
        const Eigen::Index k = (pointsPerCycle - 1) / turns;
        const Eigen::VectorXd along = cycle.points.col(k + 1) - cycle.points.col(k - 1);
        if ((cycle.points.col(k) - cycle.points.col(0)).norm() > 1e-4 * size + along.norm()) continue;
        LimitCycle once;
        if (refineCycle(flow, x, t / turns, smallest, once, stop) && std::abs(once.period - t / turns) < 1e-4 * t) {
            cycle = once;
            return true;
        }
    }
    setMultipliers(monodromy, cycle);
    return true;
}

}  // namespace kappascope::phase::detail
