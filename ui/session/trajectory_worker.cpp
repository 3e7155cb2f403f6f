// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trajectory_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

constexpr std::chrono::milliseconds longestRest(60);
constexpr int chunk = 50;             // Euler steps between two looks at whether it has come to rest
constexpr double restPerStep = 1e-5;  // of the largest |kappa_r|, at least of 1

/// kappa after 0, 1, 2, … Euler steps, until it rests. With v = u settled and no noise the units of a low-rank network
/// are x = m kappa + I u at every step, so that the run can go on from kappa alone; those of a full-rank one leave that
/// plane, and are carried on. The mean field's own noise has settled, too: its steps are those of `flow`.
Eigen::MatrixXd eulerSteps(const State& state, Level level, const reduction::Flow& flow, const Eigen::VectorXd& start,
                           std::stop_token stop) {
    simulation::Trial trial;
    trial.alpha = state.network ? state.network->alpha : 0.2;
    trial.inputs = state.input.replicate(1, chunk);
    simulation::SimulationOptions options;
    options.startInput = state.input;
    options.recordUnits = level == Level::network && state.isTruncated();
    const int chunks = std::max(1, static_cast<int>(std::lround(trajectoryDuration / trial.alpha / chunk)));
    Eigen::MatrixXd steps(start.size(), chunk * chunks + 1);
    steps.col(0) = start;
    Eigen::Index last = 0;
    for (int k = 0; k < chunks; ++k) {
        if (level == Level::meanField) {
            for (Eigen::Index j = last; j < last + chunk; ++j)
                steps.col(j + 1) = steps.col(j) + trial.alpha * flow.velocity(steps.col(j));
        } else {
            options.startKappa = steps.col(last);
            const auto run = simulateLevel(state, level, trial, options, stop);
            steps.middleCols(last + 1, chunk) = run.kappa;
            if (options.recordUnits) options.startUnits = run.units.rightCols(1);
        }
        last += chunk;
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const double moved = (steps.col(last) - steps.col(last - 1)).cwiseAbs().maxCoeff();
        if (moved < restPerStep * std::max(1.0, steps.col(last).cwiseAbs().maxCoeff())) break;
    }
    return steps.leftCols(last + 1);
}

/// A flow in single precision: an orbit that is only looked at needs no more, and follows a drag.
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

TrajectoryResult computeTrajectories(const TrajectoryRequest& request, std::stop_token stop) {
    TrajectoryResult result{request.state, request.levels, {}};
    for (const Level level : request.levels) {
        if (!request.state->has(level)) {
            result.trajectories.push_back(nullptr);
            continue;
        }
        const auto flow = flowOf(*request.state, level);
        const SketchFlow sketch(*flow);
        auto trajectories = std::make_shared<Trajectories>();
        for (const TrajectoryStart& start : request.starts) {
            if (start.kappa.size() != flow->rank()) continue;
            Trajectory trajectory{start.colorIndex, start.backward, {}, {}};
            phase::OrbitOptions options;
            options.duration = trajectoryDuration;
            options.backward = start.backward;
            options.absoluteTolerance = options.relativeTolerance = 1e-5;
            options.speedFloor = 1e-4;
            options.maximumStep = 0.5;
            trajectory.orbit = phase::integrateOrbit(sketch, start.kappa, options, stop).points;
            if (!start.backward) trajectory.steps = eulerSteps(*request.state, level, *flow, start.kappa, stop);
            trajectories->push_back(std::move(trajectory));
        }
        result.trajectories.push_back(std::move(trajectories));
    }
    return result;
}

std::unique_ptr<TrajectoryWorker> makeTrajectoryWorker(TrajectoryWorker::Receive receive) {
    return std::make_unique<TrajectoryWorker>(
        [](const TrajectoryRequest& request, const TrajectoryWorker::Run& run) {
            using Clock = std::chrono::steady_clock;
            const auto begun = Clock::now();
            const bool costly = std::any_of(request.levels.begin(), request.levels.end(),
                                            [&](Level level) { return isCostly(*request.state, level); });
            const auto& stop = costly ? run.giveWay : run.stop;
            run.deliver(std::make_shared<const TrajectoryResult>(computeTrajectories(request, stop)));
            // During a drag the flow comes first: a quarter of the time is enough for trajectories.
            const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
            run.rest(std::min<std::chrono::microseconds>(3 * spent, longestRest), run.stop);
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
