// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/painting/layers.h"

namespace kappascope::painting {

// The draw functions of the registry. Each draws nothing where the portrait has nothing for it.

Picture drawSpeed(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawStreamlines(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawArrows(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawReadout(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawManifolds(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawTrace(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawNullclines(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawCycles(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawOrbits(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawTrajectories(const Scene& scene, const phase::View& view, const Theme& theme);
Picture drawFixedPoints(const Scene& scene, const phase::View& view, const Theme& theme);

/// The marker of a kind of fixed point, at (0, 0).
Marker markerOf(phase::FixedPointKind kind, const Theme& theme);

}  // namespace kappascope::painting
