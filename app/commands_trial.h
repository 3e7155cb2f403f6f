// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <QString>
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

/// Adds --task, --condition, --task-option and --trial to a sub-command. conditionHelp: what a condition is, and what
/// happens without one.
void addTrialOptions(CLI::App& parser, TrialOptions& options, const QString& conditionHelp);

/// The task trial that the options name, with the options typed for it; the rest is left open. Throws UsageError where
/// they name a file (also), or one is malformed.
session::TrialChoice choiceOf(const TrialOptions& options);

/// {"dt_over_tau", "inputs": [[[first, end, level], ...] per channel], "steps"}. Later pieces of a channel overwrite
/// earlier ones. Throws cannotOpen, malformed, missingField, tooLarge or wrongShape, naming file and field.
simulation::Trial readTrialFile(const QString& path);

/// The same for a network of so many inputs. Throws inputsDoNotMatch too.
simulation::Trial readTrialFile(const QString& path, const session::State& state);

/// The trial that the options name, number `index` of the seed (the noise differs, and without a condition the whole
/// trial). A network's own task and task options are the defaults. Throws UsageError or Error.
simulation::Trial chooseTrial(const TrialOptions& options, const session::State& state, std::uint64_t seed, int index);

}  // namespace kappascope::app
