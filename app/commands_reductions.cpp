// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_fit.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "core/random.h"
#include "core/training/evaluation.h"
#include "ui/session/agreement_text.h"
#include "ui/session/comparison.h"
#include "ui/session/point_matches.h"
#include "ui/session/refining.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

struct ReductionsOptions {
    CommonOptions common;
    std::string task;
    std::vector<std::string> taskOptions;
    std::optional<double> noise;
    int most = 3;
    int refined = 2;
    int trials = 10;
    int fresh = 500;
    int draws = 20;
};

/// One line of the table: a level, or a circuit of some populations.
struct Row {
    QString name;
    QString origin;
    int populations = 0;  ///< 0: the exact level, which has none
    simulation::Agreement agreement;
    int points = 0;
    int reducedPoints = 0;
    int matched = 0;
    int sameKind = 0;
    double largestDistance = 0;
    bool proven = true;
    std::optional<double> accuracy;
    std::vector<double> drawn;
};

/// What all rows share.
struct Ground {
    const ReductionsOptions& options;
    session::TrialChoice choice;
    const tasks::Task& task;
    tasks::TaskOptions taskOptions;
    double noise = 0;
    session::ThreadPool pool;
};

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
    const double centre = mean(values);
    double squares = 0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    return values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : 0;
}

Row measure(const session::State& state, session::Level level, const QString& name, Ground& ground) {
    const session::ForEach forEach = [&ground](int count, const std::function<void(int)>& work) {
        ground.pool.forEach(static_cast<std::size_t>(count), [&](std::size_t k) { work(static_cast<int>(k)); });
    };
    Row row;
    row.name = name;
    const auto comparison = session::compare(state, ground.choice, {}, forEach);
    row.agreement = *comparison.of(level);
    if (!state.isTruncated()) {
        const auto inputs = session::heldInputs(state, ground.choice);
        for (const auto& each : session::matchPoints(state, level, inputs, {}, forEach)) {
            row.points += static_cast<int>(each.network.size());
            row.reducedPoints += static_cast<int>(each.reduced.size());
            row.matched += static_cast<int>(each.matching.matched.size());
            row.proven = row.proven && each.proven;
            for (const auto& pair : each.matching.matched) {
                row.sameKind += pair.sameKind;
                row.largestDistance = std::max(row.largestDistance, pair.distance);
            }
        }
    }
    const auto seed = ground.options.common.seed;
    const int fresh = ground.options.fresh;
    if (level != session::Level::meanField) {
        row.accuracy = training::evaluate(*state.network, ground.task, ground.taskOptions, ground.noise, fresh, seed,
                                          ground.pool.executor())
                           .accuracy();
        return row;
    }
    const auto& circuit = *state.circuit;
    row.populations = circuit.populationCount();
    row.origin = session::originText(circuit);
    if (circuit.outputs != ground.task.randomTrial(ground.taskOptions, seed, 0).target.rows()) return row;
    row.accuracy = training::evaluateMeanField(circuit, ground.task, ground.taskOptions, ground.noise,
                                               state.network->alpha, fresh, seed, ground.pool.executor())
                       .accuracy();
    for (int k = 0; k < ground.options.draws; ++k) {
        auto network =
            reduction::sample(circuit, state.network->units(), derivedSeed(seed, static_cast<std::uint64_t>(k)));
        network.alpha = state.network->alpha;
        network.readout = state.network->readout;
        row.drawn.push_back(training::evaluate(network, ground.task, ground.taskOptions, ground.noise, fresh, seed,
                                               ground.pool.executor())
                                .accuracy());
    }
    return row;
}

