// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/gallery.h"

namespace kappascope::app {

/// The Connectivity workspace of a low-rank and of a full-rank network, with a fit, a lasso, and empty.
std::vector<GalleryScene> connectivityScenes();

}  // namespace kappascope::app
