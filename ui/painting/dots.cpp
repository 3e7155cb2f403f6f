// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/dots.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace kappascope::painting {

namespace {

constexpr double printedDot = 8;  // pixels across a dot in print

}  // namespace

double Dots::resolutionFor(const QPainter& painter, double diameter) {
    const auto type = painter.paintEngine()->type();
    const bool hasPixels = type != QPaintEngine::SVG && type != QPaintEngine::Pdf;
    return hasPixels ? 1 : printedDot / std::max(1e-6, diameter);
}

Dots::Dots(const QRectF& area, const QColor& background, double diameter, double resolution)
    : area_(area),
      radius_(diameter * resolution / 2),
      image_(std::max(1, static_cast<int>(std::ceil(area.width() * resolution))),
             std::max(1, static_cast<int>(std::ceil(area.height() * resolution))), QImage::Format_RGB32) {
    image_.fill(background);
}

void Dots::add(const QPointF& at, const QColor& color, double opacity) {
    const double x = (at.x() - area_.left()) * image_.width() / area_.width() - 0.5;
    const double y = (at.y() - area_.top()) * image_.height() / area_.height() - 0.5;
    if (!std::isfinite(x) || !std::isfinite(y)) return;
    const int reach = static_cast<int>(std::ceil(radius_ + 0.5));
    const int left = std::max(0, static_cast<int>(x) - reach),
              right = std::min(image_.width() - 1, static_cast<int>(x) + reach + 1);
    const int top = std::max(0, static_cast<int>(y) - reach),
              bottom = std::min(image_.height() - 1, static_cast<int>(y) + reach + 1);
    const int red = color.red(), green = color.green(), blue = color.blue();
    for (int row = top; row <= bottom; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image_.scanLine(row));
        for (int column = left; column <= right; ++column) {
            const double distance = std::sqrt((column - x) * (column - x) + (row - y) * (row - y));
            const double cover = std::clamp(radius_ + 0.5 - distance, 0.0, 1.0) * opacity;
            if (cover <= 0) continue;
            const QRgb below = line[column];
            const auto blend = [cover](int under, int over) {
                return static_cast<int>(under + cover * (over - under) + 0.5);
            };
            line[column] = qRgb(blend(qRed(below), red), blend(qGreen(below), green), blend(qBlue(below), blue));
        }
    }
}

void Dots::draw(QPainter& painter) const {
    painter.drawImage(area_, image_);
}

}  // namespace kappascope::painting
