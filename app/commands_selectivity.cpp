// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/behaviour_options.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "core/statistics/selectivity.h"
#include "core/statistics/tuning.h"
#include "core/text.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

struct SelectivityCommand {
    BehaviourArguments arguments;
    std::string window;
    std::string context;
    std::vector<std::string> variables;
    std::optional<std::int64_t> unit;  ///< from 1
    int trials = 400;
    int tuningTrials = 20;
};

struct Found {
    statistics::Selectivity selectivity;
    std::optional<statistics::ContextChange> change;
    std::vector<statistics::TuningCurves> tuning;  ///< of all units, where one was asked for
};

Found measure(const BehaviourSubject& subject, const SelectivityCommand& command) {
    if (!subject.network) throw Error(ErrorCode::needsUnits);
    const auto& network = *subject.network;
    if (command.unit && *command.unit > network.units())
        throw UsageError(
            Texts::tr("--unit %1: the network has %2 units, counted from 1.").arg(*command.unit).arg(network.units()));
    const Eigen::VectorXd gains = statistics::unitGains(network, subject.modulation);
    statistics::ObservationOptions options;
    options.task = subject.taskOptions;
    options.window = command.window;
    options.context = command.context;
    options.trials = command.trials;
    options.noise = subject.noise;
    options.seed = command.arguments.common.seed;
    session::ThreadPool pool(command.arguments.common.threads);
    const auto executor = pool.executor();
    const Progress progress(Texts::tr("Observing units"), 0);
    Found found;
    found.selectivity =
        statistics::regress(statistics::observe(network, gains, *subject.task, options, executor), command.variables);
    if (subject.task->choicePlot().panels.size() == 2 && command.context.empty())
        found.change = statistics::contextChange(network, gains, *subject.task, options, executor);
    if (command.unit) {
        statistics::BehaviourOptions cells;
        cells.task = subject.taskOptions;
        cells.trials = command.tuningTrials;
        cells.noise = subject.noise;
        cells.seed = options.seed;
        found.tuning = statistics::tuningCurves(network, gains, *subject.task, cells, command.window, executor);
        if (!command.context.empty())
            std::erase_if(found.tuning, [&](const auto& curve) { return curve.context != command.context; });
    }
    return found;
}

std::string windowText(const BehaviourSubject& subject, const SelectivityCommand& command) {
    return command.window.empty() ? subject.task->choicePlot().window : command.window;
}

/// Rows become the entries.
Json rowsToJson(const Eigen::MatrixXd& matrix) {
    return columnsToJson(matrix.transpose());
}

Json unitToJson(const Found& found, Eigen::Index unit) {
    Json json;
    json["unit"] = unit + 1;
    json["coefficients"] = toJson(Eigen::VectorXd(found.selectivity.coefficients.row(unit)));
    json["r_squared"] = found.selectivity.explained[unit];
    json["tuning"] = Json::array();
    for (const auto& curve : found.tuning) {
        Json one;
        one["context"] = curve.context;
        one["variable"] = curve.axis.name;
        one["values"] = curve.axis.values;
        if (!curve.axis.labels.empty()) one["labels"] = curve.axis.labels;
        one["mean"] = toJson(Eigen::VectorXd(curve.mean.row(unit)));
        one["standard_error"] = toJson(Eigen::VectorXd(curve.standardError.row(unit)));
        one["trials"] = curve.trials;
        json["tuning"].push_back(std::move(one));
    }
    return json;
}

Json resultToJson(const BehaviourSubject& subject, const SelectivityCommand& command, const Found& found) {
    const auto& selectivity = found.selectivity;
    Json json = subjectToJson(subject, command.arguments);
    json["window"] = windowText(subject, command);
    json["context"] = command.context.empty() ? Json() : Json(command.context);
    json["trials"] = selectivity.trials;
    json["variables"] = selectivity.variables;
    json["labels"] = subject.network->labels;
    json["coefficients"] = rowsToJson(selectivity.coefficients);
    json["intercept"] = toJson(selectivity.intercept);
    json["mean_rate"] = toJson(selectivity.mean);
    json["r_squared"] = toJson(selectivity.explained);
    if (found.change) {
        json["context_change"] = {{"contexts", found.change->contexts},
                                  {"variables", found.change->variables},
                                  {"preference", toJson(found.change->preference)},
                                  {"change", rowsToJson(found.change->change)},
                                  {"correlation", toJson(found.change->correlation)}};
    }
    if (command.unit) json["unit"] = unitToJson(found, *command.unit - 1);
    json["warnings"] = toJson(subject.opened.warnings);
    return json;
}

/// Root mean square coefficients and mean R^2 of each population.
QString populationsText(const BehaviourSubject& subject, const Found& found) {
    const auto& selectivity = found.selectivity;
    QStringList header{Texts::tr("population"), Texts::tr("units")};
    for (const auto& variable : selectivity.variables) header << QString::fromStdString(variable);
    Table table(header << Texts::tr("R^2"));
    const auto& labels = subject.network->labels;
    for (int p = 0; p < subject.network->populationCount(); ++p) {
        Eigen::VectorXd squares = Eigen::VectorXd::Zero(selectivity.coefficients.cols());
        double explained = 0;
        int members = 0;
        for (Eigen::Index i = 0; i < selectivity.coefficients.rows(); ++i) {
            if (!labels.empty() && labels[static_cast<std::size_t>(i)] != p) continue;
            squares += selectivity.coefficients.row(i).cwiseAbs2().transpose();
            explained += selectivity.explained[i];
            ++members;
        }
        QStringList row{subject.opened.state->populationName(p), QString::number(members)};
        for (const double square : squares) row << shown(std::sqrt(square / std::max(1, members)), 4);
        table.add(row << shown(explained / std::max(1, members), 3));
    }
    return table.text();
}

