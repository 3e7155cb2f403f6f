// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/phase/flow_field.h"

namespace kappascope::phase {

/// One line along the flow, in its direction.
struct Streamline {
    Polyline points;
    bool closed = false;      ///< it is a cycle: first = last
    std::vector<int> arrows;  ///< indices of points that carry an arrowhead
};

/// Lengths are fractions of the diagonal of the view as it is drawn.
struct StreamlineOptions {
    double separation = 0.035;       ///< distance of neighbouring lines, 0.004..1 (badOption)
    double minimumLength = 0.06;     ///< shorter lines are left out
    double aspect = 1;               ///< width over height of the view as it is drawn, 0.05..20 (badOption)
    std::vector<Polyline> cycles;    ///< known limit cycles in the direction of the flow, drawn first and closed
    std::vector<Point> fixedPoints;  ///< lines end there
    std::vector<Point> seeds;        ///< tried first: the last frame's, so that a drag does not flicker
};

struct StreamlineSet {
    std::vector<Streamline> lines;
    std::vector<Point> seeds;  ///< one a line, in order
};

/// Evenly spaced streamlines (after Jobard and Lefer 1997) that run from border, source or cycle to border, sink or
/// cycle, end only there or where they would run beside another, and close on cycles. Long lines are placed before
/// short ones. Deterministic: with the seeds of a set and the field unchanged, the same set again. Throws badOption and
/// stopped.
StreamlineSet evenlySpacedStreamlines(const FlowField& field, const StreamlineOptions& options = {},
                                      std::stop_token stop = {});

/// Every branch of {velocity along axis component = 0} in the view, as polylines (closed ones repeat their first
/// point). component: 0 or 1. refine: the grid's cells are halved so many times by bicubic interpolation, 0..6. Loops
/// smaller than a refined cell go unseen; where branches cross they are joined as the interpolant at the cell's centre
/// says. Throws badOption.
std::vector<Polyline> nullcline(const FlowField& field, int component, int refine = 2);

}  // namespace kappascope::phase
