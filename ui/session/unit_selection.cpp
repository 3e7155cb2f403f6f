// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/unit_selection.h"

#include <algorithm>
#include <utility>

#include "ui/session/connectivity.h"
#include "ui/session/explorer.h"
#include "ui/session/pages.h"

namespace kappascope::session {

UnitSelection& UnitSelection::of(Explorer& explorer) {
    if (auto* known = explorer.findChild<UnitSelection*>(QString(), Qt::FindDirectChildrenOnly)) return *known;
    return *new UnitSelection(explorer);
}

UnitSelection::UnitSelection(Explorer& explorer) : QObject(&explorer), explorer_(explorer) {
    connect(&explorer_, &Explorer::stateChanged, this, [this](Changes what) {
        if (what.testAnyFlags(Change::network | Change::circuit)) follow();
    });
    connect(this, &UnitSelection::changed, &explorer_.pages(), &Pages::changed);
    follow();
}

void UnitSelection::follow() {
    const auto state = explorer_.state();
    const auto before = std::exchange(network_, state ? state->network : nullptr);
    if (network_ == before) return;
    // Other labels of the same units leave them chosen.
    if (!network_ || !before || !sameLoadings(*network_, *before)) return clear();
    if (!selected_) return;
    countAll();
    emit changed();
}

void UnitSelection::countAll() {
    counts_.clear();
    if (!selected_) return;
    counts_.assign(static_cast<std::size_t>(network_->populationCount()), 0);
    for (std::size_t unit = 0; unit < selected_->size(); ++unit)
        if ((*selected_)[unit])
            ++counts_[network_->labels.empty() ? 0 : static_cast<std::size_t>(network_->labels[unit])];
}

void UnitSelection::choose(const std::vector<char>& hit, Mode mode) {
    if (!network_ || std::cmp_not_equal(hit.size(), network_->units())) return;
    std::vector<char> next = mode == Mode::replace ? std::vector<char>(hit.size(), 0) : selected();
    next.resize(hit.size(), 0);
    for (std::size_t unit = 0; unit < hit.size(); ++unit)
        if (hit[unit]) next[unit] = mode != Mode::remove;
    count_ = static_cast<int>(std::count(next.begin(), next.end(), 1));
    selected_ = count_ > 0 ? std::make_shared<const std::vector<char>>(std::move(next)) : nullptr;
    countAll();
    emit changed();
}

void UnitSelection::clear() {
    if (!selected_) return;
    selected_.reset();
    count_ = 0;
    counts_.clear();
    emit changed();
}

}  // namespace kappascope::session
