// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "ui/figures/order.h"
#include "ui/session/explorer.h"

namespace kappascope::figures {

/// The order for what a window shows at this moment: its state, levels, range, layers and clicked trajectories, with
/// the window's theme. Nothing while nothing is open.
std::optional<FigureOrder> orderOf(session::Explorer& explorer);

}  // namespace kappascope::figures
