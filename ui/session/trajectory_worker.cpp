// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trajectory_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <utility>

#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

constexpr std::chrono::milliseconds shortestRest(20), longestRest(60), longestWait(50);
constexpr int chunk = 50;             // Euler steps between two looks at whether it has come to rest
constexpr double restPerStep = 1e-5;  // of the largest |kappa_r|, at least of 1

/// v at a start: settled at u, but for the input of its plane.
Eigen::VectorXd inputAt(const State& state, const TrajectoryStart& start) {
    Eigen::VectorXd v = state.input;
    if (start.input >= 0 && start.input < v.size()) v[start.input] = start.level;
    return v;
}

/// kappa (and v of an input, if it is none of -1) after 0, 1, 2, … Euler steps, until it rests. Without noise the units
/// of a low-rank network are x = m kappa + I v at every step, so that the run can go on from kappa and v alone; those
/// of a full-rank one leave that plane, and are carried on. The mean field's own noise has settled, too: its steps are
/// those of `flow`, which has v of the start's plane as its second coordinate.
Eigen::MatrixXd eulerSteps(const State& state, Level level, const reduction::Flow& flow, const TrajectoryStart& start,
                           int input, std::stop_token stop, const std::function<void()>& giveWay) {
    simulation::Trial trial;
    trial.alpha = state.network ? state.network->alpha : 0.2;
    trial.inputs = state.input.replicate(1, chunk);
    simulation::SimulationOptions options;
    options.recordUnits = level == Level::network && state.isTruncated();
    const int chunks = std::max(1, static_cast<int>(std::lround(trajectoryDuration / trial.alpha / chunk)));
    const Eigen::Index rank = start.kappa.size();
    Eigen::VectorXd v = inputAt(state, start);
    Eigen::MatrixXd steps(rank + (input < 0 ? 0 : 1), chunk * chunks + 1);
    steps.col(0).head(rank) = start.kappa;
    if (input >= 0) steps(rank, 0) = v[input];
    Eigen::Index last = 0;
    for (int k = 0; k < chunks; ++k) {
        giveWay();
        if (level == Level::meanField) {
            Eigen::VectorXd y(flow.rank());
            y.head(rank) = steps.col(last).head(rank);
            if (start.input >= 0) y[rank] = v[start.input];
            for (Eigen::Index j = last + 1; j <= last + chunk; ++j) {
                y += trial.alpha * flow.velocity(y);
                if (start.input >= 0) v[start.input] = y[rank];
                steps.col(j).head(rank) = y.head(rank);
                if (input >= 0) steps(rank, j) = v[input];
            }
        } else {
            options.startKappa = steps.col(last).head(rank);
            options.startInput = v;
            const auto run = simulateLevel(state, level, trial, options, stop);
            steps.block(0, last + 1, rank, chunk) = run.kappa;
            if (input >= 0) steps.block(rank, last + 1, 1, chunk) = run.v.row(input);
            if (start.input >= 0) v = run.v.rightCols(1);
            if (options.recordUnits) options.startUnits = run.units.rightCols(1);
        }
        last += chunk;
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const double moved = (steps.col(last) - steps.col(last - 1)).cwiseAbs().maxCoeff();
        if (moved < restPerStep * std::max(1.0, steps.col(last).cwiseAbs().maxCoeff())) break;
    }
    return steps.leftCols(last + 1);
}

/// The continuous orbit with the same rows, in the plane that it started in.
Eigen::MatrixXd orbitOf(const reduction::Flow& flow, const State& state, const TrajectoryStart& start, int input,
                        std::stop_token stop) {
    phase::OrbitOptions options;
    options.duration = trajectoryDuration;
    options.backward = start.backward;
    options.absoluteTolerance = options.relativeTolerance = 1e-5;
    options.speedFloor = 1e-4;
    options.maximumStep = 0.5;
    Eigen::VectorXd from = start.kappa;
    if (start.input >= 0) from = Eigen::Vector2d(start.kappa[0], start.level);
    Eigen::MatrixXd points = phase::integrateOrbit(flow, from, options, stop).points;
    if (start.input == input) return points;
    // Started in another plane: v of the input that is shown is settled.
    const Eigen::Index rank = start.kappa.size();
    points.conservativeResize(rank + (input < 0 ? 0 : 1), Eigen::NoChange);
    if (input >= 0) points.row(rank).setConstant(state.input[input]);
    return points;
}

