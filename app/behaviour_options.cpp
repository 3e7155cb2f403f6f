// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/behaviour_options.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/commands_trial.h"
#include "core/error.h"
#include "core/tasks/choice_plot.h"
#include "core/text.h"
#include "ui/session/comparison.h"
#include "ui/session/reductions.h"

namespace kappascope::app {

namespace {

/// The population that is meant by its number, from 1, or its name; -1: none.
int populationOf(const session::State& state, const QString& text) {
    for (int p = 0; p < state.populations(); ++p)
        if (text == QString::number(p + 1)) return p;
    for (int p = 0; p < state.populations(); ++p)
        if (text == state.populationName(p)) return p;
    return -1;
}

Eigen::VectorXd inactivated(const session::State& state, const std::vector<std::string>& given) {
    Eigen::VectorXd shares = Eigen::VectorXd::Zero(state.populations());
    std::vector<bool> known(static_cast<std::size_t>(state.populations()));
    for (const auto& text : given) {
        const auto colon = text.rfind(':');
        const auto share = colon == std::string::npos ? std::nullopt : toNumber(text.substr(colon + 1));
        if (!share || !(*share >= 0 && *share <= 1))
            throw UsageError(
                Texts::tr("--inactivate takes POPULATION:SHARE with a share of 0 to 1, such as 1:0.5, not “%1”.")
                    .arg(QString::fromStdString(text)));
        const QString name = QString::fromStdString(text.substr(0, colon));
        const int p = populationOf(state, name);
        if (p < 0)
            throw UsageError(Texts::tr("--inactivate: there is no population “%1”; there are %2, counted from 1.")
                                 .arg(name)
                                 .arg(state.populations()));
        if (known[static_cast<std::size_t>(p)])
            throw UsageError(Texts::tr("--inactivate names population “%1” twice.").arg(name));
        known[static_cast<std::size_t>(p)] = true;
        shares[p] = *share;
    }
    return shares;
}

}  // namespace

void addBehaviourArguments(CLI::App& parser, BehaviourArguments& arguments) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    addCommonOptions(parser, arguments.common);
    parser.add_option("--task", arguments.task, help(QT_TR_NOOP("the network's own by default")));
    parser.add_option("--task-option", arguments.taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser.add_option("--inactivate", arguments.inactivate,
                      help(QT_TR_NOOP("POPULATION:SHARE: silences this share of a population's units, chosen by the "
                                      "seed; a larger share holds the units of a smaller one")));
    parser
        .add_option("--noise", arguments.noise,
                    help(QT_TR_NOOP("sigma of the state noise per unit and step (the network's own, or where its file "
                                    "has none that of the task's training)")))
        ->check(CLI::Range(0.0, 1e6));
    parser.add_option("--csv", arguments.csv, help(QT_TR_NOOP("write the numbers to this file too")));
}

BehaviourSubject openSubject(const BehaviourArguments& arguments) {
    if (!arguments.common.input.empty())
        throw UsageError(Texts::tr("The input comes from the task, not from --input."));
    if (arguments.noise && !std::isfinite(*arguments.noise))
        throw UsageError(Texts::tr("--noise takes a finite number."));
    BehaviourSubject subject;
    // The seed is the trials'; a network drawn from a circuit is the one that the window draws.
    CommonOptions common = arguments.common;
    common.seed = CommonOptions().seed;
    subject.opened = openNet(common);
    const auto& state = *subject.opened.state;
    TrialOptions typed;
    typed.task = arguments.task;
    typed.taskOptions = arguments.taskOptions;
    const auto choice = session::completed(state, choiceOf(typed));
    subject.task = &tasks::task(choice.task.toStdString());
    tasks::requireChoices(*subject.task);
    subject.taskOptions = session::taskOptions(choice);
    subject.modulation.gains = state.effectiveGains();
    subject.modulation.inactivated = inactivated(state, arguments.inactivate);
    subject.modulation.seed = arguments.common.seed;
    if (state.network) subject.network = state.isTruncated() && !subject.opened.rankGiven ? state.file : state.network;
    const double own = state.file ? state.file->noise : 0;
    subject.noise = arguments.noise.value_or(session::trainingNoise(own, *subject.task, subject.taskOptions));
    return subject;
}

Json subjectToJson(const BehaviourSubject& subject, const BehaviourArguments& arguments) {
    Json json;
    json["name"] = subject.opened.state->title.toStdString();
    json["task"] = std::string(subject.task->id());
    json["task_options"] = numbersToJson(subject.taskOptions);
    json["gain"] = toJson(subject.modulation.gains);
    json["inactivated"] = toJson(subject.modulation.inactivated);
    json["noise"] = subject.noise;
    json["seed"] = arguments.common.seed;
    return json;
}

QString modulationText(const BehaviourSubject& subject) {
    QString text = Texts::tr("gain %1").arg(shown(subject.modulation.gains));
    for (int p = 0; p < subject.populations(); ++p)
        if (subject.modulation.inactivated[p] > 0)
            text +=
                Texts::tr(", %1 % of %2 inactivated")
                    .arg(shown(100 * subject.modulation.inactivated[p], 3), subject.opened.state->populationName(p));
    return text;
}

}  // namespace kappascope::app
