// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "ui/session/behaviour_setup.h"
#include "ui/session/worker.h"

namespace kappascope::session {

using BehaviourPtr = std::shared_ptr<const statistics::Behaviour>;

/// Choices as trained and as modulated are asked for.
struct ChoicesRequest {
    BehaviourSetup setup;
    bool circuit = false;  ///< of the mean field, not of the units
    /// What is done to the populations on the right; the left has gains 1 and nobody silenced.
    statistics::Modulation modulation;
    int trials = 20;         ///< of each cell
    std::stop_token cancel;  ///< the hand wants it to end
    bool beside = false;     ///< of both: the units, and the mean field beside them; not where `circuit`
};

struct Choices {
    ChoicesRequest request;
    BehaviourPtr trained, modulated;                ///< null in a report of progress
    BehaviourPtr circuitTrained, circuitModulated;  ///< where the circuit is asked beside the network
    int trials = 0;                                 ///< of each cell, so far
    double progress = 1;                            ///< 0..1 of all that was asked for; sent where it takes long
};

/// How many trials a cell come first, so that a picture is there at once: a share of `trials`, at least one.
int coarseTrials(const ChoicesRequest& request);

/// A few trials first, then all; reports its progress where that takes over half a second. What was asked as trained
/// serves again while only the modulation changes.
using ChoicesWorker = LatestWorker<ChoicesRequest, Choices>;
std::unique_ptr<ChoicesWorker> makeChoicesWorker(ChoicesWorker::Receive receive);

}  // namespace kappascope::session
