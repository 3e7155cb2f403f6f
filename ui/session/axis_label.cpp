// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/axis_label.h"

namespace kappascope::session {

QString inputAxisLabel(const State& state, int input) {
    const QString symbol = QStringLiteral("$v_{%1}$").arg(input + 1);
    const QString name = state.inputName(input);
    if (name == QStringLiteral("u_%1").arg(input + 1)) return symbol;
    return QStringLiteral("%1,  %2").arg(name, symbol);
}

}  // namespace kappascope::session
