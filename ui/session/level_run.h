// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>

#include "core/simulation/trial.h"
#include "ui/session/state.h"

namespace kappascope::session {

/// A trial through one level of a state, with the effective gains, by the trial's own Euler steps: what time plots,
/// clicked trajectories and comparisons show. Level::network steps the network of the file. A full-rank one is stepped
/// whole, and its kappa is the recurrent one along the modes of its truncated view (simulation::recurrentKappa), which
/// is not what the view's own flow would give.
///
/// options.startKappa starts a full-rank network, too, at x = m kappa + I v with the view's modes; startUnits (with its
/// own startKappa) where it is to go on from. options.recordUnits: N x T units of network and exact level. Throws what
/// the simulations throw; the state must have the level.
simulation::Trajectory simulateLevel(const State& state, Level level, const simulation::Trial& trial,
                                     simulation::SimulationOptions options, std::stop_token stop = {});

/// Stationary variance of every unit's private noise in the document's trial, sigma^2 / (1 - (1 - alpha)^2): what the
/// mean-field flow of a portrait adds to Delta^2. 0 without a trial.
double noiseVariance(const State& state);

/// Whether a trial through the network takes so long (a large full-rank matrix) that it gives way to a slider that
/// moves on, in place of showing every moment late.
bool isCostly(const State& state, Level level);

}  // namespace kappascope::session
