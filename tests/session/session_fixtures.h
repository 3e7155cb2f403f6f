// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/io/zip_archive.h"
#include "tests/core/fixtures.h"
#include "tests/core/io_fixtures.h"
#include "ui/session/session_file.h"

namespace kappascope::tests {

/// Equal to the last bit, so that -0 is not 0.
template <class A, class B>
bool identical(const A& a, const B& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           (a.size() == 0 || std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0);
}

inline bool identical(const network::Network& a, const network::Network& b) {
    return a.name == b.name && a.networkClass == b.networkClass && a.scaling == b.scaling && a.readout == b.readout &&
           identical(a.m, b.m) && identical(a.n, b.n) && identical(a.connectivity, b.connectivity) &&
           identical(a.inputWeights, b.inputWeights) && identical(a.outputWeights, b.outputWeights) &&
           identical(a.bias, b.bias) && identical(a.initialState, b.initialState) && a.labels == b.labels &&
           identical(a.storedGains, b.storedGains) && a.populationNames == b.populationNames &&
           a.inputNames == b.inputNames && a.alpha == b.alpha && a.tauMs == b.tauMs && a.noise == b.noise &&
           a.task.id == b.task.id && a.task.options == b.task.options;
}

inline bool identical(const reduction::Circuit& a, const reduction::Circuit& b) {
    if (a.name != b.name || a.rank != b.rank || a.inputs != b.inputs || a.outputs != b.outputs || a.bias != b.bias ||
        a.inputNames != b.inputNames || a.populations.size() != b.populations.size())
        return false;
    for (std::size_t p = 0; p < a.populations.size(); ++p) {
        const auto &x = a.populations[p], &y = b.populations[p];
        if (x.name != y.name || x.fraction != y.fraction || x.gain != y.gain || !identical(x.mean, y.mean) ||
            !identical(x.covariance, y.covariance))
            return false;
    }
    return true;
}

template <class T>
bool identical(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return !a == !b && (!a || identical(*a, *b));
}

/// A state in which nothing has its default, of three populations, two modes and two inputs.
inline std::shared_ptr<session::State> unusualState() {
    auto network = randomNetwork(30, 2);
    network->name = "odd";
    network->alpha = 0.1;
    network->tauMs = 50;
    network->noise = 0.05;
    network->readout = network::Readout::phi;
    network->task = {"dms", {{"noise", "0.03"}}};
    network->inputNames = {"A", "B"};
    network->populationNames = {"one", "two", "three"};
    network->storedGains = Eigen::Vector3d(1, 0.5, 1.0 / 3);
    auto state = std::make_shared<session::State>();
    state->file = state->network = network;
    session::measureCircuit(*state);
    state->exact = std::make_shared<reduction::ExactReduction>(state->network);
    state->title = QStringLiteral("What κ does");
    state->source = QStringLiteral("/data/odd net.pt");
    state->scalingProposal = {io::Reason::memoryNeedsIt, {"0.276", "-0.9997"}};
    state->readoutProposal = {io::Reason::chosenByUser, {}};
    state->warnings = {{io::WarningCode::convertedFromSingle, {}}, {io::WarningCode::unknownKeys, {"rho", "seed"}}};
    state->input = Eigen::Vector2d(-0.0, 1.0 / 3);
    state->gains = Eigen::Vector3d(0.1 + 0.2, std::numeric_limits<double>::denorm_min(), 2);
    state->on = {true, false, true};
    state->trial.task = QStringLiteral("dms");
    state->trial.condition = QStringLiteral("A-B delay 50");
    state->trial.options = {{QStringLiteral("noise"), 1e-300}, {QStringLiteral("delay"), 50}};
    state->trial.noise = 0.7;
    state->trial.trials = 17;
    state->trial.seed = 0xfedcba9876543210u;
    state->notes = QStringLiteral("a line\nanother: “κ₁”");
    state->sampled = true;
    return state;
}

inline session::ViewState unusualView() {
    session::ViewState view;
    view.levels = {session::Level::meanField, session::Level::exact};
    view.view.axes = {1, 0};
    view.view.xMin = -0.1 - 0.2;
    view.view.xMax = 1.0 / 3;
    view.view.yMin = -1e-9;
    view.view.yMax = 7;
    view.view.held = Eigen::Vector2d(0.1, -0.0);
    view.automatic = false;
    view.fitted = view.view;
    view.fitted->xMax = 2.0 / 3;
    view.layers = {QStringLiteral("fixed-points"), QStringLiteral("nullclines")};
    view.starts = {{Eigen::Vector2d(0.3, -1.0 / 7), false, 4}, {Eigen::Vector2d(-0.0, 1e-17), true, 0}};
    view.scrubber = 123;
    view.particles = false;
    view.following = false;
    view.shape = {388.5, 511};
    view.pages.workspace = session::Workspace::behaviour;
    view.pages.diagrams = {false, true};
    std::vector<char> units(30, 0);
    for (const std::size_t unit : {0, 4, 5, 9, 10, 11, 29}) units[unit] = 1;
    view.pages.units = std::make_shared<const std::vector<char>>(units);
    auto& behaviour = view.pages.behaviour;
    behaviour.asked = session::Asked::both;
    behaviour.inactivated = {0.1 + 0.2, 0, 1};
    behaviour.trials = 7;
    behaviour.noise = 1.0 / 3;
    behaviour.seed = 4294967295u;
    behaviour.selectivity = true;
    view.pages.selectivity = {QStringLiteral("delay"), {2, 0}, 1, 29, session::EpairsOf::selectivity};
    return view;
}

inline bool identical(const phase::View& a, const phase::View& b) {
    return a == b && a.axes == b.axes && identical(a.held, b.held);
}

inline bool identical(const session::PageViews& a, const session::PageViews& b) {
    return a.workspace == b.workspace && a.diagrams == b.diagrams && !a.units == !b.units &&
           (!a.units || *a.units == *b.units) && a.behaviour == b.behaviour && a.selectivity == b.selectivity;
}

inline bool identical(const session::ViewState& a, const session::ViewState& b) {
    if (a.levels != b.levels || !identical(a.view, b.view) || a.automatic != b.automatic || a.layers != b.layers ||
        a.scrubber != b.scrubber || a.particles != b.particles || a.following != b.following || a.shape != b.shape ||
        a.fitted.has_value() != b.fitted.has_value() || (a.fitted && !identical(*a.fitted, *b.fitted)) ||
        a.starts.size() != b.starts.size() || !identical(a.pages, b.pages))
        return false;
    for (std::size_t k = 0; k < a.starts.size(); ++k)
        if (!identical(a.starts[k].kappa, b.starts[k].kappa) || a.starts[k].backward != b.starts[k].backward ||
            a.starts[k].colorIndex != b.starts[k].colorIndex)
            return false;
    return true;
}

/// A session file with another session.json.
inline std::string edited(const std::string& bytes, const std::function<void(nlohmann::json&)>& edit) {
    const io::ZipArchive archive(bytes);
    io::ZipEntries entries;
    for (const auto& name : archive.names()) {
        std::string content = archive.read(name);
        if (name == "session.json") {
            nlohmann::json json = nlohmann::json::parse(content);
            edit(json);
            content = json.dump();
        }
        entries.emplace_back(name, content);
    }
    return io::storedZip(entries);
}

}  // namespace kappascope::tests
