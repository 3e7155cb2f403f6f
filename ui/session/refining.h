// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>

#include "core/training/refinement.h"
#include "ui/session/edits.h"
#include "ui/session/state.h"

namespace kappascope::session {

/// A state's low-rank network with a circuit of its own, one that was not measured on it: refined, trained or written.
/// Units belong to the population of the circuit that explains best what they listen to
/// (reduction::likeliestPopulations). Gains are kept where there are as many. Throws needsUnits, needsLowRank,
/// wrongShape, inputsDoNotMatch.
StatePtr withCircuit(const StatePtr& state, std::shared_ptr<const reduction::Circuit> circuit);

/// The trials that a refinement follows: every named condition of the choice's task, or of the network's own where it
/// names none, without input noise, in steps of the network. None where no task is known. Throws as completed().
std::vector<simulation::Trial> refinementTrials(const State& state, const TrialChoice& choice = {});

/// A circuit from `start` on, refined to the flow of the state's network at unit gains. Its populations have
/// no names: what they were called after need not hold any more. Networks that read out every unit's rate have no
/// readout to match: their w is left out. Throws needsUnits and as training::refineCircuit().
training::Refinement refineToFlow(const State& state, const reduction::Circuit& start,
                                  const std::vector<simulation::Trial>& trials,
                                  const training::RefinementOptions& options, const statistics::Work& work);

/// How a circuit came about: "refined to the flow of dms", "trained on the task dms"; empty where that is not known.
QString originText(const reduction::Circuit& circuit);

}  // namespace kappascope::session
