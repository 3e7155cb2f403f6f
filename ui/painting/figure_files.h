// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSizeF>

namespace kappascope::painting {

// What Qt writes into files differently than figures need it. Each keeps a pdf's length, so that its table of byte
// offsets stays right.

/// A pdf whose creation date is the start of 2000, so that two runs give the same bytes.
QByteArray withoutDate(QByteArray pdf);

/// A pdf whose spaces are read as spaces (Qt calls their glyph a tabulator, the first character that has it).
QByteArray withReadableSpaces(QByteArray pdf);

/// A pdf of one page of whole points whose page is cut to an exact size in points (the lower left corner stays).
QByteArray withExactPage(QByteArray pdf, const QSize& page, const QSizeF& size);

/// An svg with its width and height in mm.
QByteArray withExactSize(QByteArray svg, double widthMm, double heightMm);

}  // namespace kappascope::painting
