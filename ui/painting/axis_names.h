// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/phase/view.h"

namespace kappascope::painting {

/// The symbol of a view's axis (0 horizontal, 1 vertical) as mathematics without its dollar signs: "\kappa_{2}", of
/// rank 1 "\kappa", in the plane of an input "\kappa" and "v_{1}". rank: of the network or of the flow.
QString axisSymbol(const phase::View& view, int axis, int rank);

/// "v_{1}" of input 0.
QString levelSymbol(int input);

}  // namespace kappascope::painting
