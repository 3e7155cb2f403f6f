// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <optional>
#include <vector>

#include "core/statistics/moments.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Every pair of some columns of the units' loadings: scatters with a regression line of each population below the
/// diagonal, marginal histograms on it, correlations above.
struct ScatterMatrix {
    struct Column {
        QString label;               ///< may hold $mathematics$: "$m_1$"
        std::vector<float> values;   ///< of each unit
        std::vector<float> redrawn;  ///< of units drawn from the populations' Gaussians; may be empty
        float low = -1, high = 1;    ///< of its axis; rangeOf()
    };
    std::vector<Column> columns;
    std::vector<int> populations;             ///< of each unit
    std::vector<statistics::Moments> groups;  ///< of each population, over exactly these columns
    std::vector<char> selected;               ///< of each unit; empty: no unit is chosen
    bool legend = false;                      ///< what is what, in a line above
};

/// The axis of a column: what holds 99 % of the values, with a little room, so that one far unit does not shrink all
/// others.
void setRange(ScatterMatrix::Column& column);

/// Where the cells lie, in points.
struct ScatterLayout {
    QRectF area;  ///< of all cells
    int count = 0;
    double gap = 4;

    QRectF cell(int row, int column) const;
    /// The cell beneath a point: (row, column), where it is one.
    std::optional<std::pair<int, int>> cellAt(const QPointF& at) const;
};
ScatterLayout layOutScatter(const ScatterMatrix& matrix, const QRectF& area, double fontPt);

/// A unit's place in a cell below the diagonal (columns x and y; on the frame where it lies beyond), and back.
QPointF toCell(const ScatterMatrix& matrix, const QRectF& cell, int x, int y, const QPointF& value);
QPointF fromCell(const ScatterMatrix& matrix, const QRectF& cell, int x, int y, const QPointF& at);

/// Paints it all. scale: device units per point. Dots are an image, whatever is painted on: thousands of circles make
/// files that no reader opens.
void paintScatterMatrix(QPainter& painter, const ScatterMatrix& matrix, const QRectF& area, const Theme& theme,
                        double fontPt, double scale = 1);

}  // namespace kappascope::painting
