// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ui/session/state.h"

namespace kappascope::app {

/// How networks that are drawn from circuits are judged, as it was typed.
struct JudgingOptions {
    std::string task;
    std::vector<std::string> taskOptions;  ///< "cue=0.5"
    std::optional<double> noise;
    int draws = 20;
    int fresh = 500;  ///< trials for each accuracy
};

/// Adds --task, --task-option, --noise, --draws and the number of fresh trials, under the name that the command has for
/// it, to a sub-command.
void addJudgingOptions(CLI::App& parser, JudgingOptions& options, const std::string& freshName);

/// Throws UsageError for a noise that is not finite.
void check(const JudgingOptions& options);

/// The task that the options name, with the options typed for it. Throws UsageError.
session::TrialChoice choiceOf(const JudgingOptions& options);

}  // namespace kappascope::app
