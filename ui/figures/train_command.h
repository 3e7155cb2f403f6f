// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "core/training/recipe.h"

namespace kappascope::figures {

/// The arguments of the command that makes the same run, from "train" on; what is the task's default is left out.
/// output: the network that it writes.
QStringList trainArguments(const training::Settings& settings, const QString& output);

}  // namespace kappascope::figures
