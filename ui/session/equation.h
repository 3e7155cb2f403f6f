// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// The numbers of a level's equation at one state of kappa, with the state's input (v = u) and gains:
///
///   tau dkappa/dt = -kappa + couplings kappa + inputCouplings v + rest
///
/// Mean-field: couplings_rs = sum_p a_p g_p S^p_{n_r m_s} <phi'>_p, inputCouplings_rs the same with I_s, and rest_r =
/// sum_p a_p g_p (mu^p_{n_r} <phi>_p + S^p_{n_r b} <phi'>_p): an identity. Exact: couplings = c n^T diag(g phi') m and
/// inputCouplings = c n^T diag(g phi') I at that state; rest is what the identity leaves.
struct EquationValues {
    Level level = Level::exact;
    Eigen::VectorXd kappa;           ///< R
    Eigen::VectorXd slopes;          ///< <phi'>_p, P, without the gain
    Eigen::MatrixXd couplings;       ///< R x R
    Eigen::MatrixXd inputCouplings;  ///< R x S
    Eigen::VectorXd rest;            ///< R
    Eigen::VectorXd velocity;        ///< tau dkappa/dt, R
};

/// kappa: R. Throws as flowOf().
EquationValues equationAt(const State& state, Level level, const Eigen::VectorXd& kappa);

struct EquationRequest {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;
    Eigen::VectorXd kappa;
};

struct EquationResult {
    std::shared_ptr<const State> state;
    std::vector<EquationValues> values;  ///< of the levels that the state has
};

using EquationWorker = LatestWorker<EquationRequest, EquationResult>;
std::unique_ptr<EquationWorker> makeEquationWorker(EquationWorker::Receive receive);

}  // namespace kappascope::session
