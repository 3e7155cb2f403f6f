// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSizeF>
#include <QString>
#include <functional>

#include "ui/painting/figure.h"

class QPainter;

namespace kappascope::painting {

/// Paints a page; scale: device units per point.
using PaintPage = std::function<void(QPainter& painter, double scale)>;

// One way into files for figures of every kind. size: of the page, in points.

/// A page in pixels, at spec.dpi.
QImage pageImage(const PaintPage& paint, const QSizeF& size, const FigureSpec& spec);

/// The bytes of a file: text stays text in pdf, images are lossless, dates are fixed.
QByteArray pageBytes(const PaintPage& paint, const QSizeF& size, FigureFormat format, const FigureSpec& spec,
                     const QString& title);

/// Whole or not at all. Throws cannotWrite.
void writeWhole(const QString& path, const QByteArray& bytes);

}  // namespace kappascope::painting
