// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>
#include <QString>
#include <array>
#include <optional>
#include <vector>

#include "core/phase/view.h"
#include "ui/session/page_views.h"
#include "ui/session/state.h"
#include "ui/session/trajectory_worker.h"

namespace kappascope::session {

/// How a document is looked at: what a session file keeps besides the state, and undo does not know.
struct ViewState {
    std::array<Level, 2> levels{Level::network, Level::meanField};
    phase::View view;
    bool automatic = true;              ///< the view follows what is found
    std::optional<phase::View> fitted;  ///< what was found, before it was widened to the window's shape
    QSizeF shape;                       ///< of the left picture that showed `view`, logical pixels; empty: not known
    std::vector<QString> layers;
    std::vector<TrajectoryStart> starts;
    bool particles = true;  ///< they drift through the portraits
    bool following = true;  ///< above rank 2: modes that are no axes follow the marked state; else they are held at 0
    int scrubber = -1;      ///< step of the trial that the portraits show; -1: the sliders' own input
    PageViews pages;
};

}  // namespace kappascope::session
