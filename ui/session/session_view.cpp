// SPDX-License-Identifier: GPL-3.0-or-later
// The part "view" of session.json.
#include <utility>

#include "ui/session/session_parts.h"

namespace kappascope::session::parts {

namespace {

constexpr std::array viewMembers{"levels",    "axes",      "range",    "held",  "automatic", "fitted",
                                 "layers",    "starts",    "scrubber", "shape", "input",     "particles",
                                 "following", "workspace", "diagrams", "units", "behaviour", "selectivity"};

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

}  // namespace

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
    addPages(json, view.pages);
    return json;
}

ViewState viewFrom(const Json& json, const State& document) {
    const int rank = document.rank(), inputs = document.inputs();
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

Json unknownOfView(const Json& json) {
    Json unknown = others(json, viewMembers);
    unknown.update(unknownOfPages(json));
    return unknown;
}

}  // namespace kappascope::session::parts
