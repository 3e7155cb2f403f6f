// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"

#include <cmath>

#include "core/error.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr int mostLevels = 100;
// A parsed number takes eight times the two bytes that it may be written in.
constexpr std::size_t mostJsonBytes = std::size_t{64} << 20;

[[noreturn]] void wrongType(const Json& value, const std::string& field) {
    throw Error(ErrorCode::malformed, field, {printable(jsonText(value).substr(0, 60))});
}

double finite(const Json& value, const std::string& field) {
    if (!value.is_number()) wrongType(value, field);
    const double number = value.get<double>();
    if (!std::isfinite(number)) throw Error(ErrorCode::notFinite, field);
    return number;
}

}  // namespace

Json parseJson(std::string_view text, const std::string& field) {
    if (text.size() > mostJsonBytes)
        throw Error(ErrorCode::tooLarge, field, {std::to_string(text.size()), std::to_string(mostJsonBytes)});
    try {
        return Json::parse(text, [&](int depth, Json::parse_event_t, Json&) {
            if (depth > mostLevels)
                throw Error(ErrorCode::tooLarge, field, {std::to_string(depth), std::to_string(mostLevels)});
            return true;
        });
    } catch (const Json::parse_error& error) {
        throw Error(ErrorCode::malformed, field, {"byte " + std::to_string(error.byte)});
    } catch (const Json::out_of_range&) {
        throw Error(ErrorCode::notFinite, field);
    }
}

std::string jsonText(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const Json* member(const Json& object, const std::string& key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> numberMember(const Json& object, const std::string& key, const std::string& path) {
    const Json* value = member(object, key);
    if (!value) return std::nullopt;
    return finite(*value, path + key);
}

std::optional<std::int64_t> integerMember(const Json& object, const std::string& key, const std::string& path) {
    const Json* value = member(object, key);
    if (!value) return std::nullopt;
    if (!value->is_number_integer()) wrongType(*value, path + key);
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        wrongType(*value, path + key);
    return value->get<std::int64_t>();
}

std::optional<std::string> textMember(const Json& object, const std::string& key, const std::string& path) {
    const Json* value = member(object, key);
    if (!value) return std::nullopt;
    if (!value->is_string()) wrongType(*value, path + key);
    return value->get<std::string>();
}

std::optional<bool> booleanMember(const Json& object, const std::string& key, const std::string& path) {
    const Json* value = member(object, key);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) wrongType(*value, path + key);
    return value->get<bool>();
}

std::vector<std::string> textsMember(const Json& object, const std::string& key, const std::string& path) {
    std::vector<std::string> result;
    const Json* list = member(object, key);
    if (!list) return result;
    if (!list->is_array()) wrongType(*list, path + key);
    for (const auto& item : *list) {
        if (!item.is_string()) wrongType(item, path + key);
        result.push_back(item.get<std::string>());
    }
    return result;
}

std::vector<double> numbers(const Json& list, const std::string& field) {
    if (!list.is_array()) wrongType(list, field);
    std::vector<double> result;
    result.reserve(list.size());
    for (const auto& item : list) result.push_back(finite(item, field));
    return result;
}

void checkVersion(const Json& object, std::int64_t newest) {
    const auto version = integerMember(object, "version");
    if (!version) return;
    if (*version < 1) throw Error(ErrorCode::malformed, "version", {std::to_string(*version)});
    if (*version > newest)
        throw Error(ErrorCode::newerVersion, "version", {std::to_string(*version), std::to_string(newest)});
}

}  // namespace kappascope::io
