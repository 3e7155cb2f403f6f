// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kappascope::io {

using Json = nlohmann::json;

/// Parses a JSON text of at most 64 MiB and 100 levels. Throws malformed (with what the parser says) or tooLarge,
/// naming the field.
Json parseJson(std::string_view text, const std::string& field);

/// The text of a JSON value: keys sorted, numbers in full precision, always the same for the same value. indent: -1 for
/// one line.
std::string jsonText(const Json& value, int indent = -1);

/// An object's member, or null where there is none (or it is null).
const Json* member(const Json& object, const std::string& key);

/// Members by type: nothing where absent. Throw malformed naming `path` + key where the type is another, notFinite for
/// infinities.
std::optional<double> numberMember(const Json& object, const std::string& key, const std::string& path = {});
std::optional<std::int64_t> integerMember(const Json& object, const std::string& key, const std::string& path = {});
std::optional<std::string> textMember(const Json& object, const std::string& key, const std::string& path = {});
std::optional<bool> booleanMember(const Json& object, const std::string& key, const std::string& path = {});
std::vector<std::string> textsMember(const Json& object, const std::string& key, const std::string& path = {});

/// A list of numbers. Throws malformed or notFinite, naming the field.
std::vector<double> numbers(const Json& list, const std::string& field);

/// Refuses what a newer program wrote: throws newerVersion where member "version" is above `newest`, malformed where it
/// is no integer from 1. An absent version is version 1.
void checkVersion(const Json& object, std::int64_t newest);

}  // namespace kappascope::io
