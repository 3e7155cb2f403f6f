// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/speed_image.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kappascope::painting {

namespace {

constexpr double steepness = 4;
constexpr int targetSide = 192;
constexpr int lineRows = 257;
constexpr double stripShare = 0.15;  // of half the height
constexpr double underCurve = 0.5;   // opacity between the curve and zero

/// Weights of four neighbours at each of `factor` places between the middle two.
std::vector<std::array<float, 4>> catmullRom(int factor) {
    std::vector<std::array<float, 4>> weights;
    for (int k = 0; k < factor; ++k) {
        const float t = static_cast<float>(k) / static_cast<float>(factor), t2 = t * t, t3 = t2 * t;
        weights.push_back(
            {0.5f * (-t3 + 2 * t2 - t), 0.5f * (3 * t3 - 5 * t2 + 2), 0.5f * (-3 * t3 + 4 * t2 + t), 0.5f * (t3 - t2)});
    }
    return weights;
}

/// Interpolates n values (stride apart) to (n - 1) factor + 1; beyond the ends the line goes on straight.
void refine(const float* in, int n, int stride, const std::vector<std::array<float, 4>>& weights, float* out,
            int outStride) {
    const int factor = static_cast<int>(weights.size());
    const auto value = [in, n, stride](int k) {
        if (k < 0) return 2 * in[0] - in[stride];
        if (k >= n) return 2 * in[(n - 1) * stride] - in[(n - 2) * stride];
        return in[k * stride];
    };
    for (int k = 0; k + 1 < n; ++k) {
        const float a = value(k - 1), b = value(k), c = value(k + 1), d = value(k + 2);
        for (int j = 0; j < factor; ++j) {
            const auto& w = weights[static_cast<std::size_t>(j)];
            out[(k * factor + j) * outStride] = w[0] * a + w[1] * b + w[2] * c + w[3] * d;
        }
    }
    out[(n - 1) * factor * outStride] = in[(n - 1) * stride];
}

std::vector<float> refined(const std::vector<float>& in, int columns, int rows, int factor) {
    const auto weights = catmullRom(factor);
    const int wide = (columns - 1) * factor + 1, high = (rows - 1) * factor + 1;
    std::vector<float> across(static_cast<std::size_t>(wide) * static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row)
        refine(in.data() + row * columns, columns, 1, weights, across.data() + row * wide, 1);
    std::vector<float> out(static_cast<std::size_t>(wide) * static_cast<std::size_t>(high));
    for (int column = 0; column < wide; ++column)
        refine(across.data() + column, rows, wide, weights, out.data() + column, wide);
    return out;
}

}  // namespace

double speedPlace(double speed, double scale) {
    if (!(scale > 0)) return 0;
    return std::min(1.0, std::log1p(steepness * speed / scale) / std::log1p(steepness));
}

Shade speedShade(const phase::FlowField& field, double scale, const Theme& theme) {
    const int columns = field.columns, rows = field.rows;
    const int factor = std::clamp((targetSide + columns / 2) / columns, 1, 16);
    const std::vector<float> x = refined(field.x, columns, rows, factor), y = refined(field.y, columns, rows, factor);
    const int wide = (columns - 1) * factor + 1, high = (rows - 1) * factor + 1;

    constexpr int shades = 2048;
    std::vector<QRgb> colors(shades + 1);
    for (int k = 0; k <= shades; ++k)
        colors[static_cast<std::size_t>(k)] = theme.speedColor(speedPlace(static_cast<double>(k) / shades, 1)).rgb();

    QImage image(wide, high, QImage::Format_RGB32);
    const float toIndex = static_cast<float>(shades / scale);
    for (int row = 0; row < high; ++row) {
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(high - 1 - row));
        for (int column = 0; column < wide; ++column) {
            const auto k = static_cast<std::size_t>(row * wide + column);
            const float index = std::sqrt(x[k] * x[k] + y[k] * y[k]) * toIndex;
            pixels[column] = colors[index < shades ? static_cast<std::size_t>(index) : shades];
        }
    }
    // Pixel centres lie on nodes: the image reaches half a pixel beyond the view.
    const double dx = field.view.width() / (wide - 1), dy = field.view.height() / (high - 1);
    return {image, QRectF(field.view.xMin - dx / 2, field.view.yMin - dy / 2, field.view.width() + dx,
                          field.view.height() + dy)};
}

Shade speedShade(const phase::FlowLine& line, const phase::View& view, double scale, const Theme& theme) {
    QImage image(line.count(), lineRows, QImage::Format_ARGB32_Premultiplied);
    const double dy = view.height() / (lineRows - 1);
    const double strip = stripShare * view.height() / 2;
    for (int k = 0; k < line.count(); ++k) {
        const double speed = line.speed[static_cast<std::size_t>(k)];
        QColor color = theme.speedColor(speedPlace(std::abs(speed), scale));
        const double low = std::min(speed, 0.0), high = std::max(speed, 0.0);
        for (int row = 0; row < lineRows; ++row) {
            const double y = view.yMax - dy * row;
            // The share of this pixel inside the strip, and under the curve.
            const double inStrip = std::clamp((strip - std::abs(y)) / dy + 0.5, 0.0, 1.0);
            const double under = std::clamp(std::min(high - y, y - low) / dy + 0.5, 0.0, 1.0);
            color.setAlphaF(static_cast<float>(std::max(inStrip, underCurve * under)));
            reinterpret_cast<QRgb*>(image.scanLine(row))[k] = qPremultiply(color.rgba());
        }
    }
    const double dx = (line.xMax - line.xMin) / (line.count() - 1);
    return {image, QRectF(line.xMin - dx / 2, view.yMin - dy / 2, line.xMax - line.xMin + dx, view.height() + dy)};
}

double speedOnLine(const phase::FlowLine& line, double kappa) {
    const int last = line.count() - 1;
    const double place =
        std::clamp((kappa - line.xMin) / (line.xMax - line.xMin) * last, 0.0, static_cast<double>(last));
    const int k = std::min(static_cast<int>(place), last - 1);
    const double t = place - k;
    return (1 - t) * line.speed[static_cast<std::size_t>(k)] + t * line.speed[static_cast<std::size_t>(k + 1)];
}

}  // namespace kappascope::painting
