// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cmath>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "core/reduction/couplings.h"

namespace kappascope::app {

namespace {

struct CouplingsCommand {
    CommonOptions common;
    std::string kappa;
    double noise = 0;
};

struct Found {
    Eigen::VectorXd kappa;
    reduction::Couplings couplings;
    Eigen::MatrixXd jacobian;
    std::vector<Eigen::MatrixXd> jacobians;  ///< of the populations: J + 1 is their sum
};

Found measure(const session::State& state, const CouplingsCommand& command) {
    if (!state.circuit) throw Error(ErrorCode::needsPopulations);
    const auto& circuit = *state.circuit;
    Found found;
    found.kappa = command.kappa.empty() ? Eigen::VectorXd(Eigen::VectorXd::Zero(circuit.rank))
                                        : parseNumbers(command.kappa, QStringLiteral("--kappa"));
    if (found.kappa.size() != circuit.rank)
        throw UsageError(
            Texts::tr("--kappa has %1 values, but the circuit has rank %2.").arg(found.kappa.size()).arg(circuit.rank));
    const double alpha = state.network ? state.network->alpha : 0.2;
    const double variance = reduction::stationaryNoiseVariance(command.noise, alpha);
    const Eigen::VectorXd gains = state.effectiveGains();
    found.couplings = reduction::couplingsAt(circuit, found.kappa, state.input, gains, variance);
    const auto flow = reduction::meanFieldFlow(state.circuit, state.input, gains, variance);
    found.jacobian = flow->jacobian(found.kappa);
    found.jacobians = flow->populationJacobians(found.kappa);
    return found;
}

Json rowsToJson(const Eigen::MatrixXd& matrix) {
    return columnsToJson(matrix.transpose());
}

Json namedParts(const std::string& name, double total, const Eigen::VectorXd& parts) {
    return {{"name", name}, {"total", total}, {"by_population", toJson(parts)}};
}

/// What each population adds to one coupling.
Eigen::VectorXd partsOf(const reduction::Couplings& couplings, Eigen::Index row, Eigen::Index column) {
    Eigen::VectorXd parts(std::ssize(couplings.byPopulation));
    for (Eigen::Index p = 0; p < parts.size(); ++p)
        parts[p] = couplings.byPopulation[static_cast<std::size_t>(p)](row, column);
    return parts;
}

/// Calls each(name, total, parts) for every coupling.
template <class Each>
void forEachCoupling(const reduction::Circuit& circuit, const reduction::Couplings& couplings, const Each& each) {
    const auto rows = reduction::couplingRows(circuit);
    const auto columns = reduction::couplingColumns(circuit);
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto row = static_cast<Eigen::Index>(r);
            const auto column = static_cast<Eigen::Index>(c);
            each(rows[r] + " " + columns[c], couplings.total(row, column), partsOf(couplings, row, column));
        }
}

Json resultToJson(const Opened& opened, const CouplingsCommand& command, const Found& found) {
    const auto& state = *opened.state;
    const auto& circuit = *state.circuit;
    const auto& couplings = found.couplings;
    Json json;
    json["name"] = state.title.toStdString();
    json["populations"] = Json::array();
    for (int p = 0; p < circuit.populationCount(); ++p)
        json["populations"].push_back(state.populationName(p).toStdString());
    json["gain"] = toJson(state.effectiveGains());
    json["input"] = toJson(state.input);
    json["kappa"] = toJson(found.kappa);
    json["noise"] = command.noise;
    json["mean_slope"] = toJson(couplings.slopes);
    json["couplings"] = Json::array();
    forEachCoupling(circuit, couplings, [&json](const std::string& name, double total, const Eigen::VectorXd& parts) {
        json["couplings"].push_back(namedParts(name, total, parts));
    });
    json["means"] = Json::array();
    const auto rows = reduction::couplingRows(circuit);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const Eigen::VectorXd parts = couplings.means.row(static_cast<Eigen::Index>(r));
        json["means"].push_back(namedParts(rows[r], parts.sum(), parts));
    }
    json["velocity"] = toJson(couplings.velocity);
    json["output"] = toJson(couplings.output);
    json["jacobian"] = rowsToJson(found.jacobian);
    json["jacobian_by_population"] = Json::array();
    for (const auto& part : found.jacobians) json["jacobian_by_population"].push_back(rowsToJson(part));
    json["warnings"] = toJson(opened.warnings);
    return json;
}

QString resultText(const Opened& opened, const Found& found) {
    const auto& state = *opened.state;
    const auto& couplings = found.couplings;
    QString text = Texts::tr("%1: functional couplings at kappa = %2, input %3, gain %4\n")
                       .arg(state.title, shown(found.kappa), shown(state.input), shown(state.effectiveGains()));
    QStringList header{Texts::tr("coupling"), Texts::tr("total")};
    for (int p = 0; p < state.circuit->populationCount(); ++p) header << state.populationName(p);
    Table table(header);
    const auto add = [&table](const std::string& name, double total, const Eigen::VectorXd& parts) {
        QStringList row{QString::fromStdString(name), shown(total, 5)};
        for (const double part : parts) row << shown(part, 5);
        table.add(row);
    };
    forEachCoupling(*state.circuit, couplings, add);
    const auto rows = reduction::couplingRows(*state.circuit);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const Eigen::VectorXd parts = couplings.means.row(static_cast<Eigen::Index>(r));
        add(Texts::tr("mean %1").arg(QString::fromStdString(rows[r])).toStdString(), parts.sum(), parts);
    }
    for (Eigen::Index r = 0; r < found.jacobian.rows(); ++r)
        for (Eigen::Index s = 0; s < found.jacobian.cols(); ++s) {
            Eigen::VectorXd parts(std::ssize(found.jacobians));
            for (Eigen::Index p = 0; p < parts.size(); ++p)
                parts[p] = found.jacobians[static_cast<std::size_t>(p)](r, s);
            add("J" + std::to_string(r + 1) + std::to_string(s + 1), found.jacobian(r, s), parts);
        }
    text += table.text();
    text += Texts::tr("mean slopes %1, velocity %2, output %3\n")
                .arg(shown(couplings.slopes), shown(couplings.velocity), shown(couplings.output));
    for (const auto& warning : opened.warnings) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

void runCouplings(const CouplingsCommand& command) {
    if (!command.common.level.empty() && command.common.level != "mean-field")
        throw UsageError(Texts::tr("couplings are those of the circuit: --level mean-field, or none."));
    if (!std::isfinite(command.noise)) throw UsageError(Texts::tr("--noise takes a finite number."));
    const auto opened = openNet(command.common);
    const auto found = measure(*opened.state, command);
    if (command.common.json)
        print(resultToJson(opened, command, found));
    else
        print(resultText(opened, found));
}

}  // namespace

Command makeCouplings(CLI::App& root) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    auto command = std::make_shared<CouplingsCommand>();
    auto* parser = root.add_subcommand(
        "couplings", help(QT_TR_NOOP("functional couplings of a circuit at a state, and what each population adds")));
    addCommonOptions(*parser, command->common);
    parser->add_option("--kappa", command->kappa, help(QT_TR_NOOP("k1,k2,... of the state (0)")));
    parser->add_option("--noise", command->noise, help(QT_TR_NOOP("sigma of the state noise per unit and step (0)")))
        ->check(CLI::Range(0.0, 1e6));
    return {parser, false, [command] { runCouplings(*command); }};
}

}  // namespace kappascope::app
