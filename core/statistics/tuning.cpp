// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/tuning.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/simulation/probe.h"
#include "core/tasks/choice_plot.h"
#include "core/text.h"

namespace kappascope::statistics {

namespace {

constexpr std::uint64_t firstNoise = std::uint64_t{13} << 28;
constexpr double mostRates = 268435456;  ///< numbers held at once: 1 GiB

/// The value of each axis in a cell, as an index.
std::vector<std::size_t> placeOf(const std::vector<tasks::Axis>& axes, std::size_t cell) {
    std::vector<std::size_t> place(axes.size());
    for (std::size_t a = axes.size(); a-- > 0;) {
        place[a] = cell % axes[a].values.size();
        cell /= axes[a].values.size();
    }
    return place;
}

}  // namespace

std::vector<TuningCurves> tuningCurves(const network::Network& network, const Eigen::VectorXd& gains,
                                       const tasks::Task& task, const BehaviourOptions& options,
                                       const std::string& window, const Executor& executor, std::stop_token stop) {
    tasks::requireChoices(task);
    const auto plot = task.choicePlot(options.task, options.values);
    const std::string chosen = window.empty() ? plot.window : window;
    std::size_t largest = 1;
    for (const auto& panel : plot.panels) largest = std::max(largest, panel.conditions.size());
    const double most =
        std::min(1e5, std::floor(mostRates / static_cast<double>(network.units()) / static_cast<double>(largest)));
    if (options.trials < 2 || options.trials > most)
        throw Error(ErrorCode::badOption, "trials", {std::to_string(options.trials), "2.." + toText(most)});

    std::vector<TuningCurves> curves;
    const auto each = static_cast<std::size_t>(options.trials);
    std::size_t before = 0;  // cells of earlier panels
    for (const auto& panel : plot.panels) {
        const auto question = [&](std::size_t k) {
            const std::size_t index = before * each + k;
            simulation::Question result;
            result.trial = cellTrial(task, options, panel.conditions[k / each], index, network.alpha, nullptr, nullptr);
            const auto span = tasks::windowOf(result.trial, chosen);
            result.ratesFirst = span.first;
            result.ratesEnd = span.end;
            result.noiseIndex = firstNoise + index;
            return result;
        };
        const auto answers = simulation::probe(network, gains, panel.conditions.size() * each, question,
                                               {options.noise, options.seed}, executor, stop);
        for (std::size_t a = 0; a < panel.axes.size(); ++a) {
            const tasks::Axis& axis = panel.axes[a];
            const Eigen::MatrixXd none =
                Eigen::MatrixXd::Zero(network.units(), static_cast<Eigen::Index>(axis.values.size()));
            TuningCurves curve{panel.name, axis, none, none, static_cast<int>(answers.size() / axis.values.size())};
            const auto column = [&](std::size_t k) {
                return static_cast<Eigen::Index>(placeOf(panel.axes, k / each)[a]);
            };
            for (std::size_t k = 0; k < answers.size(); ++k)
                curve.mean.col(column(k)) += answers[k].rates.cast<double>() / curve.trials;
            for (std::size_t k = 0; k < answers.size(); ++k)
                curve.standardError.col(column(k)).array() +=
                    (answers[k].rates.cast<double>() - curve.mean.col(column(k))).array().square();
            const double degrees = static_cast<double>(curve.trials) * (curve.trials - 1);
            curve.standardError = (curve.standardError / degrees).cwiseSqrt();
            curves.push_back(std::move(curve));
        }
        before += panel.conditions.size();
    }
    return curves;
}

}  // namespace kappascope::statistics
