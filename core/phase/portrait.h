// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <stop_token>

#include "core/phase/fixed_points.h"
#include "core/phase/flow_field.h"
#include "core/phase/manifolds.h"
#include "core/phase/orbit.h"
#include "core/phase/readout_field.h"
#include "core/phase/streamlines.h"

namespace kappascope::phase {

/// Whether the manifolds of a portrait were asked for, and how they were followed.
enum class Manifolds { none, drawn, exact };

/// Everything that a phase portrait shows, for one flow and one view.
struct Portrait {
    int rank = 0;
    View view;
    FlowField field;                                  ///< rank >= 2
    FlowLine line;                                    ///< rank 1
    std::array<std::vector<Polyline>, 2> nullclines;  ///< of the two axes (rank >= 2)
    StreamlineSet streamlines;                        ///< rank >= 2
    Census census;
    std::vector<LimitCycle> cycles;
    std::vector<Manifold> manifolds;             ///< of the saddles (rank >= 2), where they were asked for
    Manifolds manifoldDetail = Manifolds::none;  ///< what they are
    /// Cycles and manifolds are those of an earlier flow, shown until this flow's are found.
    bool behind = false;
    ReadoutField readout;  ///< z over the view, where it was asked for

    /// Largest speed of field or line, 1/tau.
    double maximumSpeed() const;
};

/// The smallest view, with a margin of about a quarter, that holds every fixed point and cycle and the origin, where
/// trials start; equal in units on both axes unless the ranges differ by a factor of 3; at least a tenth of the box
/// wide, and wider where there is only one point; in round numbers. axes: which modes. For rank 1, y is the range of
/// the speeds over x.
View chooseView(const reduction::Flow& flow, const Census& census, const std::vector<LimitCycle>& cycles,
                std::array<int, 2> axes = {0, 1});

/// Whole portrait of a flow. view: nullopt chooses one. Above rank 2, field, nullclines and streamlines are those of
/// the slice at view.held (the velocity's components along the axes), while fixed points and cycles are listed whole.
/// With the manifolds of every saddle and z on readoutNodes x readoutNodes points. Throws as computeFlowField.
Portrait computePortrait(const reduction::Flow& flow, std::optional<View> view = {}, int columns = 48, int rows = 48,
                         std::stop_token stop = {});

}  // namespace kappascope::phase
