// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands_fit.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "app/commands_common.h"
#include "core/io/text.h"
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
    fit.fitAlone = options.fitAlone;
    fit.mixture.method = options.method == "em" ? statistics::MixtureMethod::expectationMaximisation
                                                : statistics::MixtureMethod::variationalBayes;
    fit.mixture.starts = options.starts;
    fit.mixture.zeroMean = options.zeroMean;
    fit.mixture.seed = options.seed;
    fit.earlier = network.labels;
    session::ThreadPool pool(options.threads);
    Progress progress(Texts::tr("Fitting populations"), static_cast<int>(statistics::stepsOf(fit, rows)));
    return statistics::findPopulations(rows, fit, {pool.executor(), [&progress] { progress.step(); }, {}});
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

}  // namespace kappascope::app