QString unitText(const SelectivityCommand& command, const Found& found) {
    const Eigen::Index unit = *command.unit - 1;
    QString text = Texts::tr("\nUnit %1, mean rate against each variable\n").arg(*command.unit);
    for (const auto& curve : found.tuning) {
        Table table({(curve.context.empty() ? QString() : QString::fromStdString(curve.context) + u' ') +
                         QString::fromStdString(curve.axis.name),
                     Texts::tr("rate")});
        for (std::size_t k = 0; k < curve.axis.values.size(); ++k) {
            const auto column = static_cast<Eigen::Index>(k);
            table.add(
                {curve.axis.labels.empty() ? shown(curve.axis.values[k]) : QString::fromStdString(curve.axis.labels[k]),
                 QStringLiteral("%1 ± %2").arg(shown(curve.mean(unit, column), 4),
                                               shown(curve.standardError(unit, column), 2))});
        }
        text += table.text();
    }
    return text;
}

QString resultText(const BehaviourSubject& subject, const SelectivityCommand& command, const Found& found) {
    QString text =
        Texts::tr("%1, task %2: selectivity of %3 units in %4 over %5 trials%6, state noise %7; %8\n")
            .arg(subject.opened.state->title, QString::fromStdString(std::string(subject.task->id())))
            .arg(found.selectivity.coefficients.rows())
            .arg(QString::fromStdString(windowText(subject, command)))
            .arg(found.selectivity.trials)
            .arg(command.context.empty() ? QString() : Texts::tr(" of %1").arg(QString::fromStdString(command.context)))
            .arg(shown(subject.noise), modulationText(subject));
    text += Texts::tr("Root mean square of the coefficients (rate per unit of the variable) and mean R^2:\n");
    text += populationsText(subject, found);
    if (found.change) {
        text += Texts::tr("Change of selectivity from %1 to %2 against preference for a context, correlation:")
                    .arg(QString::fromStdString(found.change->contexts[1]),
                         QString::fromStdString(found.change->contexts[0]));
        for (std::size_t k = 0; k < found.change->variables.size(); ++k)
            text += QStringLiteral(" %1 %2").arg(QString::fromStdString(found.change->variables[k]),
                                                 shown(found.change->correlation[static_cast<Eigen::Index>(k)], 3));
        text += u'\n';
    }
    if (command.unit) text += unitText(command, found);
    for (const auto& warning : subject.opened.warnings) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

/// Columns unit, population, intercept, one a variable, r_squared: one row a unit, both counted from 1.
std::string toCsv(const BehaviourSubject& subject, const statistics::Selectivity& selectivity) {
    std::string text = "unit,population,intercept";
    for (const auto& variable : selectivity.variables) text += "," + variable;
    text += ",r_squared\n";
    const auto& labels = subject.network->labels;
    for (Eigen::Index i = 0; i < selectivity.coefficients.rows(); ++i) {
        text += std::to_string(i + 1) + ",";
        text += std::to_string(labels.empty() ? 1 : labels[static_cast<std::size_t>(i)] + 1);
        text += "," + toText(selectivity.intercept[i]);
        for (const double value : selectivity.coefficients.row(i)) text += "," + toText(value);
        text += "," + toText(selectivity.explained[i]) + "\n";
    }
    return text;
}

void runSelectivity(const SelectivityCommand& command) {
    const auto& common = command.arguments.common;
    if (!common.level.empty() && common.level != "network")
        throw UsageError(Texts::tr("selectivity observes the units of a network: --level network, or none."));
    auto subject = openSubject(command.arguments);
    const auto found = measure(subject, command);
    for (const auto& name : found.selectivity.leftOut)
        subject.opened.warnings
            << Texts::tr("“%1” is the same in all of these trials, and is left out.").arg(QString::fromStdString(name));
    if (!command.arguments.csv.empty())
        writeWhole(QString::fromStdString(command.arguments.csv), toCsv(subject, found.selectivity));
    if (common.json)
        print(resultToJson(subject, command, found));
    else
        print(resultText(subject, command, found));
}

}  // namespace

Command makeSelectivity(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto command = std::make_shared<SelectivityCommand>();
    auto* parser = root.add_subcommand(
        "selectivity", help(QT_TR_NOOP("what units are selective for: regressions of their rates, and tuning curves")));
    addBehaviourArguments(*parser, command->arguments);
    command->arguments.common.needsUnits = true;
    parser->add_option("--window", command->window,
                       help(QT_TR_NOOP("an epoch such as stimulus, or steps FIRST:LAST (the task's usual epoch)")));
    parser->add_option("--context", command->context,
                       help(QT_TR_NOOP("only trials of this context, such as ctx1 or visual")));
    parser->add_option(
        "--variable", command->variables,
        help(QT_TR_NOOP("regress on this alone; several times for several (all of the task's, and choice)")));
    parser->add_option("--unit", command->unit, help(QT_TR_NOOP("tuning curves of this unit, counted from 1")))
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
    parser->add_option("--trials", command->trials, help(QT_TR_NOOP("random ones, for the regression (400)")))
        ->check(CLI::Range(2, 100'000));
    parser->add_option("--tuning-trials", command->tuningTrials, help(QT_TR_NOOP("of each condition, for --unit (20)")))
        ->check(CLI::Range(2, 100'000));
    return {parser, false, [command] { runSelectivity(*command); }};
}

}  // namespace kappascope::app
