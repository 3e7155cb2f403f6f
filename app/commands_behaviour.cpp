// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>

#include "app/behaviour_options.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "ui/session/choices_csv.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

using session::Level;
using statistics::Behaviour;
using statistics::BehaviourPanel;

struct BehaviourCommand {
    BehaviourArguments arguments;
    std::string values;
    int trials = 50;
    int networks = 10;
};

/// The mean field of circuits, and the network itself where there is one, unless something else was asked for.
Level levelOf(const BehaviourSubject& subject, const CommonOptions& common) {
    if (!common.level.empty()) return *session::levelFromId(QString::fromStdString(common.level));
    const auto& state = *subject.opened.state;
    return !subject.network || (state.sampled && !common.units) ? Level::meanField : Level::network;
}

Behaviour measure(const BehaviourSubject& subject, const BehaviourCommand& command, Level level) {
    const auto& common = command.arguments.common;
    statistics::BehaviourOptions options;
    options.task = subject.taskOptions;
    options.trials = command.trials;
    options.noise = subject.noise;
    options.seed = common.seed;
    if (!command.values.empty()) {
        const auto values = parseNumbers(command.values, QStringLiteral("--values"));
        options.values.assign(values.begin(), values.end());
    }
    const auto& state = *subject.opened.state;
    session::ThreadPool pool(common.threads);
    const Progress progress(Texts::tr("Asking for choices"), 0);
    if (level == Level::meanField) {
        if (!state.circuit) throw Error(ErrorCode::needsPopulations);
        const double alpha = state.network ? state.network->alpha : 0.2;
        return statistics::meanFieldBehaviour(*state.circuit,
                                              statistics::circuitGains(*state.circuit, subject.modulation), alpha,
                                              *subject.task, options, pool.executor());
    }
    if (!subject.network) throw Error(ErrorCode::needsUnits);
    if (state.sampled)
        return statistics::drawnBehaviour(*state.circuit, subject.modulation, subject.network->units(),
                                          command.networks, *subject.task, options, pool.executor());
    return statistics::behaviour(*subject.network, statistics::unitGains(*subject.network, subject.modulation),
                                 *subject.task, options, pool.executor());
}

Json axisToJson(const tasks::Axis& axis) {
    Json json;
    json["name"] = axis.name;
    json["values"] = axis.values;
    if (!axis.labels.empty()) json["labels"] = axis.labels;
    return json;
}

