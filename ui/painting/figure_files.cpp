// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure_files.h"

namespace kappascope::painting {

QByteArray withoutDate(QByteArray pdf) {
    const QByteArray key = "/CreationDate (D:";
    const QByteArray date = "20000101000000";
    const auto at = pdf.indexOf(key);
    if (at >= 0) pdf.replace(at + key.size(), date.size(), date);
    return pdf;
}

QByteArray withReadableSpaces(QByteArray pdf) {
    const QByteArray tabulator = "<0009>", space = "<0020>";
    for (auto at = pdf.indexOf("beginbfrange"); at >= 0; at = pdf.indexOf("beginbfrange", at + 1)) {
        const auto end = pdf.indexOf("endbfrange", at);
        // Characters stand in brackets; outside of them the same digits would be numbers of glyphs.
        for (auto open = pdf.indexOf('[', at); open >= 0 && open < end; open = pdf.indexOf('[', open + 1)) {
            const auto close = pdf.indexOf(']', open);
            const auto found = pdf.indexOf(tabulator, open);
            if (found >= 0 && found < close) pdf.replace(found, tabulator.size(), space);
        }
    }
    return pdf;
}

QByteArray withExactPage(QByteArray pdf, const QSize& page, const QSizeF& size) {
    const auto box = [](double width, double height) {
        return "/MediaBox [0 0 " + QByteArray::number(width, 'f', 6) + ' ' + QByteArray::number(height, 'f', 6) + ']';
    };
    const QByteArray old = box(page.width(), page.height());
    const auto at = pdf.indexOf(old);
    if (at >= 0) pdf.replace(at, old.size(), box(size.width(), size.height()).leftJustified(old.size()));
    return pdf;
}

QByteArray withExactSize(QByteArray svg, double widthMm, double heightMm) {
    const auto at = svg.indexOf("<svg ");
    if (at >= 0)
        svg.insert(at + 5, "width=\"" + QByteArray::number(widthMm, 'g', 9) + "mm\" height=\"" +
                               QByteArray::number(heightMm, 'g', 9) + "mm\" ");
    // Qt asks for fast scaling, which some readers take to mean blocks of pixels.
    return svg.replace("image-rendering=\"optimizeSpeed\"", "image-rendering=\"auto\"");
}

}  // namespace kappascope::painting
