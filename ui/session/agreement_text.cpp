// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/agreement_text.h"

#include <QCoreApplication>
#include <cmath>

#include "core/text.h"

namespace kappascope::session {

QString rmsText(double value) {
    if (!std::isfinite(value)) return QStringLiteral("–");
    constexpr double nothing = 0.5e-4;
    return value < nothing ? QStringLiteral("0") : QString::fromStdString(toText(value, 3));
}

QString shareText(double share) {
    return QCoreApplication::translate("Comparison", "%1 %").arg(rmsText(100 * share));
}

}  // namespace kappascope::session
