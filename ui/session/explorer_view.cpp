// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "ui/session/explorer.h"
#include "ui/session/planar.h"

namespace kappascope::session {

ViewState Explorer::viewState() const {
    ViewState saved;
    for (int side = 0; side < sides; ++side) saved.levels[at(side)] = views_[at(side)].level;
    saved.view = view_;
    saved.automatic = automatic_;
    saved.fitted = whole_;
    saved.layers = layers_;
    saved.starts = starts_;
    saved.scrubber = scrubber();
    return saved;
}

void Explorer::restore(const ViewState& saved) {
    if (!state()) return;
    const int rank = state()->rank();
    const auto fits = [rank](const phase::View& view) {
        return std::max(view.axes[0], view.axes[1]) < rank && (view.held.size() == 0 || view.held.size() == rank);
    };
    demonstrate_ = false;
    for (int side = 0; side < sides; ++side) {
        View& view = views_[at(side)];
        if (view.level != saved.levels[at(side)]) {
            view.level = saved.levels[at(side)];
            view.result = nullptr;
        }
        view.trajectories = nullptr;
        view.suggestion.reset();
        view.fitWanted = false;
    }
    layers_ = saved.layers;
    starts_.clear();
    nextColor_ = 0;
    for (const TrajectoryStart& start : saved.starts) {
        if (start.kappa.size() != rank) continue;
        starts_.push_back(start);
        nextColor_ = std::max(nextColor_, start.colorIndex + 1);
    }
    const bool usable = fits(saved.view);
    if (usable) {
        view_ = saved.view;
        automatic_ = saved.automatic;
        whole_ = saved.fitted;
        // The same part of the plane in a window of another shape.
        if (automatic_ && whole_ && rank > 1) {
            view_ = withAspect(*whole_, aspect());
            view_.held = saved.view.held;
        }
    }
    for (int side = 0; side < sides; ++side) emit levelChanged(side);
    emit layersChanged();
    emit viewChanged();
    if (usable)
        requestPortraits();
    else
        fit();
    requestTrajectories();
    requestProbe();
    setScrubber(saved.scrubber);
}

}  // namespace kappascope::session
