// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <memory>
#include <vector>

#include "core/phase/view.h"
#include "core/simulation/trial.h"
#include "ui/painting/math_label.h"
#include "ui/painting/theme.h"
#include "ui/painting/ticks.h"

class QPainter;

namespace kappascope::painting {

/// One level's answer to a trial, with as many noisy repetitions as there are.
struct TimeTraces {
    QString title;        ///< for the legend; may hold $mathematics$
    bool dashed = false;  ///< a reduced system beside its network
    std::vector<std::shared_ptr<const simulation::Trajectory>> trials;
};

/// A trial over time: u(t), kappa(t) and z(t), one above the other. Colours tell components, dashes levels.
struct TimeFigure {
    double stepMs = 20;                     ///< dt
    std::vector<simulation::Epoch> epochs;  ///< shaded by turns, and named
    std::vector<QString> inputNames;        ///< S; may hold $mathematics$
    std::vector<TimeTraces> levels;         ///< empty: there is nothing to draw
};

/// Where its parts lie, in points from the figure's upper left corner.
struct TimeLayout {
    struct Curve {
        int component = 0;
        MathLabel name;
        QPointF baseline;  ///< of the name, to the right of the axes
    };
    struct Row {
        enum class What { input, kappa, readout } what = What::input;
        QRectF area;
        phase::View view;  ///< x: ms, y: value
        std::vector<Tick> ticks;
        MathLabel label;
        std::vector<Curve> curves;
    };
    struct Name {
        MathLabel text;
        QPointF baseline;
    };
    std::vector<Row> rows;
    std::vector<Tick> timeTicks;
    MathLabel timeLabel;
    std::vector<Name> epochs;
    std::vector<Name> legend;  ///< one a level; the sample lies to the left of its baseline
    double bottom = 0;
};

/// Places the plots between x = left and right, downward from top, with numbers and names at fontPt. All in points.
/// axesLeft: where other axes above begin, to line up with them where the numbers leave room; 0: nowhere.
TimeLayout layOutTime(const TimeFigure& figure, double left, double right, double top, double fontPt,
                      double axesLeft = 0);

/// Paints them. scale: device units per point.
void paintTime(QPainter& painter, const TimeFigure& figure, const TimeLayout& layout, const Theme& theme, double fontPt,
               double scale);

}  // namespace kappascope::painting
