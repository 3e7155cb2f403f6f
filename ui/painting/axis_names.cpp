// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/axis_names.h"

namespace kappascope::painting {

QString levelSymbol(int input) {
    return QStringLiteral("v_{%1}").arg(input + 1);
}

QString axisSymbol(const phase::View& view, int axis, int rank) {
    if (view.input >= 0) return axis == 0 ? QStringLiteral("\\kappa") : levelSymbol(view.input);
    return rank == 1 ? QStringLiteral("\\kappa")
                     : QStringLiteral("\\kappa_{%1}").arg(view.axes[static_cast<std::size_t>(axis)] + 1);
}

}  // namespace kappascope::painting
