// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/network/network.h"
#include "core/phase/fixed_points.h"
#include "core/reduction/flow_fit.h"
#include "core/simulation/trial.h"
#include "core/training/refinement.h"

namespace kappascope::training {

/// What a refinement holds a circuit against: the network's noise-free trials at unit gains, and its flow where it
/// matters (refineCircuit() says where that is).
class RefinementGround {
public:
    RefinementGround(const network::Network& network, const std::vector<simulation::Trial>& trials,
                     std::stop_token stop);

    const reduction::FlowTargets& targets() const { return targets_; }

    /// Throws stopped.
    RefinementFigures judge(const reduction::Circuit& circuit, const std::stop_token& stop) const;

private:
    struct Run {
        simulation::Trial trial;
        simulation::SimulationOptions options;  ///< where it starts
        simulation::Trajectory network;
    };
    void relaxations(const network::Network& network);
    Eigen::MatrixXd visited() const;
    static Eigen::MatrixXd onGrid(const std::vector<Eigen::VectorXd>& held, const Eigen::VectorXd& reach);
    Eigen::MatrixXd atFixedPoints(const network::Network& network, const std::vector<Eigen::VectorXd>& held,
                                  const Eigen::VectorXd& reach, const std::stop_token& stop);

    /// The network's fixed points at an input.
    struct Points {
        Eigen::VectorXd input;
        std::vector<phase::FixedPoint> points;
    };

    std::vector<Run> runs_;
    std::vector<Points> points_;
    reduction::FlowTargets targets_;
};

}  // namespace kappascope::training
