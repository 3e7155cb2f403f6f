// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <stop_token>
#include <vector>

#include "core/phase/fixed_points.h"
#include "core/reduction/flow.h"

namespace kappascope::phase {

struct OrbitOptions {
    double duration = 60;  ///< in tau
    bool backward = false;
    double absoluteTolerance = 1e-8;
    double relativeTolerance = 1e-8;
    double speedFloor = 1e-6;   ///< stop once |F| is below (at rest)
    double escapeRadius = 0;    ///< stop once |kappa_r| exceeds box_r by this factor; 0: 4
    double maximumStep = 0.25;  ///< tau, so that the polyline is smooth
};

/// The continuous orbit through a point: points (R x T) at times (T, in tau, rising in the direction of travel).
struct Orbit {
    Eigen::MatrixXd points;
    Eigen::VectorXd times;
    bool cameToRest = false;
    bool escaped = false;
};

/// Adaptive Dormand-Prince. Throws stopped.
Orbit integrateOrbit(const reduction::Flow& flow, const Eigen::VectorXd& start, const OrbitOptions& options = {},
                     std::stop_token stop = {});

struct LimitCycle {
    double period = 0;  ///< tau, relative error below 1e-4
    bool stable = true;
    Eigen::VectorXd minimum;       ///< R
    Eigen::VectorXd maximum;       ///< R
    Eigen::MatrixXd points;        ///< R x 257, equally spaced in time, first = last
    Eigen::VectorXcd multipliers;  ///< Floquet multipliers, R (one of them 1)
};

struct CycleOptions {
    int startsPerAxis = 6;     ///< starts on a grid over the box besides those near unstable points
    double maximumTime = 400;  ///< tau per start
};

/// Attracting limit cycles of the continuous flow (rank >= 2), sorted by their smallest kappa_1. Throws stopped.
std::vector<LimitCycle> findLimitCycles(const reduction::Flow& flow, const Census& census,
                                        const CycleOptions& options = {}, std::stop_token stop = {});

}  // namespace kappascope::phase