/// A list for a curve, a list of rows for a matrix.
template <class Value>
Json cellsToJson(const BehaviourPanel& panel, const Value& value) {
    Json rows = Json::array();
    const std::size_t width = panel.axes.size() < 2 ? 1 : panel.axes[1].values.size();
    for (std::size_t i = 0; i < panel.axes[0].values.size(); ++i) {
        if (panel.axes.size() < 2) {
            rows.push_back(value(panel.at(i)));
            continue;
        }
        Json row = Json::array();
        for (std::size_t j = 0; j < width; ++j) row.push_back(value(panel.at(i, j)));
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Whether any cell has a right answer, without which there is no accuracy.
bool hasJudged(const BehaviourPanel& panel) {
    return std::ranges::any_of(panel.cells, [](const auto& cell) { return cell.judged; });
}

Json panelToJson(const BehaviourPanel& panel) {
    Json json;
    json["name"] = panel.name;
    json["axes"] = Json::array();
    for (const auto& axis : panel.axes) json["axes"].push_back(axisToJson(axis));
    json["choice"] = cellsToJson(panel, [](const auto& cell) { return cell.choice; });
    json["standard_error"] = cellsToJson(panel, [](const auto& cell) { return cell.standardError; });
    json["trials"] = cellsToJson(panel, [](const auto& cell) { return cell.trials; });
    json["right"] = cellsToJson(panel, [](const auto& cell) { return cell.judged ? Json(cell.right) : Json(); });
    json["accuracy"] = hasJudged(panel) ? Json(panel.accuracy()) : Json();
    return json;
}

Json resultToJson(const BehaviourSubject& subject, const BehaviourCommand& command, Level level,
                  const Behaviour& behaviour, const QStringList& warnings) {
    Json json = subjectToJson(subject, command.arguments);
    json["level"] = session::id(level).toStdString();
    json["networks"] = behaviour.networks;
    json["trials_per_cell"] = command.trials;
    json["positive_choice"] = behaviour.positive;
    const bool judged = std::ranges::any_of(behaviour.panels, hasJudged);
    json["accuracy"] = judged ? Json(behaviour.accuracy()) : Json();
    json["contexts"] = Json::array();
    for (const auto& panel : behaviour.panels) json["contexts"].push_back(panelToJson(panel));
    json["warnings"] = toJson(warnings);
    return json;
}

QString valueText(const tasks::Axis& axis, std::size_t k) {
    return axis.labels.empty() ? shown(axis.values[k]) : QString::fromStdString(axis.labels[k]);
}

QString cellText(const statistics::ChoiceCell& cell) {
    return QStringLiteral("%1 ± %2").arg(shown(cell.choice, 3), shown(cell.standardError, 2));
}

QString panelText(const BehaviourPanel& panel) {
    const auto& rows = panel.axes[0];
    QString text = panel.name.empty() ? QString() : QString::fromStdString(panel.name) + QStringLiteral(", ");
    text += hasJudged(panel) ? Texts::tr("accuracy %1 %\n").arg(shown(100 * panel.accuracy(), 4))
                             : Texts::tr("no cell has a right answer\n");
    QStringList header{QString::fromStdString(rows.name)};
    if (panel.axes.size() < 2) {
        header << Texts::tr("choice");
    } else {
        header[0] += QStringLiteral(" \\ %1").arg(QString::fromStdString(panel.axes[1].name));
        for (std::size_t j = 0; j < panel.axes[1].values.size(); ++j) header << valueText(panel.axes[1], j);
    }
    Table table(header);
    for (std::size_t i = 0; i < rows.values.size(); ++i) {
        QStringList row{valueText(rows, i)};
        for (qsizetype j = 1; j < header.size(); ++j) row << cellText(panel.at(i, static_cast<std::size_t>(j - 1)));
        table.add(row);
    }
    return text + table.text();
}

QString resultText(const BehaviourSubject& subject, const BehaviourCommand& command, Level level,
                   const Behaviour& behaviour, const QStringList& warnings) {
    const QString who = level == Level::meanField ? Texts::tr("mean-field circuit")
                        : behaviour.networks > 1
                            ? Texts::tr("%1 networks drawn from the circuit").arg(behaviour.networks)
                            : Texts::tr("network");
    QString text = Texts::tr("%1, %2, task %3: share of the choice “%4”, %5 trials a cell, state noise %6; %7\n")
                       .arg(subject.opened.state->title, who, QString::fromStdString(std::string(subject.task->id())),
                            QString::fromStdString(behaviour.positive))
                       .arg(command.trials)
                       .arg(shown(subject.noise), modulationText(subject));
    for (const auto& panel : behaviour.panels) text += QStringLiteral("\n") + panelText(panel);
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

void runBehaviour(const BehaviourCommand& command) {
    const auto& common = command.arguments.common;
    if (common.level == "exact")
        throw UsageError(
            Texts::tr("behaviour asks the network itself or the mean field: --level network or mean-field."));
    const auto subject = openSubject(command.arguments);
    const Level level = levelOf(subject, common);
    const auto behaviour = measure(subject, command, level);
    QStringList warnings = subject.opened.warnings;
    // What is said of the one network that the window draws holds for none of these.
    if (subject.opened.state->sampled) warnings.removeAll(drawnText(*subject.opened.state));
    if (behaviour.networks > 1)
        warnings << Texts::tr(
                        "%1 networks of %2 units, drawn from the circuit, shared the trials; standard errors are those "
                        "of their mean.")
                        .arg(behaviour.networks)
                        .arg(subject.network->units());
    if (level == Level::meanField)
        warnings << Texts::tr(
            "Mean field: trials differ by the noise of their inputs alone; state noise enters as a variance.");
    if (!command.arguments.csv.empty())
        writeWhole(QString::fromStdString(command.arguments.csv), session::choicesToCsv(behaviour));
    if (common.json)
        print(resultToJson(subject, command, level, behaviour, warnings));
    else
        print(resultText(subject, command, level, behaviour, warnings));
}

}  // namespace

Command makeBehaviour(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto command = std::make_shared<BehaviourCommand>();
    auto* parser = root.add_subcommand(
        "behaviour", help(QT_TR_NOOP("psychometric curves and matrices, with populations inactivated or modulated")));
    addBehaviourArguments(*parser, command->arguments);
    parser->add_option("--trials", command->trials, help(QT_TR_NOOP("of each cell (50)")))
        ->check(CLI::Range(1, 100'000));
    parser->add_option("--values", command->values,
                       help(QT_TR_NOOP("v1,v2,... of the axes, such as coherences, in place of the task's own")));
    parser
        ->add_option("--networks", command->networks,
                     help(QT_TR_NOOP("of a circuit at --level network: so many are drawn, and share the trials (10)")))
        ->check(CLI::Range(1, 1000));
    return {parser, false, [command] { runBehaviour(*command); }};
}

}  // namespace kappascope::app
