// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "app/axes_option.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/phase/fixed_points.h"
#include "core/phase/orbit.h"
#include "core/phase/portrait.h"

namespace kappascope::app {

namespace {

constexpr double negligible = 1e-12;  ///< for people, a coordinate below is zero

struct Found {
    phase::Census census;
    std::vector<phase::LimitCycle> cycles;
    phase::View view;
};

Found explore(const reduction::Flow& flow, std::uint64_t seed, const AxesOption& axes) {
    const Progress progress(Texts::tr("Looking for fixed points and cycles"), 0);
    Found found;
    phase::CensusOptions options;
    options.seed = seed;
    found.census = phase::findFixedPoints(flow, options);
    if (flow.rank() >= 2 && axes.input < 0) found.cycles = phase::findLimitCycles(flow, found.census);
    found.view = phase::chooseView(flow, found.census, found.cycles, flow.rank() > 1 ? axes.modes : std::array{0, 0});
    found.view.input = axes.input;
    return found;
}

/// Euler steps of alpha leave a point that the flow returns to where |1 + alpha lambda| > 1 though Re lambda < 0.
bool isEulerUnstable(const phase::FixedPoint& point, double alpha) {
    return std::any_of(point.eigenvalues.begin(), point.eigenvalues.end(), [alpha](const std::complex<double>& lambda) {
        return lambda.real() < 0 && std::abs(1.0 + alpha * lambda) > 1;
    });
}

QStringList warningsOf(const Opened& opened, const Found& found) {
    QStringList warnings = opened.warnings;
    const auto& state = *opened.state;
    if (opened.level != session::Level::meanField && state.isTruncated() && !opened.rankGiven)
        warnings << Texts::tr("The network has full rank; this is the portrait of its two leading modes (--rank 2).");
    const double alpha = state.network ? state.network->alpha : 0.2;
    for (const auto& point : found.census.points)
        if (isEulerUnstable(point, alpha))
            warnings << Texts::tr("Euler steps of %1 tau are unstable at the point %2, where the flow itself is not.")
                            .arg(shown(alpha), shown(point.kappa));
    for (const auto& point : found.census.points)
        if (point.kind == phase::FixedPointKind::degenerate)
            warnings << Texts::tr("The fixed point at %1 is degenerate: an eigenvalue is zero to within 1e-6.")
                            .arg(shown(point.kappa));
    return warnings;
}

/// In the plane of an input v_s of the point stands beside its kappa.
Json pointToJson(const phase::FixedPoint& point, bool plane) {
    Json vectors = Json::array();
    for (Eigen::Index k = 0; k < point.eigenvectors.cols(); ++k)
        vectors.push_back(toJson(Eigen::VectorXcd(point.eigenvectors.col(k))));
    Json json;
    json["kappa"] = toJson(plane ? Eigen::VectorXd(point.kappa.head(1)) : point.kappa);
    if (plane) json["v"] = point.kappa[1];
    json["eigenvalues"] = toJson(point.eigenvalues);
    json["eigenvectors"] = std::move(vectors);
    json["unstable_directions"] = point.unstableDirections;
    json["kind"] = std::string(phase::name(point.kind));
    json["residual"] = point.residual;
    return json;
}

Json cycleToJson(const phase::LimitCycle& cycle) {
    Json json;
    json["period_tau"] = cycle.period;
    json["stable"] = cycle.stable;
    json["kappa_min"] = toJson(cycle.minimum);
    json["kappa_max"] = toJson(cycle.maximum);
    json["multipliers"] = toJson(cycle.multipliers);
    json["points"] = columnsToJson(cycle.points);
    return json;
}

Json portraitToJson(const Opened& opened, const Found& found) {
    const auto& state = *opened.state;
    const int rank = state.rank();
    const bool plane = found.view.input >= 0;
    const auto axis = [&](int a) { return "kappa" + std::to_string(found.view.axes[static_cast<std::size_t>(a)] + 1); };
    Json json;
    json["name"] = state.title.toStdString();
    json["level"] = session::id(opened.level).toStdString();
    json["rank"] = rank;
    json["input"] = toJson(state.input);
    json["gain"] = toJson(state.effectiveGains());
    json["coordinates"] = "recurrent";
    json["axes"] = plane       ? Json{axis(0), "v" + std::to_string(found.view.input + 1)}
                   : rank == 1 ? Json{axis(0), "d" + axis(0) + "/dt"}
                               : Json{axis(0), axis(1)};
    json["range"] = {{found.view.xMin, found.view.xMax}, {found.view.yMin, found.view.yMax}};
    json["fixed_points"] = Json::array();
    for (const auto& point : found.census.points) json["fixed_points"].push_back(pointToJson(point, plane));
    json["index_sum"] = found.census.indexSum;
    json["complete"] = found.census.proven ? "proven" : "not proven";
    json["undecided"] = Json::array();
    for (const auto& region : found.census.undecided)
        json["undecided"].push_back(
            {{"centre", toJson(region.centre)}, {"half_width", toJson(region.halfWidth)}, {"cells", region.cells}});
    if (found.census.starts > 0) {
        json["starts"] = found.census.starts;
        json["starts_without_new"] = found.census.startsWithoutNew;
    } else {
        json["cells"] = found.census.cells;
    }
    json["limit_cycles"] = Json::array();
    for (const auto& cycle : found.cycles) json["limit_cycles"].push_back(cycleToJson(cycle));
    json["warnings"] = toJson(warningsOf(opened, found));
    return json;
}

QString complexText(const std::complex<double>& value) {
    if (value.imag() == 0) return shown(value.real(), 5);
    return shown(value.real(), 5) + (value.imag() < 0 ? QStringLiteral(" - ") : QStringLiteral(" + ")) +
           shown(std::abs(value.imag()), 5) + QStringLiteral("i");
}

QString completeness(const phase::Census& census) {
    if (census.proven) return Texts::tr("proven to be all");
    if (census.starts > 0)
        return Texts::tr("not proven to be all (the last %1 of %2 starts found nothing new)")
            .arg(census.startsWithoutNew)
            .arg(census.starts);
    return Texts::tr("not proven to be all");
}

QString portraitText(const Opened& opened, const Found& found) {
    const auto& state = *opened.state;
    QString text = QStringLiteral("%1 · %2\n").arg(state.title, session::title(opened.level, state));
    text += Texts::tr("input %1, gain %2\n").arg(shown(state.input), shown(state.effectiveGains()));
    text += (found.census.points.size() == 1 ? Texts::tr("%1 fixed point, index sum %2, %3\n")
                                             : Texts::tr("%1 fixed points, index sum %2, %3\n"))
                .arg(found.census.points.size())
                .arg(found.census.indexSum)
                .arg(completeness(found.census));
    if (!found.census.points.empty()) {
        QStringList header{Texts::tr("kind")};
        for (int r = 0; r < state.rank(); ++r) header << QStringLiteral("kappa%1").arg(r + 1);
        if (found.view.input >= 0) header << QStringLiteral("v%1").arg(found.view.input + 1);
        header << Texts::tr("eigenvalues (1/tau)");
        Table table(header);
        for (const auto& point : found.census.points) {
            QStringList row{QString::fromUtf8(phase::name(point.kind).data(), std::ssize(phase::name(point.kind)))};
            for (const double value : point.kappa) row << shown(std::abs(value) < negligible ? 0 : value, 7);
            QStringList eigenvalues;
            for (const auto& value : point.eigenvalues) eigenvalues << complexText(value);
            row << eigenvalues.join(QStringLiteral(", "));
            table.add(row);
        }
        text += table.text();
    }
    for (const auto& region : found.census.undecided)
        text += Texts::tr("undecided: %1 +- %2\n").arg(shown(region.centre), shown(region.halfWidth));
    for (const auto& cycle : found.cycles)
        text += Texts::tr("%1 limit cycle, period %2 tau, from %3 to %4\n")
                    .arg(cycle.stable ? Texts::tr("stable") : Texts::tr("unstable"), shown(cycle.period),
                         shown(cycle.minimum), shown(cycle.maximum));
    for (const auto& warning : warningsOf(opened, found)) text += QStringLiteral("! %1\n").arg(warning);
    return text;
}

}  // namespace

Command makePortrait(CLI::App& root) {
    auto options = std::make_shared<CommonOptions>();
    auto* parser =
        root.add_subcommand("portrait", Texts::tr("fixed points and limit cycles at a constant input").toStdString());
    addCommonOptions(*parser, *options);
    auto axes = std::make_shared<std::string>();
    parser->add_option(
        "--axes", *axes,
        Texts::tr("the two modes of the range (1,2); of rank 1 the mode and v of an input (1,v1)").toStdString());
    return {parser, false, [options, axes] {
                const auto opened = openNet(*options);
                const AxesOption shown = axes->empty() ? AxesOption() : parseAxes(*axes, *opened.state);
                const auto& state = *opened.state;
                const auto found =
                    explore(*session::flowOf(state, opened.level, state.input, shown.input), options->seed, shown);
                if (options->json)
                    print(portraitToJson(opened, found));
                else
                    print(portraitText(opened, found));
            }};
}

}  // namespace kappascope::app
