// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/gallery.h"

namespace kappascope::app {

/// The Train workspace before, during and after a run, its dialog, and the offer to go on.
std::vector<GalleryScene> trainScenes();

}  // namespace kappascope::app
