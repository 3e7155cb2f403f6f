// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <map>
#include <string>
#include <vector>

#include "core/simulation/trial.h"
#include "ui/session/state.h"

namespace kappascope::app {

/// Which trial to simulate, as it was typed.
struct TrialOptions {
    std::string task;
    std::string condition;
    std::vector<std::string> taskOptions;  ///< "cue=0.5"
    std::string file;
    bool inputNoise = false;
};

/// {"dt_over_tau", "inputs": [[[first, end, level], ...] per channel], "steps"}. Later pieces of a channel overwrite
/// earlier ones. Throws cannotOpen, malformed, missingField, tooLarge or wrongShape, naming file and field.
simulation::Trial readTrialFile(const QString& path);

/// The trial that the options name, number `index` of the seed (the noise differs, and without a condition the whole
/// trial). A network's own task and task options are the defaults. Throws UsageError or Error.
simulation::Trial chooseTrial(const TrialOptions& options, const session::State& state, std::uint64_t seed, int index);

}  // namespace kappascope::app
