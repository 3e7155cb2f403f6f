// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/choices_csv.h"

#include <array>

#include "core/text.h"

namespace kappascope::session {

namespace {

std::string headerOf(const statistics::Behaviour& behaviour) {
    std::string text = "context";
    for (const auto& axis : behaviour.panels.front().axes) text += "," + axis.name;
    return text + ",choice,standard_error,trials,right\n";
}

/// Each begins with `before`.
std::string rowsOf(const statistics::Behaviour& behaviour, const std::string& before) {
    std::string text;
    for (const auto& panel : behaviour.panels) {
        const std::size_t width = panel.axes.size() < 2 ? 1 : panel.axes[1].values.size();
        for (std::size_t cell = 0; cell < panel.cells.size(); ++cell) {
            const std::array place{cell / width, cell % width};
            const auto& each = panel.cells[cell];
            text += before + panel.name;
            for (std::size_t a = 0; a < panel.axes.size(); ++a) {
                const auto& axis = panel.axes[a];
                text += "," + (axis.labels.empty() ? toText(axis.values[place[a]]) : axis.labels[place[a]]);
            }
            text += "," + toText(each.choice) + "," + toText(each.standardError) + "," + std::to_string(each.trials) +
                    "," + (each.judged ? toText(each.right) : std::string()) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string choicesToCsv(const statistics::Behaviour& behaviour) {
    return behaviour.panels.empty() ? std::string() : headerOf(behaviour) + rowsOf(behaviour, {});
}

std::string choicesToCsv(const Choices& choices) {
    if (!choices.trained || !choices.modulated || choices.trained->panels.empty()) return {};
    const std::string asked = choices.request.circuit ? "circuit" : "network";
    std::string text = "asked,populations," + headerOf(*choices.trained) +
                       rowsOf(*choices.trained, asked + ",trained,") +
                       rowsOf(*choices.modulated, asked + ",modulated,");
    if (choices.circuitTrained) text += rowsOf(*choices.circuitTrained, "circuit,trained,");
    if (choices.circuitModulated) text += rowsOf(*choices.circuitModulated, "circuit,modulated,");
    return text;
}

}  // namespace kappascope::session
