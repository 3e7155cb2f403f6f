// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_file.h"

#include "ui/session/session_parts.h"

namespace kappascope::session {

namespace {

using io::Json;

// Measured circuits with more loadings than this are measured again: writing them would take longer.
constexpr int mostWrittenLoadings = 100;

/// Keeps what a newer program added to a part of the file.
void keepUnknown(State& state, const char* part, const Json& rest) {
    if (rest.empty()) return;
    Json unknown = state.unknown.empty() ? Json::object() : io::parseJson(state.unknown, "unknown");
    unknown[part] = rest;
    state.unknown = io::jsonText(unknown);
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
    scene.notes = state->notes.toStdString();
    Json unknown = state->unknown.empty() ? Json::object() : io::parseJson(state->unknown, "unknown");
    const auto merged = [&unknown](const char* key, const Json& known) {
        Json part = unknown.contains(key) ? unknown[key] : Json::object();
        unknown.erase(key);
        part.update(known, true);  // members of members too
        return io::jsonText(part);
    };
    scene.document = merged("document", parts::documentToJson(*state));
    scene.view = merged("view", parts::viewToJson(view));
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
    parts::documentFrom(json, state);
    keepUnknown(state, "document", parts::unknownOfDocument(json));
}

std::optional<ViewState> readView(const io::Scene& scene, State& state) {
    if (scene.view.empty()) return {};
    try {
        const Json json = io::parseJson(scene.view, "view");
        ViewState view = parts::viewFrom(json, state);
        keepUnknown(state, "view", parts::unknownOfView(json));
        if (const auto damaged = parts::readPages(json, state, view.pages))
            state.warnings.push_back({io::WarningCode::pageNotRead, {*damaged}});
        return view;
    } catch (const Error& error) {
        state.warnings.push_back({io::WarningCode::viewNotRead, {error.field()}});
        return {};
    }
}

}  // namespace kappascope::session
