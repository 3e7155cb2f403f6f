// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/checkpoint.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/io/file.h"
#include "core/io/json.h"
#include "core/io/save.h"
#include "core/io/zip_archive.h"

namespace kappascope::training {

namespace {

using io::Json;

constexpr std::string_view jsonEntry = "checkpoint.json";
constexpr std::int64_t mostEpochs = 10'000'000;

std::string rawBytes(const std::vector<float>& values) {
    std::string bytes(values.size() * 4, '\0');
    for (std::size_t k = 0; k < values.size(); ++k) {
        const auto bits = std::bit_cast<std::uint32_t>(values[k]);
        for (std::size_t b = 0; b < 4; ++b) bytes[4 * k + b] = static_cast<char>((bits >> (8 * b)) & 0xffu);
    }
    return bytes;
}

/// count: how many there must be; none are fine, too.
std::vector<float> floats(const io::ZipArchive& archive, const std::string& entry, std::size_t count,
                          const std::stop_token& stop) {
    const std::uint64_t size = archive.size(entry);
    if (size != 0 && size != 4 * static_cast<std::uint64_t>(count))
        throw Error(ErrorCode::wrongShape, entry, {std::to_string(size / 4), std::to_string(count)});
    const std::string bytes = archive.read(entry, stop);
    std::vector<float> values(bytes.size() / 4);
    for (std::size_t k = 0; k < values.size(); ++k) {
        std::uint32_t bits = 0;
        for (std::size_t b = 0; b < 4; ++b)
            bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[4 * k + b])) << (8 * b);
        values[k] = std::bit_cast<float>(bits);
        if (!std::isfinite(values[k])) throw Error(ErrorCode::notFinite, entry);
    }
    return values;
}

Json numbersByName(const std::map<std::string, double>& values) {
    Json json = Json::object();
    for (const auto& [id, value] : values) json[id] = value;
    return json;
}

const Json& required(const Json& object, const std::string& key) {
    const Json* found = io::member(object, key);
    if (!found) throw Error(ErrorCode::missingField, key);
    return *found;
}

std::map<std::string, double> readNumbers(const Json& object, const std::string& key) {
    const Json& member = required(object, key);
    if (!member.is_object()) throw Error(ErrorCode::malformed, key, {"no object"});
    std::map<std::string, double> values;
    for (const auto& [id, value] : member.items()) {
        if (!value.is_number()) throw Error(ErrorCode::malformed, key + "." + id, {"no number"});
        values[id] = value.get<double>();
    }
    return values;
}

int count(const Json& object, const std::string& key, std::int64_t most = mostEpochs) {
    const auto value = io::integerMember(object, key);
    if (!value) throw Error(ErrorCode::missingField, key);
    if (*value < 0 || *value > most) throw Error(ErrorCode::malformed, key, {std::to_string(*value)});
    return static_cast<int>(*value);
}

double real(const Json& object, const std::string& key) {
    const auto value = io::numberMember(object, key);
    if (!value) throw Error(ErrorCode::missingField, key);
    return *value;
}

Json historyOf(const std::vector<EpochReport>& history) {
    Json json = Json::array();
    for (const auto& each : history)
        json.push_back({each.stage, each.loss, each.gradientNorm, each.validationLoss, each.accuracy});
    return json;
}

std::vector<EpochReport> readHistory(const Json& object, int stages) {
    const Json& list = required(object, "history");
    if (!list.is_array()) throw Error(ErrorCode::malformed, "history", {"no list"});
    std::vector<EpochReport> history;
    for (const Json& each : list) {
        const auto values = io::numbers(each, "history");
        if (values.size() != 5 || !(values[0] >= 0 && values[0] < stages) || values[0] != std::floor(values[0]))
            throw Error(ErrorCode::malformed, "history", {"entry " + std::to_string(history.size())});
        // Losses and norms are squares and lengths, accuracy a share.
        if (std::any_of(values.begin() + 1, values.end(), [](double value) { return !(value >= 0); }) || values[4] > 1)
            throw Error(ErrorCode::malformed, "history", {"entry " + std::to_string(history.size())});
        history.push_back({static_cast<int>(history.size()) + 1, static_cast<int>(values[0]), values[1], values[2],
                           values[3], values[4]});
    }
    return history;
}

std::uint64_t unsignedMember(const Json& object, const std::string& key) {
    const Json& value = required(object, key);
    if (!value.is_number_unsigned()) throw Error(ErrorCode::malformed, key, {"no count"});
    return value.get<std::uint64_t>();
}

