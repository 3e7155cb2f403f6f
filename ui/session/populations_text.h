// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "core/statistics/populations.h"

namespace kappascope::session {

/// Why there are as many populations as were found, in a sentence.
QString reasonSentence(const statistics::Populations& populations);

/// What people should know of a fit. asked: the number that was asked for, none for an automatic one.
QStringList fitWarnings(const statistics::Populations& populations, std::optional<int> asked);

}  // namespace kappascope::session
