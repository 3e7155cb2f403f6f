// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/judging_options.h"
#include "core/error.h"
#include "core/statistics/sample.h"
#include "ui/session/reductions.h"
#include "ui/session/reductions_text.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

using session::Reduction;

struct ReductionsOptions {
    CommonOptions common;
    JudgingOptions judging;
    session::ReductionsPlan plan;
};

ReductionsOptions beginning() {
    ReductionsOptions options;
    options.plan.refined = 2;
    return options;
}

QString nameOf(const Reduction& row, const ReductionsOptions& options) {
    switch (row.kind) {
        case Reduction::Kind::exact: break;
        case Reduction::Kind::fitted: return Texts::tr("%1 population(s)").arg(row.asked);
        case Reduction::Kind::refined: return Texts::tr("%1 population(s), refined").arg(row.populations);
        case Reduction::Kind::own: return QString::fromStdString(options.common.circuit);
    }
    return Texts::tr("exact");
}

Json rowToJson(const Reduction& row, const QString& name) {
    Json json;
    json["name"] = name.toStdString();
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
    if (!row.pointsKnown) json["fixed_points"] = nullptr;
    json["accuracy"] = row.accuracy ? Json(*row.accuracy) : Json();
    json["drawn"] = nullptr;
    if (!row.drawn.empty())
        json["drawn"] = {
            {"mean", statistics::meanOf(row.drawn)}, {"sd", statistics::deviationOf(row.drawn)}, {"draws", row.drawn}};
    return json;
}

void report(const Opened& opened, const ReductionsOptions& options, const session::ReductionsGround& ground,
            const std::vector<Reduction>& rows) {
    QStringList warnings = opened.warnings;
    for (const auto& row : rows)
        if (!row.warning.isEmpty()) warnings << row.warning;
    if (options.common.json) {
        Json json;
        json["name"] = opened.state->title.toStdString();
        json["task"] = ground.choice.task.toStdString();
        json["task_options"] = numbersToJson(ground.taskOptions);
        json["noise"] = ground.noise;
        json["trials_per_condition"] = options.plan.trials;
        json["fresh_trials"] = options.judging.fresh;
        json["draws"] = options.judging.draws;
        json["seed"] = options.common.seed;
        json["rows"] = Json::array();
        for (const auto& row : rows) json["rows"].push_back(rowToJson(row, nameOf(row, options)));
        json["warnings"] = toJson(warnings);
        return print(json);
    }
    QString text = Texts::tr("%1, task %2: how good is each reduction\n").arg(opened.state->title, ground.choice.task);
    text += Texts::tr(
                "%1 noisy trial(s) of each condition (state noise %2); accuracy over %3 fresh trials, of the "
                "level itself and of %4 networks drawn from it\n\n")
                .arg(options.plan.trials)
                .arg(shown(ground.noise))
                .arg(options.judging.fresh)
                .arg(options.judging.draws);
    Table table({Texts::tr("reduction"), Texts::tr("rms kappa"), Texts::tr("rms z"), Texts::tr("same choice"),
                 Texts::tr("chance"), Texts::tr("fixed points"), Texts::tr("same kind"), Texts::tr("largest distance"),
                 Texts::tr("accuracy"), Texts::tr("drawn networks")});
    for (const auto& row : rows) table.add(QStringList(nameOf(row, options)) + session::reductionCells(row));
    text += table.text();
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void runReductions(const ReductionsOptions& options) {
    if (!options.common.input.empty() || !options.common.gain.empty() || !options.common.level.empty() ||
        !options.common.populations.empty())
        throw UsageError(
            Texts::tr("reductions tries every level at unit gains: no --input, --gain, --level or "
                      "--populations."));
    check(options.judging);
    const auto opened = openNet(options.common);
    if (!opened.state->network) throw Error(ErrorCode::needsUnits);
    refuseRates(*opened.state);
    session::ReductionsPlan plan = options.plan;
    plan.choice = choiceOf(options.judging);
    plan.noise = options.judging.noise;
    plan.fresh = options.judging.fresh;
    plan.draws = options.judging.draws;
    plan.seed = options.common.seed;
    if (!options.common.circuit.empty()) plan.own = opened.state;
    const auto ground = session::reductionsGround(*opened.state, plan);
    session::ThreadPool pool(options.common.threads);
    std::vector<Reduction> rows;
    Progress progress(Texts::tr("Measuring reductions"), session::rowCount(plan));
    session::ReductionsWork work;
    work.executor = pool.executor();
    work.row = [&](Reduction row) {
        rows.push_back(std::move(row));
        progress.step();
    };
    session::measureReductions(opened.state, plan, ground, work);
    report(opened, options, ground, rows);
}

}  // namespace

Command makeReductions(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<ReductionsOptions>(beginning());
    auto* parser = root.add_subcommand(
        "reductions",
        help(QT_TR_NOOP("how good is the reduction: every level and number of populations against the network")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    addJudgingOptions(*parser, options->judging, "--fresh");
    parser->add_option("--most", options->plan.most, help(QT_TR_NOOP("circuits of 1, 2, ... so many populations (3)")))
        ->check(CLI::Range(1, 16));
    parser
        ->add_option("--refined", options->plan.refined,
                     help(QT_TR_NOOP("populations of the circuit that is refined to the flow (2; 0: none)")))
        ->check(CLI::Range(0, 16));
    parser->add_option("--trials", options->plan.trials, help(QT_TR_NOOP("so many noisy ones of each condition (10)")))
        ->check(CLI::Range(1, 100'000));
    return {parser, false, [options] { runReductions(*options); }};
}

}  // namespace kappascope::app
