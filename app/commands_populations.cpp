// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/commands.h"
#include "app/commands_common.h"
#include "app/commands_fit.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "core/io/partial_files.h"
#include "core/io/save.h"
#include "core/io/text.h"
#include "core/reduction/circuit.h"
#include "ui/session/populations_text.h"

namespace kappascope::app {

namespace {

using statistics::Populations;

struct PopulationsCommand {
    CommonOptions common;
    FitOptions fit;
    std::string count = "auto";
    std::string output;
};

Json matrixToJson(const Eigen::MatrixXd& matrix) {
    Json rows = Json::array();
    for (Eigen::Index r = 0; r < matrix.rows(); ++r) rows.push_back(toJson(Eigen::VectorXd(matrix.row(r).transpose())));
    return rows;
}

Json toJson(const statistics::CountFigures& figures) {
    return {{"count", figures.count},          {"occupied", figures.occupied},   {"log_evidence", figures.evidence},
            {"standard_error", figures.error}, {"stability", figures.stability}, {"agreement", figures.agreement}};
}

Json toJson(const std::optional<statistics::Epairs>& epairs) {
    if (!epairs) return nullptr;
    return {{"p", epairs->p},
            {"two_sided_p", epairs->twoSidedP},
            {"effect", epairs->effect},
            {"published_p", epairs->publishedP},
            {"median_angle", epairs->median},
            {"draws", epairs->nullMedians.size()},
            {"units", epairs->rows}};
}

const statistics::CountFigures& figuresOf(const Populations& found) {
    for (const auto& each : found.byCount)
        if (each.count == found.fit.count()) return each;
    return found.byCount.front();
}

void printJson(const PopulationsCommand& options, const session::State& state, const Populations& found,
               const reduction::Circuit& circuit, const QStringList& warnings) {
    const network::Network& network = *state.network;
    Json json;
    json["name"] = state.title.toStdString();
    json["units"] = network.units();
    json["count"] = found.fit.count();
    json["reason"] = id(found.reason);
    json["reason_text"] = session::reasonSentence(found).toStdString();
    json["method"] = options.fit.method;
    json["starts"] = options.fit.starts;
    json["zero_mean"] = options.fit.zeroMean;
    json["seed"] = options.common.seed;
    json["loadings"] = statistics::loadingNames(network);
    json["fitted_loadings"] = statistics::loadingNames(network, loadingChoice(options.fit));
    json["labels"] = found.fit.labels;
    json["fraction"] = found.fit.fractions;
    json["mean"] = Json::array();
    json["covariance"] = Json::array();
    for (const auto& population : circuit.populations) {
        json["mean"].push_back(app::toJson(population.mean));
        json["covariance"].push_back(matrixToJson(population.covariance));
    }
    json["stability"] = figuresOf(found).stability;
    json["log_evidence"] = found.fit.evidence;
    json["by_count"] = Json::array();
    for (const auto& each : found.byCount) json["by_count"].push_back(toJson(each));
    json["epairs"] = toJson(found.epairs);
    if (!options.output.empty()) json["file"] = options.output;
    json["warnings"] = app::toJson(warnings);
    print(json);
}

/// Standard deviations and the overlaps of n with the other loadings, by population.
QString momentsText(const Populations& found, const reduction::Circuit& circuit,
                    const std::vector<std::string>& names) {
    QStringList header{Texts::tr("population"), Texts::tr("share")};
    for (const auto& name : names) header << Texts::tr("sd %1").arg(QString::fromStdString(name));
    for (int r = 0; r < circuit.rank; ++r)
        for (Eigen::Index k = 0; k < circuit.loadings(); ++k)
            if (k < circuit.nIndex(0) || k >= circuit.inputIndex(0))
                header << QStringLiteral("%1-%2").arg(
                    QString::fromStdString(names[static_cast<std::size_t>(circuit.nIndex(r))]),
                    QString::fromStdString(names[static_cast<std::size_t>(k)]));
    Table table(header);
    for (std::size_t p = 0; p < circuit.populations.size(); ++p) {
        const auto& covariance = circuit.populations[p].covariance;
        QStringList row{QString::number(p + 1), Texts::tr("%1 %").arg(shown(100 * found.fit.fractions[p], 3))};
        for (Eigen::Index k = 0; k < covariance.rows(); ++k) row << shown(std::sqrt(covariance(k, k)), 3);
        for (int r = 0; r < circuit.rank; ++r)
            for (Eigen::Index k = 0; k < covariance.rows(); ++k)
                if (k < circuit.nIndex(0) || k >= circuit.inputIndex(0))
                    row << shown(covariance(circuit.nIndex(r), k), 3);
        table.add(row);
    }
    return table.text();
}

void printText(const PopulationsCommand& options, const session::State& state, const Populations& found,
               const reduction::Circuit& circuit, const QStringList& warnings) {
    QString text = Texts::tr("%1: %2 population(s). %3\n\n")
                       .arg(state.title)
                       .arg(found.fit.count())
                       .arg(session::reasonSentence(found));
    text += momentsText(found, circuit, statistics::loadingNames(*state.network));
    Table table({Texts::tr("number"), Texts::tr("occupied"), Texts::tr("log evidence"), Texts::tr("standard error"),
                 Texts::tr("stability")});
    for (const auto& each : found.byCount)
        table.add({QString::number(each.count), QString::number(each.occupied), shown(each.evidence, 8),
                   shown(each.error, 3), shown(each.stability, 3)});
    text += u'\n' + table.text();
    if (found.epairs)
        text += Texts::tr("\nePAIRS: p = %1, effect %2 sd (published rank-sum p = %3, anti-conservative)\n")
                    .arg(shown(found.epairs->p, 3), shown(found.epairs->effect, 3), shown(found.epairs->publishedP, 3));
    if (!options.output.empty())
        text += Texts::tr("The network with its labels is in %1.\n").arg(QString::fromStdString(options.output));
    for (const auto& warning : warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void runPopulations(const PopulationsCommand& options) {
    if (!options.common.input.empty() || !options.common.gain.empty() || !options.common.level.empty())
        throw UsageError(Texts::tr("populations looks at loadings alone: no --input, --gain or --level."));
    if (!options.common.circuit.empty())
        throw UsageError(
            Texts::tr("populations finds them in the network's loadings; couplings shows those of a circuit."));
    if (fitCountFrom(options.common.populations))
        throw UsageError(Texts::tr("--count says how many populations to find; --populations, whose numbers to keep."));
    const auto typed = fitCountFrom(options.count);
    if (!typed && io::toInteger(options.count) != 1)
        throw UsageError(
            Texts::tr("--count takes auto or a whole number, not “%1”.").arg(QString::fromStdString(options.count)));
    const FitCount count = typed.value_or(FitCount{1});
    if (!options.output.empty() && !options.output.ends_with(".npz"))
        throw UsageError(Texts::tr("-o takes the name of a network file, .npz."));
    const auto opened = openNet(options.common);
    if (!opened.state->network) throw Error(ErrorCode::needsUnits);
    if (!options.output.empty()) io::prepareToWrite(options.output);
    FitOptions fit = options.fit;
    fit.seed = options.common.seed;
    fit.threads = options.common.threads;
    const auto found = fitPopulations(*opened.state->network, count, fit);
    QStringList warnings = opened.warnings + session::fitWarnings(found, count.count);

    network::Network network = *opened.state->network;
    network.labels = found.fit.labels;
    network.populationNames.clear();
    network.storedGains.resize(0);
    if (statistics::readsOutRates(network)) {
        network.outputWeights.resize(network.units(), 0);
        warnings << Texts::tr("The outputs are the units' own rates: w is no loading and was left out.");
    }
    const auto circuit = reduction::momentsCircuit(network);
    if (!options.output.empty()) {
        network::Network labelled = *opened.state->file;
        labelled.labels = found.fit.labels;
        labelled.populationNames.clear();
        labelled.storedGains.resize(0);
        io::saveNetwork(labelled, options.output, {options.common.seed, std::string("kappascope ") + version});
    }
    if (options.common.json)
        printJson(options, *opened.state, found, circuit, warnings);
    else
        printText(options, *opened.state, found, circuit, warnings);
}

}  // namespace

Command makePopulations(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto options = std::make_shared<PopulationsCommand>();
    auto* parser = root.add_subcommand("populations", help(QT_TR_NOOP("find populations in a network's loadings")));
    addCommonOptions(*parser, options->common);
    options->common.needsUnits = true;
    parser->add_option("--count", options->count,
                       help(QT_TR_NOOP("how many populations, or auto: as many as evidence and stability speak for")));
    addFitOptions(*parser, options->fit);
    parser->add_option("-o,--output", options->output, help(QT_TR_NOOP("the network with its labels (.npz)")));
    return {parser, false, [options] { runPopulations(*options); }};
}

}  // namespace kappascope::app
