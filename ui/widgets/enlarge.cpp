// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/enlarge.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace kappascope::widgets {

namespace {

/// Source over: above is premultiplied, below opaque.
QRgb blend(QRgb above, QRgb below) {
    const std::uint32_t rest = 256U - (above >> 24) - (above >> 31);  // 255 leaves nothing, 0 everything
    const std::uint32_t odd = ((below >> 8 & 0x00ff00ffU) * rest) & 0xff00ff00U;
    const std::uint32_t even = ((below & 0x00ff00ffU) * rest >> 8) & 0x00ff00ffU;
    return 0xff000000U | (above + (odd | even));
}

/// to[factor x + k] = from[x], of `width` pixels of the result.
void repeat(const std::vector<QRgb>& from, int factor, int width, QRgb* to) {
    if (factor == 2) {  // nearly always, and twice as fast
        for (int x = 0; x < width / 2; ++x) {
            const QRgb pixel = from[static_cast<std::size_t>(x)];
            to[2 * x] = pixel;
            to[2 * x + 1] = pixel;
        }
        if (width % 2 == 1) to[width - 1] = from[static_cast<std::size_t>(width / 2)];
        return;
    }
    for (int x = 0; x < width; ++x) to[x] = from[static_cast<std::size_t>(x / factor)];
}

}  // namespace

void enlarge(const QImage& picture, const QImage& overlay, int factor, QSize size, QImage& out) {
    if (out.size() != size || out.format() != QImage::Format_RGB32) out = QImage(size, QImage::Format_RGB32);
    const int width = picture.width();
    std::vector<QRgb> line(static_cast<std::size_t>(std::max(width, (size.width() + factor - 1) / factor)));
    for (int row = 0; row < size.height(); row += factor) {
        const int from = std::min(row / factor, picture.height() - 1);
        const auto* below = reinterpret_cast<const QRgb*>(picture.constScanLine(from));
        std::copy_n(below, width, line.begin());
        if (!overlay.isNull()) {
            const auto* above = reinterpret_cast<const QRgb*>(overlay.constScanLine(from));
            for (int x = 0; x < width; ++x)
                if (above[x] != 0) line[static_cast<std::size_t>(x)] = blend(above[x], below[x]);
        }
        std::fill(line.begin() + width, line.end(), line[static_cast<std::size_t>(width - 1)]);
        repeat(line, factor, size.width(), reinterpret_cast<QRgb*>(out.scanLine(row)));
        for (int k = 1; k < factor && row + k < size.height(); ++k)
            std::memcpy(out.scanLine(row + k), out.constScanLine(row), static_cast<std::size_t>(out.bytesPerLine()));
    }
}

}  // namespace kappascope::widgets
