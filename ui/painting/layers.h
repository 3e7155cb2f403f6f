// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "core/phase/portrait.h"
#include "core/simulation/trial.h"
#include "ui/painting/primitives.h"
#include "ui/painting/theme.h"

namespace kappascope::painting {

/// A clicked trajectory as it is drawn: the Euler steps and the continuous orbit beneath.
struct DrawnTrajectory {
    int colorIndex = 0;
    bool backward = false;  ///< drawn dashed
    Eigen::MatrixXd steps;  ///< R x T
    Eigen::MatrixXd orbit;  ///< R x T
};

/// Nullclines of a moment that is over, by axis; of rank 1 the first holds the curve of dkappa/dt.
using DrawnTrace = std::array<std::vector<phase::Polyline>, 2>;

/// What layers may draw from.
struct Scene {
    std::shared_ptr<const phase::Portrait> portrait;
    std::vector<DrawnTrajectory> trajectories;
    std::vector<DrawnTrace> traces;  ///< of earlier epochs of a trial, oldest first
    double speedScale = 0;           ///< speed (1/tau) that gets the last colour; 0: the portrait's own maximum
};

/// Largest speed of a portrait's field or line (1/tau); the same scale given to two scenes makes their colours
/// comparable.
double maximumSpeed(const phase::Portrait& portrait);

/// One layer of a portrait. draw is a pure function.
struct Layer {
    QString id;     ///< "streamlines"
    QString title;  ///< tr()
    QString help;   ///< tr(): what it shows, with symbols
    QString needs;  ///< tr(): shown where the result has nothing for it
    bool onByDefault = true;
    bool still = true;  ///< part of the image that a worker paints (not a moving overlay)
    std::function<Picture(const Scene&, const phase::View&, const Theme&)> draw;
};

/// Every layer from bottom to top: speed, streamlines, arrows, readout, trace, nullclines, manifolds, orbits,
/// trajectories, cycles, fixed-points.
/// Of rank 1 they draw the speed dkappa/dt against kappa: a strip of speed along the line, arrows on it, the curve and
/// its zero, and fixed points where the curve crosses it.
const std::vector<Layer>& layerRegistry();

/// The ids of the layers that are on by default.
std::vector<QString> defaultLayers();

/// The pictures of the layers that are on (ids; unknown ones are passed over), bottom to top.
Picture drawLayers(const Scene& scene, const phase::View& view, const Theme& theme, const std::vector<QString>& on);

}  // namespace kappascope::painting
