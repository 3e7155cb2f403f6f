// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/portrait_extras.h"

#include <algorithm>

namespace kappascope::session {

namespace {

constexpr Eigen::Index affordableUnits = 20000;  // beyond, z waits until the slider rests

bool on(const std::vector<QString>& layers, const char* id) {
    return std::find(layers.begin(), layers.end(), QLatin1String(id)) != layers.end();
}

bool lacksManifolds(const phase::Portrait& portrait, const std::vector<QString>& layers, Detail detail) {
    if (portrait.rank < 2 || !on(layers, "manifolds")) return false;
    return portrait.manifoldDetail < (detail == Detail::fine ? phase::Manifolds::exact : phase::Manifolds::drawn);
}

int wantedNodes(Detail detail) {
    return detail == Detail::fine ? phase::readoutNodes : phase::coarseReadoutNodes;
}

bool lacksReadout(const phase::Portrait& portrait, const std::vector<QString>& layers, Detail detail) {
    return on(layers, "readout") && portrait.readout.columns < wantedNodes(detail);
}

}  // namespace

bool hasExtras(const phase::Portrait& portrait, const std::vector<QString>& layers, Detail detail) {
    return !lacksManifolds(portrait, layers, detail) && !lacksReadout(portrait, layers, detail);
}

void addExtras(const reduction::Flow& flow, const State& state, Level level, const std::vector<QString>& layers,
               Detail detail, phase::Portrait& portrait, const std::stop_token& stop) {
    const bool fine = detail == Detail::fine;
    if (lacksManifolds(portrait, layers, detail)) {
        if (fine) {
            phase::ManifoldOptions options;
            options.view = portrait.view;
            portrait.manifolds = phase::findManifolds(flow, portrait.census, portrait.cycles, options, stop);
            portrait.manifoldDetail = phase::Manifolds::exact;
        } else if (portrait.rank == 2) {
            portrait.manifolds = phase::drawnManifolds(portrait.field, portrait.census, portrait.cycles);
            portrait.manifoldDetail = phase::Manifolds::drawn;
        }
    }
    const bool cheap = level == Level::meanField || !state.network || state.network->units() <= affordableUnits;
    if (lacksReadout(portrait, layers, detail) && (fine || cheap))
        portrait.readout = phase::computeReadoutField(flow, portrait.view, wantedNodes(detail), stop);
}

Diffusion projectedNoise(const State& state, Level level, const phase::View& view) {
    Diffusion diffusion;
    if (level == Level::meanField || !state.network || !(state.trial.noise > 0)) return diffusion;
    const auto& network = *state.network;
    diffusion.alpha = network.alpha;
    for (std::size_t axis = 0; axis < (network.rank() > 1 ? 2 : 1); ++axis) {
        const double length = network.m.col(view.axes[axis]).norm();
        if (length > 0) diffusion.perStep[axis] = state.trial.noise / length;
    }
    return diffusion;
}

}  // namespace kappascope::session
