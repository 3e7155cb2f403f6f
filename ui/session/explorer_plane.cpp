// SPDX-License-Identifier: GPL-3.0-or-later
// Of rank 1: the plane of kappa and one input.
#include <algorithm>

#include "ui/session/explorer.h"

namespace kappascope::session {

void Explorer::setVerticalInput(int input) {
    input = std::max(input, -1);
    if (!state() || state()->rank() != 1 || input >= state()->inputs() || input == view_.input) return;
    selection_->clear();
    view_.input = input;
    view_.axes = {0, input < 0 ? 0 : 1};
    whole_.reset();
    cross_.reset();
    for (View& view : views_) {
        view.result = nullptr;
        view.trajectories = nullptr;
        view.traces = nullptr;
    }
    emit viewChanged();
    fit();
    requestTrajectories();
    requestProbe();
}

/// The state as it is shown, at v_s of a point of the plane; without one, and where there is no plane, as it is shown.
StatePtr Explorer::stateAtLevel(std::optional<double> level) const {
    StatePtr shown = shownState();
    if (view_.input < 0 || !level) return shown;
    auto state = std::make_shared<State>(*shown);
    state->input[view_.input] = *level;
    return state;
}

}  // namespace kappascope::session
