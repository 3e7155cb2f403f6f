// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "core/reduction/flow.h"

namespace kappascope::phase {

enum class FixedPointKind { stableNode, stableFocus, saddle, unstableNode, unstableFocus, degenerate };

/// "stable node", "stable focus", "saddle", "unstable node", "unstable focus" or "degenerate".
std::string_view name(FixedPointKind kind);

struct FixedPoint {
    Eigen::VectorXd kappa;          ///< R
    Eigen::MatrixXd jacobian;       ///< R x R, 1/tau
    Eigen::VectorXcd eigenvalues;   ///< R, 1/tau, by falling real part, then falling imaginary part
    Eigen::MatrixXcd eigenvectors;  ///< columns in the same order, unit length
    int unstableDirections = 0;     ///< eigenvalues with positive real part
    FixedPointKind kind = FixedPointKind::stableNode;
    double residual = 0;  ///< |F|
};

/// A box that the proof could not settle: |kappa_r - centre_r| <= halfWidth_r.
struct UndecidedRegion {
    Eigen::VectorXd centre;
    Eigen::VectorXd halfWidth;
    int cells = 1;
};

struct Census {
    std::vector<FixedPoint> points;          ///< sorted by kappa_1, then kappa_2, ...
    bool proven = false;                     ///< no fixed point is missing
    int indexSum = 0;                        ///< sum of sign det(-J); +1 is necessary
    std::vector<UndecidedRegion> undecided;  ///< why it is not proven (ranks 1 to 3)
    int cells = 0;                           ///< cells evaluated (ranks 1 to 3)
    int starts = 0;                          ///< Newton starts (higher ranks, and where cells ran out)
    int startsWithoutNew = 0;                ///< the last so many found nothing new
};

struct CensusOptions {
    int maximumCells = 3000000;  ///< ranks 1 to 3: give up the proof beyond, and search as for higher ranks
    int maximumHalvings = 40;
    int quietStarts = 400;  ///< higher ranks: stop after so many starts without a new point
    std::uint64_t seed = 1;
};

/// Every fixed point of the flow. Ranks 1 to 3: subdivision with exclusion and Krawczyk tests, complete unless regions
/// stay undecided. Higher rank: Newton from many starts, not proven. A point counts when |F| < 1e-10 and the Newton
/// step < 1e-9; it is degenerate when some |Re lambda| < 1e-6. Throws stopped.
Census findFixedPoints(const reduction::Flow& flow, const CensusOptions& options = {}, std::stop_token stop = {});

/// Why a list of points is not the complete census.
struct CensusProof {
    bool proven = false;
    std::vector<Eigen::VectorXd> missing;   ///< fixed points that exist and are not on the list
    std::vector<Eigen::VectorXd> spurious;  ///< points on the list that are no fixed points
    std::vector<UndecidedRegion> undecided;
    int indexSum = 0;
};

/// Checks a list of points against the subdivision proof (ranks 1 to 3): every cell must be excluded or hold exactly
/// one fixed point that is on the list.
CensusProof proveComplete(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points,
                          const CensusOptions& options = {}, std::stop_token stop = {});

/// Newton's method from a start, for following a known point while gains or inputs move. Returns false where it does
/// not converge.
bool refineFixedPoint(const reduction::Flow& flow, Eigen::VectorXd& kappa, int maximumSteps = 30);

/// Eigenvalues, eigenvectors and kind at a point.
FixedPoint classify(const reduction::Flow& flow, const Eigen::VectorXd& kappa);

}  // namespace kappascope::phase
