// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/painting/layers.h"
#include "ui/session/portrait_worker.h"

namespace kappascope::widgets {

/// What a worker calls to paint its portrait: the layers that are on, by the one renderer, on the theme's background.
QImage paintPortrait(const std::shared_ptr<const phase::Portrait>& portrait, const phase::View& view,
                     const session::PortraitRequest& request);

/// A portrait with trajectories as layers and figures take them. trajectories may be null.
painting::Scene sceneOf(const std::shared_ptr<const phase::Portrait>& portrait,
                        const session::Trajectories* trajectories);

}  // namespace kappascope::widgets
