// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <stop_token>
#include <vector>

#include "core/phase/fixed_points.h"
#include "core/reduction/flow.h"

namespace kappascope::phase {

/// A fixed point that was proven to be the only one in a box around its cell.
struct IsolatedRoot {
    Eigen::VectorXd kappa;
    Eigen::VectorXd centre;  ///< of the box in which it is unique
    Eigen::VectorXd halfWidth;
};

struct Subdivision {
    std::vector<IsolatedRoot> roots;
    std::vector<UndecidedRegion> undecided;
    int cells = 0;
    bool gaveUp = false;  ///< more cells than options.maximumCells: the undecided regions may hold points of any kind
};

/// The subdivision proof, ranks 1 to 3. The box that holds every fixed point is halved along all modes until each cell
/// is
///  - dropped: with F and J at its centre c and a bound e on the second-order rest, |F_r| > sum_s |J_rs| h_s + e_r for
///  some r, or, after
///    preconditioning with Y = J^-1, |(Y F)_r| > h_r + (|Y| e)_r; or
///  - accepted: Krawczyk's operator maps a box around the cell into itself, |(Y F)_r| + sum_s (|Y| T)_rs h_s < h_r with
///  T a bound on
///    |J(x) - J(c)|, so that this box holds exactly one fixed point, which Newton's method then finds;
///  - or too small to go on: undecided (degenerate points, continua).
/// The bounds of design are taken componentwise: sharper than norms, and no scaling of kappa is needed.
Subdivision subdivide(const reduction::Flow& flow, const CensusOptions& options, std::stop_token stop);

}  // namespace kappascope::phase
