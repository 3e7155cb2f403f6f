// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <utility>
#include <vector>

#include "ui/figures/order.h"

namespace kappascope::figures {

/// The numbers behind a figure as files: fixed-points.csv and cycles.csv where it has portraits, trial-LEVEL.csv for
/// each level where it has a trial. Name and text of each.
std::vector<std::pair<QString, std::string>> dataFiles(const FigureContent& content);

/// Writes them to a folder, which is made where it is missing; each file whole or not at all. Returns their names.
/// Throws cannotWrite.
QStringList writeDataFiles(const FigureContent& content, const QString& folder);

}  // namespace kappascope::figures
