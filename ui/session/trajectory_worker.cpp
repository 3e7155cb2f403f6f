// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trajectory_worker.h"

#include <cmath>
#include <utility>

#include "core/simulation/trial.h"

namespace kappascope::session {

namespace {

simulation::Trial constantTrial(const State& state) {
    simulation::Trial trial;
    trial.alpha = state.network ? state.network->alpha : 0.2;
    const int steps = static_cast<int>(std::lround(trajectoryDuration / trial.alpha));
    trial.inputs = state.input.replicate(1, steps);
    return trial;
}

/// kappa after 0, 1, 2, … Euler steps.
Eigen::MatrixXd eulerSteps(const State& state, Level level, const Eigen::VectorXd& start, std::stop_token stop) {
    const simulation::Trial trial = constantTrial(state);
    simulation::SimulationOptions options;
    options.startKappa = start;
    options.startInput = state.input;
    const Eigen::VectorXd gains = state.effectiveGains();
    simulation::Trajectory run;
    switch (level) {
        case Level::network: run = simulation::simulateNetwork(*state.network, gains, trial, options, stop); break;
        case Level::exact: run = simulation::simulateExact(*state.network, gains, trial, options, stop); break;
        case Level::meanField: run = simulation::simulateMeanField(*state.circuit, gains, trial, options, stop); break;
    }
    Eigen::MatrixXd steps(start.size(), run.kappa.cols() + 1);
    steps.col(0) = start;
    steps.rightCols(run.kappa.cols()) = run.kappa;
    return steps;
}

}  // namespace

TrajectoryResult computeTrajectories(const TrajectoryRequest& request, std::stop_token stop) {
    TrajectoryResult result{request.state, request.levels, {}};
    for (const Level level : request.levels) {
        if (!request.state->has(level)) {
            result.trajectories.push_back(nullptr);
            continue;
        }
        const auto flow = flowOf(*request.state, level);
        auto trajectories = std::make_shared<Trajectories>();
        for (const TrajectoryStart& start : request.starts) {
            if (start.kappa.size() != flow->rank()) continue;
            Trajectory trajectory{start.colorIndex, start.backward, {}, {}};
            phase::OrbitOptions options;
            options.duration = trajectoryDuration;
            options.backward = start.backward;
            options.absoluteTolerance = options.relativeTolerance = 1e-6;
            options.speedFloor = 1e-4;
            options.maximumStep = 0.5;
            trajectory.orbit = phase::integrateOrbit(*flow, start.kappa, options, stop).points;
            if (!start.backward) trajectory.steps = eulerSteps(*request.state, level, start.kappa, stop);
            trajectories->push_back(std::move(trajectory));
        }
        result.trajectories.push_back(std::move(trajectories));
    }
    return result;
}

std::unique_ptr<TrajectoryWorker> makeTrajectoryWorker(TrajectoryWorker::Receive receive) {
    return std::make_unique<TrajectoryWorker>(
        [](const TrajectoryRequest& request, const TrajectoryWorker::Run& run) {
            return std::make_shared<const TrajectoryResult>(computeTrajectories(request, run.stop));
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
