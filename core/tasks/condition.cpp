// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tasks/condition.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/io/text.h"

namespace kappascope::tasks {

namespace {

constexpr int longestDelay = 10000;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string rangeText(const OptionSchema& schema) {
    return io::toText(schema.minimum) + ".." + io::toText(schema.maximum);
}

}  // namespace

std::vector<std::string> words(std::string_view condition, std::string_view taskId) {
    std::vector<std::string> result;
    std::string word;
    for (const char c : condition) {
        if (!isSpace(c)) {
            word += lower(c);
        } else if (!word.empty()) {
            result.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) result.push_back(std::move(word));
    if (!result.empty() && result.front() == taskId) result.erase(result.begin());
    return result;
}

std::optional<double> number(std::string_view text) {
    const auto value = io::toNumber(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::array<double, 2>> numberPair(std::string_view text) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto first = number(text.substr(0, comma));
    const auto second = number(text.substr(comma + 1));
    if (!first || !second) return std::nullopt;
    return std::array{*first, *second};
}

std::optional<int> delaySteps(const std::vector<std::string>& words, std::size_t from, int fallback) {
    if (words.size() == from) return fallback;
    if (words.size() != from + 2 || words[from] != "delay") return std::nullopt;
    const auto value = number(words[from + 1]);
    if (!value || *value != std::floor(*value) || *value < 0 || *value > longestDelay) return std::nullopt;
    return static_cast<int>(*value);
}

double option(const Task& task, const TaskOptions& options, std::string_view id) {
    const auto schemas = task.options();
    for (const auto& given : options) {
        const auto schema = std::find_if(schemas.begin(), schemas.end(),
                                         [&given](const OptionSchema& s) { return s.id == given.first; });
        const double value = given.second;
        if (schema == schemas.end()) {
            std::string known;
            for (const auto& s : schemas) known += (known.empty() ? "" : ", ") + s.id;
            throw Error(ErrorCode::badOption, given.first, {io::toText(value), known});
        }
        const bool inRange = value >= schema->minimum && value <= schema->maximum;
        if (!inRange || (schema->integer && value != std::floor(value)))
            throw Error(ErrorCode::badOption, given.first, {io::toText(value), rangeText(*schema)});
    }
    if (const auto given = options.find(std::string(id)); given != options.end()) return given->second;
    const auto schema =
        std::find_if(schemas.begin(), schemas.end(), [id](const OptionSchema& s) { return s.id == id; });
    return schema->value;
}

void refuseCondition(const Task& task, std::string_view condition) {
    std::string known;
    const auto names = task.conditions();
    constexpr std::size_t shown = 6;
    for (std::size_t k = 0; k < std::min(shown, names.size()); ++k) known += (k ? "; " : "") + names[k];
    if (names.size() > shown) known += "; ...";
    throw Error(ErrorCode::unknownCondition, std::string(task.id()), {std::string(condition), known});
}

double drawCoherence(Random& random, int sign) {
    constexpr double magnitudes[] = {1, 2, 4};
    const double magnitude = magnitudes[random.integer(0, 2)];
    if (sign == 0) sign = random.integer(0, 1) == 0 ? -1 : 1;
    return sign * magnitude;
}

double signOf(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

}  // namespace kappascope::tasks
