// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "core/training/evaluation.h"
#include "ui/session/comparison.h"
#include "ui/session/reductions.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

constexpr int freshTrials = 1000;

struct EvaluateOptions {
    CommonOptions common;
    std::string task;
    std::vector<std::string> taskOptions;
    std::optional<double> noise;
    int trials = freshTrials;
};

void report(const EvaluateOptions& options, const session::State& state, const tasks::Task& task,
            const tasks::TaskOptions& taskOptions, double noise, const training::Score& score,
            const QStringList& warnings) {
    if (options.common.json) {
        Json json;
        json["name"] = state.title.toStdString();
        json["task"] = std::string(task.id());
        json["task_options"] = numbersToJson(taskOptions);
        json["loss"] = score.loss();
        json["accuracy"] = score.accuracy();
        json["trials"] = options.trials;
        json["noise"] = noise;
        json["seed"] = options.common.seed;
        json["warnings"] = toJson(warnings);
        print(json);
        return;
    }
    QString text = Texts::tr("%1, task %2, %3 fresh trials, state noise %4: loss %5, accuracy %6 %\n")
                       .arg(state.title, QString::fromStdString(std::string(task.id())))
                       .arg(options.trials)
                       .arg(shown(noise), shown(score.loss(), 4), shown(100 * score.accuracy(), 4));
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void runEvaluation(const EvaluateOptions& options) {
    if (!options.common.input.empty()) throw UsageError(Texts::tr("evaluate takes its input from the task."));
    if (!options.common.level.empty() && options.common.level != "network")
        throw UsageError(Texts::tr("evaluate steps the network itself: --level network, or none."));
    if (!options.common.circuit.empty())
        throw UsageError(Texts::tr("evaluate steps the network itself; reductions --circuit judges a circuit."));
    const auto opened = openNet(options.common);
    const auto& state = *opened.state;
    if (!state.network || !state.file) throw Error(ErrorCode::needsUnits);
    TrialOptions typed;
    typed.task = options.task;
    typed.taskOptions = options.taskOptions;
    const auto choice = session::completed(state, choiceOf(typed));
    const auto& task = tasks::task(choice.task.toStdString());
    const auto taskOptions = session::taskOptions(choice);
    if (options.noise && !std::isfinite(*options.noise)) throw UsageError(Texts::tr("--noise takes a finite number."));
    session::ThreadPool pool(options.common.threads);
    if (state.sampled) {
        auto circuit = *state.circuit;
        const Eigen::VectorXd gains = state.effectiveGains();
        for (std::size_t p = 0; p < circuit.populations.size(); ++p)
            circuit.populations[p].gain = gains[static_cast<Eigen::Index>(p)];
        const double noise = options.noise.value_or(session::trainingNoise(0, task, taskOptions));
        const auto score = training::evaluate(circuit, state.network->units(), task, taskOptions, noise, options.trials,
                                              options.common.seed, pool.executor());
        return report(options, state, task, taskOptions, noise, score,
                      {Texts::tr("The trials went through %1 networks of %2 units, drawn from the circuit.")
                           .arg(std::min(options.trials, training::drawnNetworks))
                           .arg(state.network->units())});
    }
    // A full-rank network itself, unless --rank asked for its leading modes; under the gains that were asked for.
    network::Network network = state.isTruncated() && !opened.rankGiven ? *state.file : *state.network;
    network.storedGains = state.effectiveGains();
    const double noise = options.noise.value_or(session::trainingNoise(network.noise, task, taskOptions));
    const auto score =
        training::evaluate(network, task, taskOptions, noise, options.trials, options.common.seed, pool.executor());
    report(options, state, task, taskOptions, noise, score, opened.warnings);
}

}  // namespace

Command makeEvaluate(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<EvaluateOptions>();
    auto* parser =
        root.add_subcommand("evaluate", help(QT_TR_NOOP("loss and accuracy of a network over fresh trials of a task")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    parser->add_option("--task", options->task, help(QT_TR_NOOP("the network's own by default")));
    parser->add_option("--task-option", options->taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser
        ->add_option("--noise", options->noise,
                     help(QT_TR_NOOP("sigma of the state noise per unit and step (the network's own, or where its file "
                                     "says none that of the task's training)")))
        ->check(CLI::Range(0.0, 1e6));
    parser->add_option("--trials", options->trials, help(QT_TR_NOOP("fresh ones (1000)")))
        ->check(CLI::Range(1, 1'000'000));
    return {parser, false, [options] { runEvaluation(*options); }};
}

}  // namespace kappascope::app
