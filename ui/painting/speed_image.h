// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/phase/flow_field.h"
#include "ui/painting/primitives.h"
#include "ui/painting/theme.h"

namespace kappascope::painting {

/// Place of a speed on the map, 0..1: log(1 + 4 s) / log 5 with s = speed / scale, so that the neighbourhood of fixed
/// points keeps its structure.
double speedPlace(double speed, double scale);

/// |F| over a field's view, about 200 pixels a side by Catmull-Rom interpolation of the velocity (not of the speed,
/// which has a kink at fixed points). scale: speed of the last colour, > 0.
Shade speedShade(const phase::FlowField& field, double scale, const Theme& theme);

/// |dkappa/dt| of rank 1 as a strip along zero, and paler between zero and the curve. view: for its y range.
Shade speedShade(const phase::FlowLine& line, const phase::View& view, double scale, const Theme& theme);

/// dkappa/dt of rank 1 at a kappa, linear between nodes, clamped to the line.
double speedOnLine(const phase::FlowLine& line, double kappa);

}  // namespace kappascope::painting
