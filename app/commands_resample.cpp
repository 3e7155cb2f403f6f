// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <algorithm>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_fit.h"
#include "app/commands_output.h"
#include "app/judging_options.h"
#include "core/error.h"
#include "core/io/partial_files.h"
#include "core/io/save.h"
#include "core/random.h"
#include "core/reduction/circuit.h"
#include "core/statistics/sample.h"
#include "core/training/evaluation.h"
#include "ui/session/comparison.h"
#include "ui/session/populations_text.h"
#include "ui/session/reductions.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

struct ResampleOptions {
    CommonOptions common;
    FitOptions fit;
    std::string output;
    JudgingOptions judging;
};

/// What networks are drawn from, and what they share with the network that it was measured on.
struct Source {
    reduction::Circuit circuit;
    std::optional<network::Network> trained;  ///< none where NET was a circuit
    QStringList warnings;
};

network::Network drawn(const Source& source, Eigen::Index units, std::uint64_t seed) {
    network::Network network = reduction::sample(source.circuit, units, seed);
    if (source.trained) {
        network.alpha = source.trained->alpha;
        network.tauMs = source.trained->tauMs;
        network.noise = source.trained->noise;
        network.readout = source.trained->readout;
    }
    return network;
}

/// Accuracy and loss of the trained network and of networks drawn from its circuit, over the same trials.
struct Scores {
    std::string task;
    tasks::TaskOptions taskOptions;
    double noise = 0;
    std::optional<training::Score> trained;
    std::vector<double> accuracy;
    std::vector<double> loss;
};

std::optional<Scores> scoresOf(const ResampleOptions& options, const session::State& state, const Source& source,
                               Eigen::Index units) {
    const JudgingOptions& judging = options.judging;
    if (judging.task.empty() && state.file->task.id.empty()) return {};
    const auto choice = session::completed(state, choiceOf(judging));
    const auto& task = tasks::task(choice.task.toStdString());
    Scores scores;
    scores.task = task.id();
    scores.taskOptions = session::taskOptions(choice);
    const std::uint64_t seed = options.common.seed;
    scores.noise = judging.noise.value_or(
        session::trainingNoise(source.trained ? source.trained->noise : 0, task, scores.taskOptions));
    session::ThreadPool pool(options.common.threads);
    Progress progress(Texts::tr("Judging resampled networks"), judging.draws + 1);
    const auto score = [&](const network::Network& network) {
        const auto result =
            training::evaluate(network, task, scores.taskOptions, scores.noise, judging.fresh, seed, pool.executor());
        progress.step();
        return result;
    };
    if (source.trained) scores.trained = score(*source.trained);
    for (int k = 0; k < judging.draws; ++k) {
        const auto result = score(drawn(source, units, derivedSeed(seed, static_cast<std::uint64_t>(k))));
        scores.accuracy.push_back(result.accuracy());
        scores.loss.push_back(result.loss());
    }
    return scores;
}

/// The circuit that is drawn from: of a fit, of one Gaussian, of labels that are known, or NET itself.
Source sourceOf(const ResampleOptions& options, const session::State& state) {
    Source source;
    if (state.sampled && options.common.populations.empty()) {
        source.circuit = *state.circuit;
        return source;
    }
    network::Network network = *state.network;
    source.trained = state.isTruncated() ? *state.file : network;
    // A circuit of the user's own, or of a session, that nobody measured on the network.
    if (state.circuit && !state.circuitIsMoments && options.common.populations.empty()) {
        source.circuit = *state.circuit;
        source.trained->storedGains.resize(0);
        return source;
    }
    const auto count = fitCountFrom(options.common.populations);
    if (count) {
        FitOptions fit = options.fit;
        fit.seed = options.common.seed;
        fit.threads = options.common.threads;
        fit.fitAlone = true;
        const auto found = fitPopulations(network, *count, fit);
        network.labels = found.fit.labels;
        network.populationNames.clear();
        network.storedGains.resize(0);
        source.trained->storedGains.resize(0);
        source.warnings = session::fitWarnings(found, count->count);
    } else if (options.common.populations == "1") {
        network.labels.clear();
        network.populationNames.clear();
        network.storedGains.resize(0);
        source.trained->storedGains.resize(0);
    } else if (network.labels.empty()) {
        throw UsageError(
            Texts::tr("This network has no populations: say --populations 1, 2, … or auto, sign:n1, or a file of "
                      "labels."));
    }
    if (statistics::readsOutRates(network)) {
        network.outputWeights.resize(network.units(), 0);
        source.warnings << Texts::tr("The outputs are the units' own rates: w is no loading and was left out.");
    }
    if (network.initialState.size() > 0)
        source.warnings << Texts::tr("Networks that are drawn start from zero; this one has a state x0 of its own.");
    source.circuit = reduction::momentsCircuit(network);
    return source;
}

