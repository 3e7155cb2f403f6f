// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <string>
#include <vector>

#include "core/phase/view.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Two numbers of every unit against each other, in the colours of their populations.
struct UnitsPicture {
    std::vector<QPointF> points;
    std::vector<int> populations;  ///< of each; empty: all are of the first
    QString xLabel, yLabel;        ///< may hold $mathematics$
    QString note;                  ///< in the corner: "correlation −0.62"
    QString empty;                 ///< said where there are no points
    int selected = -1;             ///< marked with a ring
    std::vector<char> chosen;      ///< 1 for every unit that stands out, the others are faint; empty: all alike
};

/// The axes inside an area, in points.
QRectF layOutUnits(const QRectF& area, double fontPt);
/// Ranges that hold nearly all units (99.5 % on each axis) and 0.
phase::View viewOfUnits(const UnitsPicture& picture);
/// The unit nearest to a place in the area, no farther than a font size and a half; -1: none.
int unitAt(const UnitsPicture& picture, const QRectF& area, double fontPt, const QPointF& at);

/// 1 for every unit inside a polygon of the area, in points; units beyond the axes lie on the frame.
std::vector<char> unitsIn(const UnitsPicture& picture, const QRectF& area, double fontPt, const QPolygonF& lasso);

/// scale: device units per point; units beyond the axes lie on the frame.
void paintUnits(QPainter& painter, const UnitsPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                double scale = 1);

/// Mean rates of one unit against each variable of a task.
struct TuningPicture {
    struct Curve {
        QString name;                       ///< may hold $mathematics$
        std::vector<double> values;         ///< of the variable
        std::vector<std::string> labels;    ///< in place of its numbers, where it has some
        std::vector<double> means, errors;  ///< rates, and their standard errors
    };
    std::vector<Curve> curves;
    QString title;
    QString empty;  ///< said where there are no curves
};
void paintTuning(QPainter& painter, const TuningPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                 double scale = 1);

/// The null distribution of the ePAIRS test, and what was observed.
struct EpairsPicture {
    std::vector<double> nullMedians;  ///< rad
    double median = 0;                ///< rad
    QString empty;                    ///< said where there is no test
};
void paintEpairs(QPainter& painter, const EpairsPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                 double scale = 1);

}  // namespace kappascope::painting
