// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "ui/figures/order.h"

namespace kappascope::figures {

/// The arguments of the command that makes this figure, from "figure" on: what it is made of, the input, gains, range,
/// layers and trial of the moment, and its size. Numbers read back as the same doubles, so that the command gives the
/// same bytes. Leaves out what the command assumes by itself. path: the file to write; csv: a folder for the data, or
/// empty.
QStringList commandArguments(const FigureOrder& order, const QString& path, const QString& csv = {});

/// The arguments of the command that prints the agreement of a state's levels over every condition of its task, from
/// "compare" on. compared: as session::comparedChoice() gives it. session: the file that holds the state's network, or
/// empty.
QStringList compareArguments(const session::State& state, const session::TrialChoice& compared, const QString& session);

/// "kappascope figure ..." as a line for a shell: arguments in single quotes where they need them.
QString commandLine(const QStringList& arguments);

/// One argument as a POSIX shell reads it back unchanged.
QString shellQuoted(const QString& argument);

}  // namespace kappascope::figures
