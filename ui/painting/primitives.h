// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <variant>
#include <vector>

#include "ui/painting/math_label.h"

namespace kappascope::painting {

// Primitives carry data coordinates (kappa-plane) and sizes in points: one picture serves window and figure.

enum class Dash { solid, dashed, dotted };

struct Line {
    QPolygonF points;
    QColor color;
    double width = 1;
    Dash dash = Dash::solid;
    bool halo = false;  ///< thin outline in the background's colour, so that it stands out on the flow
};

/// A field of colour over a data rectangle, drawn smoothly.
struct Shade {
    QImage image;  ///< row 0 at the top (largest y)
    QRectF rect;   ///< data rectangle, y upward: top() is the smallest y
};

/// A filled arrowhead pointing along a data direction, or a whole arrow.
struct Arrow {
    QPointF at;  ///< of the head
    QPointF direction;
    QColor color;
    double size = 5;
    double shaft = 0;  ///< width of a line from at - 2 direction to the head; 0: none
};

enum class MarkerShape {
    disc,      ///< stable: filled
    ring,      ///< unstable: open
    halfDisc,  ///< saddle: half filled
    diamond,   ///< degenerate
    dot,       ///< start of a trajectory
    cross,     ///< a marked state
};

struct Marker {
    QPointF at;
    MarkerShape shape = MarkerShape::disc;
    double size = 10;
    QColor fill;
    QColor edge;
    double edgeWidth = 1.6;
    bool focus = false;  ///< a spiral inside tells foci from nodes
    bool faint = false;  ///< off the drawn slice
};

/// Translucent rectangle (a region that the census could not settle), upward like Shade's.
struct Region {
    QRectF rect;
    QColor color;
};

struct Label {
    MathLabel text;
    QPointF at;
    QColor color;
    Qt::Alignment anchor = Qt::AlignCenter;
    bool halo = false;  ///< outline in the background's colour, so that it can be read on the flow
};

using Primitive = std::variant<Shade, Region, Line, Arrow, Marker, Label>;
using Picture = std::vector<Primitive>;

}  // namespace kappascope::painting
