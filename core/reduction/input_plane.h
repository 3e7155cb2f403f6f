// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>

#include "core/reduction/flow.h"

namespace kappascope::reduction {

// The plane of a collective variable and one input (rank 1), in units of tau:
//
//   dkappa/dt = -kappa + F(kappa, v),   dv_s/dt = -v_s + u_s
//
// with the other inputs at rest, v_r = u_r. x = m kappa + I v is the same as that of a network of rank 2 with the modes
// (m, I_s) and (n, 0): the second coordinate is v_s itself, driven by u_s. So the plane is an ordinary Flow of rank 2;
// its kappa-nullcline is the bifurcation diagram of the line over v_s, its v-nullcline v_s = u_s.

/// The network with input s as a second mode, m = (m, I_s), n = (n, 0). Its inputs stay: give u_s = 0 where v_s is a
/// coordinate. Throws needsLowRank, badOption (rank, input).
network::Network withInputAsMode(const network::Network& network, int input);

/// The same of a circuit: the m-loading of the second mode is that of I_s, its n-loading is 0. Throws badOption.
Circuit withInputAsMode(const Circuit& circuit, int input);

/// Half-width of the box along v_s: |u_s|, where the only v of a fixed point lies, and as much beyond as drives a
/// typical unit by 1, 1/sqrt(E I_s^2), where tanh bends. meanSquare: E I_s^2; 1 beyond where that is 0.
double planeReach(double meanSquare, double level);

/// The plane over a flow of rank 2 from withInputAsMode(), made at u with u_s = 0. u: length S, with u_s. reach:
/// half-width of the box along v_s. rounding: what single precision errs more because v_s reaches that far.
std::unique_ptr<Flow> inputPlane(std::unique_ptr<Flow> flow, const Eigen::VectorXd& u, int input, double reach,
                                 double rounding = 0);

/// The plane (kappa, v_s) of a circuit of rank 1. noiseVariance: as meanFieldFlow() has it. Throws as meanFieldFlow()
/// and badOption (rank, input).
std::unique_ptr<Flow> meanFieldPlane(const Circuit& circuit, int input, const Eigen::VectorXd& u,
                                     const Eigen::VectorXd& gains, double noiseVariance = 0);

/// The reduction with an input as its second mode, of the last input asked for.
struct ExactReduction::Planes {
    std::mutex mutex;
    int input = -1;
    std::shared_ptr<const ExactReduction> reduction;
};

/// Throws badOption where a network of this rank has no plane of this input, and inputsDoNotMatch.
void requirePlane(int rank, int inputs, int input, const Eigen::VectorXd& u);

}  // namespace kappascope::reduction
