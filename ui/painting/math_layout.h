// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>
#include <vector>

#include "ui/painting/math_label.h"

namespace kappascope::painting {

/// A stretch of a label's source: plain text, or what stood between two dollar signs.
struct SourcePart {
    QString text;
    bool mathematics = false;
};

/// Splits at dollar signs; "\$" is a dollar sign and an unmatched one is taken as written.
std::vector<SourcePart> splitAtDollars(const QString& source);

/// A command of mathematics: what it draws and how it is read aloud.
struct Symbol {
    const char* name;
    char16_t character;
    const char* reading;
    enum class Kind { letter, upright, binary, opening, closing } kind;
};

/// Looks a name without its backslash up; null where it is not known.
const Symbol* findSymbol(QStringView name);

/// The name after a backslash at position i of text (letters only), which i then follows.
QString readName(const QString& text, int& i);

/// One character, command or {group} (without its braces) from position i, which i then follows.
QString readArgument(const QString& text, int& i);

/// Lays a source out from (0, 0) to the right.
std::vector<TextRun> layOut(const QString& source, double sizePt, bool semiBold, double& width);

/// The source read aloud.
QString readAloud(const QString& source);

}  // namespace kappascope::painting
