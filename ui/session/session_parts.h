// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Of session_*.cpp alone: how the parts of session.json are written and read.

#include <Eigen/Core>
#include <QString>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/io/json.h"
#include "core/io/text.h"
#include "ui/session/state.h"
#include "ui/session/view_state.h"

namespace kappascope::session::parts {

using io::Json;

inline constexpr std::size_t mostText = 4096;     // of a title, a path, a condition
inline constexpr std::size_t mostStarts = 10000;  // of trajectories
inline constexpr std::size_t mostItems = 1000;    // of lists of names

[[noreturn]] inline void malformed(const std::string& field, const Json& found) {
    throw Error(ErrorCode::malformed, field, {io::printable(io::jsonText(found).substr(0, 60))});
}

inline std::string text(const QString& value) {
    return value.toStdString();
}

inline Json listOf(const Eigen::VectorXd& vector) {
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

inline QString shortText(const Json& json, const std::string& key, const std::string& path) {
    const std::string value = io::textMember(json, key, path).value_or("");
    if (value.size() > mostText)
        throw Error(ErrorCode::tooLarge, path + key, {std::to_string(value.size()), std::to_string(mostText)});
    return QString::fromStdString(value);
}

inline std::vector<std::string> texts(const Json& json, const std::string& key, const std::string& path) {
    auto list = io::textsMember(json, key, path);
    if (list.size() > mostItems)
        throw Error(ErrorCode::tooLarge, path + key, {std::to_string(list.size()), std::to_string(mostItems)});
    return list;
}

inline Eigen::VectorXd vectorOf(const Json& json, const std::string& key, const std::string& path) {
    const Json* list = io::member(json, key);
    if (!list) return {};
    const auto values = io::numbers(*list, path + key);
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

inline int integerWithin(const Json& json, const std::string& key, const std::string& path, int otherwise, int least,
                         int most) {
    const auto value = io::integerMember(json, key, path).value_or(otherwise);
    if (value < least || value > most) malformed(path + key, value);
    return static_cast<int>(value);
}

/// The part "document". Reading sets members of the state; throws as readDocument().
Json documentToJson(const State& state);
void documentFrom(const Json& json, State& state);
/// What a newer program added to it.
Json unknownOfDocument(const Json& json);

/// The part "view". Reading throws malformed, notFinite or tooLarge naming the member.
Json viewToJson(const ViewState& view);
ViewState viewFrom(const Json& json, const State& state);
Json unknownOfView(const Json& json);

/// Of the view, what belongs to other workspaces: each member by itself, so that a damaged one leaves the portraits and
/// the others as they were. Reading returns the first damaged field, or nothing.
void addPages(Json& view, const PageViews& pages);
std::optional<std::string> readPages(const Json& view, const State& state, PageViews& pages);
/// What a newer program added within those members, by member.
Json unknownOfPages(const Json& view);

}  // namespace kappascope::session::parts
