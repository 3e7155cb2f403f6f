// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <stop_token>
#include <string>
#include <vector>

#include "core/phase/matching.h"
#include "ui/session/comparison.h"
#include "ui/session/state.h"

namespace kappascope::session {

/// An input that trials hold for a while, and where they do.
struct HeldInput {
    Eigen::VectorXd input;           ///< u, S
    std::vector<std::string> where;  ///< "ctx1 coh 4,-4: stimulus"; the rest comes first and has none
};

/// Rest (u = 0), and every other input that a trial of the choice holds for at least five steps; without its noise. An
/// empty condition means every named condition of the task. Throws as compare().
std::vector<HeldInput> heldInputs(const State& state, const TrialChoice& choice);

/// The same of a trial that no task knows.
std::vector<HeldInput> heldInputs(const simulation::Trial& trial);

/// Fixed points of the network's own flow against those of a reduced level, at one input.
struct PointMatches {
    HeldInput held;
    std::vector<phase::FixedPoint> network;  ///< of the exact flow, which has those of the network
    std::vector<phase::FixedPoint> reduced;
    phase::Matching matching;  ///< first list: the network's
    bool proven = false;       ///< no fixed point is missing in either list
};

/// At each input, at the state's effective gains and without noise. Inputs are worked on by forEach. Throws needsUnits,
/// needsPopulations (no such level), needsLowRank (points of a full-rank network are not searched for), stopped.
std::vector<PointMatches> matchPoints(const State& state, Level level, const std::vector<HeldInput>& inputs,
                                      std::stop_token stop = {}, const ForEach& forEach = forEachInOrder);

}  // namespace kappascope::session
