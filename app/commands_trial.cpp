// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands_trial.h"

#include <CLI/Option.hpp>
#include <QFile>
#include <algorithm>
#include <cmath>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "core/io/text.h"
#include "core/tasks/task.h"
#include "ui/session/comparison.h"

namespace kappascope::app {

namespace {

constexpr qint64 fileLimit = 1 << 24;
constexpr int stepLimit = 1'000'000;
constexpr std::size_t channelLimit = 1000;

[[noreturn]] void malformed(const std::string& file, const std::string& field, const Json& found) {
    throw Error(ErrorCode::malformed, field, {io::printable(found.dump(-1, ' ', true, Json::error_handler_t::replace))},
                file);
}

const Json& member(const Json& json, const char* key, const std::string& file) {
    if (!json.contains(key)) throw Error(ErrorCode::missingField, key, {}, file);
    return json.at(key);
}

/// A whole number from..to.
int wholeNumber(const Json& json, const std::string& field, int from, int to, const std::string& file) {
    if (!json.is_number()) malformed(file, field, json);
    const double value = json.get<double>();
    if (!(value >= from && value <= to) || value != std::floor(value)) malformed(file, field, json);
    return static_cast<int>(value);
}

}  // namespace

void addTrialOptions(CLI::App& parser, TrialOptions& options, const QString& conditionHelp) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser.add_option("--task", options.task, help(QT_TR_NOOP("rdm, romo, mante, raposo, dms or flipflop")));
    parser.add_option("--condition", options.condition, conditionHelp.toStdString());
    parser.add_option("--task-option", options.taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")));
    parser.add_option("--trial", options.file, help(QT_TR_NOOP("a trial of your own (JSON)")));
}

session::TrialChoice choiceOf(const TrialOptions& options) {
    session::TrialChoice choice;
    choice.task = QString::fromStdString(options.task);
    choice.condition = QString::fromStdString(options.condition);
    for (const auto& text : options.taskOptions) {
        const auto equals = text.find('=');
        const auto value = equals == std::string::npos ? std::nullopt : io::toNumber(text.substr(equals + 1));
        if (!value)
            throw UsageError(Texts::tr("--task-option takes KEY=NUMBER, not “%1”.").arg(QString::fromStdString(text)));
        choice.options[QString::fromStdString(text.substr(0, equals))] = *value;
    }
    return choice;
}

simulation::Trial readTrialFile(const QString& path) {
    const std::string name = path.toStdString();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Error(ErrorCode::cannotOpen, {}, {file.errorString().toStdString()}, name);
    if (file.size() > fileLimit)
        throw Error(ErrorCode::tooLarge, "trial", {std::to_string(file.size()), std::to_string(fileLimit)}, name);
    const QByteArray bytes = file.readAll();
    const Json json = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!json.is_object())
        throw Error(
            ErrorCode::malformed, "trial",
            {io::printable({bytes.constData(), std::min<std::size_t>(40, static_cast<std::size_t>(bytes.size()))})},
            name);

    simulation::Trial trial;
    const auto& alpha = member(json, "dt_over_tau", name);
    if (!alpha.is_number() || !(alpha.get<double>() > 0 && alpha.get<double>() <= 1))
        malformed(name, "dt_over_tau", alpha);
    trial.alpha = alpha.get<double>();
    const int steps = wholeNumber(member(json, "steps", name), "steps", 1, stepLimit, name);
    const auto& channels = member(json, "inputs", name);
    if (!channels.is_array()) malformed(name, "inputs", channels);
    if (channels.size() > channelLimit)
        throw Error(ErrorCode::tooLarge, "inputs", {std::to_string(channels.size()), std::to_string(channelLimit)},
                    name);
    trial.inputs = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(channels.size()), steps);
    for (std::size_t channel = 0; channel < channels.size(); ++channel) {
        const std::string field = "inputs[" + std::to_string(channel) + "]";
        if (!channels[channel].is_array()) malformed(name, field, channels[channel]);
        for (const auto& piece : channels[channel]) {
            if (!piece.is_array() || piece.size() != 3 || !piece[2].is_number() ||
                !std::isfinite(piece[2].get<double>()))
                malformed(name, field, piece);
            const int first = wholeNumber(piece[0], field, 0, steps, name);
            const int end = wholeNumber(piece[1], field, first, steps, name);
            trial.inputs.row(static_cast<Eigen::Index>(channel))
                .segment(first, end - first)
                .setConstant(piece[2].get<double>());
        }
    }
    trial.condition = path.toStdString();
    return trial;
}

simulation::Trial readTrialFile(const QString& path, const session::State& state) {
    auto trial = readTrialFile(path);
    if (trial.inputs.rows() != state.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, path.toStdString(),
                    {std::to_string(trial.inputs.rows()), std::to_string(state.inputs())});
    return trial;
}

simulation::Trial chooseTrial(const TrialOptions& options, const session::State& state, std::uint64_t seed, int index) {
    const bool fromFile = !options.file.empty();
    const bool fromTask = !options.task.empty() || !options.condition.empty();
    if (fromFile == fromTask || (fromFile && (options.inputNoise || !options.taskOptions.empty())))
        throw UsageError(Texts::tr("Say what to simulate: either --task ID --condition NAME, or --trial FILE.json."));
    if (fromFile) return readTrialFile(QString::fromStdString(options.file), state);
    const auto choice = session::completed(state, choiceOf(options));
    const auto& task = tasks::task(choice.task.toStdString());
    const auto chosen = session::taskOptions(choice);
    const auto number = static_cast<std::uint64_t>(index);
    if (options.condition.empty()) return task.randomTrial(chosen, seed, number).trial;
    return task.trial(options.condition, chosen, options.inputNoise, seed, number).trial;
}

}  // namespace kappascope::app