Json figureToJson(const std::vector<double>& draws) {
    return {{"mean", statistics::meanOf(draws)}, {"sd", statistics::deviationOf(draws)}, {"draws", draws}};
}

void report(const ResampleOptions& options, const session::State& state, const Source& source, Eigen::Index units,
            const std::optional<Scores>& scores, const QStringList& warnings) {
    if (options.common.json) {
        Json json;
        json["name"] = state.title.toStdString();
        json["file"] = options.output;
        json["populations"] = source.circuit.populationCount();
        json["fraction"] = Json::array();
        for (const auto& population : source.circuit.populations) json["fraction"].push_back(population.fraction);
        json["units"] = units;
        json["seed"] = options.common.seed;
        json["task"] = nullptr;
        if (scores) {
            const auto& trained = scores->trained;
            json["task"] = scores->task;
            json["task_options"] = numbersToJson(scores->taskOptions);
            json["noise"] = scores->noise;
            json["trials"] = options.judging.fresh;
            json["draws"] = options.judging.draws;
            json["accuracy"] = {{"trained", trained ? Json(trained->accuracy()) : Json()},
                                {"resampled", figureToJson(scores->accuracy)}};
            json["loss"] = {{"trained", trained ? Json(trained->loss()) : Json()},
                            {"resampled", figureToJson(scores->loss)}};
        }
        json["warnings"] = toJson(warnings);
        return print(json);
    }
    QString text = Texts::tr("%1: %2 units drawn from %3 population(s), in %4\n")
                       .arg(state.title)
                       .arg(units)
                       .arg(source.circuit.populationCount())
                       .arg(QString::fromStdString(options.output));
    if (scores) {
        text += Texts::tr("task %1, %2 fresh trials, state noise %3; of %4 draws mean and standard deviation\n\n")
                    .arg(QString::fromStdString(scores->task))
                    .arg(options.judging.fresh)
                    .arg(shown(scores->noise))
                    .arg(options.judging.draws);
        Table table({QString(), Texts::tr("accuracy"), Texts::tr("loss")});
        if (scores->trained)
            table.add({Texts::tr("trained"), Texts::tr("%1 %").arg(shown(100 * scores->trained->accuracy(), 4)),
                       shown(scores->trained->loss(), 4)});
        table.add({Texts::tr("resampled"),
                   Texts::tr("%1 ± %2 %")
                       .arg(shown(100 * statistics::meanOf(scores->accuracy), 4),
                            shown(100 * statistics::deviationOf(scores->accuracy), 2)),
                   Texts::tr("%1 ± %2").arg(shown(statistics::meanOf(scores->loss), 4),
                                            shown(statistics::deviationOf(scores->loss), 2))});
        text += table.text();
    }
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void runResampling(const ResampleOptions& options) {
    if (!options.common.input.empty() || !options.common.gain.empty() || !options.common.level.empty())
        throw UsageError(Texts::tr("resample draws loadings: no --input, --gain or --level."));
    check(options.judging);
    const bool asCircuit = options.output.ends_with(".json");
    if (!asCircuit && !options.output.ends_with(".npz"))
        throw UsageError(Texts::tr("-o takes the name of a network file (.npz), or of a circuit (.json)."));
    // Labels that are fitted are none to open with, and --units is of the network that is drawn.
    CommonOptions common = options.common;
    if (common.populations == "1" || fitCountFrom(common.populations)) common.populations.clear();
    common.units.reset();
    const auto opened = openNet(common);
    const auto& state = *opened.state;
    if (!state.network) throw Error(ErrorCode::needsUnits);
    io::prepareToWrite(options.output);
    const Source source = sourceOf(options, state);
    const Eigen::Index units = options.common.units.value_or(state.network->units());
    const auto scores = scoresOf(options, state, source, units);
    if (asCircuit)
        io::saveCircuit(source.circuit, options.output);
    else
        io::saveNetwork(drawn(source, units, options.common.seed), options.output,
                        {options.common.seed, std::string("kappascope ") + version});
    report(options, state, source, units, scores, opened.warnings + source.warnings);
}

}  // namespace

Command makeResample(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<ResampleOptions>();
    auto* parser = root.add_subcommand(
        "resample", help(QT_TR_NOOP("draw a network from the populations of another, and see whether it still works")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    addFitOptions(*parser, options->fit);
    parser
        ->add_option("-o,--output", options->output,
                     help(QT_TR_NOOP("the network that is drawn (.npz), or the circuit (.json)")))
        ->required();
    addJudgingOptions(*parser, options->judging, "--trials");
    return {parser, false, [options] { runResampling(*options); }};
}

}  // namespace kappascope::app
