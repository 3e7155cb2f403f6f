// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/pages.h"

#include "ui/session/behaviour_desk.h"
#include "ui/session/explorer.h"
#include "ui/session/selectivity_desk.h"
#include "ui/session/unit_selection.h"

namespace kappascope::session {

Pages::Pages(Explorer& explorer) : explorer_(explorer) {
    connect(&explorer_, &Explorer::stateChanged, this, &Pages::follow);
}

/// Who is silenced, and what is looked at of the units, means nothing in another network or task.
void Pages::follow() {
    const auto state = explorer_.state();
    if (!state) return;
    if (state->network == network_ && state->circuit == circuit_ && state->trial.task == task_) return;
    if (state->network != network_ || state->circuit != circuit_) views_.behaviour.inactivated.clear();
    network_ = state->network;
    circuit_ = state->circuit;
    task_ = state->trial.task;
    views_.behaviour.noise.reset();
    views_.selectivity = {{}, {0, 1}, 0, -1, views_.selectivity.testOf};
}

PageViews Pages::views() const {
    PageViews views = views_;
    views.units = UnitSelection::of(explorer_).shared();
    return views;
}

void Pages::restore(const PageViews& views) {
    const auto before = views_;
    views_ = views;
    views_.units = nullptr;
    auto& units = UnitSelection::of(explorer_);
    if (views.units)
        units.choose(*views.units, UnitSelection::Mode::replace);
    else
        units.clear();
    for (int side = 0; side < 2; ++side)
        if (showsDiagram(side) != before.diagrams[static_cast<std::size_t>(side)]) emit diagramChanged(side);
    // What one desk shows already is not what the next is still to show.
    restoring_ = true;
    emit restored();
    restoring_ = false;
    if (views_.workspace != before.workspace) emit workspaceChanged();
}

void Pages::setWorkspace(Workspace workspace) {
    if (views_.workspace == workspace) return;
    views_.workspace = workspace;
    emit workspaceChanged();
}

void Pages::setDiagram(int side, bool on) {
    if (showsDiagram(side) == on) return;
    views_.diagrams[static_cast<std::size_t>(side)] = on;
    emit diagramChanged(side);
    emit changed();
}

void Pages::setBehaviour(const BehaviourLook& behaviour) {
    if (views_.behaviour == behaviour) return;
    views_.behaviour = behaviour;
    emit changed();
}

void Pages::setSelectivity(const SelectivityLook& selectivity) {
    if (views_.selectivity == selectivity) return;
    views_.selectivity = selectivity;
    emit changed();
}

void Pages::keep(BehaviourDesk& desk) {
    const auto show = [this, &desk] { desk.restore(views_.behaviour); };
    show();
    connect(this, &Pages::restored, &desk, show);
    connect(&desk, &BehaviourDesk::controlsChanged, this, [this, &desk] {
        if (restoring_) return;
        BehaviourLook look = desk.look();
        look.selectivity = views_.behaviour.selectivity;  // the page's, not the desk's
        setBehaviour(look);
    });
}

void Pages::keep(SelectivityDesk& desk) {
    const auto show = [this, &desk] { desk.restore(views_.selectivity); };
    show();
    connect(this, &Pages::restored, &desk, show);
    const auto take = [this, &desk] {
        if (!restoring_) setSelectivity(desk.look());
    };
    connect(&desk, &SelectivityDesk::changed, this, take);
    connect(&desk, &SelectivityDesk::unitChanged, this, take);
    connect(&desk, &SelectivityDesk::testChanged, this, take);
}

}  // namespace kappascope::session
