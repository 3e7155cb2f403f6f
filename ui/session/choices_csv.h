// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "ui/session/choices_worker.h"

namespace kappascope::session {

// Choices as csv: comma between columns, a header line, numbers that read back as the same double whatever the locale.

/// Columns context, an axis or two, choice, standard_error, trials, right (empty where the task knows no right answer):
/// one row a cell.
std::string choicesToCsv(const statistics::Behaviour& behaviour);

/// All that the Behaviour workspace shows. First columns asked (network, circuit) and populations (trained, modulated),
/// then the same.
std::string choicesToCsv(const Choices& choices);

}  // namespace kappascope::session
