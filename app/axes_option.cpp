// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/axes_option.h"

#include <algorithm>
#include <optional>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/io/text.h"

namespace kappascope::app {

namespace {

constexpr int most = 1'000'000;

/// The index that a number from 1 means.
std::optional<int> indexOf(const std::string& text) {
    const auto value = io::toNumber(text);
    if (!value || !(*value >= 1 && *value <= most) || *value != static_cast<int>(*value)) return {};
    return static_cast<int>(*value) - 1;
}

}  // namespace

AxesOption parseAxes(const std::string& text) {
    const auto refuse = [] {
        return UsageError(
            Texts::tr("--axes takes the numbers of two modes, such as 1,3, or of rank 1 an input, such as 1,v2."));
    };
    const auto comma = text.find(',');
    if (comma == std::string::npos) throw refuse();
    const std::string vertical = text.substr(comma + 1);
    const bool isInput = vertical.starts_with('v');
    const auto first = indexOf(text.substr(0, comma)), second = indexOf(isInput ? vertical.substr(1) : vertical);
    if (!first || !second || (isInput && *first != 0)) throw refuse();
    AxesOption axes;
    axes.modes = {*first, isInput ? 1 : *second};
    axes.input = isInput ? *second : -1;
    return axes;
}

AxesOption parseAxes(const std::string& text, const session::State& state) {
    const AxesOption axes = parseAxes(text);
    if (axes.input >= 0 && state.rank() != 1)
        throw UsageError(Texts::tr("--axes 1,v%1 shows a network of rank 1, and this one has rank %2.")
                             .arg(axes.input + 1)
                             .arg(state.rank()));
    if (axes.input >= state.inputs())
        throw UsageError(
            Texts::tr("--axes 1,v%1 needs input %1, but there are %2.").arg(axes.input + 1).arg(state.inputs()));
    const auto [across, up] = axes.modes;
    if (axes.input < 0 && state.rank() > 1 && (across == up || std::max(across, up) >= state.rank()))
        throw UsageError(Texts::tr("--axes takes two different modes from 1 to %1.").arg(state.rank()));
    return axes;
}

session::TrajectoryStart parseStart(std::string text, int rank) {
    constexpr std::string_view back = ",back";
    session::TrajectoryStart start;
    start.backward = text.ends_with(back);
    if (start.backward) text.resize(text.size() - back.size());
    if (const auto comma = text.rfind(",v"); comma != std::string::npos) {
        const std::string level = text.substr(comma + 2);
        const auto equals = level.find('=');
        const auto input = indexOf(level.substr(0, equals));
        const auto value = equals == std::string::npos ? std::nullopt : io::toNumber(level.substr(equals + 1));
        if (!input || !value)
            throw UsageError(
                Texts::tr("--from takes v of an input as v2=0.3, not “%1”.").arg(QString::fromStdString(text)));
        start.input = *input;
        start.level = *value;
        text.resize(comma);
    }
    start.kappa = parseNumbers(text, QStringLiteral("--from"));
    if (start.kappa.size() != rank)
        throw UsageError(
            Texts::tr("%1 takes %2 numbers, not %3.").arg(QStringLiteral("--from")).arg(rank).arg(start.kappa.size()));
    return start;
}

}  // namespace kappascope::app
