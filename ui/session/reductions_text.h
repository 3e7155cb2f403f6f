// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "ui/session/reductions_run.h"

namespace kappascope::session {

// The table of reductions for people, and as csv.

/// "exact flow", "2 populations", "2 populations, refined", "the document's own, 2 populations".
QString reductionTitle(const Reduction& row);

/// What one column of the table holds.
struct ReductionColumn {
    QString group;   ///< over several columns: "along noisy trials"
    QString symbol;  ///< mathematics: "rms $\kappa$"
    QString help;    ///< a sentence
};

/// The columns behind the title, in order.
const std::vector<ReductionColumn>& reductionColumns();

/// The cells of a row behind its title, one a column: the digits that the command `reductions` prints; "–" where there
/// is no such number.
QStringList reductionCells(const Reduction& row);

/// "Network: 99.8 % of 500 fresh trials right"; empty while that is not known.
QString networkText(const ReductionsTable& table);

/// What the table was measured with: task, trials, noise, seed.
QString settingsText(const ReductionsTable& table);

/// The table as people copy it into a sheet: a line of names, then a line a row, tabs between cells.
QString reductionsToText(const ReductionsTable& table);

/// The same as csv: comma between columns, numbers that read back as the same double whatever the locale, empty where
/// there is none; shares are 0..1.
std::string reductionsToCsv(const ReductionsTable& table);

}  // namespace kappascope::session
