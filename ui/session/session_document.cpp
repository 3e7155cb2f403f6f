// SPDX-License-Identifier: GPL-3.0-or-later
// The part "document" of session.json.
#include <utility>

#include "ui/session/session_parts.h"

namespace kappascope::session::parts {

namespace {

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

}  // namespace

Json documentToJson(const State& state) {
    Json warnings = Json::array();
    for (const auto& warning : state.warnings)
        if (warning.code < io::WarningCode::viewNotRead)  // those are of the last opening only
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

void documentFrom(const Json& json, State& state) {
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
}

Json unknownOfDocument(const Json& json) {
    return others(json, documentMembers);
}

}  // namespace kappascope::session::parts
