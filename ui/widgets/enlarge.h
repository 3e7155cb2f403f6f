// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>

namespace kappascope::widgets {

/// Every pixel of an opaque picture repeated, factor times as wide and as high, with an overlay (premultiplied, of the
/// picture's size, or null) blended in on the way: one pass, where scaling and blending by a painter take several.
/// out: the result, whose memory is used again where its size is right. Widths that do not divide are filled with the
/// last pixel. size: of the result, (size - picture * factor) < factor either way.
void enlarge(const QImage& picture, const QImage& overlay, int factor, QSize size, QImage& out);

}  // namespace kappascope::widgets
