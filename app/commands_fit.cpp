// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands_fit.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <memory>

#include "app/commands_common.h"
#include "core/io/text.h"
#include "ui/session/edits.h"
#include "ui/session/thread_pool.h"

namespace kappascope::app {

namespace {

constexpr int mostPopulations = 64;

}  // namespace

void addFitOptions(CLI::App& parser, FitOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser
        .add_option("--method", options.method,
                    help(QT_TR_NOOP("vb: variational, empties what is not needed (default); em: maximum likelihood")))
        ->check(CLI::IsMember({"em", "vb"}));
    parser.add_option("--starts", options.starts, help(QT_TR_NOOP("of each fit, the best of which is kept (50)")))
        ->check(CLI::Range(1, 100'000));
    parser.add_flag("--zero-mean", options.zeroMean, help(QT_TR_NOOP("populations with means at zero")));
    parser.add_flag("--without-output", options.withoutOutput,
                    help(QT_TR_NOOP("leave the output weights w out of the fit")));
}

std::optional<FitCount> fitCountFrom(const std::string& text) {
    if (text == "auto") return FitCount{};
    const auto count = io::toInteger(text);
    if (!count || *count == 1) return {};
    if (*count < 1 || *count > mostPopulations)
        throw UsageError(Texts::tr("Populations are auto, or a whole number from 1 to %1, not “%2”.")
                             .arg(mostPopulations)
                             .arg(QString::fromStdString(text)));
    return FitCount{static_cast<int>(*count)};
}

statistics::LoadingChoice loadingChoice(const FitOptions& options) {
    statistics::LoadingChoice choice;
    choice.outputs = !options.withoutOutput;
    return choice;
}

statistics::Populations fitPopulations(const network::Network& network, const FitCount& count,
                                       const FitOptions& options) {
    const Eigen::MatrixXd rows = statistics::loadingsOf(network, loadingChoice(options));
    statistics::PopulationsOptions fit;
    fit.count = count.count;
    fit.mixture.method = options.method == "em" ? statistics::MixtureMethod::expectationMaximisation
                                                : statistics::MixtureMethod::variationalBayes;
    fit.mixture.starts = options.starts;
    fit.mixture.zeroMean = options.zeroMean;
    fit.mixture.seed = options.seed;
    fit.earlier = network.labels;
    session::ThreadPool pool(options.threads);
    Progress progress(Texts::tr("Fitting populations"),
                      static_cast<int>(statistics::stepsOf(fit, rows.rows(), rows.cols())));
    return statistics::findPopulations(rows, fit, {pool.executor(), [&progress] { progress.step(); }, {}});
}

session::State withLabels(const session::State& state, const std::vector<int>& labels) {
    session::State next = state;
    const auto label = [&](const network::Network& from) {
        auto labelled = std::make_shared<network::Network>(from);
        labelled->labels = labels;
        labelled->populationNames.clear();
        labelled->storedGains.resize(0);
        return labelled;
    };
    // The file too: a full-rank one is stepped under the same gains as its truncated view.
    next.network = label(*state.network);
    next.file = state.file == state.network || !state.file ? next.network : label(*state.file);
    next.exact = std::make_shared<const reduction::ExactReduction>(next.network);
    next.sampled = false;
    session::measureCircuit(next);
    next.gains = next.circuit->defaultGains();
    next.on.assign(static_cast<std::size_t>(next.gains.size()), true);
    return next;
}

std::string id(statistics::CountReason reason) {
    using enum statistics::CountReason;
    switch (reason) {
        case given: return "given";
        case smallestStable: return "smallest-stable";
        case noStructure: return "no-structure";
        case oneByEvidence: return "one-by-evidence";
        case bestOfStable: return "best-of-stable";
        case onlyOneIsPossible: break;
    }
    return "only-one-is-possible";
}

QString sentence(statistics::CountReason reason, const statistics::Populations& populations) {
    using enum statistics::CountReason;
    const QString p = populations.epairs ? shown(populations.epairs->p, 3) : QString();
    switch (reason) {
        case given: return Texts::tr("You chose the number.");
        case smallestStable:
            return Texts::tr(
                "The smallest number within one standard error of the best evidence whose populations are the same in "
                "refits of parts of the units.");
        case noStructure:
            return p.isEmpty() ? Texts::tr("The evidence sees no more than one population.")
                               : Texts::tr(
                                     "Neither the evidence nor the directions of the loadings (ePAIRS, p = %1) "
                                     "speak for more than one population.")
                                     .arg(p);
        case oneByEvidence:
            return Texts::tr(
                       "One population has as much evidence as several, though the directions of the loadings are "
                       "clustered (ePAIRS, p = %1).")
                .arg(p);
        case bestOfStable:
            return Texts::tr(
                "No number near the best evidence gives the same populations in refits; of those that do, this one has "
                "the best evidence.");
        case onlyOneIsPossible: break;
    }
    return Texts::tr("There are too few units for several populations.");
}

QStringList warningsOf(const statistics::Populations& populations, const FitCount& count) {
    QStringList warnings;
    if (count.count && populations.fit.count() < *count.count)
        warnings << Texts::tr("Of %1 populations the fit occupies %2: the others hold less than 2 % of the units each.")
                        .arg(*count.count)
                        .arg(populations.fit.count());
    if (!populations.fit.converged)
        warnings << Texts::tr("The best start had not converged; more starts (--starts) may find a better fit.");
    return warnings;
}

}  // namespace kappascope::app
