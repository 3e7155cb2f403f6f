// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QRectF>
#include <QString>
#include <vector>

#include "core/reduction/spectrum.h"
#include "core/statistics/populations.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Correlations between columns of loadings, as a matrix of colours with its numbers.
struct OverlapPlot {
    std::vector<QString> labels;  ///< may hold $mathematics$, K
    Eigen::MatrixXd correlation;  ///< K x K, -1..1
};

/// The colour of a correlation, -1..1: blue below 0, orange above, both told apart by everybody; the plot's background
/// at 0.
QColor overlapColor(double correlation, const Theme& theme);
/// The square of all cells inside `area`, in points.
QRectF layOutOverlap(const OverlapPlot& plot, const QRectF& area, double fontPt);
void paintOverlap(QPainter& painter, const OverlapPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                  double scale = 1);

/// Eigenvalues of a connectivity in the complex plane, with the line Re = 1 beyond which rest is unstable at unit
/// gains, the circle of a random bulk, and the largest singular values as bars.
struct SpectrumPlot {
    reduction::Spectrum spectrum;
    bool empty = true;
    QString instead;  ///< said while it is empty
};
struct SpectrumLayout {
    QRectF plane, bars;
    double left = -1, right = 1, top = 1;  ///< of the plane; it is as wide in Im below 0
    double largest = 1;                    ///< of the bars
};
SpectrumLayout layOutSpectrum(const SpectrumPlot& plot, const QRectF& area, double fontPt);
void paintSpectrum(QPainter& painter, const SpectrumPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                   double scale = 1);

/// What speaks for each number of populations: stability of refits and evidence.
struct CountPlot {
    std::vector<statistics::CountFigures> figures;
    double stableFrom = 0.9;
    int chosen = 0;  ///< the number that was chosen
};
struct CountLayout {
    QRectF stability, evidence;
};
CountLayout layOutCounts(const QRectF& area, double fontPt);
void paintCounts(QPainter& painter, const CountPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                 double scale = 1);

}  // namespace kappascope::painting
