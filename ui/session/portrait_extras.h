// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <stop_token>
#include <vector>

#include "core/phase/portrait.h"
#include "ui/session/state.h"

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

}  // namespace kappascope::session
