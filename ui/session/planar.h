// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/phase/fixed_points.h"
#include "core/phase/flow_field.h"
#include "core/phase/orbit.h"

namespace kappascope::session {

// What can be read off a flow field while a slider moves, in well under a millisecond: the first guess that the census
// and the cycle finder replace as soon as the hand rests.

/// Points of the plane where both velocities of the interpolated field vanish (bilinear within a cell).
std::vector<phase::Point> crossings(const phase::FlowField& field);

/// Sign changes of a flow line.
std::vector<double> crossings(const phase::FlowLine& line);

/// Fixed points of the flow near known ones and near the crossings of a field or line. Newton's method settles each, so
/// they are exact; that none is missing is not proven.
phase::Census followedCensus(const reduction::Flow& flow, const std::vector<phase::FixedPoint>& known,
                             const std::vector<Eigen::VectorXd>& seeds);

/// Attracting cycles of a rank-2 field within its view, around unstable points and near known cycles, by fourth-order
/// steps on the interpolated field. A drawing, not a measurement.
std::vector<phase::LimitCycle> followedCycles(const phase::FlowField& field, const phase::Census& census,
                                              const std::vector<phase::LimitCycle>& known);

/// The smallest view that holds two others and keeps their axes.
phase::View unite(const phase::View& a, const phase::View& b);

/// The view widened in one direction until a unit is as long on both axes, where it was square or the axes are
/// comparable. aspect: width over height in pixels.
phase::View withAspect(const phase::View& view, double aspect);

}  // namespace kappascope::session
