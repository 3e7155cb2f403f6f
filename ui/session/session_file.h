// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <string_view>

#include "core/io/scene.h"
#include "ui/session/edits.h"
#include "ui/session/state.h"
#include "ui/session/view_state.h"

namespace kappascope::session {

/// What a file held.
struct OpenedFile {
    StatePtr state;
    std::optional<ViewState> view;  ///< how a session was looked at
    QString session;                ///< the path of a session file, empty for others
};

/// Opens a file or a bundled example (by id). Of a session everything is as it was saved, but for what `options` asks
/// to be otherwise. Throws kappascope::Error.
OpenedFile openFile(const QString& pathOrId, const OpenOptions& options = {});

/// The same of a file's bytes in memory. name: a file name that the state is said to come from. title: for people.
OpenedFile openBytes(std::string_view bytes, const QString& name, const QString& title);

/// State and view as core writes them. Keys of the parts "document" and "view" of session.json are listed in
/// session_document.cpp and session_view.cpp; what a newer version added to a part is kept.
io::Scene sceneFrom(const StatePtr& state, const ViewState& view);

/// The session file's bytes. cache: null, or what the last call left. Throws as io::sceneBytes().
std::string sessionBytes(const StatePtr& state, const ViewState& view, io::SceneCache* cache = nullptr);

/// Sets what the scene says besides networks, circuit, input and gains: title, source, proposals, switches, trial,
/// notes, flags. Throws malformed, notFinite or tooLarge naming the member.
void readDocument(const io::Scene& scene, State& state);

/// The scene's view, or nothing where there is none; where it makes no sense, nothing and a warning in the state.
std::optional<ViewState> readView(const io::Scene& scene, State& state);

}  // namespace kappascope::session
