// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>

#include "ui/session/state.h"
#include "ui/session/trajectory_worker.h"

namespace kappascope::app {

/// What --axes asks for: two modes, or of rank 1 the mode and v of an input.
struct AxesOption {
    std::array<int, 2> modes{0, 1};  ///< from 0
    int input = -1;                  ///< from 0; -1: the axes are modes
};

/// "1,3" or "1,v2". Throws UsageError where it is neither; whether the network has them, others check.
AxesOption parseAxes(const std::string& text);

/// The same, for a network that is known: also throws UsageError where it has no such modes or input, and where an
/// input is asked for though it is not of rank 1.
AxesOption parseAxes(const std::string& text, const session::State& state);

/// The start of "--from": "0.5,-1" (kappa, length rank), with "v2=0.3" after it in the plane of that input, and "back"
/// at the end for a trajectory backward in time. Throws UsageError.
session::TrajectoryStart parseStart(std::string text, int rank);

}  // namespace kappascope::app
