// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/network/network.h"

namespace kappascope::reduction {

/// How strongly each population of a low-rank network couples its collective variables at one state, linearised: with
/// x = m kappa + I v + b and phi = tanh, population p's part is
///
///   c n_a^T diag(g phi'(x)) m_b       (rows n_1..n_R; the Jacobian is -1 + the sum of these over populations)
///   c w_a^T diag(q) m_b               (rows w_1..w_O; q = g phi'(x), g phi'(x - b) or 1: whatever the output reads)
///
/// over the units of p, with columns m_1..m_R, then I_1..I_S in place of m.
struct NetworkCouplings {
    std::vector<Eigen::MatrixXd> byPopulation;  ///< P of them, (R + O) x (R + S)
    double largestKappa = 0;   ///< largest |entry| of the rows n at g = 1 and phi' = 1: what a slope cannot exceed
    double largestOutput = 0;  ///< the same of the rows w
};

/// kappa: R; v: S; gains: P. Throws needsLowRank, wrongShape, inputsDoNotMatch.
NetworkCouplings networkCouplingsAt(const network::Network& network, const Eigen::VectorXd& kappa,
                                    const Eigen::VectorXd& v, const Eigen::VectorXd& gains);

}  // namespace kappascope::reduction
