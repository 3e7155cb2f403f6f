// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <optional>

#include "core/io/load.h"

namespace kappascope::io {

/// What the weights themselves say about J = m n^T / N or J = m n^T. The published classes that leave the factor out of
/// J leave it out of the readout too (and those that have it have it twice), so that one factor serves both.
struct ScalingEvidence {
    network::Scaling scaling = network::Scaling::overN;  ///< the likelier one
    bool decisive = false;                               ///< with the other factor no network of this kind would work
    double slopeOverN = -1;  ///< largest real part of the Jacobian's eigenvalues at rest with 1/N, in 1/tau
    double slopeNone = -1;   ///< the same without 1/N
    bool slopesKnown = false;

    std::vector<std::string> values() const;  ///< the two slopes as texts, or nothing
};

/// Judges by the dynamics at rest (kappa = 0, u = 0). With the overlaps M = n^T diag(phi'(b)) m / N (R x R), the
/// Jacobian is M - 1 with the factor 1/N and N M - 1 without; a trained network's overlaps are of order one, so the
/// factor that brings their spectral radius closer to one (in logarithm) is the likelier, unless the weights themselves
/// are of the size that the other factor asks for: rms(m) rms(n) ~ 1 with 1/N, ~ 1/N without (an untrained network has
/// large weights and small overlaps). m, n: N x R; bias: N or empty. Rank above 64 is judged by the weights alone.
ScalingEvidence judgeScaling(const Eigen::MatrixXd& m, const Eigen::MatrixXd& n, const Eigen::VectorXd& bias);

}  // namespace kappascope::io
