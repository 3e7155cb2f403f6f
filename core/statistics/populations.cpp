// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/populations.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/statistics/labels.h"
#include "core/statistics/mixture_run.h"
#include "core/statistics/whitening.h"
#include "core/text.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

/// Streams of subsamples and of their starts, apart from those of the fit of all units and of ePAIRS.
constexpr std::uint64_t subsampleStream = std::uint64_t{3} << 40;
constexpr std::uint64_t subsampleStarts = std::uint64_t{4} << 40;

/// Refits are many: their starts are tried for some iterations, and only the best go on.
constexpr int trialIterations = 12;
constexpr std::size_t goOnWith = 3;

void requireValid(const PopulationsOptions& options) {
    const auto require = [](bool isValid, const char* option, double value, const char* allowed) {
        if (!isValid) throw Error(ErrorCode::badOption, option, {toText(value), allowed});
    };
    require(options.largestCount >= 1 && options.largestCount <= 64, "largest count", options.largestCount, "1..64");
    require(options.subsamples >= 2 && options.subsamples <= 1000, "subsamples", options.subsamples, "2..1000");
    require(options.subsampleFraction >= 0.1 && options.subsampleFraction <= 0.99, "subsample fraction",
            options.subsampleFraction, "0.1..0.99");
    require(options.subsampleStarts >= 1 && options.subsampleStarts <= 100'000, "subsample starts",
            options.subsampleStarts, "1..100000");
}

/// Numbers that are tried, rising.
std::vector<int> countsFor(const PopulationsOptions& options, Index rows, Index dimensions) {
    if (options.count) return {*options.count};
    const auto most = std::min<Index>(options.largestCount, rows / (dimensions + 1));
    std::vector<int> counts(static_cast<std::size_t>(std::max<Index>(most, 1)));
    std::iota(counts.begin(), counts.end(), 1);
    return counts;
}

bool canTestDirections(Index rows, Index dimensions) {
    return dimensions >= 2 && rows > dimensions + 1;  // whitened, D + 1 rows always are a regular simplex
}

Index subsampleSize(const PopulationsOptions& options, Index rows) {
    return std::clamp<Index>(static_cast<Index>(std::lround(options.subsampleFraction * static_cast<double>(rows))), 1,
                             rows);
}

/// Rows drawn without replacement, in their own order.
Eigen::MatrixXd subsample(const Eigen::MatrixXd& rows, Index size, std::uint64_t seed, std::size_t number) {
    std::vector<Index> order(static_cast<std::size_t>(rows.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    Random random(seed, Stream::starts, subsampleStream + number);
    for (Index k = 0; k < size; ++k) {
        const int other = random.integer(static_cast<int>(k), static_cast<int>(rows.rows()) - 1);
        std::swap(order[static_cast<std::size_t>(k)], order[static_cast<std::size_t>(other)]);
    }
    std::sort(order.begin(), order.begin() + size);
    Eigen::MatrixXd result(size, rows.cols());
    for (Index k = 0; k < size; ++k) result.row(k) = rows.row(order[static_cast<std::size_t>(k)]);
    return result;
}

/// What a refit of a subsample says of one number of populations.
struct Refit {
    double evidence = 0;      ///< per unit of the subsample
    std::vector<int> labels;  ///< of all units
};

Refit refitOf(const Eigen::MatrixXd& white, const Eigen::MatrixXd& sample, MixtureOptions options, int starts,
              std::size_t number, const Work& work) {
    // The evidence of one component has a single maximum.
    if (options.count == 1) starts = 1;
    MixtureRun run(sample, options);
    std::vector<RunResult> runs;
    for (int k = 0; k < starts; ++k) {
        const std::uint64_t start = subsampleStarts + number * std::uint64_t{1'000'000} + static_cast<std::uint64_t>(k);
        runs.push_back(run.from(firstMemberships(sample, options, start),
                                std::min(trialIterations, options.maximumIterations), work.stop));
    }
    std::stable_sort(runs.begin(), runs.end(), isBetter);
    runs.resize(std::min(runs.size(), goOnWith));
    for (auto& each : runs)
        if (!each.converged) each = run.from(each, options.maximumIterations, work.stop);
    const RunResult& best = bestOf(runs);
    Refit refit;
    const auto units = static_cast<double>(sample.rows());
    refit.evidence = (best.bound + evidenceTerm(options, sample.rows(), sample.cols())) / units;
    refit.labels = labelsOf(membershipsOf(white, occupied(white, best.kernels, options.smallestFraction)));
    return refit;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Refits of every subsample with every number: [count][subsample].
std::vector<std::vector<Refit>> refits(const Eigen::MatrixXd& white, const PopulationsOptions& options,
                                       const std::vector<int>& counts, const Work& work) {
    const auto subsamples = static_cast<std::size_t>(options.subsamples);
    const Index size = subsampleSize(options, white.rows());
    std::vector<std::vector<Refit>> result(counts.size(), std::vector<Refit>(subsamples));
    work.executor(counts.size() * subsamples, [&](std::size_t job) {
        if (work.stop.stop_requested()) throw Error(ErrorCode::stopped);
        // The slowest first, so that threads end together.
        const std::size_t c = counts.size() - 1 - job / subsamples;
        const std::size_t b = job % subsamples;
        MixtureOptions mixture = options.mixture;
        mixture.count = counts[c];
        mixture.keepCount = mixture.keepCount || options.count;
        result[c][b] =
            refitOf(white, subsample(white, size, mixture.seed, b), mixture, options.subsampleStarts, b, work);
        if (work.step) work.step();
    });
    return result;
}

void measureStability(CountFigures& figures, const std::vector<Refit>& refits) {
    if (figures.count == 1) return;
    for (std::size_t a = 0; a < refits.size(); ++a)
        for (std::size_t b = a + 1; b < refits.size(); ++b)
            figures.agreement.push_back(adjustedRandIndex(refits[a].labels, refits[b].labels));
    figures.stability = median(figures.agreement);
}

/// The highest evidence of a number whose components are all occupied.
std::size_t bestOf(const std::vector<CountFigures>& figures) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < figures.size(); ++c)
        if (figures[c].occupied == figures[c].count && figures[c].evidence > figures[best].evidence) best = c;
    return best;
}

/// Standard errors, of the mean over refits, of differences from the best evidence.
void measureErrors(std::vector<CountFigures>& figures, const std::vector<std::vector<Refit>>& refits, Index units) {
    const std::size_t best = bestOf(figures);
    for (std::size_t c = 0; c < figures.size(); ++c) {
        const auto count = static_cast<double>(refits[c].size());
        double mean = 0, squares = 0;
        for (std::size_t b = 0; b < refits[c].size(); ++b)
            mean += (refits[best][b].evidence - refits[c][b].evidence) / count;
        for (std::size_t b = 0; b < refits[c].size(); ++b) {
            const double deviation = refits[best][b].evidence - refits[c][b].evidence - mean;
            squares += deviation * deviation;
        }
        figures[c].error = static_cast<double>(units) * std::sqrt(squares / (count - 1) / count);
    }
}

}  // namespace

