// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <array>
#include <cmath>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "app/commands_trial.h"
#include "core/error.h"
#include "core/simulation/trial.h"
#include "ui/session/csv.h"

namespace kappascope::app {

namespace {

using session::Level;

struct SimulateOptions {
    CommonOptions common;
    TrialOptions trial;
    double noise = 0;
    int trials = 1;
    std::string csv;
};

/// What is stepped: a full-rank network itself unless --rank asked for its leading modes.
const network::Network& steppedNetwork(const Opened& opened) {
    if (!opened.state->network) throw Error(ErrorCode::needsUnits);
    return opened.state->isTruncated() && !opened.rankGiven ? *opened.state->file : *opened.state->network;
}

simulation::Trajectory simulate(const Opened& opened, Level level, const simulation::Trial& trial,
                                const simulation::SimulationOptions& options) {
    const auto& state = *opened.state;
    const Eigen::VectorXd gains = state.effectiveGains();
    if (level == Level::meanField) {
        if (!state.circuit) throw Error(ErrorCode::needsPopulations);
        return simulation::simulateMeanField(*state.circuit, gains, trial, options);
    }
    const auto& network = steppedNetwork(opened);
    return level == Level::network ? simulation::simulateNetwork(network, gains, trial, options)
                                   : simulation::simulateExact(network, gains, trial, options);
}

Json trajectoryToJson(const simulation::Trajectory& trajectory) {
    Json json;
    json["u"] = columnsToJson(trajectory.u);
    json["kappa"] = columnsToJson(trajectory.kappa);
    json["z"] = columnsToJson(trajectory.z);
    return json;
}

struct Result {
    Level level = Level::network;
    std::vector<simulation::Trial> trials;
    std::vector<simulation::Trajectory> trajectories;
};

Result simulateAll(const Opened& opened, const SimulateOptions& options) {
    Result result;
    // A trial is stepped by the network itself where nothing else was asked for.
    result.level = options.common.level.empty() && opened.level == Level::exact ? Level::network : opened.level;
    const auto count = static_cast<std::size_t>(options.trials);
    result.trials.resize(count);
    result.trajectories.resize(count);
    Progress progress(Texts::tr("Simulating"), options.trials);
    forEach(options.trials, options.common.threads, [&](int index) {
        const auto at = static_cast<std::size_t>(index);
        simulation::SimulationOptions simulation;
        simulation.noise = options.noise;
        simulation.seed = options.common.seed;
        simulation.trialIndex = static_cast<std::uint64_t>(index);
        result.trials[at] = chooseTrial(options.trial, *opened.state, options.common.seed, index);
        result.trajectories[at] = simulate(opened, result.level, result.trials[at], simulation);
        progress.step();
    });
    return result;
}

Json resultToJson(const Opened& opened, const SimulateOptions& options, const Result& result) {
    const auto& state = *opened.state;
    const auto& first = result.trials.front();
    Json json;
    json["name"] = state.title.toStdString();
    json["level"] = session::id(result.level).toStdString();
    json["condition"] = first.condition;
    json["gain"] = toJson(state.effectiveGains());
    json["noise"] = options.noise;
    json["seed"] = options.common.seed;
    json["dt_over_tau"] = first.alpha;
    json["tau_ms"] = state.network ? state.network->tauMs : 100.0;
    json["steps"] = first.steps();
    json["epochs"] = Json::array();
    for (const auto& epoch : first.epochs)
        json["epochs"].push_back({{"name", epoch.name}, {"first", epoch.first}, {"end", epoch.end}});
    json.update(trajectoryToJson(result.trajectories.front()));
    if (options.trials > 1) {
        json["trials"] = Json::array();
        for (std::size_t k = 0; k < result.trials.size(); ++k) {
            Json trial = trajectoryToJson(result.trajectories[k]);
            trial["condition"] = result.trials[k].condition;
            json["trials"].push_back(std::move(trial));
        }
    }
    json["warnings"] = toJson(opened.warnings);
    return json;
}

/// Some twenty steps of each trial, and its last.
QString resultText(const Opened& opened, const Result& result) {
    QString text = QStringLiteral("%1 · %2\n").arg(opened.state->title, session::id(result.level));
    const double tau = opened.state->network ? opened.state->network->tauMs : 100.0;
    for (std::size_t t = 0; t < result.trials.size(); ++t) {
        const auto& trajectory = result.trajectories[t];
        const int steps = result.trials[t].steps();
        text += Texts::tr("%1, %2 steps of %3 ms\n")
                    .arg(QString::fromStdString(result.trials[t].condition))
                    .arg(steps)
                    .arg(shown(tau * trajectory.alpha));
        QStringList header{Texts::tr("step")};
        const std::array<std::pair<const char*, const Eigen::MatrixXd*>, 3> groups{
            {{"u", &trajectory.u}, {"kappa", &trajectory.kappa}, {"z", &trajectory.z}}};
        for (const auto& [name, values] : groups)
            for (Eigen::Index row = 0; row < values->rows(); ++row)
                header << QStringLiteral("%1%2").arg(name).arg(row + 1);
        Table table(header);
        const int stride = std::max(1, steps / 20);
        for (int k = stride - 1; k < steps; k += stride) {
            if (k + stride >= steps) k = steps - 1;
            QStringList row{QString::number(k)};
            for (const auto& [name, values] : groups)
                for (const double value : values->col(k)) row << shown(value, 5);
            table.add(row);
        }
        text += table.text();
    }
    for (const auto& warning : opened.warnings) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

void addOptions(CLI::App& parser, SimulateOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    addTrialOptions(parser, options.trial,
                    Texts::tr("such as \"A-A delay 50\"; without one: random trials with input noise"));
    parser.add_flag("--input-noise", options.trial.inputNoise, help(QT_TR_NOOP("with the task's noise on the inputs")));
    parser.add_option("--noise", options.noise, help(QT_TR_NOOP("sigma per unit and step (0)")))
        ->check(CLI::Range(0.0, 1e6));
    parser.add_option("--trials", options.trials, help(QT_TR_NOOP("so many, which differ in their noise (1)")))
        ->check(CLI::Range(1, 1'000'000));
    parser.add_option("--csv", options.csv, help(QT_TR_NOOP("write them to this file too")));
}

}  // namespace

Command makeSimulate(CLI::App& root) {
    auto options = std::make_shared<SimulateOptions>();
    auto* parser =
        root.add_subcommand("simulate", Texts::tr("trials through a network or its reductions").toStdString());
    addCommonOptions(*parser, options->common);
    addOptions(*parser, *options);
    return {parser, false, [options] {
                if (!options->common.input.empty())
                    throw UsageError(Texts::tr("simulate takes its input from --task or --trial, not from --input."));
                if (!std::isfinite(options->noise)) throw UsageError(Texts::tr("--noise takes a finite number."));
                const auto opened = openNet(options->common);
                const auto result = simulateAll(opened, *options);
                if (!options->csv.empty()) {
                    std::vector<const simulation::Trajectory*> trajectories;
                    for (const auto& trajectory : result.trajectories) trajectories.push_back(&trajectory);
                    writeWhole(QString::fromStdString(options->csv),
                               session::trajectoriesToCsv(
                                   trajectories, opened.state->network ? opened.state->network->tauMs : 100.0));
                }
                if (options->common.json)
                    print(resultToJson(opened, *options, result));
                else
                    print(resultText(opened, result));
            }};
}

}  // namespace kappascope::app
