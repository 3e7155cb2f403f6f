// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "ui/session/portrait_worker.h"
#include "ui/session/precedence.h"
#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// Where a click started a trajectory.
struct TrajectoryStart {
    Eigen::VectorXd kappa;  ///< R
    bool backward = false;
    int colorIndex = 0;
    int input = -1;    ///< s where it started in the plane (kappa, v_s); -1: with every v settled at u
    double level = 0;  ///< v_s at the start, where there is such an input
};

struct TrajectoryRequest {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;  ///< one for each portrait
    std::vector<TrajectoryStart> starts;
    int input = -1;  ///< s where v_s is to be a second row of every trajectory, as in phase::View
};

struct TrajectoryResult {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;
    std::vector<std::shared_ptr<const Trajectories>> trajectories;  ///< one for each level; null where there is none
    int input = -1;
};

/// Duration of a clicked trajectory in tau.
constexpr double trajectoryDuration = 50;

/// All trajectories at all levels: the level's own Euler steps (simulateLevel()) at the network's alpha, with v = u
/// settled but where a start says otherwise, and the continuous orbit through the same start. Throws Error stopped.
TrajectoryResult computeTrajectories(const TrajectoryRequest& request, std::stop_token stop,
                                     Precedence* precedence = nullptr);

using TrajectoryWorker = LatestWorker<TrajectoryRequest, TrajectoryResult>;
std::unique_ptr<TrajectoryWorker> makeTrajectoryWorker(TrajectoryWorker::Receive receive,
                                                       std::shared_ptr<Precedence> precedence);

/// What a level says about one state.
struct ProbeRequest {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    Eigen::VectorXd kappa;  ///< R
};

struct ProbeResult {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    Eigen::VectorXd kappa;     ///< R
    Eigen::VectorXd velocity;  ///< dkappa/dt, R, 1/tau
    Eigen::VectorXd slopes;    ///< <phi'>_p, P, without the gain
    Eigen::VectorXd z;         ///< O, once v has settled
};

ProbeResult computeProbe(const ProbeRequest& request);

using ProbeWorker = LatestWorker<ProbeRequest, ProbeResult>;
std::unique_ptr<ProbeWorker> makeProbeWorker(ProbeWorker::Receive receive);

}  // namespace kappascope::session
