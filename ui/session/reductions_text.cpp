// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/reductions_text.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/statistics/sample.h"
#include "core/text.h"
#include "ui/session/agreement_text.h"

namespace kappascope::session {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Reductions)
};

QString populationsText(int count) {
    return count == 1 ? Texts::tr("1 population") : Texts::tr("%1 populations").arg(count);
}

/// The document's own circuit, by how it came about.
QString ownTitle(const Reduction& row) {
    const QString populations = populationsText(row.populations);
    using Kind = reduction::Origin::Kind;
    switch (row.state && row.state->circuit ? row.state->circuit->origin.kind : Kind::unknown) {
        case Kind::refinedToFlow: return Texts::tr("%1, refined, the document's own").arg(populations);
        case Kind::trainedOnTask: return Texts::tr("%1, trained, the document's own").arg(populations);
        case Kind::unknown: break;
    }
    return Texts::tr("%1, the document's own").arg(populations);
}

/// A text field of a csv file; quoted where it has to be.
std::string quoted(const QString& text) {
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n')) return text.toStdString();
    QString inner = text;
    return ("\"" + inner.replace(QStringLiteral("\""), QStringLiteral("\"\"")) + "\"").toStdString();
}

std::string kindOf(Reduction::Kind kind) {
    switch (kind) {
        case Reduction::Kind::exact: break;
        case Reduction::Kind::fitted: return "fitted";
        case Reduction::Kind::refined: return "refined";
        case Reduction::Kind::own: return "own";
    }
    return "exact";
}

}  // namespace

QString reductionTitle(const Reduction& row) {
    switch (row.kind) {
        case Reduction::Kind::exact: break;
        case Reduction::Kind::fitted: return populationsText(row.asked);
        case Reduction::Kind::refined: return Texts::tr("%1, refined").arg(populationsText(row.populations));
        case Reduction::Kind::own: return ownTitle(row);
    }
    return Texts::tr("exact flow");
}

const std::vector<ReductionColumn>& reductionColumns() {
    static const std::vector<ReductionColumn> columns = [] {
        const QString trials = Texts::tr("along noisy trials"), points = Texts::tr("fixed points"),
                      right = Texts::tr("right answers");
        return std::vector<ReductionColumn>{
            {trials, Texts::tr("rms $\\kappa$"),
             Texts::tr("Distance of the collective variables from the network's, over the network's own rms")},
            {trials, Texts::tr("rms $z$"), Texts::tr("The same of the output")},
            {trials, Texts::tr("same choice"), Texts::tr("Share of choices that are the network's")},
            {trials, Texts::tr("by chance"),
             Texts::tr("The share that independent choices with the same frequencies would have")},
            {points, Texts::tr("matched"),
             Texts::tr("Fixed points at rest and at each input that trials hold, matched one to one, of how many there "
                       "are on the side that has more")},
            {points, Texts::tr("same kind"), Texts::tr("How many of these pairs are of one kind")},
            {points, Texts::tr("distance"), Texts::tr("The largest distance of a pair, in κ")},
            {right, Texts::tr("itself"), Texts::tr("Share of fresh trials that this level itself gets right")},
            {right, Texts::tr("drawn networks"),
             Texts::tr("The same of networks drawn from the circuit, as large as the network: mean and standard "
                       "deviation")},
        };
    }();
    return columns;
}

QStringList reductionCells(const Reduction& row) {
    const QString none = QStringLiteral("–");
    const auto& drawn = row.drawn;
    return {
        rmsText(row.agreement.rmsKappa),
        rmsText(row.agreement.rmsZ),
        shareText(row.agreement.sameChoice),
        shareText(row.agreement.chance),
        row.pointsKnown ? Texts::tr("%1 of %2").arg(row.matched).arg(std::max(row.points, row.reducedPoints)) : none,
        row.pointsKnown ? QString::number(row.sameKind) : none,
        row.pointsKnown && row.matched > 0 ? rmsText(row.largestDistance) : none,
        row.accuracy ? shareText(*row.accuracy) : none,
        drawn.empty() ? none
                      : Texts::tr("%1 ± %2").arg(shareText(statistics::meanOf(drawn)).remove(QStringLiteral(" %")),
                                                 shareText(statistics::deviationOf(drawn)))};
}

QString networkText(const ReductionsTable& table) {
    if (!table.networkAccuracy) return {};
    return Texts::tr("The network itself: %1 of %2 fresh trials right")
        .arg(shareText(*table.networkAccuracy))
        .arg(table.plan.fresh);
}

QString settingsText(const ReductionsTable& table) {
    if (!table.of) return {};
    const int trials = table.plan.trials;
    return Texts::tr(
               "%1, task %2: %3 of each condition, state noise %4, %5 networks drawn from each circuit, seed %6, "
               "unit gains")
        .arg(table.of->title, table.ground.choice.task,
             trials == 1 ? Texts::tr("1 noisy trial") : Texts::tr("%1 noisy trials").arg(trials),
             QString::fromStdString(toText(table.ground.noise, 3)))
        .arg(table.plan.draws)
        .arg(table.plan.seed);
}

QString reductionsToText(const ReductionsTable& table) {
    QStringList names{Texts::tr("reduction")};
    for (const auto& column : reductionColumns()) {
        QString symbol = column.symbol;
        symbol.replace(QStringLiteral("\\kappa"), QStringLiteral("κ")).remove(u'$');
        names << QStringLiteral("%1: %2").arg(column.group, symbol);
    }
    QString text = names.join(u'\t') + u'\n';
    for (const auto& row : table.rows)
        text += (QStringList(reductionTitle(row)) + reductionCells(row)).join(u'\t') + u'\n';
    return text;
}

std::string reductionsToCsv(const ReductionsTable& table) {
    std::string text =
        "reduction,kind,populations,origin,rms_kappa,rms_z,same_choice,chance,points_network,points_reduced,"
        "points_matched,points_same_kind,largest_distance,points_complete,accuracy,drawn_mean,drawn_sd,draws\n";
    for (const auto& row : table.rows) {
        const auto& agreement = row.agreement;
        text += quoted(reductionTitle(row)) + "," + kindOf(row.kind) + "," + std::to_string(row.populations) + "," +
                quoted(row.origin);
        for (const double value : {agreement.rmsKappa, agreement.rmsZ, agreement.sameChoice, agreement.chance})
            text += "," + toText(value);
        if (row.pointsKnown)
            for (const int value : {row.points, row.reducedPoints, row.matched, row.sameKind})
                text += "," + std::to_string(value);
        else
            text += ",,,,";
        text += "," + (row.pointsKnown ? toText(row.largestDistance) : std::string());
        text += "," + std::string(!row.pointsKnown ? "" : row.proven ? "proven" : "not proven");
        text += "," + (row.accuracy ? toText(*row.accuracy) : std::string());
        const bool drawn = !row.drawn.empty();
        text += "," + (drawn ? toText(statistics::meanOf(row.drawn)) : std::string());
        text += "," + (drawn ? toText(statistics::deviationOf(row.drawn)) : std::string());
        text += "," + std::to_string(row.drawn.size()) + "\n";
    }
    return text;
}

}  // namespace kappascope::session
