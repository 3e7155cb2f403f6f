// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <stop_token>
#include <vector>

#include "core/phase/portrait.h"
#include "ui/session/portrait_worker.h"

namespace kappascope::session {

// What only some layers need, and is computed where they are on: manifolds and the readout over the view.

/// Coarse while a slider moves (manifolds by the field, few nodes of z), fine once it rests.
enum class Detail { coarse, fine };

/// Whether a portrait has all that these layers need.
bool hasExtras(const phase::Portrait& portrait, const std::vector<QString>& layers, Detail detail);

/// Adds what is missing. The portrait's field, census and cycles must be there. level: of the flow, for what is
/// affordable. Throws stopped.
void addExtras(const reduction::Flow& flow, const State& state, Level level, const std::vector<QString>& layers,
               Detail detail, phase::Portrait& portrait, const std::stop_token& stop);

/// How the trial's state noise moves the projection kappa along a view's axes: white noise xi_i of sigma per unit and
/// step adds m_r^T xi / |m_r|^2, whose standard deviation is sigma / |m_r|. None in the mean field, where N is
/// infinite.
Diffusion projectedNoise(const State& state, Level level, const phase::View& view);

}  // namespace kappascope::session