Json rowToJson(const Row& row) {
    Json json;
    json["name"] = row.name.toStdString();
    json["origin"] = row.origin.isEmpty() ? Json() : Json(row.origin.toStdString());
    json["populations"] = row.populations;
    json["identity"] = row.agreement.identity;
    json["rms_kappa"] = row.agreement.rmsKappa;
    json["rms_z"] = row.agreement.rmsZ;
    json["same_choice"] = row.agreement.sameChoice;
    json["chance"] = row.agreement.chance;
    json["fixed_points"] = {{"network", row.points},
                            {"reduced", row.reducedPoints},
                            {"matched", row.matched},
                            {"same_kind", row.sameKind},
                            {"largest_distance", row.largestDistance},
                            {"complete", row.proven ? "proven" : "not proven"}};
    json["accuracy"] = row.accuracy ? Json(*row.accuracy) : Json();
    json["drawn"] = nullptr;
    if (!row.drawn.empty())
        json["drawn"] = {{"mean", mean(row.drawn)}, {"sd", deviation(row.drawn)}, {"draws", row.drawn}};
    return json;
}

QStringList rowText(const Row& row) {
    return {row.name,
            session::rmsText(row.agreement.rmsKappa),
            session::rmsText(row.agreement.rmsZ),
            session::shareText(row.agreement.sameChoice),
            session::shareText(row.agreement.chance),
            Texts::tr("%1 of %2").arg(row.matched).arg(std::max(row.points, row.reducedPoints)),
            QString::number(row.sameKind),
            shown(row.largestDistance, 3),
            row.accuracy ? session::shareText(*row.accuracy) : QStringLiteral("–"),
            row.drawn.empty() ? QStringLiteral("–")
                              : Texts::tr("%1 ± %2").arg(session::shareText(mean(row.drawn)),
                                                         session::shareText(deviation(row.drawn)))};
}

void report(const Opened& opened, const Ground& ground, const std::vector<Row>& rows, const QStringList& warnings) {
    const auto& options = ground.options;
    if (options.common.json) {
        Json json;
        json["name"] = opened.state->title.toStdString();
        json["task"] = ground.choice.task.toStdString();
        json["task_options"] = numbersToJson(ground.taskOptions);
        json["noise"] = ground.noise;
        json["trials_per_condition"] = options.trials;
        json["fresh_trials"] = options.fresh;
        json["draws"] = options.draws;
        json["seed"] = options.common.seed;
        json["rows"] = Json::array();
        for (const Row& row : rows) json["rows"].push_back(rowToJson(row));
        json["warnings"] = toJson(warnings);
        return print(json);
    }
    QString text = Texts::tr("%1, task %2: how good is each reduction\n").arg(opened.state->title, ground.choice.task);
    text += Texts::tr(
                "%1 noisy trial(s) of each condition (state noise %2); accuracy over %3 fresh trials, of the "
                "level itself and of %4 networks drawn from it\n\n")
                .arg(options.trials)
                .arg(shown(ground.noise))
                .arg(options.fresh)
                .arg(options.draws);
    Table table({Texts::tr("reduction"), Texts::tr("rms kappa"), Texts::tr("rms z"), Texts::tr("same choice"),
                 Texts::tr("chance"), Texts::tr("fixed points"), Texts::tr("same kind"), Texts::tr("largest distance"),
                 Texts::tr("accuracy"), Texts::tr("drawn networks")});
    for (const Row& row : rows) table.add(rowText(row));
    text += table.text();
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

/// A state of these populations, fitted; "1" for one Gaussian.
session::StatePtr withPopulations(const session::StatePtr& state, int count, const CommonOptions& common,
                                  QStringList& warnings) {
    if (count == 1) return session::withOneGaussian(state);
    FitOptions fit;
    fit.seed = common.seed;
    fit.threads = common.threads;
    network::Network network = *state->network;
    network.labels.clear();
    network.populationNames.clear();
    network.storedGains.resize(0);
    const auto found = fitPopulations(network, FitCount{count}, fit);
    if (found.fit.count() < count)
        warnings << Texts::tr("Of %1 populations the fit occupies %2.").arg(count).arg(found.fit.count());
    return session::withLabels(state, found.fit.labels);
}

void runReductions(const ReductionsOptions& options) {
    if (!options.common.input.empty() || !options.common.gain.empty() || !options.common.level.empty() ||
        !options.common.populations.empty())
        throw UsageError(
            Texts::tr("reductions tries every level at unit gains: no --input, --gain, --level or "
                      "--populations."));
    if (options.noise && !std::isfinite(*options.noise)) throw UsageError(Texts::tr("--noise takes a finite number."));
    const auto opened = openNet(options.common);
    if (!opened.state->network) throw Error(ErrorCode::needsUnits);
    TrialOptions typed;
    typed.task = options.task;
    typed.taskOptions = options.taskOptions;
    auto choice = session::completed(*opened.state, choiceOf(typed));
    const auto& task = tasks::task(choice.task.toStdString());
    const auto taskOptions = session::taskOptions(choice);
    const double noise = options.noise.value_or(trainingNoise(opened.state->network->noise, task, taskOptions));
    choice.noise = noise;
    choice.trials = options.trials;
    choice.seed = options.common.seed;
    Ground ground{options, choice, task, taskOptions, noise, session::ThreadPool(options.common.threads)};

    // The network itself, in one piece and at unit gains.
    const auto whole = session::withOneGaussian(opened.state);
    const int refinements = options.refined > 0 ? 1 : 0;
    QStringList warnings = opened.warnings;
    std::vector<Row> rows;
    Progress progress(Texts::tr("Measuring reductions"),
                      1 + options.most + refinements + (options.common.circuit.empty() ? 0 : 1));
    const auto add = [&](Row row) {
        rows.push_back(std::move(row));
        progress.step();
    };
    add(measure(*whole, session::Level::exact, Texts::tr("exact"), ground));
    for (int count = 1; count <= options.most; ++count) {
        const auto state = withPopulations(whole, count, options.common, warnings);
        add(measure(*state, session::Level::meanField, Texts::tr("%1 population(s)").arg(count), ground));
    }
    if (refinements > 0) {
        const auto state = withPopulations(whole, options.refined, options.common, warnings);
        training::RefinementOptions refinement;
        refinement.seed = options.common.seed;
        auto result = session::refineToFlow(*state, *state->circuit, session::refinementTrials(*state, choice),
                                            refinement, {ground.pool.executor(), {}, {}});
        const auto refined =
            session::withCircuit(whole, std::make_shared<const reduction::Circuit>(std::move(result.circuit)));
        add(measure(*refined, session::Level::meanField,
                    Texts::tr("%1 population(s), refined").arg(refined->populations()), ground));
    }
    if (!options.common.circuit.empty())
        add(measure(*opened.state, session::Level::meanField, QString::fromStdString(options.common.circuit), ground));
    report(opened, ground, rows, warnings);
}

}  // namespace

