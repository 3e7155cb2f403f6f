// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QSizeF>
#include <vector>

#include "ui/painting/figure.h"
#include "ui/painting/legend.h"
#include "ui/painting/ticks.h"

class QPainter;

namespace kappascope::painting {

// Distances around a panel, in font sizes.
inline constexpr double tickLength = 0.35;
inline constexpr double numberGap = 0.3;
inline constexpr double labelGap = 0.45;
inline constexpr double titleGap = 0.55;
inline constexpr double titleLine = 1.3;
inline constexpr double digitHeight = 0.73;

/// Where everything of a figure lies, in points from its upper left corner.
struct FigureLayout {
    struct Axis {
        std::vector<Tick> ticks;
        MathLabel label;
        bool labelled = true;     ///< numbers and label are drawn (not where the panel to the left has the same)
        double numbersWidth = 0;  ///< widest number

        /// The label is too long to lie beside the axis and stands upright.
        bool isTall(double fontPt) const { return label.size().width() > 2.2 * fontPt; }
    };
    struct Place {
        QRectF area;  ///< of the axes
        Axis x, y;
        std::vector<MathLabel> title;  ///< in as many lines as fit above the axes
    };
    struct LegendPlace {
        LegendEntry entry;
        MathLabel text;
        QRectF sample;
        QPointF baseline;
    };
    QSizeF size;
    Theme theme;                ///< with sizes that suit the panels
    std::vector<Place> places;  ///< one a panel
    std::vector<LegendPlace> legend;
    TimeLayout time;  ///< without rows where the figure has no trial
    QRectF curves;    ///< with their numbers and labels; empty where the figure has none
};

/// Throws badOption where a value of the specification is out of range or there is nothing to show.
FigureLayout layOutFigure(const Figure& figure, const FigureSpec& spec);
FigureLayout layOutFigure(const std::vector<Panel>& panels, const FigureSpec& spec);

/// Paints a figure with its upper left corner at (0, 0). scale: device units per point.
void paintFigure(QPainter& painter, const Figure& figure, const FigureSpec& spec, const FigureLayout& layout,
                 double scale);

}  // namespace kappascope::painting
