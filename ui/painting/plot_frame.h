// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <vector>

#include "ui/painting/math_label.h"
#include "ui/painting/renderer.h"
#include "ui/painting/theme.h"
#include "ui/painting/ticks.h"

class QPainter;

namespace kappascope::painting {

/// Ticks of a logarithmic axis whose coordinates are log10 of the values, minimum < maximum: at powers of ten
/// ("$10^{-2}$"), or at 1, 2 and 5 times them where fewer than two powers lie inside. At most `most` (2 or more).
std::vector<Tick> logTicks(double minimum, double maximum, int most);

/// The smallest of 1, 2, 5, 10, 20, … that is not below a value.
int niceCeiling(int value);

/// One small plot: its background, what is drawn in it, a frame, numbers and labels. Lengths in points from the upper
/// left corner; scale: device units per point.
class PlotFrame {
public:
    PlotFrame(QPainter& painter, const QRectF& area, const phase::View& view, const Theme& theme, double fontPt,
              double scale = 1);

    void fill();
    void draw(const Picture& picture);
    void frame();
    /// Numbers beneath; a label in the middle below them where it is not empty.
    void horizontal(const std::vector<Tick>& ticks, const QString& label);
    /// Numbers to the left, and a label left of them, upright where it is long.
    void vertical(const std::vector<Tick>& ticks, const QString& label);
    /// Text in the upper left corner of the plot.
    void note(const QString& text, const QColor& color);
    /// Text in the middle of the plot, in lines that fit.
    void say(const QString& text);

    const Canvas& canvas() const { return canvas_; }
    double fontSize() const { return fontPt_; }

private:
    QPainter& painter_;
    const Theme& theme_;
    double fontPt_;
    double scale_;
    Canvas canvas_;
};

}  // namespace kappascope::painting
