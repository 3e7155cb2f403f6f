// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/linalg/decompositions.h"
#include "ui/session/refining.h"

namespace kappascope::app {

namespace {

using network::NetworkClass;

const char* className(const session::State& state) {
    if (!state.file || state.sampled) return "circuit";
    switch (state.file->networkClass) {
        case NetworkClass::lowRank: return "low-rank";
        case NetworkClass::fullRank: return "full-rank";
        case NetworkClass::mixture: return "mixture";
    }
    return "";
}

const char* readoutName(network::Readout readout) {
    switch (readout) {
        case network::Readout::rate: return "rate";
        case network::Readout::phi: return "phi";
        case network::Readout::state: return "state";
    }
    return "";
}

/// What a network file says besides its sizes.
void addNetwork(Json& json, const session::State& state, const QString& net) {
    const auto& network = *state.file;
    json["scaling"] = network.isLowRank() && network.scaling == network::Scaling::overN ? "over-n" : "none";
    json["scaling_reason"] = session::sentence(state.scalingProposal, network.scaling).toStdString();
    json["readout"] = readoutName(network.readout);
    json["readout_reason"] = session::sentence(state.readoutProposal, network.readout).toStdString();
    json["bias"] = network.hasBias();
    json["initial_state"] = network.initialState.size() > 0 && network.initialState.cwiseAbs().maxCoeff() > 0;
    json["alpha"] = network.alpha;
    json["tau_ms"] = network.tauMs;
    json["noise"] = network.noise;
    if (!network.isLowRank()) {
        const Progress progress(Texts::tr("Singular values of %1").arg(net), 0);
        const auto count = static_cast<int>(std::min<Eigen::Index>(8, network.units()));
        json["singular_values"] = toJson(linalg::leadingModes(network.connectivity, count).values);
    }
}

void addCircuit(Json& json, const session::State& state) {
    json["scaling"] = "over-n";
    json["scaling_reason"] = Texts::tr("Networks drawn from a circuit have J = m n^T / N.").toStdString();
    json["readout"] = "rate";
    json["bias"] = state.circuit->bias;
}

void addPopulations(Json& json, const session::State& state) {
    Json names = Json::array();
    Json fractions = Json::array();
    for (int p = 0; p < state.populations(); ++p) names.push_back(state.populationName(p).toStdString());
    if (state.circuit) {
        for (const auto& population : state.circuit->populations) fractions.push_back(population.fraction);
    } else {
        fractions.push_back(1.0);
    }
    json["population_names"] = names;
    json["population_fractions"] = fractions;
    json["gain"] = toJson(state.effectiveGains());
}

Json describe(const Opened& opened, const QString& net) {
    const auto& state = *opened.state;
    const bool isCircuit = !state.file || state.sampled;
    Json json;
    json["name"] = state.title.toStdString();
    json["format"] = std::string(io::name(state.format));
    json["class"] = className(state);
    json["units"] = state.file ? state.file->units() : 0;
    json["rank"] = state.file ? state.file->rank() : state.circuit->rank;
    json["inputs"] = state.inputs();
    json["outputs"] = state.file ? static_cast<int>(state.file->outputs()) : state.circuit->outputs;
    json["populations"] = state.populations();
    Json inputNames = Json::array();
    for (int s = 0; s < state.inputs(); ++s) inputNames.push_back(state.inputName(s).toStdString());
    json["input_names"] = inputNames;
    if (isCircuit)
        addCircuit(json, state);
    else
        addNetwork(json, state, net);
    addPopulations(json, state);
    const auto& task = state.file ? state.file->task : state.circuit->task;
    if (!task.id.empty()) {
        json["task"] = task.id;
        json["task_options"] = task.options;
    }
    if (state.circuit)
        if (const QString origin = session::originText(*state.circuit); !origin.isEmpty())
            json["origin"] = origin.toStdString();
    json["warnings"] = toJson(opened.warnings);
    return json;
}

QString lines(const Json& json) {
    QString text;
    for (const auto& [key, value] : json.items()) {
        QString shownValue;
        if (value.is_string()) {
            shownValue = QString::fromStdString(value.get<std::string>());
        } else if (value.is_array()) {
            QStringList parts;
            for (const auto& part : value)
                parts << (part.is_string() ? QString::fromStdString(part.get<std::string>())
                                           : shown(part.get<double>()));
            if (key == "warnings") {
                for (const auto& part : parts) text += QStringLiteral("  ! %1\n").arg(part);
                continue;
            }
            shownValue = parts.join(QStringLiteral(", "));
        } else {
            shownValue = QString::fromStdString(value.dump());
        }
        text += QStringLiteral("  %1  %2\n").arg(QString::fromStdString(key).replace(u'_', u' '), -20).arg(shownValue);
    }
    return text;
}

}  // namespace

Command makeInfo(CLI::App& root) {
    auto options = std::make_shared<CommonOptions>();
    auto* parser = root.add_subcommand("info", Texts::tr("what a file holds").toStdString());
    addCommonOptions(*parser, *options);
    return {parser, false, [options] {
                const auto json = describe(openNet(*options), QString::fromStdString(options->net));
                if (options->json)
                    print(json);
                else
                    print(lines(json));
            }};
}

}  // namespace kappascope::app