Command makeReductions(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<ReductionsOptions>();
    auto* parser = root.add_subcommand(
        "reductions",
        help(QT_TR_NOOP("how good is the reduction: every level and number of populations against the network")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    parser->add_option("--task", options->task, help(QT_TR_NOOP("the network's own by default")));
    parser->add_option("--task-option", options->taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser
        ->add_option("--noise", options->noise,
                     help(QT_TR_NOOP("sigma of the state noise per unit and step (the network's own)")))
        ->check(CLI::Range(0.0, 1e6));
    parser->add_option("--most", options->most, help(QT_TR_NOOP("circuits of 1, 2, ... so many populations (3)")))
        ->check(CLI::Range(1, 16));
    parser
        ->add_option("--refined", options->refined,
                     help(QT_TR_NOOP("populations of the circuit that is refined to the flow (2; 0: none)")))
        ->check(CLI::Range(0, 16));
    parser->add_option("--trials", options->trials, help(QT_TR_NOOP("so many noisy ones of each condition (10)")))
        ->check(CLI::Range(1, 100'000));
    parser->add_option("--fresh", options->fresh, help(QT_TR_NOOP("trials for the accuracy (500)")))
        ->check(CLI::Range(1, 1'000'000));
    parser->add_option("--draws", options->draws, help(QT_TR_NOOP("networks drawn from each circuit (20)")))
        ->check(CLI::Range(1, 10'000));
    return {parser, false, [options] { runReductions(*options); }};
}

}  // namespace kappascope::app
