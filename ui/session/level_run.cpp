// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/level_run.h"

#include <utility>

#include "core/simulation/projection.h"

namespace kappascope::session {

namespace {

/// The whole network of a full-rank file, seen along the modes of its view.
simulation::Trajectory simulateWhole(const State& state, const Eigen::VectorXd& gains, const simulation::Trial& trial,
                                     simulation::SimulationOptions options, std::stop_token stop) {
    const bool keepUnits = std::exchange(options.recordUnits, true);
    const Eigen::VectorXd kappa = std::exchange(options.startKappa, {});
    if (kappa.size() > 0 && options.startUnits.size() == 0) {
        options.startUnits = state.network->m * kappa;
        if (options.startInput.size() > 0) options.startUnits += state.network->inputWeights * options.startInput;
    }
    auto result = simulation::simulateNetwork(*state.file, gains, trial, options, stop);
    result.kappa = simulation::recurrentKappa(*state.network, gains, result, kappa, options.startUnits);
    if (!keepUnits) result.units.resize(0, 0);
    return result;
}

}  // namespace

simulation::Trajectory simulateLevel(const State& state, Level level, const simulation::Trial& trial,
                                     simulation::SimulationOptions options, std::stop_token stop) {
    const Eigen::VectorXd gains = state.effectiveGains();
    switch (level) {
        case Level::network:
            if (state.isTruncated()) return simulateWhole(state, gains, trial, std::move(options), stop);
            return simulation::simulateNetwork(*state.network, gains, trial, options, stop);
        case Level::exact: return simulation::simulateExact(*state.network, gains, trial, options, stop);
        case Level::meanField: return simulation::simulateMeanField(*state.circuit, gains, trial, options, stop);
    }
    return {};
}

double noiseVariance(const State& state) {
    if (state.trial.task.isEmpty() || !(state.trial.noise > 0)) return 0;
    return reduction::stationaryNoiseVariance(state.trial.noise, state.network ? state.network->alpha : 0.2);
}

bool isCostly(const State& state, Level level) {
    constexpr Eigen::Index most = 1200;  // a step of so many units takes about a millisecond
    return level == Level::network && state.isTruncated() && state.file->units() > most;
}

}  // namespace kappascope::session
