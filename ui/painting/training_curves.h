// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <vector>

#include "core/training/trainer.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// How a run goes: loss (logarithmic), accuracy and gradient norm over its epochs.
struct TrainingCurves {
    std::vector<training::EpochReport> history;
    int planned = 0;       ///< epochs that the axis reaches at least; 0: those that are done, in round numbers
    double marker = -1;    ///< the epoch that is shown, with fractions; below 0: none
    int best = 0;          ///< the epoch whose network is kept, marked; 0: none
    bool gradient = true;  ///< the third plot is there
};

/// Where the plots lie inside `area`, in points.
struct CurveLayout {
    QRectF loss, accuracy, gradient;  ///< gradient is empty where it is left out, or finds no room
    double lastEpoch = 1;             ///< right end of the axes; they begin at 0

    /// The whole epoch beneath a horizontal position, 0..lastEpoch.
    int epochAt(double x) const;
};
CurveLayout layOutCurves(const TrainingCurves& curves, const QRectF& area, double fontPt);

/// Paints them: training solid, validation dashed, stages of a curriculum parted by dotted lines. scale: device units
/// per point.
void paintCurves(QPainter& painter, const TrainingCurves& curves, const QRectF& area, const Theme& theme, double fontPt,
                 double scale = 1);

}  // namespace kappascope::painting
