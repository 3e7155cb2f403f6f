// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QImage>
#include <QRectF>
#include <QString>
#include <functional>

#include "ui/painting/figure.h"

class QPainter;

namespace kappascope::painting {

/// A plot by itself as a figure.
struct PlotFigure {
    /// Paints it into an area (in points) with text of a size; scale: device units per point.
    std::function<void(QPainter&, const QRectF& area, const Theme&, double fontPt, double scale)> paint;
    double heightMm = 120;  ///< 20..1000; the width is the specification's
    QString title;          ///< of the file
};

/// The bytes of a file: width, text, theme, transparency and resolution as the specification says. Throws badOption
/// where a size is out of its range.
QByteArray plotBytes(const PlotFigure& plot, FigureFormat format, const FigureSpec& spec);
/// The same in pixels.
QImage plotImage(const PlotFigure& plot, const FigureSpec& spec);
/// The same in a file, by its ending; whole or not at all. Throws badOption, cannotWrite.
void writePlot(const QString& path, const PlotFigure& plot, const FigureSpec& spec);

}  // namespace kappascope::painting