/// A flow in single precision: an orbit that is only looked at needs no more, and follows a
/// drag.
class SketchFlow : public reduction::Flow {
public:
    explicit SketchFlow(const Flow& flow) : flow_(flow) {}

    int rank() const override { return flow_.rank(); }
    int outputs() const override { return flow_.outputs(); }
    const Eigen::VectorXd& gains() const override { return flow_.gains(); }
    const Eigen::VectorXd& input() const override { return flow_.input(); }
    void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        flow_.evaluateSingle(kappa, f, jacobian);
    }
    Eigen::VectorXd drive() const override { return flow_.drive(); }
    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override { return flow_.contributions(kappa); }
    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        flow_.contributionsSingle(kappas, axes, out);
    }
    std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const override {
        return flow_.populationJacobians(kappa);
    }
    Eigen::VectorXd meanSlopes(const Eigen::VectorXd& kappa) const override { return flow_.meanSlopes(kappa); }
    Eigen::VectorXd readout(const Eigen::VectorXd& kappa) const override { return flow_.readout(kappa); }
    Eigen::VectorXd box() const override { return flow_.box(); }
    reduction::BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const override {
        return flow_.boundsFor(halfWidths);
    }

private:
    const Flow& flow_;
};

}  // namespace

TrajectoryResult computeTrajectories(const TrajectoryRequest& request, std::stop_token stop, Precedence* precedence) {
    TrajectoryResult result{request.state, request.levels, {}, request.input};
    const State& state = *request.state;
    // Politeness has an end: a drag that leaves no gap must not hold its trajectories up for long.
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + longestWait;
    const auto giveWay = [&] {
        if (precedence && Clock::now() < end) precedence->giveWay(stop);
    };
    for (const Level level : request.levels) {
        if (!state.has(level)) {
            result.trajectories.push_back(nullptr);
            continue;
        }
        std::unique_ptr<reduction::Flow> flow;
        int planeOfFlow = -1;
        auto trajectories = std::make_shared<Trajectories>();
        for (const TrajectoryStart& start : request.starts) {
            if (start.kappa.size() != state.rank()) continue;
            if (!flow || start.input != planeOfFlow) flow = flowOf(state, level, state.input, start.input);
            planeOfFlow = start.input;
            giveWay();
            Trajectory trajectory{start.colorIndex, start.backward, {}, {}};
            trajectory.orbit = orbitOf(SketchFlow(*flow), state, start, request.input, stop);
            if (!start.backward)
                trajectory.steps = eulerSteps(state, level, *flow, start, request.input, stop, giveWay);
            trajectories->push_back(std::move(trajectory));
        }
        result.trajectories.push_back(std::move(trajectories));
    }
    return result;
}

std::unique_ptr<TrajectoryWorker> makeTrajectoryWorker(TrajectoryWorker::Receive receive,
                                                       std::shared_ptr<Precedence> precedence) {
    return std::make_unique<TrajectoryWorker>(
        [precedence = std::move(precedence)](const TrajectoryRequest& request, const TrajectoryWorker::Run& run) {
            using Clock = std::chrono::steady_clock;
            const auto begun = Clock::now();
            const bool costly = std::any_of(request.levels.begin(), request.levels.end(),
                                            [&](Level level) { return isCostly(*request.state, level); });
            const auto& stop = costly ? run.giveWay : run.stop;
            run.deliver(std::make_shared<const TrajectoryResult>(computeTrajectories(request, stop, precedence.get())));
            // During a drag the flow comes first: a quarter of the time is enough for trajectories, and 50 a second.
            const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
            run.rest(std::clamp<std::chrono::microseconds>(3 * spent, shortestRest, longestRest), run.stop);
            return std::shared_ptr<const TrajectoryResult>();
        },
        std::move(receive));
}

ProbeResult computeProbe(const ProbeRequest& request) {
    const auto flow = flowOf(*request.state, request.level);
    ProbeResult result;
    result.state = request.state;
    result.level = request.level;
    result.kappa = request.kappa;
    result.velocity = flow->velocity(request.kappa);
    result.slopes = flow->meanSlopes(request.kappa);
    result.z = flow->readout(request.kappa);
    return result;
}

std::unique_ptr<ProbeWorker> makeProbeWorker(ProbeWorker::Receive receive) {
    return std::make_unique<ProbeWorker>(
        [](const ProbeRequest& request, const ProbeWorker::Run&) {
            return std::make_shared<const ProbeResult>(computeProbe(request));
        },
        std::move(receive));
}

}  // namespace kappascope::session
