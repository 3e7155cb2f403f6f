// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "core/io/partial_files.h"
#include "core/io/save.h"
#include "core/io/text.h"
#include "ui/session/agreement_text.h"
#include "ui/session/comparison.h"
#include "ui/session/refining.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

using training::Refinement;
using training::RefinementFigures;

struct RefineOptions {
    CommonOptions common;
    training::RefinementOptions refinement;
    std::string task;
    std::vector<std::string> taskOptions;
    std::string output;
    std::string means = "auto";
    std::optional<double> drawnUnits;
    bool keepFractions = false;
};

Json figuresToJson(const RefinementFigures& figures) {
    return {{"mismatch", figures.mismatch},
            {"rms_kappa", figures.rmsKappa},
            {"rms_z", figures.rmsZ},
            {"fixed_points",
             {{"network", figures.points}, {"circuit", figures.circuitPoints}, {"same_kind", figures.sameKind}}}};
}

QStringList figuresRow(const QString& name, const RefinementFigures& figures) {
    return {name,
            session::rmsText(figures.mismatch),
            session::rmsText(figures.rmsKappa),
            session::rmsText(figures.rmsZ),
            Texts::tr("%1 of %2").arg(figures.sameKind).arg(figures.points),
            QString::number(figures.circuitPoints)};
}

void report(const RefineOptions& options, const session::State& state, const Refinement& result, std::size_t trials,
            const QStringList& warnings) {
    if (options.common.json) {
        Json json;
        json["name"] = state.title.toStdString();
        json["file"] = options.output;
        json["populations"] = result.circuit.populationCount();
        json["fraction"] = Json::array();
        for (const auto& population : result.circuit.populations) json["fraction"].push_back(population.fraction);
        json["origin"] = session::originText(result.circuit).toStdString();
        json["means"] = result.means;
        json["states"] = result.states;
        json["trials"] = trials;
        json["seed"] = options.common.seed;
        json["before"] = figuresToJson(result.before);
        json["after"] = figuresToJson(result.after);
        json["best"] = result.best;
        json["starts"] = Json::array();
        for (const auto& start : result.starts) json["starts"].push_back(figuresToJson(start));
        json["warnings"] = toJson(warnings);
        return print(json);
    }
    QString text = Texts::tr("%1: circuit of %2 population(s), %3, in %4\n")
                       .arg(state.title)
                       .arg(result.circuit.populationCount())
                       .arg(session::originText(result.circuit), QString::fromStdString(options.output));
    text += Texts::tr("matched at %1 states, judged over %2 trial(s) without noise; start %3 of %4 was kept\n\n")
                .arg(result.states)
                .arg(trials)
                .arg(result.best + 1)
                .arg(result.starts.size());
    Table table({Texts::tr("circuit"), Texts::tr("mismatch of the flow"), Texts::tr("rms kappa"), Texts::tr("rms z"),
                 Texts::tr("fixed points of the same kind"), Texts::tr("it has")});
    table.add(figuresRow(Texts::tr("as it began"), result.before));
    table.add(figuresRow(Texts::tr("refined"), result.after));
    text += table.text();
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void runRefinement(const RefineOptions& typed) {
    RefineOptions options = typed;
    if (!options.common.input.empty() || !options.common.gain.empty() || !options.common.level.empty())
        throw UsageError(
            Texts::tr("refine matches flows over many inputs at unit gains: no --input, --gain or "
                      "--level."));
    if (options.drawnUnits && !std::isfinite(*options.drawnUnits))
        throw UsageError(Texts::tr("--for-units takes a finite number."));
    if (!options.output.ends_with(".json")) throw UsageError(Texts::tr("-o takes the name of a circuit, .json."));
    // Before anything that takes time: opening may fit populations.
    io::prepareToWrite(options.output);
    auto opened = openNet(options.common);
    if (!opened.state->network) throw Error(ErrorCode::needsUnits);
    refuseRates(*opened.state);
    if (!opened.state->circuit) {
        options.common.populations = opened.state->network->units() > 1 ? "2" : "1";
        opened = openNet(options.common);
    }
    const auto& state = *opened.state;
    TrialOptions trial;
    trial.task = options.task;
    trial.taskOptions = options.taskOptions;
    const auto trials = session::refinementTrials(state, choiceOf(trial));
    QStringList warnings = opened.warnings;
    if (trials.empty())
        warnings << Texts::tr("The network names no task: it was followed as it relaxes. Say --task for its trials.");
    if (options.means != "auto") options.refinement.means = options.means == "free";
    options.refinement.units = options.drawnUnits;
    options.refinement.freeFractions = !options.keepFractions;
    options.refinement.seed = options.common.seed;
    session::ThreadPool pool(options.common.threads);
    Progress progress(Texts::tr("Refining"), options.refinement.starts);
    auto result = session::refineToFlow(state, *state.circuit, trials, options.refinement,
                                        {pool.executor(), [&progress] { progress.step(); }, {}});
    if (!options.task.empty()) {
        result.circuit.task.id = options.task;
        result.circuit.task.options.clear();
        for (const auto& [id, value] : session::taskOptions(session::completed(state, choiceOf(trial))))
            result.circuit.task.options[id] = io::toText(value);
    }
    io::saveCircuit(result.circuit, options.output);
    report(options, state, result, trials.size(), warnings);
}

}  // namespace

Command makeRefine(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<RefineOptions>();
    auto* parser = root.add_subcommand(
        "refine", help(QT_TR_NOOP("refine a circuit until its flow is that of the network, as far as it can be")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    parser->add_option("-o,--output", options->output, help(QT_TR_NOOP("the circuit (.json)")))->required();
    parser->add_option("--task", options->task,
                       help(QT_TR_NOOP("whose trials say which states matter (the network's own)")));
    parser->add_option("--task-option", options->taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser->add_option("--starts", options->refinement.starts, help(QT_TR_NOOP("the best of which is kept (16)")))
        ->check(CLI::Range(1, 10'000));
    parser->add_option("--iterations", options->refinement.iterations, help(QT_TR_NOOP("of each start (200)")))
        ->check(CLI::Range(1, 100'000));
    parser
        ->add_option("--means", options->means,
                     help(QT_TR_NOOP("of the populations: zero, free, or auto: every other pair of starts")))
        ->check(CLI::IsMember({"auto", "zero", "free"}));
    parser
        ->add_option("--for-units", options->drawnUnits,
                     help(QT_TR_NOOP("keep small how much networks of so many units, drawn from it, differ from each "
                                     "other (ten and a thousand times the network's own, in turn; 0: never mind)")))
        ->check(CLI::Range(0.0, 1e12));
    parser->add_flag("--keep-fractions", options->keepFractions,
                     help(QT_TR_NOOP("populations stay as large as they are in the beginning")));
    return {parser, false, [options] { runRefinement(*options); }};
}

}  // namespace kappascope::app
