// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "core/phase/streamlines.h"
#include "core/phase/view.h"
#include "core/reduction/flow.h"

namespace kappascope::phase {

/// One output z over a view, on a regular grid; of rank 1 a single row along the line of kappa.
struct ReadoutField {
    View view;
    int columns = 0;
    int rows = 0;
    std::vector<float> z;  ///< node (i, j) at index j * columns + i, placed as in FlowField

    bool isEmpty() const { return z.empty(); }
    double minimum() const;
    double maximum() const;
};

/// z is smooth: so many nodes a side draw its contours.
constexpr int readoutNodes = 33;
constexpr int coarseReadoutNodes = 13;

/// The output `output` (0-based) of a flow over a view, once v has settled. No z where the flow has no such output.
/// nodes: a side, 4..2048 (badOption). Throws stopped.
ReadoutField computeReadoutField(const reduction::Flow& flow, const View& view, int nodes = readoutNodes,
                                 std::stop_token stop = {}, int output = 0);

/// The lines z = level in the view. For rank >= 2.
std::vector<Polyline> contour(const ReadoutField& field, double level);

}  // namespace kappascope::phase
