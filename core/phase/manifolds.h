// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <stop_token>
#include <vector>

#include "core/phase/fixed_points.h"
#include "core/phase/flow_field.h"
#include "core/phase/orbit.h"

namespace kappascope::phase {

/// How a branch of a manifold ends.
enum class ManifoldEnd {
    outside,     ///< it left the region
    fixedPoint,  ///< it reached another fixed point (or its own again)
    cycle,       ///< it winds onto a closed orbit
    tooLong,     ///< options.longest, or the steps became too many
};

/// One of the two branches of a one-dimensional stable or unstable manifold of a saddle.
struct Manifold {
    std::size_t saddle = 0;  ///< index of the saddle in the census
    bool stable = true;      ///< orbits on it run into the saddle; otherwise out of it
    Eigen::MatrixXd points;  ///< R x T, from the saddle outward; the flow runs along them where unstable, against
                             ///< them where stable
    ManifoldEnd end = ManifoldEnd::outside;
    int target = -1;  ///< index of the fixed point that it ends on
};

/// How branches are followed, and where: in a rectangle of two modes, the view and a margin, which all fixed points and
/// cycles are added to. Other modes are not bounded.
struct ManifoldOptions {
    View view;                ///< its larger side is the unit of the lengths below
    double margin = 1;        ///< on each side, in sizes of the view; 0: the view alone, whatever lies beside it
    double start = 1e-4;      ///< distance from the saddle along the eigenvector: the branch errs by its square
    double step = 0.01;       ///< longest step
    double tolerance = 1e-9;  ///< of a step
    double longest = 30;      ///< arc length at which a branch that still winds is cut
};

/// The one-dimensional stable and unstable manifolds of every saddle of a flow of rank >= 2: both kinds at rank 2;
/// above it the unstable one where there is one unstable direction and the stable one where there is one stable
/// direction. Each branch starts on the eigenvector, `start` off the saddle, and follows F / |F| (backward where
/// stable) by Dormand-Prince steps. The distance from the true manifold is of order start^2 plus the tolerances of the
/// steps, in units of the view: below 1e-6 where the flow does not pull neighbouring orbits apart. Throws stopped.
std::vector<Manifold> findManifolds(const reduction::Flow& flow, const Census& census,
                                    const std::vector<LimitCycle>& cycles, const ManifoldOptions& options,
                                    std::stop_token stop = {});

/// The same of a rank-2 field by interpolation, without a single evaluation of the flow: a drawing for while a slider
/// moves.
std::vector<Manifold> drawnManifolds(const FlowField& field, const Census& census,
                                     const std::vector<LimitCycle>& cycles);

}  // namespace kappascope::phase
