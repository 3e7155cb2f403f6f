// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <vector>

namespace kappascope::painting {

/// Cuts the segment a-b at a rectangle's border (Liang and Barsky 1984). Returns false where nothing of it is inside.
bool clipSegment(QPointF& a, QPointF& b, const QRectF& area);

/// The parts of a polyline inside a rectangle, each joined as it was. Points that are not finite break the line.
std::vector<QPolygonF> clipPolyline(const QPolygonF& line, const QRectF& area);

/// The part of a filled shape (winding rule, curves flattened) inside a rectangle: Sutherland and Hodgman 1974. svg
/// has no clipping in Qt, so that what may reach beyond the axes is cut before it is painted.
QPainterPath clipShape(const QPainterPath& shape, const QRectF& area);

/// Leaves out points that lie within `tolerance` of the line without them (Douglas and Peucker 1973); first and last
/// stay.
QPolygonF simplified(const QPolygonF& line, double tolerance);

}  // namespace kappascope::painting
