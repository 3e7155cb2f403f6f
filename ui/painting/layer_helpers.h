// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/painting/layers.h"

namespace kappascope::painting::detail {

// What the draw functions of several layers share.

/// Nullclines of the last epoch, against those of the moment: their opacity and width.
constexpr double traceOpacity = 0.55, traceWidth = 0.6;

QPolygonF polygonOf(const phase::Polyline& line);

/// The colour of cycles and manifolds: faint where they are of an earlier flow.
QColor shade(const phase::Portrait& portrait, QColor color);

/// Speed of the last colour: the scene's, or the portrait's own maximum.
double scaleOf(const Scene& scene);

/// A column of kappa in the picture's coordinates: two modes, or of rank 1 kappa and dkappa/dt.
QPointF place(const phase::Portrait& portrait, const phase::View& view, const Eigen::MatrixXd& kappa,
              Eigen::Index column);
QPolygonF path(const phase::Portrait& portrait, const phase::View& view, const Eigen::MatrixXd& kappa);

/// The arrowhead a share of the way along a path, measured in fractions of the view.
void addArrow(Picture& picture, const QPolygonF& points, const phase::View& view, double share, const QColor& color,
              double size, bool backward = false);

bool hasField(const Scene& scene);
bool hasLine(const Scene& scene);
bool canPlace(const Scene& scene, const Eigen::MatrixXd& kappa, const phase::View& view);

}  // namespace kappascope::painting::detail