Checkpoint read(std::string_view bytes, const std::stop_token& stop) {
    const io::ZipArchive archive(bytes);
    if (!archive.has(std::string(jsonEntry))) throw Error(ErrorCode::unsupportedFormat, "", {"a zip without a run"});
    const Json json = io::parseJson(archive.read(std::string(jsonEntry)), std::string(jsonEntry));
    if (!json.is_object() || io::textMember(json, "format") != "kappascope-checkpoint")
        throw Error(ErrorCode::malformed, "format", {"another format"});
    io::checkVersion(json, checkpointVersion);

    Checkpoint result;
    const auto task = io::textMember(json, "task");
    if (!task) throw Error(ErrorCode::missingField, "task");
    std::vector<double> fractions;
    if (const Json* member = io::member(json, "fractions")) fractions = io::numbers(*member, "fractions");
    result.settings = makeSettings(*task, readNumbers(json, "task_options"), readNumbers(json, "options"),
                                   unsignedMember(json, "seed"), std::move(fractions));
    TrainingState& state = result.state;
    const auto stages = static_cast<int>(result.settings.stages().size());
    state.history = readHistory(json, stages);
    state.epoch = count(json, "epoch");
    const int batches = static_cast<int>(result.settings.value("trials") /
                                         std::min(result.settings.value("batch"), result.settings.value("trials")));
    state.batch = count(json, "batch", batches);
    state.stage = count(json, "stage", stages - 1);
    state.stageEpoch = count(json, "stage_epoch", state.epoch);
    state.bestEpoch = count(json, "best_epoch", state.epoch);
    state.lossSum = real(json, "loss_sum");
    state.normSum = real(json, "norm_sum");
    state.finished = io::booleanMember(json, "finished").value_or(false);
    state.optimiser.steps = unsignedMember(json, "steps");
    constexpr std::uint64_t mostSteps = std::uint64_t{1} << 53;
    if (state.optimiser.steps > mostSteps)
        throw Error(ErrorCode::malformed, "steps", {std::to_string(state.optimiser.steps)});
    if (state.history.size() != static_cast<std::size_t>(state.epoch))
        throw Error(ErrorCode::malformed, "history", {std::to_string(state.history.size()) + " epochs"});
    const std::size_t total = result.settings.parameterCount();
    state.parameters = floats(archive, "parameters", total, stop);
    state.optimiser.first = floats(archive, "first", total, stop);
    state.optimiser.second = floats(archive, "second", total, stop);
    state.best = floats(archive, "best", total, stop);
    if (std::any_of(state.optimiser.second.begin(), state.optimiser.second.end(), [](float v) { return v < 0; }))
        throw Error(ErrorCode::malformed, "second", {"a negative mean of squares"});
    return result;
}

}  // namespace

std::string checkpointBytes(const Trainer& trainer) {
    return checkpointBytes(trainer.settings(), trainer.state());
}

std::string checkpointBytes(const Settings& settings, const TrainingState& state) {
    Json json{{"format", "kappascope-checkpoint"},
              {"version", checkpointVersion},
              {"task", settings.task},
              {"task_options", numbersByName(settings.taskOptions)},
              {"options", numbersByName(settings.options)},
              {"seed", settings.seed},
              {"epoch", state.epoch},
              {"batch", state.batch},
              {"stage", state.stage},
              {"stage_epoch", state.stageEpoch},
              {"best_epoch", state.bestEpoch},
              {"loss_sum", state.lossSum},
              {"norm_sum", state.normSum},
              {"finished", state.finished},
              {"steps", state.optimiser.steps},
              {"history", historyOf(state.history)}};
    if (!settings.fractions.empty()) json["fractions"] = settings.fractions;
    return io::storedZip({{std::string(jsonEntry), io::jsonText(json)},
                          {"parameters", rawBytes(state.parameters)},
                          {"first", rawBytes(state.optimiser.first)},
                          {"second", rawBytes(state.optimiser.second)},
                          {"best", rawBytes(state.best)}});
}

void saveCheckpoint(const Trainer& trainer, const std::filesystem::path& path) {
    io::writeAtomically(path, checkpointBytes(trainer));
}

Checkpoint loadCheckpoint(const std::filesystem::path& path, std::stop_token stop) {
    return checkpointFromBytes(io::readFile(path, stop), io::pathText(path), stop);
}

Checkpoint checkpointFromBytes(std::string_view bytes, const std::string& name, std::stop_token stop) {
    return io::namingFile(name, [&] { return read(bytes, stop); });
}

}  // namespace kappascope::training
