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
    return dimensions >= 2 && rows > dimensions && rows >= 3;
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
    RunResult best;
    MixtureRun run(sample, options);
    for (int k = 0; k < starts; ++k) {
        const std::uint64_t start = subsampleStarts + number * std::uint64_t{1'000'000} + static_cast<std::uint64_t>(k);
        auto result = run.from(firstMemberships(sample, options, start), work.stop);
        if (k == 0 || result.bound > best.bound) best = std::move(result);
    }
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

/// Standard errors of differences from the best evidence.
void measureErrors(std::vector<CountFigures>& figures, const std::vector<std::vector<Refit>>& refits,
                   const PopulationsOptions& options, Index units) {
    const auto better = [](const CountFigures& a, const CountFigures& b) { return a.evidence < b.evidence; };
    const auto best =
        static_cast<std::size_t>(std::max_element(figures.begin(), figures.end(), better) - figures.begin());
    const double share = static_cast<double>(subsampleSize(options, units)) / static_cast<double>(units);
    if (share >= 1) return;
    for (std::size_t c = 0; c < figures.size(); ++c) {
        const auto count = static_cast<double>(refits[c].size());
        double mean = 0, squares = 0;
        for (std::size_t b = 0; b < refits[c].size(); ++b)
            mean += (refits[best][b].evidence - refits[c][b].evidence) / count;
        for (std::size_t b = 0; b < refits[c].size(); ++b) {
            const double deviation = refits[best][b].evidence - refits[c][b].evidence - mean;
            squares += deviation * deviation;
        }
        figures[c].error = static_cast<double>(units) * std::sqrt(share / (1 - share) * squares / count);
    }
}

}  // namespace

std::size_t stepsOf(const PopulationsOptions& options, Index rows, Index columns) {
    const auto counts = countsFor(options, rows, columns);
    std::size_t steps = canTestDirections(rows, columns) ? static_cast<std::size_t>(options.epairs.draws) : 0;
    for (const int count : counts)
        steps += static_cast<std::size_t>(count == 1 ? 1 : options.mixture.starts) +
                 static_cast<std::size_t>(options.subsamples);
    return steps;
}

Choice choose(const std::vector<CountFigures>& figures, double stableFrom, bool clusteredDirections) {
    if (figures.size() == 1) return {0, CountReason::onlyOneIsPossible};
    double best = figures.front().evidence;
    for (const auto& each : figures)
        if (each.occupied == each.count) best = std::max(best, each.evidence);
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
        if (count == 1) mixture.starts = 1;
        fits.push_back(fitMixture(rows, mixture, work));
        figures.push_back({count, fits.back().count(), fits.back().evidence, 0, 1, {}});
    }
    if (dimensions > 0) {
        const auto all = refits(whitened(rows, whitening), options, counts, work);
        for (std::size_t c = 0; c < counts.size(); ++c) measureStability(figures[c], all[c]);
        measureErrors(figures, all, options, rows.rows());
    }
    Populations result;
    if (canTestDirections(rows.rows(), whiteningOf(rows).dimensions())) {
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
