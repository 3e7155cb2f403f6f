// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_file.h"

#include <array>
#include <utility>

#include "core/error.h"
#include "core/io/json.h"
#include "core/io/text.h"

namespace kappascope::session {

namespace {

using io::Json;

constexpr std::size_t mostText = 4096;     // of a title, a path, a condition
constexpr std::size_t mostStarts = 10000;  // of trajectories
constexpr std::size_t mostItems = 1000;    // of lists of names
// Measured circuits with more loadings than this are measured again: writing them would take longer.
constexpr int mostWrittenLoadings = 100;

// The words of the format: never to be changed, only added to.
constexpr std::array<std::pair<io::Reason, const char*>, 6> reasons{{
    {io::Reason::statedInFile, "stated-in-file"},
    {io::Reason::chosenByUser, "chosen-by-user"},
    {io::Reason::fullRankStored, "full-rank-stored"},
    {io::Reason::mixtureConvention, "mixture-convention"},
    {io::Reason::memoryNeedsIt, "memory-needs-it"},
    {io::Reason::convention, "convention"},
}};
constexpr std::array<std::pair<io::WarningCode, const char*>, 6> warningCodes{{
    {io::WarningCode::biasReadOutWithoutIt, "bias-read-out-without-it"},
    {io::WarningCode::outputsAreRates, "outputs-are-rates"},
    {io::WarningCode::fullRankTruncation, "full-rank-truncation"},
    {io::WarningCode::unknownKeys, "unknown-keys"},
    {io::WarningCode::convertedFromSingle, "converted-from-single"},
    {io::WarningCode::slopeSuggestsOtherScaling, "slope-suggests-other-scaling"},
}};

template <class Table, class Value>
std::string wordOf(const Table& table, Value value) {
    for (const auto& [each, word] : table)
        if (each == value) return word;
    return {};
}

[[noreturn]] void malformed(const std::string& field, const Json& found) {
    throw Error(ErrorCode::malformed, field, {io::printable(io::jsonText(found).substr(0, 60))});
}

std::string text(const QString& value) {
    return value.toStdString();
}

Json listOf(const Eigen::VectorXd& vector) {
    Json list = Json::array();
    for (const double value : vector) list.push_back(value);
    return list;
}

/// Members of `json` that are not among `known`, as an object.
template <std::size_t count>
Json others(Json json, const std::array<const char*, count>& known) {
    for (const char* key : known) json.erase(key);
    return json;
}

QString shortText(const Json& json, const std::string& key, const std::string& path) {
    const std::string value = io::textMember(json, key, path).value_or("");
    if (value.size() > mostText)
        throw Error(ErrorCode::tooLarge, path + key, {std::to_string(value.size()), std::to_string(mostText)});
    return QString::fromStdString(value);
}

std::vector<std::string> texts(const Json& json, const std::string& key, const std::string& path) {
    auto list = io::textsMember(json, key, path);
    if (list.size() > mostItems)
        throw Error(ErrorCode::tooLarge, path + key, {std::to_string(list.size()), std::to_string(mostItems)});
    return list;
}

Eigen::VectorXd vectorOf(const Json& json, const std::string& key, const std::string& path) {
    const Json* list = io::member(json, key);
    if (!list) return {};
    const auto values = io::numbers(*list, path + key);
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

int integerWithin(const Json& json, const std::string& key, const std::string& path, int otherwise, int least,
                  int most) {
    const auto value = io::integerMember(json, key, path).value_or(otherwise);
    if (value < least || value > most) malformed(path + key, value);
    return static_cast<int>(value);
}

// --- document -------------------------------------------------------------------------------------------------------

constexpr std::array documentMembers{
    "title", "source", "scaling_proposal",        "readout_proposal", "warnings",
    "on",    "trial",  "circuit_is_one_gaussian", "sampled",          "circuit_is_moments"};

Json proposalToJson(const io::Proposal& proposal) {
    return {{"reason", wordOf(reasons, proposal.reason)}, {"values", proposal.values}};
}

io::Proposal proposalFrom(const Json& json, const std::string& key, const std::string& path) {
    io::Proposal proposal{io::Reason::statedInFile, {}};
    const Json* found = io::member(json, key);
    if (!found) return proposal;
    const auto word = io::textMember(*found, "reason", path + key + '.');
    for (const auto& [reason, each] : reasons)
        if (word == each) proposal.reason = reason;
    proposal.values = texts(*found, "values", path + key + '.');
    return proposal;
}

Json trialToJson(const TrialChoice& trial) {
    Json options = Json::object();
    for (const auto& [name, value] : trial.options) options[text(name)] = value;
    return {{"task", text(trial.task)},      {"condition", text(trial.condition)},
            {"options", std::move(options)}, {"noise", trial.noise},
            {"trials", trial.trials},        {"seed", trial.seed}};
}

TrialChoice trialFrom(const Json& json) {
    const std::string path = "document.trial.";
    TrialChoice trial;
    trial.task = shortText(json, "task", path);
    trial.condition = shortText(json, "condition", path);
    trial.noise = io::numberMember(json, "noise", path).value_or(0);
    if (trial.noise < 0 || trial.noise > 1) malformed(path + "noise", trial.noise);
    trial.trials = integerWithin(json, "trials", path, 1, 1, 100);
    if (const Json* seed = io::member(json, "seed")) {
        if (!seed->is_number_unsigned()) malformed(path + "seed", *seed);
        trial.seed = seed->get<std::uint64_t>();
    }
    if (const Json* options = io::member(json, "options")) {
        if (!options->is_object() || options->size() > mostItems) malformed(path + "options", *options);
        for (const auto& [name, value] : options->items())
            trial.options[QString::fromStdString(name)] =
                io::numberMember(*options, name, path + "options.").value_or(0);
    }
    return trial;
}

Json documentToJson(const State& state) {
    Json warnings = Json::array();
    for (const auto& warning : state.warnings)
        if (warning.code != io::WarningCode::viewNotRead)  // of the last opening only
            warnings.push_back({{"code", wordOf(warningCodes, warning.code)}, {"values", warning.values}});
    Json on = Json::array();
    for (const bool each : state.on) on.push_back(each);
    return {{"title", text(state.title)},
            {"source", text(state.source)},
            {"scaling_proposal", proposalToJson(state.scalingProposal)},
            {"readout_proposal", proposalToJson(state.readoutProposal)},
            {"warnings", std::move(warnings)},
            {"on", std::move(on)},
            {"trial", trialToJson(state.trial)},
            {"circuit_is_one_gaussian", state.circuitIsOneGaussian},
            {"circuit_is_moments", state.circuitIsMoments},
            {"sampled", state.sampled}};
}

// --- view -----------------------------------------------------------------------------------------------------------

constexpr std::array viewMembers{"levels", "axes",     "range", "held",  "automatic", "fitted",   "layers",
                                 "starts", "scrubber", "shape", "input", "particles", "following"};

Json rangeOf(const phase::View& view) {
    return {view.xMin, view.xMax, view.yMin, view.yMax};
}

void setRange(phase::View& view, const Json& json, const std::string& key) {
    const Eigen::VectorXd range = vectorOf(json, key, "view.");
    if (range.size() != 4 || !(range[0] < range[1]) || !(range[2] < range[3])) malformed("view." + key, json);
    view.xMin = range[0];
    view.xMax = range[1];
    view.yMin = range[2];
    view.yMax = range[3];
}

Json viewToJson(const ViewState& view) {
    Json layers = Json::array();
    for (const QString& layer : view.layers) layers.push_back(text(layer));
    Json starts = Json::array();
    for (const TrajectoryStart& start : view.starts) {
        starts.push_back({{"kappa", listOf(start.kappa)}, {"backward", start.backward}, {"color", start.colorIndex}});
        if (start.input < 0) continue;
        starts.back()["input"] = start.input;
        starts.back()["level"] = start.level;
    }
    Json json{{"levels", {text(id(view.levels[0])), text(id(view.levels[1]))}},
              // As of old, both are modes: a program that knows of no plane of an input shows the speed.
              {"axes", {view.view.axes[0], view.view.input < 0 ? view.view.axes[1] : 0}},
              {"range", rangeOf(view.view)},
              {"held", listOf(view.view.held)},
              {"automatic", view.automatic},
              {"layers", std::move(layers)},
              {"starts", std::move(starts)},
              {"scrubber", view.scrubber},
              {"particles", view.particles},
              {"following", view.following}};
    if (view.view.input >= 0) json["input"] = view.view.input;
    if (view.fitted) json["fitted"] = rangeOf(*view.fitted);
    if (!view.shape.isEmpty()) json["shape"] = {view.shape.width(), view.shape.height()};
    return json;
}

/// How many inputs can be an axis beside kappa.
int inputsInPlanes(int rank, int inputs) {
    return rank == 1 ? inputs : 0;
}

TrajectoryStart startFrom(const Json& json, int rank, int inputs) {
    const std::string path = "view.starts.";
    TrajectoryStart start;
    start.kappa = vectorOf(json, "kappa", path);
    if (start.kappa.size() != rank) malformed(path + "kappa", json);
    start.backward = io::booleanMember(json, "backward", path).value_or(false);
    start.colorIndex = integerWithin(json, "color", path, 0, 0, 1 << 30);
    start.input = integerWithin(json, "input", path, -1, -1, inputsInPlanes(rank, inputs) - 1);
    if (start.input >= 0) start.level = io::numberMember(json, "level", path).value_or(0);
    return start;
}

ViewState viewFrom(const Json& json, int rank, int inputs) {
    if (!json.is_object()) malformed("view", json);
    ViewState state;
    const auto levels = texts(json, "levels", "view.");
    if (levels.size() != state.levels.size()) malformed("view.levels", levels);
    for (std::size_t side = 0; side < levels.size(); ++side) {
        const auto level = levelFromId(QString::fromStdString(levels[side]));
        if (!level) malformed("view.levels", levels[side]);
        state.levels[side] = *level;
    }
    const Eigen::VectorXd axes = vectorOf(json, "axes", "view.");
    if (axes.size() != 2) malformed("view.axes", listOf(axes));
    for (std::size_t i = 0; i < 2; ++i) {
        const double axis = axes[static_cast<Eigen::Index>(i)];
        if (!(axis >= 0 && axis < rank && axis == static_cast<int>(axis))) malformed("view.axes", axis);
        state.view.axes[i] = static_cast<int>(axis);
    }
    if (rank > 1 && state.view.axes[0] == state.view.axes[1]) malformed("view.axes", listOf(axes));
    state.view.input = integerWithin(json, "input", "view.", -1, -1, inputsInPlanes(rank, inputs) - 1);
    if (state.view.input >= 0) state.view.axes = {0, 1};
    setRange(state.view, json, "range");
    state.view.held = vectorOf(json, "held", "view.");
    if (state.view.held.size() != 0 && state.view.held.size() != rank) malformed("view.held", listOf(state.view.held));
    state.automatic = io::booleanMember(json, "automatic", "view.").value_or(true);
    if (io::member(json, "fitted")) {
        state.fitted = state.view;
        setRange(*state.fitted, json, "fitted");
    }
    for (const auto& layer : texts(json, "layers", "view.")) state.layers.push_back(QString::fromStdString(layer));
    if (const Json* starts = io::member(json, "starts")) {
        if (!starts->is_array() || starts->size() > mostStarts) malformed("view.starts", *starts);
        for (const Json& start : *starts) state.starts.push_back(startFrom(start, rank, inputs));
    }
    state.scrubber = integerWithin(json, "scrubber", "view.", -1, -1, 1 << 30);
    state.particles = io::booleanMember(json, "particles", "view.").value_or(true);
    state.following = io::booleanMember(json, "following", "view.").value_or(true);
    if (io::member(json, "shape")) {
        const Eigen::VectorXd shape = vectorOf(json, "shape", "view.");
        if (shape.size() != 2 || !(shape.minCoeff() >= 1) || !(shape.maxCoeff() <= 1e6))
            malformed("view.shape", listOf(shape));
        state.shape = {shape[0], shape[1]};
    }
    return state;
}

}  // namespace

io::Scene sceneFrom(const StatePtr& state, const ViewState& view) {
    io::Scene scene;
    scene.network = state->file ? state->file : state->network;
    if (state->network != scene.network) scene.shown = state->network;
    const bool measuredAgain =
        state->circuitIsMoments && state->network && state->circuit && state->circuit->loadings() > mostWrittenLoadings;
    if (!measuredAgain) scene.circuit = state->circuit;
    scene.input = state->input;
    scene.gains = state->gains;
    scene.notes = text(state->notes);
    Json unknown = state->unknown.empty() ? Json::object() : io::parseJson(state->unknown, "unknown");
    const auto merged = [&unknown](const char* key, const Json& known) {
        Json part = unknown.contains(key) ? unknown[key] : Json::object();
        unknown.erase(key);
        part.update(known);
        return io::jsonText(part);
    };
    scene.document = merged("document", documentToJson(*state));
    scene.view = merged("view", viewToJson(view));
    if (!unknown.empty()) scene.unknown = io::jsonText(unknown);
    return scene;
}

std::string sessionBytes(const StatePtr& state, const ViewState& view, io::SceneCache* cache) {
    return io::sceneBytes(sceneFrom(state, view), cache);
}

void readDocument(const io::Scene& scene, State& state) {
    state.notes = QString::fromStdString(scene.notes);
    state.unknown = scene.unknown;
    if (scene.document.empty()) return;
    const Json json = io::parseJson(scene.document, "document");
    if (!json.is_object()) malformed("document", json);
    const std::string path = "document.";
    if (const QString title = shortText(json, "title", path); !title.isEmpty()) state.title = title;
    if (const QString source = shortText(json, "source", path); !source.isEmpty()) state.source = source;
    if (state.scalingProposal.reason != io::Reason::chosenByUser)
        state.scalingProposal = proposalFrom(json, "scaling_proposal", path);
    if (state.readoutProposal.reason != io::Reason::chosenByUser)
        state.readoutProposal = proposalFrom(json, "readout_proposal", path);
    if (const Json* warnings = io::member(json, "warnings")) {
        if (!warnings->is_array() || warnings->size() > mostItems) malformed(path + "warnings", *warnings);
        for (const Json& warning : *warnings) {
            const auto word = io::textMember(warning, "code", path + "warnings.");
            for (const auto& [code, each] : warningCodes)
                if (word == each) state.warnings.push_back({code, texts(warning, "values", path + "warnings.")});
        }
    }
    if (const Json* on = io::member(json, "on")) {
        if (!on->is_array() || on->size() > mostItems) malformed(path + "on", *on);
        for (const Json& each : *on) {
            if (!each.is_boolean()) malformed(path + "on", each);
            state.on.push_back(each.get<bool>());
        }
    }
    if (const Json* trial = io::member(json, "trial")) state.trial = trialFrom(*trial);
    state.circuitIsOneGaussian = io::booleanMember(json, "circuit_is_one_gaussian", path).value_or(false);
    state.circuitIsMoments = io::booleanMember(json, "circuit_is_moments", path).value_or(false);
    state.sampled = io::booleanMember(json, "sampled", path).value_or(false);
    if (const Json rest = others(json, documentMembers); !rest.empty()) {
        Json unknown = state.unknown.empty() ? Json::object() : io::parseJson(state.unknown, "unknown");
        unknown["document"] = rest;
        state.unknown = io::jsonText(unknown);
    }
}

std::optional<ViewState> readView(const io::Scene& scene, State& state) {
    if (scene.view.empty()) return {};
    try {
        const Json json = io::parseJson(scene.view, "view");
        ViewState view = viewFrom(json, state.rank(), state.inputs());
        if (const Json rest = others(json, viewMembers); !rest.empty()) {
            Json unknown = state.unknown.empty() ? Json::object() : io::parseJson(state.unknown, "unknown");
            unknown["view"] = rest;
            state.unknown = io::jsonText(unknown);
        }
        return view;
    } catch (const Error& error) {
        state.warnings.push_back({io::WarningCode::viewNotRead, {error.field()}});
        return {};
    }
}

}  // namespace kappascope::session
