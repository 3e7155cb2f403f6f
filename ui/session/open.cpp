// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "core/error.h"
#include "resources/resources.h"
#include "ui/session/edits.h"
#include "ui/session/session_file.h"
#include "ui/session/state.h"
#include "ui/session/trained.h"

namespace kappascope::session {

namespace {

constexpr qint64 sampledUnits = 2000;
constexpr qint64 labelFileLimit = 1 << 26;

struct ExampleTexts {
    Q_DECLARE_TR_FUNCTIONS(Examples)
};

const Example* findExample(const QString& id) {
    const auto& all = examples();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Example& example) { return example.id == id; });
    return found == all.end() ? nullptr : &*found;
}

/// One whole number a unit, separated by anything that is not part of a number.
std::vector<int> readLabels(const QString& path, std::size_t units) {
    const std::string name = path.toStdString();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Error(ErrorCode::cannotOpen, {}, {file.errorString().toStdString()}, name);
    if (file.size() > labelFileLimit)
        throw Error(ErrorCode::tooLarge, "labels", {std::to_string(file.size()), std::to_string(labelFileLimit)}, name);
    const QByteArray bytes = file.readAll();
    std::vector<int> labels;
    labels.reserve(units);
    const char* at = bytes.constData();
    const char* const end = at + bytes.size();
    while (at != end) {
        if (*at == ' ' || *at == ',' || *at == '[' || *at == ']' || (*at >= '\t' && *at <= '\r')) {
            ++at;
            continue;
        }
        int value = 0;
        const auto [next, problem] = std::from_chars(at, end, value);
        if (problem != std::errc())
            throw Error(ErrorCode::malformed, "labels", {std::string(at, std::min<std::ptrdiff_t>(12, end - at))},
                        name);
        labels.push_back(value);
        at = next;
    }
    if (labels.size() != units)
        throw Error(ErrorCode::wrongShape, "labels", {std::to_string(labels.size()), std::to_string(units)}, name);
    return labels;
}

/// Refuses parts of a session that cannot belong together.
void requireMatch(const State& state) {
    if (!state.network || !state.circuit) return;
    const auto require = [](const char* field, Eigen::Index found, Eigen::Index expected) {
        if (found != expected)
            throw Error(ErrorCode::wrongShape, field, {std::to_string(found), std::to_string(expected)});
    };
    require("circuit.rank", state.circuit->rank, state.network->rank());
    require("circuit.inputs", state.circuit->inputs, state.network->inputs());
    require("circuit.populations", state.circuit->populationCount(), state.network->populationCount());
}

/// The network that is shown, and the circuit beside it, where `options` or the file do not give them.
/// Populations by a rule on one loading are made of the whole.
void complete(State& state, const OpenOptions& options, const io::Scene* scene, bool fromRule) {
    // A session is complete as it is, unless the options ask for something else.
    const bool asSaved = scene && !scene->document.empty();
    if (state.file && !state.file->isLowRank()) {
        if (scene && scene->shown && !options.rank)
            state.network = scene->shown;
        else
            state.network =
                std::make_shared<network::Network>(network::truncated(*state.file, options.rank.value_or(2)));
    }
    if (!options.populations.isEmpty() && !fromRule) {
        if (!state.network) throw Error(ErrorCode::needsUnits);
        auto labelled = std::make_shared<network::Network>(*state.network);
        labelled->labels = readLabels(options.populations, static_cast<std::size_t>(labelled->units()));
        labelled->populationNames.clear();
        labelled->storedGains.resize(0);
        labelled->validate();
        // A full-rank file is stepped under the same gains as its truncated view.
        if (state.file != state.network) {
            auto file = std::make_shared<network::Network>(*state.file);
            file->labels = labelled->labels;
            file->populationNames.clear();
            file->storedGains.resize(0);
            state.file = std::move(file);
        } else {
            state.file = labelled;
        }
        state.network = std::move(labelled);
        state.circuit = nullptr;
    } else if (state.circuit && (options.units || (!state.network && options.sampleCircuits && !asSaved)) &&
               (!state.network || state.sampled)) {
        state.network = state.file = std::make_shared<network::Network>(
            reduction::sample(*state.circuit, options.units.value_or(sampledUnits), options.seed));
        state.sampled = true;
    }
    if (state.circuitIsMoments && (options.rank || options.load.scaling)) state.circuit = nullptr;  // another network's
    const bool measured = asSaved && options.populations.isEmpty() ? state.circuitIsMoments
                                                                   : state.network && state.network->hasPopulations();
    if (!state.circuit && state.network && measured) measureCircuit(state);
    requireMatch(state);
    if (state.network) state.exact = std::make_shared<reduction::ExactReduction>(state.network);
}

