// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "core/network/network.h"
#include "core/simulation/trial.h"

namespace kappascope::simulation {

/// The recurrent kappa (R x T) of a network whose units were recorded, along the modes of a low-rank view of it:
///
///   kappa_r <- kappa_r + alpha (-kappa_r + c n_r^T r),   r = g phi(x + b),   kappa = startKappa at the start
///
/// For a low-rank network along its own modes this is the kappa that its simulation gives; for a full-rank one along
/// its leading modes (orthogonal columns of m) it is m_r^T (x - I v) / |m_r|^2 without private noise.
///
/// view: low-rank, the network's own units, bias and labels; gains: length P; trajectory: with `units` (N x T).
/// startKappa: R, empty: 0; startUnits: x at the start, N, empty: the network's own x0. Throws needsLowRank, or
/// wrongShape where units were not recorded or a start has another length.
Eigen::MatrixXd recurrentKappa(const network::Network& view, const Eigen::VectorXd& gains, const Trajectory& trajectory,
                               const Eigen::VectorXd& startKappa = {}, const Eigen::VectorXd& startUnits = {});

}  // namespace kappascope::simulation
