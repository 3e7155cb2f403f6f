// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/enlarge.h"

#include <algorithm>
#include <cstring>

namespace kappascope::widgets {

namespace {

/// Source over: above is premultiplied, below opaque.
QRgb blend(QRgb above, QRgb below) {
    const std::uint32_t rest = 256U - (above >> 24) - (above >> 31);  // 255 leaves nothing, 0 everything
    const std::uint32_t odd = ((below >> 8 & 0x00ff00ffU) * rest) & 0xff00ff00U;
    const std::uint32_t even = ((below & 0x00ff00ffU) * rest >> 8) & 0x00ff00ffU;
    return 0xff000000U | (above + (odd | even));
}

}  // namespace

void enlarge(const QImage& picture, const QImage& overlay, int factor, QSize size, QImage& out) {
    if (out.size() != size || out.format() != QImage::Format_RGB32) out = QImage(size, QImage::Format_RGB32);
    const bool blends = !overlay.isNull();
    const int last = picture.width() - 1;
    for (int row = 0; row < size.height(); row += factor) {
        const int from = std::min(row / factor, picture.height() - 1);
        const auto* below = reinterpret_cast<const QRgb*>(picture.constScanLine(from));
        const auto* above = blends ? reinterpret_cast<const QRgb*>(overlay.constScanLine(from)) : nullptr;
        auto* to = reinterpret_cast<QRgb*>(out.scanLine(row));
        auto* const end = to + size.width();
        for (int column = 0; to < end; ++column) {
            const int x = std::min(column, last);
            const QRgb pixel = above && above[x] != 0 ? blend(above[x], below[x]) : below[x];
            for (int k = 0; k < factor && to < end; ++k) *to++ = pixel;
        }
        for (int k = 1; k < factor && row + k < size.height(); ++k)
            std::memcpy(out.scanLine(row + k), out.constScanLine(row), static_cast<std::size_t>(out.bytesPerLine()));
    }
}

}  // namespace kappascope::widgets