OpenedFile assemble(io::Loaded loaded, const OpenOptions& options, State state) {
    state.format = loaded.format;
    state.scalingProposal = std::move(loaded.scaling);
    state.readoutProposal = std::move(loaded.readout);
    state.warnings = std::move(loaded.warnings);
    state.file = state.network = std::move(loaded.network);
    state.circuit = std::move(loaded.circuit);
    const io::Scene* scene = loaded.scene.get();
    if (scene) {
        readDocument(*scene, state);
        state.input = scene->input;
    }
    const auto partition = reduction::partitionFromText(options.populations.toStdString());
    complete(state, options, scene, partition.has_value());

    const Eigen::VectorXd given = state.input;
    state.input = Eigen::VectorXd::Zero(state.inputs());
    state.input.head(std::min(given.size(), state.input.size())) =
        given.head(std::min(given.size(), state.input.size()));
    state.gains = state.circuit ? state.circuit->defaultGains() : state.network->defaultGains();
    if (scene && scene->gains.size() == state.gains.size()) state.gains = scene->gains;
    if (std::ssize(state.on) != state.gains.size()) state.on.assign(static_cast<std::size_t>(state.gains.size()), true);
    OpenedFile result;
    if (scene) result.view = readView(*scene, state);
    result.state = std::make_shared<const State>(std::move(state));
    if (partition) result.state = withPartition(result.state, *partition);
    return result;
}

}  // namespace

const std::vector<Example>& examples() {
    static const std::vector<Example> all{
        // Seeds of samples whose fixed points lie close to the circuit's, under every input and gain that the summaries
        // name.
        {QStringLiteral("effective-connectivity"),
         ExampleTexts::tr("Effective connectivity set by input"),
         ExampleTexts::tr(
             "Two memories at rest. Drag input B up and they dissolve into a limit cycle; turn down the gain of "
             "population 2 and the memories turn in the plane."),
         4096,
         53,
         {0.0, 0.0}},
        {QStringLiteral("context-dependent-decision"),
         ExampleTexts::tr("Context-dependent decision"),
         ExampleTexts::tr(
             "Two stimuli pull in opposite directions. Raise one context, or lower the gain of one population, and "
             "only one of them is integrated."),
         4096,
         38,
         {0.2, -0.2, 1.0, 0.0}},
        {QStringLiteral("two-memories"),
         ExampleTexts::tr("Two memories"),
         ExampleTexts::tr(
             "One mode, two stable states. Lower the gain below 0.5 and the pitchfork closes: one state is left."),
         4096,
         18,
         {0.0}},
        {QStringLiteral("rotation"),
         ExampleTexts::tr("Rotation"),
         ExampleTexts::tr(
             "Two modes that turn into each other: every trajectory ends on one limit cycle. Lower the gain and "
             "the cycle shrinks onto the origin."),
         4096,
         99,
         {0.0}},
        {QStringLiteral("six-memories"),
         ExampleTexts::tr("Six memories"),
         ExampleTexts::tr(
             "Six populations hold six memories. Switch a population off and its memory is gone; raise the "
             "distraction and they fade together."),
         4096,
         227,
         {0.0}},
    };
    return all;
}

OpenedFile openFile(const QString& pathOrId, const OpenOptions& options) {
    initResources();
    State state;
    state.source = pathOrId;
    if (const Example* example = findExample(pathOrId)) {
        QFile file(QStringLiteral(":/examples/%1.json").arg(example->id));
        if (!file.open(QIODevice::ReadOnly))
            throw Error(ErrorCode::cannotOpen, {}, {file.errorString().toStdString()}, example->id.toStdString());
        const QByteArray bytes = file.readAll();
        OpenOptions sampled = options;
        if (!sampled.units) sampled.units = example->units;
        if (sampled.seed == OpenOptions().seed) sampled.seed = example->seed;
        if (!options.sampleCircuits && !options.units) sampled.units.reset();
        state.title = example->title;
        state.notes = example->summary;
        state.input = Eigen::Map<const Eigen::VectorXd>(example->input.data(), std::ssize(example->input));
        return assemble(io::loadBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())},
                                      example->id.toStdString(), options.load),
                        sampled, std::move(state));
    }
    if (const TrainedNetwork* trained = findTrained(pathOrId)) {
        QFile file(QStringLiteral(":/networks/%1.npz").arg(trained->task));
        if (!file.open(QIODevice::ReadOnly))
            throw Error(ErrorCode::cannotOpen, {}, {file.errorString().toStdString()}, trained->id.toStdString());
        const QByteArray bytes = file.readAll();
        state.title = trained->title;
        state.notes = trained->summary;
        return assemble(io::loadBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())},
                                      trained->id.toStdString(), options.load),
                        options, std::move(state));
    }
    const QFileInfo info(pathOrId);
    state.title = info.completeBaseName();
    try {
        OpenedFile opened = assemble(io::load(std::filesystem::path(pathOrId.toStdU16String()), options.load), options,
                                     std::move(state));
        if (opened.state->format == io::Format::session) opened.session = info.absoluteFilePath();
        return opened;
    } catch (const Error& error) {
        throw error.inFile(pathOrId.toStdString());
    }
}

OpenedFile openBytes(std::string_view bytes, const QString& name, const QString& title) {
    State state;
    state.source = name;
    state.title = title;
    return assemble(io::loadBytes(bytes, name.toStdString()), {}, std::move(state));
}

std::shared_ptr<const State> open(const QString& pathOrId, const OpenOptions& options) {
    return openFile(pathOrId, options).state;
}

}  // namespace kappascope::session
