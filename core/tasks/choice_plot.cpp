// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tasks/choice_plot.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/tasks/condition.h"
#include "core/text.h"

namespace kappascope::tasks {

namespace {

constexpr std::size_t mostValues = 101;

std::string listOf(const std::vector<std::string>& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

/// "22:62" of a trial with so many steps.
std::optional<Span> stepsOf(std::string_view text, int steps) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const auto first = toInteger(text.substr(0, colon));
    const auto end = toInteger(text.substr(colon + 1));
    if (!first || !end || *first < 0 || *end <= *first || *end > steps) return {};
    return Span{static_cast<int>(*first), static_cast<int>(*end)};
}

}  // namespace

ChoicePlot Task::choicePlot(const TaskOptions&, const std::vector<double>&) const {
    return {};
}

std::vector<double> axisValues(const std::vector<double>& given, std::vector<double> usual, double least) {
    if (given.empty()) return usual;
    if (given.size() > mostValues)
        throw Error(ErrorCode::badOption, "values",
                    {std::to_string(given.size()) + " numbers", "1.." + std::to_string(mostValues) + " of them"});
    for (const double value : given)
        if (!std::isfinite(value) || value < least)
            throw Error(ErrorCode::badOption, "values",
                        {toText(value), std::isfinite(least) ? ">= " + toText(least) : "finite numbers"});
    std::vector<double> values = given;
    std::ranges::sort(values);
    if (const auto twice = std::ranges::adjacent_find(values); twice != values.end())
        throw Error(ErrorCode::badOption, "values", {toText(*twice) + " twice", "numbers that differ"});
    return values;
}

void refuseValues(const std::vector<double>& given) {
    if (!given.empty()) throw Error(ErrorCode::badOption, "values", {toText(given.front()), "left out in this task"});
}

std::vector<double> fineCoherences() {
    return {-4, -2, -1, -0.5, -0.2, -0.1, 0, 0.1, 0.2, 0.5, 1, 2, 4};
}

ChoicePanel panelOf(std::string name, std::vector<TaskVariable> holds, std::vector<Axis> axes,
                    const std::function<std::string(const std::vector<std::string>&)>& condition) {
    ChoicePanel panel{std::move(name), std::move(holds), std::move(axes), {}};
    std::size_t cells = 1;
    for (const Axis& axis : panel.axes) cells *= axis.values.size();
    for (std::size_t cell = 0; cell < cells; ++cell) {
        std::vector<std::string> at(panel.axes.size());
        std::size_t rest = cell;
        for (std::size_t a = panel.axes.size(); a-- > 0;) {
            const Axis& axis = panel.axes[a];
            const std::size_t k = rest % axis.values.size();
            at[a] = axis.labels.empty() ? toText(axis.values[k]) : axis.labels[k];
            rest /= axis.values.size();
        }
        panel.conditions.push_back(condition(at));
    }
    return panel;
}

int usualDelay(const Task& task, const TaskOptions& options, int usual) {
    const int most = static_cast<int>(option(task, options, "delay-max"));
    const int least = std::min(static_cast<int>(option(task, options, "delay-min")), most);
    return std::clamp(usual, least, most);
}

Span windowOf(const simulation::Trial& trial, std::string_view window) {
    if (const auto steps = stepsOf(window, trial.steps())) return *steps;
    const auto nth = [&trial](std::string_view name, std::int64_t number) -> std::optional<Span> {
        for (const auto& epoch : trial.epochs)
            if (epoch.name.starts_with(name) && --number == 0) return Span{epoch.first, epoch.end};
        return {};
    };
    std::optional<Span> found;
    for (const auto& epoch : trial.epochs)
        if (epoch.name == window && !found) found = Span{epoch.first, epoch.end};
    if (!found && !window.empty()) found = nth(window, 1);
    if (const auto space = window.rfind(' '); !found && space != std::string_view::npos && space > 0)
        if (const auto number = toInteger(window.substr(space + 1)); number && *number > 0)
            found = nth(window.substr(0, space), *number);
    if (found && found->first < found->end) return *found;
    std::vector<std::string> known;
    for (const auto& epoch : trial.epochs)
        if (epoch.first < epoch.end) known.push_back(epoch.name);
    known.push_back("FIRST:LAST in 0.." + std::to_string(trial.steps()));
    throw Error(ErrorCode::badOption, "window", {std::string(window), listOf(known)});
}

void requireChoices(const Task& task) {
    if (!task.choicePlot().panels.empty()) return;
    std::vector<std::string> known;
    for (const auto& each : registry())
        if (!each->choicePlot().panels.empty()) known.emplace_back(each->id());
    throw Error(ErrorCode::badOption, "task", {std::string(task.id()), listOf(known)});
}

const ChoicePanel& panelNamed(const ChoicePlot& plot, std::string_view name) {
    const auto wanted = words(name, "");
    std::vector<std::string> known;
    for (const auto& panel : plot.panels) {
        if (!panel.name.empty() && words(panel.name, "") == wanted) return panel;
        if (!panel.name.empty()) known.push_back(panel.name);
    }
    throw Error(ErrorCode::badOption, "context",
                {std::string(name), known.empty() ? "left out in this task" : listOf(known)});
}

}  // namespace kappascope::tasks
