// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "ui/session/explorer.h"
#include "ui/session/pages.h"
#include "ui/session/planar.h"

namespace kappascope::session {

ViewState Explorer::viewState() const {
    ViewState saved;
    for (int side = 0; side < sides; ++side) saved.levels[at(side)] = views_[at(side)].level;
    saved.view = view_;
    saved.automatic = automatic_;
    saved.shape = shape();
    saved.fitted = whole_;
    saved.layers = layers_;
    saved.particles = particles_;
    saved.following = following_;
    saved.starts = starts_;
    saved.scrubber = scrubber();
    saved.pages = pages_->views();
    return saved;
}

void Explorer::restore(const ViewState& saved) {
    if (!state()) return;
    const int rank = state()->rank();
    const auto fits = [rank, inputs = state()->inputs()](const phase::View& view) {
        if (view.input >= 0) return rank == 1 && view.input < inputs && view.axes == std::array{0, 1};
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
        view.traces = nullptr;
        view.suggestion.reset();
        view.fitWanted = false;
    }
    layers_ = saved.layers;
    particles_ = saved.particles;
    following_ = saved.following;
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
        chosen_ = saved.view;
        chosenShape_ = saved.shape.isEmpty() ? shape() : saved.shape;
        // The same part of the plane in a window of another shape.
        if (automatic_ && whole_ && rank > 1) {
            view_ = withAspect(*whole_, aspect());
            view_.held = saved.view.held;
        } else if (!automatic_ && rank > 1) {
            view_ = chosenView();
        }
    }
    for (int side = 0; side < sides; ++side) emit levelChanged(side);
    emit layersChanged();
    emit viewChanged();
    if (usable)
        requestPortraits();
    else
        fitWhole();
    requestTrajectories();
    requestProbe();
    trials_.setScrubber(saved.scrubber);
    if (!opening_) pages_->restore(saved.pages);
}

/// What was chosen by hand, at its scale in a picture of the present shape.
phase::View Explorer::chosenView() const {
    phase::View view = chosen_;
    if (shape() == chosenShape_) return view;
    const double across = (1 - shape().width() / chosenShape_.width()) / 2 * chosen_.width();
    const double up = (1 - shape().height() / chosenShape_.height()) / 2 * chosen_.height();
    view.xMin += across;
    view.xMax -= across;
    view.yMin += up;
    view.yMax -= up;
    return view;
}

void Explorer::setView(const phase::View& asked) {
    // Pan and zoom leave the modes where they are held, which may have moved on since the hand took hold of the view.
    phase::View view = asked;
    if (view.samePlane(view_)) view.held = view_.held;
    if (view == view_ || !(view.width() > 0) || !(view.height() > 0)) return;
    ++viewChanges_;
    automatic_ = false;
    for (View& each : views_) each.fitWanted = false;
    view_ = chosen_ = view;
    chosenShape_ = shape();
    emit viewChanged();
    requestPortraits();
}

void Explorer::setAxes(int horizontal, int vertical) {
    if (!state() || horizontal == vertical || std::max(horizontal, vertical) >= state()->rank()) return;
    view_.axes = {horizontal, vertical};
    for (View& view : views_) view.result = nullptr;
    emit viewChanged();
    fit();
}

void Explorer::setFollowing(bool follow) {
    if (following_ == follow) return;
    ++viewChanges_;
    following_ = follow;
    view_.held = {};
    holdMarkedState();
    if (!state() || state()->rank() < 3) return;
    emit viewChanged();
    requestPortraits();
}

void Explorer::fit() {
    ++viewChanges_;
    fitWhole();
}

void Explorer::fitWhole() {
    automatic_ = true;
    for (View& view : views_) {
        view.suggestion.reset();
        view.fitWanted = true;
    }
    requestPortraits();
}

}  // namespace kappascope::session
