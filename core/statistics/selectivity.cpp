// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/selectivity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/linalg/least_squares.h"
#include "core/simulation/probe.h"
#include "core/tasks/choice_plot.h"
#include "core/text.h"

namespace kappascope::statistics {

namespace {

constexpr std::uint64_t firstTrial = std::uint64_t{8} << 40;
constexpr std::uint64_t firstNoise = std::uint64_t{15} << 28;  // 14 is evaluation's
constexpr double mostRates = 33554432;  ///< numbers of an observation: 1 GiB with all copies of a regression
constexpr const char* choice = "choice";

bool holds(const tasks::TaskTrial& trial, const std::vector<tasks::TaskVariable>& held) {
    return std::ranges::all_of(
        held, [&trial](const auto& each) { return std::ranges::find(trial.variables, each) != trial.variables.end(); });
}

/// Indices of random trials that are of the panel.
std::vector<std::uint64_t> trialsOf(const tasks::Task& task, const ObservationOptions& options,
                                    const tasks::ChoicePanel* panel, const std::stop_token& stop) {
    std::vector<std::uint64_t> indices;
    for (std::uint64_t k = 0; std::ssize(indices) < options.trials; ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        if (!panel || holds(task.randomTrial(options.task, options.seed, firstTrial + k), panel->holds))
            indices.push_back(firstTrial + k);
    }
    return indices;
}

std::string listOf(const std::vector<std::string>& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

bool isConstant(const Eigen::MatrixXd& values, Eigen::Index column) {
    return (values.col(column).array() == values(0, column)).all();
}

/// Columns of the observation that a regression is on: those named, or else all that change.
std::vector<Eigen::Index> columnsOf(const Observation& observation, const std::vector<std::string>& names) {
    std::vector<Eigen::Index> columns;
    for (Eigen::Index k = 0; k < std::ssize(observation.variables); ++k)
        if (names.empty() && !isConstant(observation.values, k)) columns.push_back(k);
    if (names.empty() && columns.empty())
        throw Error(ErrorCode::dependentVariables, "variables", observation.variables);
    for (const auto& name : names) {
        const auto found = std::ranges::find(observation.variables, name);
        if (found == observation.variables.end())
            throw Error(ErrorCode::badOption, "variables", {name, listOf(observation.variables)});
        const auto column = found - observation.variables.begin();
        if (std::ranges::find(columns, column) != columns.end())
            throw Error(ErrorCode::badOption, "variables", {name + " twice", "each variable once"});
        columns.push_back(column);
    }
    return columns;
}

double pearson(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    const Eigen::VectorXd x = a.array() - a.mean();
    const Eigen::VectorXd y = b.array() - b.mean();
    const double scale = x.norm() * y.norm();
    return scale > 0 ? x.dot(y) / scale : 0;
}

}  // namespace

Observation observe(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                    const ObservationOptions& options, const Executor& executor, std::stop_token stop) {
    tasks::requireChoices(task);
    if (task.inputs() != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, std::string(task.id()),
                    {std::to_string(task.inputs()), std::to_string(network.inputs())});
    if (network.outputs() != 1)
        throw Error(ErrorCode::wrongShape, "w", {"N x " + std::to_string(network.outputs()), "N x 1"});
    const auto most = std::min(1e5, std::floor(mostRates / static_cast<double>(network.units())));
    if (options.trials < 2 || options.trials > most)
        throw Error(ErrorCode::badOption, "trials", {std::to_string(options.trials), "2.." + toText(most)});
    const auto plot = task.choicePlot(options.task);
    const auto* panel = options.context.empty() ? nullptr : &tasks::panelNamed(plot, options.context);
    const std::string window = options.window.empty() ? plot.window : options.window;
    const auto indices = trialsOf(task, options, panel, stop);
    const auto question = [&](std::size_t k) {
        auto made = task.randomTrial(options.task, options.seed, indices[k]);
        const auto span = tasks::windowOf(made.trial, window);
        simulation::Question result;
        result.trial = std::move(made.trial);
        result.weights = made.mask / made.mask.sum();
        result.ratesFirst = span.first;
        result.ratesEnd = span.end;
        result.noiseIndex = firstNoise + k;
        return result;
    };
    const auto answers =
        simulation::probe(network, gains, indices.size(), question, {options.noise, options.seed}, executor, stop);

    Observation result;
    const auto first = task.randomTrial(options.task, options.seed, indices[0]);
    for (const auto& variable : first.variables) {
        result.variables.push_back(variable.name);
        if (panel && holds(first, {variable}) && std::ranges::find(panel->holds, variable) != panel->holds.end())
            result.constant.push_back(variable.name);
    }
    result.variables.emplace_back(choice);
    const auto trials = static_cast<Eigen::Index>(answers.size());
    result.values.resize(trials, std::ssize(result.variables));
    result.rates.resize(network.units(), trials);
    for (Eigen::Index k = 0; k < trials; ++k) {
        const auto at = static_cast<std::size_t>(k);
        const auto trial = task.randomTrial(options.task, options.seed, indices[at]);
        for (std::size_t v = 0; v < trial.variables.size(); ++v)
            result.values(k, static_cast<Eigen::Index>(v)) = trial.variables[v].value;
        const double z = answers[at].output[0];
        result.values(k, result.values.cols() - 1) = z > 0 ? 1 : z < 0 ? -1 : 0;
        result.rates.col(k) = answers[at].rates;
    }
    // What a context leaves alone: the other sense of a trial by eye or by ear.
    if (panel)
        for (std::size_t v = 0; v < first.variables.size(); ++v) {
            const auto& name = result.variables[v];
            const auto column = result.values.col(static_cast<Eigen::Index>(v));
            if ((column.array() == 0).all() && std::ranges::find(result.constant, name) == result.constant.end())
                result.constant.push_back(name);
        }
    return result;
}

Selectivity regress(const Observation& observation, const std::vector<std::string>& variables) {
    // As many trials as would tell all of them apart: of fewer, what never changes may be chance.
    const Eigen::Index trials = observation.values.rows();
    const Eigen::Index wanted = variables.empty() ? std::ssize(observation.variables) - std::ssize(observation.constant)
                                                  : std::ssize(variables);
    if (trials < wanted + 2)
        throw Error(ErrorCode::badOption, "trials", {std::to_string(trials), ">= " + std::to_string(wanted + 2)});
    const auto columns = columnsOf(observation, variables);
    const auto count = static_cast<Eigen::Index>(columns.size());
    Selectivity result;
    result.trials = static_cast<int>(trials);
    for (Eigen::Index k = 0; k < std::ssize(observation.variables); ++k) {
        const auto& name = observation.variables[static_cast<std::size_t>(k)];
        const bool held = std::ranges::find(observation.constant, name) != observation.constant.end();
        if (variables.empty() && !held && isConstant(observation.values, k)) result.leftOut.push_back(name);
    }
    Eigen::MatrixXd design(trials, count);
    for (Eigen::Index k = 0; k < count; ++k) {
        design.col(k) = observation.values.col(columns[static_cast<std::size_t>(k)]);
        result.variables.push_back(
            observation.variables[static_cast<std::size_t>(columns[static_cast<std::size_t>(k)])]);
    }
    // The intercept goes with the means; a variable that never changes is then zero.
    const Eigen::RowVectorXd means = design.colwise().mean();
    for (Eigen::Index k = 0; k < count; ++k)
        if (isConstant(design, k))
            throw Error(ErrorCode::dependentVariables, "variables", {result.variables[static_cast<std::size_t>(k)]});
    design.rowwise() -= means;
    Eigen::MatrixXd rates = observation.rates.cast<double>().transpose();
    result.mean = rates.colwise().mean().transpose();
    rates.rowwise() -= result.mean.transpose();
    const auto fit = linalg::leastSquares(design, rates);
    if (!fit.dependent.empty()) {
        std::vector<std::string> names;
        for (const auto k : fit.dependent) names.push_back(result.variables[static_cast<std::size_t>(k)]);
        throw Error(ErrorCode::dependentVariables, "variables", std::move(names));
    }
    result.coefficients = fit.coefficients.transpose();
    result.intercept = result.mean - result.coefficients * means.transpose();
    const Eigen::VectorXd total = rates.colwise().squaredNorm();
    const Eigen::VectorXd rest = (rates - design * fit.coefficients).colwise().squaredNorm();
    result.explained.resize(total.size());
    for (Eigen::Index i = 0; i < total.size(); ++i) result.explained[i] = total[i] > 0 ? 1 - rest[i] / total[i] : 0;
    return result;
}

ContextChange contextChange(const network::Network& network, const Eigen::VectorXd& gains, const tasks::Task& task,
                            const ObservationOptions& options, const Executor& executor, std::stop_token stop) {
    tasks::requireChoices(task);
    const auto plot = task.choicePlot(options.task);
    if (plot.panels.size() != 2) {
        std::vector<std::string> known;
        for (const auto& each : tasks::registry())
            if (each->choicePlot().panels.size() == 2) known.emplace_back(each->id());
        throw Error(ErrorCode::badOption, "task", {std::string(task.id()), listOf(known)});
    }
    ContextChange result;
    for (const auto& axis : plot.panels[0].axes) result.variables.push_back(axis.name);
    std::array<Selectivity, 2> apart;
    for (std::size_t c = 0; c < 2; ++c) {
        result.contexts[c] = plot.panels[c].name;
        ObservationOptions own = options;
        own.context = plot.panels[c].name;
        apart[c] = regress(observe(network, gains, task, own, executor, stop), result.variables);
    }
    result.preference = apart[0].mean.cwiseAbs() - apart[1].mean.cwiseAbs();
    result.change = apart[0].coefficients.cwiseAbs() - apart[1].coefficients.cwiseAbs();
    result.correlation.resize(result.change.cols());
    for (Eigen::Index k = 0; k < result.change.cols(); ++k)
        result.correlation[k] = pearson(result.change.col(k), result.preference);
    return result;
}

}  // namespace kappascope::statistics
