// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gallery.h"

namespace kappascope::app {

/// The Behaviour workspace: curves, matrices, selectivity, and what it says where there is nothing to plot.
std::vector<GalleryScene> behaviourScenes();

}  // namespace kappascope::app
