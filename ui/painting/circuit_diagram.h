// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <vector>

#include "ui/painting/primitives.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// A circuit as a diagram: its inputs, collective variables and outputs, joined by what couples them at the moment.
struct CircuitDiagram {
    int rank = 0;                               ///< R; the first six are drawn
    int inputs = 0;                             ///< S; the first eight
    int outputs = 0;                            ///< O; the first four
    std::vector<QString> inputNames;            ///< S, may hold $mathematics$; an empty one is not written
    std::vector<QString> populationNames;       ///< P, may hold $mathematics$
    std::vector<Eigen::MatrixXd> byPopulation;  ///< P of (R + O) x (R + S): to kappa_r or z_o, from kappa_r or u_s
    double fullKappa = 1;                       ///< the coupling to a kappa that is as broad as arrows begin with, > 0
    double fullOutput = 1;                      ///< the same for a coupling to an output, > 0
    QString instead;                            ///< said in place of everything; empty: there is a circuit
};

/// One coupling through one population.
struct DiagramArrow {
    int row = 0, column = 0;  ///< in byPopulation
    int population = 0;
    double value = 0;
    double width = 0;  ///< points, in proportion to |value| up to a limit
    QPolygonF path;    ///< from node to node, ends at the head
    bool excites() const { return value > 0; }
};

/// The total of a coupling over its populations, written beside its arrows.
struct DiagramTotal {
    int row = 0, column = 0;
    double value = 0;
    QPointF at;
};

/// Where everything is; lengths in points, from the upper left corner of the area's page, y downward.
struct DiagramLayout {
    double radius = 0;  ///< of a node
    std::vector<QPointF> kappas, inputs, outputs;
    std::vector<DiagramArrow> arrows;  ///< without those too weak to be seen
    std::vector<DiagramTotal> totals;
    QRectF legend;
};
DiagramLayout layOutDiagram(const CircuitDiagram& diagram, const QRectF& area, double fontPt);

/// The arrow at a place, or the nearest one within reach points; null where there is none.
const DiagramArrow* arrowAt(const DiagramLayout& layout, const QPointF& at, double reach);

/// The primitives of the diagram in the coordinates of its layout, but y upward (the renderer's): a population's
/// colour, a width of |coupling|, and for its sign an arrowhead (excites) or a bar (inhibits).
Picture drawDiagram(const CircuitDiagram& diagram, const QRectF& area, const Theme& theme, double fontPt);
void paintDiagram(QPainter& painter, const CircuitDiagram& diagram, const QRectF& area, const Theme& theme,
                  double fontPt, double scale = 1);

}  // namespace kappascope::painting
