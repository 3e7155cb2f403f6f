// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cmath>
#include <optional>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "ui/session/agreement_text.h"
#include "ui/session/comparison.h"
#include "ui/session/point_matches.h"

namespace kappascope::app {

namespace {

using session::Comparison;
using session::Level;
using session::LevelAgreement;
using session::PointMatches;

struct CompareOptions {
    CommonOptions common;
    TrialOptions trial;
    std::optional<double> noise;
    int trials = 1;
    bool fixedPoints = false;
};

/// Fixed points of each level, in the order of the comparison's levels.
using LevelPoints = std::vector<std::vector<PointMatches>>;

/// Time since the start when the state of step k holds.
double milliseconds(const Comparison& comparison, int step) {
    return (step + 1) * comparison.alpha * comparison.tauMs;
}

/// Trials on several threads, each a step of the progress.
session::ForEach inParallel(int threads, Progress& progress) {
    return [threads, &progress](int count, const std::function<void(int)>& work) {
        forEach(count, threads, [&](int index) {
            work(index);
            progress.step();
        });
    };
}

Comparison compareTrials(const Opened& opened, const CompareOptions& options) {
    const auto& state = *opened.state;
    const double noise = options.noise.value_or(state.file ? state.file->noise : 0);
    const std::uint64_t seed = options.common.seed;
    if (!options.trial.file.empty()) {
        tasks::TaskTrial trial;
        trial.trial = readTrialFile(QString::fromStdString(options.trial.file), state);
        Progress progress(Texts::tr("Comparing"), options.trials);
        return session::compare(state, trial, noise, options.trials, seed, {},
                                inParallel(options.common.threads, progress));
    }
    auto choice = session::completed(state, choiceOf(options.trial));
    choice.noise = noise;
    choice.trials = options.trials;
    choice.seed = seed;
    const auto conditions =
        choice.condition.isEmpty() ? std::ssize(tasks::task(choice.task.toStdString()).conditions()) : 1;
    Progress progress(Texts::tr("Comparing"), static_cast<int>(conditions) * options.trials);
    return session::compare(state, choice, {}, inParallel(options.common.threads, progress));
}

/// At rest and at the inputs that the trials hold, where --fixed-points asks for them.
LevelPoints matchLevels(const Opened& opened, const CompareOptions& options, const Comparison& comparison) {
    if (!options.fixedPoints) return {};
    const auto& state = *opened.state;
    const auto inputs = options.trial.file.empty()
                            ? session::heldInputs(state, choiceOf(options.trial))
                            : session::heldInputs(readTrialFile(QString::fromStdString(options.trial.file), state));
    Progress progress(Texts::tr("Matching fixed points"), static_cast<int>(inputs.size() * comparison.levels.size()));
    LevelPoints points;
    for (const auto& each : comparison.levels)
        points.push_back(
            session::matchPoints(state, each.level, inputs, {}, inParallel(options.common.threads, progress)));
    return points;
}

/// Leaves the level that was asked for alone.
void keepLevel(Comparison& comparison, Level level) {
    if (!comparison.of(level)) throw Error(ErrorCode::needsPopulations);
    const auto other = [level](const LevelAgreement& each) { return each.level != level; };
    std::erase_if(comparison.levels, other);
    for (auto& row : comparison.rows) std::erase_if(row.levels, other);
}

Json levelsToJson(const Comparison& comparison, const std::vector<LevelAgreement>& levels) {
    Json list = Json::array();
    for (const auto& [level, agreement] : levels) {
        Json one;
        one["level"] = session::id(level).toStdString();
        one["identity"] = agreement.identity;
        one["rms_kappa"] = agreement.rmsKappa;
        one["rms_z"] = agreement.rmsZ;
        one["same_choice"] = agreement.sameChoice;
        one["chance"] = agreement.chance;
        one["choices"] = agreement.choices;
        one["trials"] = agreement.trials;
        one["parts_at"] = nullptr;
        if (agreement.partsAt >= 0)
            one["parts_at"] = {{"step", agreement.partsAt}, {"ms", milliseconds(comparison, agreement.partsAt)}};
        list.push_back(std::move(one));
    }
    return list;
}

Json pointToJson(const phase::FixedPoint& point) {
    return {{"kappa", toJson(point.kappa)}, {"kind", std::string(phase::name(point.kind))}};
}

Json pointsToJson(const std::vector<PointMatches>& inputs) {
    Json list = Json::array();
    for (const auto& each : inputs) {
        Json one;
        one["input"] = toJson(each.held.input);
        one["where"] = each.held.where;
        one["matched"] = Json::array();
        for (const auto& pair : each.matching.matched)
            one["matched"].push_back({{"a", pointToJson(each.network[pair.a])},
                                      {"b", pointToJson(each.reduced[pair.b])},
                                      {"distance", pair.distance},
                                      {"same_kind", pair.sameKind}});
        one["only_network"] = Json::array();
        for (const auto k : each.matching.onlyA) one["only_network"].push_back(pointToJson(each.network[k]));
        one["only_reduced"] = Json::array();
        for (const auto k : each.matching.onlyB) one["only_reduced"].push_back(pointToJson(each.reduced[k]));
        one["complete"] = each.proven ? "proven" : "not proven";
        list.push_back(std::move(one));
    }
    return list;
}

QString pointsText(const Comparison& comparison, const LevelPoints& points) {
    if (points.empty()) return {};
    QString text =
        Texts::tr("\nFixed points, the network's against the level's, matched for the least total distance\n");
    Table table({Texts::tr("level"), Texts::tr("input"), Texts::tr("matched"), Texts::tr("largest distance"),
                 Texts::tr("same kind"), Texts::tr("only network"), Texts::tr("only level"), Texts::tr("complete")});
    for (std::size_t l = 0; l < points.size(); ++l)
        for (const auto& each : points[l]) {
            double largest = 0;
            int same = 0;
            for (const auto& pair : each.matching.matched) {
                largest = std::max(largest, pair.distance);
                same += pair.sameKind;
            }
            table.add({session::id(comparison.levels[l].level), shown(each.held.input),
                       QString::number(each.matching.matched.size()), shown(largest, 4), QString::number(same),
                       QString::number(each.matching.onlyA.size()), QString::number(each.matching.onlyB.size()),
                       each.proven ? Texts::tr("proven") : Texts::tr("not proven")});
        }
    return text + table.text();
}

Json comparisonToJson(const Opened& opened, const CompareOptions& options, const Comparison& comparison,
                      const LevelPoints& points, const QStringList& warnings) {
    const auto& state = *opened.state;
    Json json;
    json["name"] = state.title.toStdString();
    json["task"] = nullptr;
    if (!comparison.task.isEmpty()) json["task"] = comparison.task.toStdString();
    json["populations"] = state.circuit ? state.circuit->populationCount() : 0;
    json["gain"] = toJson(state.effectiveGains());
    json["noise"] = comparison.noise;
    json["trials_per_condition"] = comparison.trials;
    json["seed"] = options.common.seed;
    json["dt_over_tau"] = comparison.alpha;
    json["tau_ms"] = comparison.tauMs;
    json["levels"] = levelsToJson(comparison, comparison.levels);
    for (std::size_t l = 0; l < points.size(); ++l) json["levels"][l]["fixed_points"] = pointsToJson(points[l]);
    json["conditions"] = Json::array();
    for (const auto& row : comparison.rows)
        json["conditions"].push_back(
            {{"condition", row.condition.toStdString()}, {"levels", levelsToJson(comparison, row.levels)}});
    json["warnings"] = toJson(warnings);
    return json;
}

QStringList figures(const Comparison& comparison, const LevelAgreement& each) {
    const auto& [level, agreement] = each;
    return {session::id(level),
            session::rmsText(agreement.rmsKappa),
            session::rmsText(agreement.rmsZ),
            session::shareText(agreement.sameChoice),
            session::shareText(agreement.chance),
            agreement.partsAt < 0 ? Texts::tr("never")
                                  : Texts::tr("step %1 (%2 ms)")
                                        .arg(agreement.partsAt)
                                        .arg(shown(milliseconds(comparison, agreement.partsAt))),
            agreement.identity ? Texts::tr("identity") : QString()};
}

QString comparisonText(const Opened& opened, const Comparison& comparison, const LevelPoints& points,
                       const QStringList& warnings) {
    QString text = Texts::tr("%1: network against its reduced levels").arg(opened.state->title);
    if (!comparison.task.isEmpty()) text += Texts::tr(", task %1").arg(comparison.task);
    text += u'\n';
    text += Texts::tr(
                "%1 condition(s), %2 trial(s) of each, state noise %3, steps of %4 ms; rms in parts of the "
                "network's own\n\n")
                .arg(comparison.rows.size())
                .arg(comparison.trials)
                .arg(shown(comparison.noise), shown(comparison.alpha * comparison.tauMs));
    const QStringList header{Texts::tr("level"),  Texts::tr("rms kappa"), Texts::tr("rms z"), Texts::tr("same choice"),
                             Texts::tr("chance"), Texts::tr("parts at"),  QString()};
    Table all(QStringList{Texts::tr("condition")} + header);
    const bool several = comparison.rows.size() > 1;
    const QString first = several ? Texts::tr("all") : comparison.rows.front().condition;
    for (const auto& each : comparison.levels) all.add(QStringList{first} + figures(comparison, each));
    if (several)
        for (const auto& row : comparison.rows)
            for (const auto& each : row.levels) all.add(QStringList{row.condition} + figures(comparison, each));
    text += all.text();
    text += pointsText(comparison, points);
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

void addOptions(CLI::App& parser, CompareOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    addTrialOptions(parser, options.trial,
                    Texts::tr("such as \"A-A delay 50\"; without one: every named condition of the task"));
    parser
        .add_option("--noise", options.noise,
                    help(QT_TR_NOOP("sigma of the state noise per unit and step (the network's own)")))
        ->check(CLI::Range(0.0, 1e6));
    parser
        .add_option("--trials", options.trials,
                    help(QT_TR_NOOP("so many of each condition, which differ in their noise (1)")))
        ->check(CLI::Range(1, 100'000));
    parser.add_flag("--fixed-points", options.fixedPoints,
                    help(QT_TR_NOOP("fixed points matched one to one, at rest and at the inputs that trials hold")));
}

}  // namespace

Command makeCompare(CLI::App& root) {
    auto options = std::make_shared<CompareOptions>();
    auto* parser = root.add_subcommand(
        "compare",
        Texts::tr("a network against its exact flow and its circuit, over a task's conditions").toStdString());
    addCommonOptions(*parser, options->common);
    addOptions(*parser, *options);
    options->common.needsUnits = true;
    return {
        parser, false, [options] {
            if (!options->common.input.empty())
                throw UsageError(Texts::tr("compare takes its input from --task or --trial, not from --input."));
            if (options->common.level == "network")
                throw UsageError(Texts::tr("compare holds the network against --level exact or mean-field, or both."));
            if (options->noise && !std::isfinite(*options->noise))
                throw UsageError(Texts::tr("--noise takes a finite number."));
            if (!options->trial.file.empty() && (!options->trial.task.empty() || !options->trial.condition.empty() ||
                                                 !options->trial.taskOptions.empty()))
                throw UsageError(
                    Texts::tr("Say what to compare over: either a task and its conditions, or --trial FILE.json."));
            // The seed is the trials'; a network drawn from a circuit is the one that the window draws.
            CommonOptions common = options->common;
            common.seed = CommonOptions().seed;
            const auto opened = openNet(common);
            if (options->fixedPoints && opened.state->isTruncated())
                throw UsageError(Texts::tr(
                    "--fixed-points needs a low-rank network: those of a full-rank one are not searched for."));
            auto comparison = compareTrials(opened, *options);
            if (!options->common.level.empty())
                keepLevel(comparison, *session::levelFromId(QString::fromStdString(options->common.level)));
            const LevelPoints points = matchLevels(opened, *options, comparison);
            const QStringList warnings = opened.warnings + comparison.warnings;
            if (options->common.json)
                print(comparisonToJson(opened, *options, comparison, points, warnings));
            else
                print(comparisonText(opened, comparison, points, warnings));
        }};
}

}  // namespace kappascope::app