std::size_t stepsOf(const PopulationsOptions& options, const Eigen::MatrixXd& rows) {
    const bool fitAlone = options.count && options.fitAlone;
    const Index dimensions = whiteningOf(rows, options.mixture.zeroMean).dimensions();
    std::size_t steps = 0;
    if (!fitAlone && canTestDirections(rows.rows(), whiteningOf(rows).dimensions()))
        steps += static_cast<std::size_t>(options.epairs.draws);
    if (dimensions == 0) return steps;
    for (const int count : countsFor(options, rows.rows(), dimensions)) {
        steps += static_cast<std::size_t>(count == 1 ? 1 : options.mixture.starts);
        if (!fitAlone) steps += static_cast<std::size_t>(options.subsamples);
    }
    return steps;
}

Choice choose(const std::vector<CountFigures>& figures, double stableFrom, bool clusteredDirections) {
    if (figures.size() == 1) return {0, CountReason::onlyOneIsPossible};
    const double best = figures[bestOf(figures)].evidence;
    const auto near = [&](const CountFigures& each) { return best - each.evidence <= each.error; };
    if (near(figures.front())) return {0, clusteredDirections ? CountReason::oneByEvidence : CountReason::noStructure};
    std::size_t bestStable = 0;
    for (std::size_t c = 1; c < figures.size(); ++c) {
        const auto& each = figures[c];
        if (each.occupied != each.count || !(each.stability >= stableFrom)) continue;
        if (near(each)) return {c, CountReason::smallestStable};
        if (each.evidence > figures[bestStable].evidence) bestStable = c;
    }
    return {bestStable, CountReason::bestOfStable};
}

Populations findPopulations(const Eigen::MatrixXd& rows, const PopulationsOptions& options, const Work& work) {
    requireValid(options);
    const auto whitening = whiteningOf(rows, options.mixture.zeroMean);
    const Index dimensions = whitening.dimensions();
    const auto counts = countsFor(options, rows.rows(), dimensions);
    std::vector<MixtureFit> fits;
    std::vector<CountFigures> figures;
    for (const int count : counts) {
        MixtureOptions mixture = options.mixture;
        mixture.count = count;
        mixture.keepCount = mixture.keepCount || options.count;
        if (count == 1) mixture.starts = 1;
        fits.push_back(fitMixture(rows, mixture, work));
        figures.push_back({count, fits.back().count(), fits.back().evidence, 0, 1, {}});
    }
    const bool fitAlone = options.count && options.fitAlone;
    if (dimensions > 0 && !fitAlone) {
        const auto all = refits(whitened(rows, whitening), options, counts, work);
        for (std::size_t c = 0; c < counts.size(); ++c) measureStability(figures[c], all[c]);
        measureErrors(figures, all, rows.rows());
    }
    Populations result;
    if (!fitAlone && canTestDirections(rows.rows(), whiteningOf(rows).dimensions())) {
        EpairsOptions test = options.epairs;
        test.seed = options.mixture.seed;
        result.epairs = epairs(rows, test, work);
    }
    const bool clustered = result.epairs && result.epairs->p <= options.level;
    const Choice chosen =
        options.count ? Choice{0, CountReason::given} : choose(figures, options.stableFrom, clustered);
    result.reason = chosen.reason;
    result.fit = std::move(fits[chosen.index]);
    result.byCount = std::move(figures);
    if (!options.earlier.empty()) renumberAs(result.fit, options.earlier);
    return result;
}

}  // namespace kappascope::statistics
