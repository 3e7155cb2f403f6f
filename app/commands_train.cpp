// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "core/io/partial_files.h"
#include "core/io/save.h"
#include "core/io/text.h"
#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"
#include "core/training/trainer.h"
#include "ui/session/comparison.h"
#include "ui/session/thread_pool.h"
#include "ui/session/training_estimate.h"

namespace kappascope::app {

namespace {

constexpr int freshTrials = 1000;
constexpr double defaultUnits = 512;  ///< drawn from a circuit to begin with
constexpr double largestUnits = 65536;

struct TrainOptions {
    std::string task;
    std::vector<std::string> taskOptions;
    std::string output;
    std::string rank;
    std::map<std::string, std::optional<double>> numbers;  ///< what the trainer's schema names
    std::optional<std::uint64_t> seed;
    std::string checkpoint;
    std::string resume;
    std::string from;
    std::string log;
    int threads = 0;
    bool json = false;
};

std::string helpOf(const std::string& id) {
    static const std::map<std::string, const char*> texts{
        {"units", QT_TR_NOOP("N (512)")},
        {"epochs", QT_TR_NOOP("at most so many; of a curriculum, in its last stage")},
        {"lr", QT_TR_NOOP("learning rate")},
        {"batch", QT_TR_NOOP("trials in a mini-batch (32)")},
        {"clip", QT_TR_NOOP("largest norm of a gradient; 0: no limit")},
        {"noise", QT_TR_NOOP("sigma of the state noise per unit and step")},
        {"trials", QT_TR_NOOP("to train on (800)")},
        {"validation-trials", QT_TR_NOOP("to judge every epoch by (200)")},
        {"until-accuracy", QT_TR_NOOP("end as soon as the validation trials reach it; 0: never")},
        {"until-loss", QT_TR_NOOP("end as soon as the validation loss is so low; 0: never")},
        {"curriculum", QT_TR_NOOP("1: short delays first, where the task's recipe has them; 0: not")},
        {"overlap", QT_TR_NOOP("start with n = overlap m + N(0, 1)")},
        {"populations", QT_TR_NOOP("train a circuit of so many populations, not weights: covariances of loadings, "
                                   "units drawn anew for every batch (0: weights)")},
    };
    const auto found = texts.find(id);
    if (found != texts.end()) return Texts::tr(found->second).toStdString();
    return Texts::tr("1: %1 is trained, 0: it is not").arg(QString::fromStdString(id.substr(6))).toStdString();
}

/// Numbers typed as KEY=NUMBER.
tasks::TaskOptions typedTaskOptions(const std::vector<std::string>& texts) {
    TrialOptions typed;
    typed.taskOptions = texts;
    tasks::TaskOptions result;
    for (const auto& [id, value] : choiceOf(typed).options) result[id.toStdString()] = value;
    return result;
}

training::TrainingOptions typedOptions(const TrainOptions& options) {
    training::TrainingOptions result;
    for (const auto& [id, value] : options.numbers)
        if (value) result[id] = *value;
    if (options.rank == "full") {
        result["rank"] = 0;
    } else if (!options.rank.empty()) {
        const auto rank = io::toInteger(options.rank);
        if (!rank || *rank < 1)
            throw UsageError(Texts::tr("--rank takes a whole number from 1, or full, not “%1”.")
                                 .arg(QString::fromStdString(options.rank)));
        result["rank"] = static_cast<double>(*rank);
    }
    return result;
}

/// A run that goes on keeps what it began with; how long it takes may be said anew, and, where it diverged, the
/// learning rate and the clipping.
training::Trainer resumed(const TrainOptions& options) {
    auto checkpoint = training::loadCheckpoint(options.resume);
    const auto differs = [&](const std::string& field, const std::string& given, const std::string& own) {
        throw Error(ErrorCode::otherRun, field, {given, own}, options.resume);
    };
    if (!options.task.empty() && options.task != checkpoint.settings.task)
        differs("task", options.task, checkpoint.settings.task);
    if (options.seed && *options.seed != checkpoint.settings.seed)
        differs("seed", std::to_string(*options.seed), std::to_string(checkpoint.settings.seed));
    for (const auto& [id, value] : typedTaskOptions(options.taskOptions)) {
        const auto own = checkpoint.settings.taskOptions.find(id);
        if (own == checkpoint.settings.taskOptions.end() || own->second != value)
            differs(id, io::toText(value),
                    own == checkpoint.settings.taskOptions.end() ? std::string("-") : io::toText(own->second));
    }
    auto values = checkpoint.settings.options;
    for (const auto& [id, value] : typedOptions(options)) {
        // What a run that diverged may try again with is said anew, too.
        if (id == "epochs" || id == "until-accuracy" || id == "until-loss" || id == "lr" || id == "clip")
            values[id] = value;
        else if (values[id] != value)
            differs(id, io::toText(value), io::toText(values[id]));
    }
    auto& before = checkpoint.settings.options;
    const bool otherGoal =
        values["until-accuracy"] != before["until-accuracy"] || values["until-loss"] != before["until-loss"];
    const bool longer = values["epochs"] > before["epochs"] ||
                        (otherGoal && checkpoint.state.stageEpoch < static_cast<int>(values["epochs"]));
    auto settings = training::makeSettings(checkpoint.settings.task, checkpoint.settings.taskOptions, values,
                                           checkpoint.settings.seed, checkpoint.settings.fractions);
    if (longer) checkpoint.state.finished = false;
    return {std::move(settings), std::move(checkpoint.state)};
}

/// Sets what a run takes over from the network or circuit that it begins with; another number that was typed is
/// refused.
void takeOver(training::TrainingOptions& typed, const std::string& id, std::size_t own) {
    const auto [at, isNew] = typed.emplace(id, static_cast<double>(own));
    if (!isNew && at->second != static_cast<double>(own))
        throw UsageError(Texts::tr("--%1 %2 does not fit what --from begins with: %3.")
                             .arg(QString::fromStdString(id), shown(at->second))
                             .arg(own));
}

/// The task of a run that begins with something, and its options: what was typed goes first, then what is known.
struct KnownTask {
    std::string id;
    tasks::TaskOptions options;
};

KnownTask taskOf(const TrainOptions& options, const network::TaskReference& known) {
    KnownTask result{options.task.empty() ? known.id : options.task, typedTaskOptions(options.taskOptions)};
    if (result.id.empty()) throw UsageError(Texts::tr("The network names no task: say --task."));
    if (result.id == known.id)
        for (const auto& [id, text] : known.options)
            if (const auto value = io::toNumber(text)) result.options.emplace(id, *value);
    return result;
}

/// A run of a mixture that begins with a circuit.
training::Trainer begunFromCircuit(const TrainOptions& options, const reduction::Circuit& circuit,
                                   training::TrainingOptions typed) {
    takeOver(typed, "rank", static_cast<std::size_t>(circuit.rank));
    takeOver(typed, "populations", circuit.populations.size());
    std::vector<double> fractions;
    for (const auto& population : circuit.populations) fractions.push_back(population.fraction);
    const auto task = taskOf(options, circuit.task);
    auto settings = training::makeSettings(task.id, task.options, typed, options.seed.value_or(1), fractions);
    training::TrainingState begin;
    begin.parameters = settings.mixture()->parametersOf(circuit);
    return {std::move(settings), std::move(begin)};
}

/// A run that begins with the weights of a network (of a full-rank one with its leading modes where a rank is asked
/// for), or with a circuit: the mixture is trained, or, with --populations 0, the weights of units drawn from it. A
/// network whose populations are known gives a mixture where --populations asks for one.
training::Trainer begunFrom(const TrainOptions& options) {
    auto typed = typedOptions(options);
    if (typed.contains("overlap"))
        throw UsageError(Texts::tr("--overlap is of a random start: it does not go with --from."));
    const auto state = session::open(QString::fromStdString(options.from));
    const bool isCircuit = state->sampled || !state->file;
    const bool weights = typed.contains("populations") ? typed["populations"] == 0 : !isCircuit;
    if (isCircuit && !weights) return begunFromCircuit(options, *state->circuit, std::move(typed));
    network::Network network;
    if (isCircuit) {
        const double units = typed.emplace("units", defaultUnits).first->second;
        if (!(units >= 1 && units <= largestUnits))
            throw Error(ErrorCode::badOption, "units", {io::toText(units), "1.." + io::toText(largestUnits)});
        network = reduction::sample(*state->circuit, static_cast<Eigen::Index>(units), options.seed.value_or(1));
    } else {
        network = *state->file;
    }
    const int rank = typed.contains("rank") ? static_cast<int>(typed["rank"]) : 0;
    if (!network.isLowRank() && rank > 0) network = network::truncated(network, rank);
    // A run is of gains 1 and the tasks' own step; other networks would be trained as something else than they are.
    const auto& gains = network.storedGains;
    const bool modulated = gains.size() > 0 && (gains.array() != 1).any();
    if (modulated || std::abs(network.alpha - training::Model<float>().alpha) > 1e-9)
        throw UsageError(Texts::tr("--from takes networks with gains of 1 and steps of dt/tau = 0.2."));
    if (!weights) {
        takeOver(typed, "units", static_cast<std::size_t>(network.units()));
        return begunFromCircuit(options, reduction::momentsCircuit(network), std::move(typed));
    }
    auto model = training::fromNetwork(network);
    training::balance(model);
    takeOver(typed, "units", model.shape.units);
    takeOver(typed, "rank", model.shape.rank);
    const auto task = taskOf(options, network.task);
    auto settings = training::makeSettings(task.id, task.options, typed, options.seed.value_or(1));
    if (model.shape.outputs != settings.shape().outputs)
        throw Error(ErrorCode::wrongShape, "w",
                    {std::to_string(model.shape.outputs), std::to_string(settings.shape().outputs)});
    if (model.shape != settings.shape())
        throw Error(ErrorCode::inputsDoNotMatch, task.id,
                    {std::to_string(settings.shape().inputs), std::to_string(model.shape.inputs)});
    training::TrainingState begin;
    begin.parameters = std::move(model.parameters);
    return {std::move(settings), std::move(begin)};
}

training::Trainer begun(const TrainOptions& options) {
    if (!options.resume.empty() && !options.from.empty())
        throw UsageError(Texts::tr("A run goes on (--resume) or begins with a network (--from), not both."));
    if (!options.resume.empty()) return resumed(options);
    if (!options.from.empty()) return begunFrom(options);
    return training::Trainer(training::makeSettings(options.task, typedTaskOptions(options.taskOptions),
                                                    typedOptions(options), options.seed.value_or(1)));
}

/// One line an epoch; seconds since this process began to train, empty for epochs before that.
std::string logOf(const std::vector<training::EpochReport>& history, const std::vector<double>& seconds) {
    std::string text = "epoch,stage,loss,gradient_norm,validation_loss,accuracy,seconds\n";
    const std::size_t before = history.size() - seconds.size();
    for (std::size_t k = 0; k < history.size(); ++k) {
        const auto& each = history[k];
        text += std::to_string(each.epoch) + "," + std::to_string(each.stage + 1) + "," + io::toText(each.loss) + "," +
                io::toText(each.gradientNorm) + "," + io::toText(each.validationLoss) + "," +
                io::toText(each.accuracy) + "," + (k < before ? "" : io::toText(seconds[k - before], 6)) + "\n";
    }
    return text;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Json resultToJson(const TrainOptions& options, const training::Trainer& trainer, const training::Score& score,
                  const std::vector<double>& seconds) {
    const auto best = trainer.bestReport();
    const double all = seconds.empty() ? 0 : seconds.back();
    Json json;
    json["task"] = trainer.settings().task;
    json["file"] = options.output;
    json["checkpoint"] = options.checkpoint;
    json["epochs"] = trainer.state().epoch;
    json["loss"] = score.loss();
    json["accuracy"] = score.accuracy();
    json["trials"] = freshTrials;
    json["best_epoch"] = trainer.state().bestEpoch;
    if (best) json["validation"] = {{"loss", best->validationLoss}, {"accuracy", best->accuracy}};
    json["seconds_per_epoch"] = seconds.empty() ? 0.0 : all / static_cast<double>(seconds.size());
    json["seconds"] = all;
    json["seed"] = trainer.settings().seed;
    json["options"] = numbersToJson(trainer.settings().options);
    json["task_options"] = numbersToJson(trainer.settings().taskOptions);
    return json;
}

QString resultText(const TrainOptions& options, const training::Trainer& trainer, const training::Score& score,
                   const std::vector<double>& seconds) {
    const double all = seconds.empty() ? 0 : seconds.back();
    return Texts::tr(
               "%1: %2 epochs in %3 s, best after %4\n"
               "over %5 fresh trials: loss %6, accuracy %7 %\n"
               "network in %8, checkpoint in %9\n")
        .arg(QString::fromStdString(trainer.settings().task))
        .arg(trainer.state().epoch)
        .arg(shown(all, 3))
        .arg(trainer.state().bestEpoch)
        .arg(freshTrials)
        .arg(shown(score.loss(), 3), shown(100 * score.accuracy(), 4), QString::fromStdString(options.output),
             QString::fromStdString(options.checkpoint));
}

/// Over fresh trials: of the network that was written, or of others drawn from the circuit that was.
training::Score freshScore(const training::Trainer& trainer, bool asCircuit, const Executor& executor) {
    const auto& settings = trainer.settings();
    const auto& task = tasks::task(settings.task);
    const double noise = settings.value("noise");
    if (asCircuit)
        return training::evaluate(*trainer.bestCircuit(), static_cast<Eigen::Index>(settings.value("units")), task,
                                  settings.taskOptions, noise, freshTrials, settings.seed, executor);
    return training::evaluate(trainer.best(), task, settings.taskOptions, noise, freshTrials, settings.seed, executor);
}

bool isJson(const std::string& path) {
    return QString::fromStdString(path).endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
}

bool sameFile(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored) ||
           std::filesystem::equivalent(a, b, ignored);
}

/// What a run writes must not replace something else of it, by whatever path.
void refuseSameFiles(const TrainOptions& options) {
    const auto clash = [](const std::string& a, const std::string& b) {
        return !a.empty() && !b.empty() && sameFile(a, b);
    };
    if (clash(options.checkpoint, options.output) || clash(options.log, options.output) ||
        clash(options.log, options.checkpoint) || clash(options.log, options.resume) ||
        clash(options.output, options.resume))
        throw UsageError(Texts::tr("Network, checkpoint and log need different files."));
}

/// A run that was interrupted is worth more than a new one's first epoch.
void refuseUnfinished(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return;
    std::optional<training::Checkpoint> there;
    try {
        there = training::loadCheckpoint(path);
    } catch (const Error&) {
        return;  // nothing that one could go on with
    }
    if (there->state.epoch > 0 && !there->state.finished)
        throw UsageError(Texts::tr("%1 holds a run that was interrupted after %2 epochs: go on with --resume %1, or "
                                   "remove it, or name another --checkpoint.")
                             .arg(QString::fromStdString(path))
                             .arg(there->state.epoch));
}

void runTraining(TrainOptions options) {
    if (options.task.empty() && options.resume.empty() && options.from.empty())
        throw UsageError(Texts::tr("Say what to train: --task rdm, romo, mante, raposo, dms or flipflop."));
    if (options.checkpoint.empty()) options.checkpoint = options.output + ".checkpoint";
    training::Trainer trainer = begun(options);
    const bool asCircuit = isJson(options.output);
    if (asCircuit && !trainer.bestCircuit())
        throw UsageError(Texts::tr("A circuit (.json) comes of --populations; weights go to a file .npz."));
    refuseSameFiles(options);
    session::refuseLargeRun(trainer.settings(), options.threads);
    if (options.checkpoint != options.resume) refuseUnfinished(options.checkpoint);
    // Where nothing can be written is better known before the training than after it.
    io::prepareToWrite(options.output);
    if (!options.log.empty()) io::prepareToWrite(options.log);
    io::prepareToWrite(options.checkpoint);
    training::saveCheckpoint(trainer, options.checkpoint);
    session::ThreadPool pool(options.threads);
    std::vector<double> seconds;
    const auto start = std::chrono::steady_clock::now();
    const auto save = [&] {
        if (asCircuit) return io::saveCircuit(*trainer.bestCircuit(), options.output);
        const io::Provenance provenance{trainer.settings().seed, std::string("kappascope ") + version};
        io::saveNetwork(trainer.best(), options.output, provenance);
    };
    {
        int epochs = -trainer.state().epoch;
        for (const auto& stage : trainer.settings().stages()) epochs += stage.epochs;
        Progress progress(Texts::tr("Training"), std::max(epochs, 1));
        try {
            training::train(trainer, pool.executor(), [&](const training::Trainer& now) {
                training::saveCheckpoint(now, options.checkpoint);
                seconds.push_back(secondsSince(start));
                if (!options.log.empty())
                    writeWhole(QString::fromStdString(options.log), logOf(now.state().history, seconds));
                progress.step();
                return true;
            });
        } catch (const Error& error) {
            if (error.code() == ErrorCode::trainingDiverged) save();
            throw;
        }
    }
    save();
    const auto score = freshScore(trainer, asCircuit, pool.executor());
    if (options.json)
        print(resultToJson(options, trainer, score, seconds));
    else
        print(resultText(options, trainer, score, seconds));
}

}  // namespace

Command makeTrain(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<TrainOptions>();
    auto* parser = root.add_subcommand("train", help(QT_TR_NOOP("a network on a task")));
    parser->add_option("--task", options->task, help(QT_TR_NOOP("rdm, romo, mante, raposo, dms or flipflop")));
    parser->add_option("--task-option", options->taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser
        ->add_option("-o,--output", options->output, help(QT_TR_NOOP("the trained network (.npz), or circuit (.json)")))
        ->required();
    parser->add_option("--rank", options->rank, help(QT_TR_NOOP("R, or full; the task's own by default")));
    for (const auto& schema : training::optionsFor(*tasks::registry().front())) {
        if (schema.id == "rank") continue;
        parser->add_option("--" + schema.id, options->numbers[schema.id], helpOf(schema.id))
            ->check(CLI::Range(schema.minimum, schema.maximum));
    }
    parser->add_option("--seed", options->seed, help(QT_TR_NOOP("of everything random (1)")));
    parser->add_option("--checkpoint", options->checkpoint,
                       help(QT_TR_NOOP("written after every epoch (the network's name with .checkpoint)")));
    parser->add_option("--resume", options->resume, help(QT_TR_NOOP("go on from this checkpoint")));
    parser->add_option(
        "--from", options->from,
        help(
            QT_TR_NOOP("begin with this network (with --rank: with the leading modes of a full-rank one), or with this "
                       "circuit (--populations 0: with the weights of units drawn from it)")));
    parser->add_option("--log", options->log, help(QT_TR_NOOP("one line an epoch to this file (CSV)")));
    parser->add_option("--threads", options->threads, help(QT_TR_NOOP("at most so many; results do not depend on it")))
        ->check(CLI::Range(1, 1024));
    parser->add_flag("--json", options->json, help(QT_TR_NOOP("print JSON, numbers in full precision")));
    return {parser, false, [options] { runTraining(*options); }};
}

}  // namespace kappascope::app
