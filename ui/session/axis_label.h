// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/session/state.h"

namespace kappascope::session {

/// What an axis that shows v of an input is called, with $mathematics$: "$v_{1}$", and where the file names the input
/// "motion,  $v_{1}$".
QString inputAxisLabel(const State& state, int input);

}  // namespace kappascope::session
