// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QRectF>

class QPainter;

namespace kappascope::painting {

/// Thousands of round dots, blended into an image by hand: an order of magnitude faster than a painter's ellipses, and
/// of a size in files that does not grow with them.
class Dots {
public:
    /// area: device rectangle, filled with `background`; diameter in device units; resolution: pixels of the image per
    /// device unit.
    Dots(const QRectF& area, const QColor& background, double diameter, double resolution = 1);
    /// A resolution that suits a painter: that of its pixels, or for print where it has none (pdf, svg).
    static double resolutionFor(const QPainter& painter, double diameter);

    /// at: device coordinates; opacity: 0..1.
    void add(const QPointF& at, const QColor& color, double opacity);
    void draw(QPainter& painter) const;
    const QImage& image() const { return image_; }

private:
    QRectF area_;
    double radius_;
    QImage image_;
};

}  // namespace kappascope::painting
