// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/judging_options.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/commands_common.h"
#include "app/commands_trial.h"

namespace kappascope::app {

void addJudgingOptions(CLI::App& parser, JudgingOptions& options, const std::string& freshName) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser.add_option("--task", options.task, help(QT_TR_NOOP("the network's own by default")));
    parser.add_option("--task-option", options.taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser
        .add_option("--noise", options.noise,
                    help(QT_TR_NOOP("sigma of the state noise per unit and step (the network's own)")))
        ->check(CLI::Range(0.0, 1e6));
    parser.add_option("--draws", options.draws, help(QT_TR_NOOP("networks drawn from each circuit (20)")))
        ->check(CLI::Range(1, 10'000));
    parser.add_option(freshName, options.fresh, help(QT_TR_NOOP("fresh trials for each accuracy (500)")))
        ->check(CLI::Range(1, 1'000'000));
}

void check(const JudgingOptions& options) {
    if (options.noise && !std::isfinite(*options.noise)) throw UsageError(Texts::tr("--noise takes a finite number."));
}

session::TrialChoice choiceOf(const JudgingOptions& options) {
    TrialOptions typed;
    typed.task = options.task;
    typed.taskOptions = options.taskOptions;
    return choiceOf(typed);
}

}  // namespace kappascope::app
