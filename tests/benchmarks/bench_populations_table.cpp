// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "core/statistics/labels.h"
#include "core/statistics/mixture_run.h"
#include "core/statistics/populations.h"
#include "core/statistics/whitening.h"
#include "tests/benchmarks/figures.h"
#include "tests/core/synthetic_mixtures.h"
#include "ui/session/thread_pool.h"

// How well populations are found that are known: for each mixture and number of units, over 20 seeds, the adjusted Rand
// index of the labels that the true mixture gives (no rule does better on average), as its parts that of a fit that
// begins with the true labels (what so many units tell about the mixture) and that of a fit with the right number, and
// in how many seeds the number was found.
//
// ePAIRS is run with as few draws as can be: the number does not depend on it.

using namespace kappascope;
using namespace kappascope::statistics;

namespace {

struct Case {
    std::string name;
    test::KnownMixture mixture;
};

std::vector<Case> cases() {
    std::vector<Case> result;
    result.push_back({"one Gaussian", test::covarianceMixture(6, 1, 1)});
    for (const int populations : {2, 3})
        for (const double distance : {3.0, 4.0, 5.0, 6.0})
            result.push_back(
                {std::to_string(populations) + " by means, " + std::to_string(static_cast<int>(distance)) + " sd apart",
                 test::separatedMixture(6, populations, distance)});
    for (const int populations : {2, 3})
        for (const double strength : {1.0, 1.5, 2.0, 2.5})
            result.push_back(
                {std::to_string(populations) + " by covariance, strength " + std::to_string(strength).substr(0, 3),
                 test::covarianceMixture(6, populations, strength)});
    return result;
}

/// Labels of a fit that begins with the true ones.
std::vector<int> fromTheTruth(const test::KnownRows& data, const MixtureOptions& options) {
    const Eigen::MatrixXd white = whitened(data.rows, whiteningOf(data.rows));
    Eigen::MatrixXd truth = Eigen::MatrixXd::Zero(white.rows(), options.count);
    for (Eigen::Index i = 0; i < white.rows(); ++i) truth(i, data.labels[static_cast<std::size_t>(i)]) = 1;
    const auto run = MixtureRun(white, options).from(truth, options.maximumIterations);
    return labelsOf(membershipsOf(white, run.kernels));
}

void describe(const Populations& found, std::uint64_t seed) {
    std::printf("    seed %llu: %d, reason %d, p %.3f;", static_cast<unsigned long long>(seed), found.fit.count(),
                static_cast<int>(found.reason), found.epairs->p);
    for (const auto& each : found.byCount)
        std::printf("  %d(%d): %.1f +- %.1f, %.3f", each.count, each.occupied, each.evidence, each.error,
                    each.stability);
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    benchmarks::Report report(argc, argv);
    std::uint64_t seeds = 20;
    std::uint64_t numbers = seeds;
    std::vector<Eigen::Index> sizes{512, 4096};
    PopulationsOptions usual;
    usual.epairs.draws = 19;
    int threads = 0;
    bool verbose = false;
    bool check = false;
    std::string only;
    CLI::App line("How well populations are found that are known");
    line.add_flag("--check", check, "exit with 1 where a limit is missed");
    line.add_flag("--verbose", verbose, "every seed's evidence and stability");
    line.add_option("--seeds", seeds, "seeds of each mixture");
    auto* sought = line.add_option("--numbers", numbers, "in how many of the seeds the number is sought");
    line.add_option("--only", only, "the mixtures whose name holds this");
    line.add_option("--units", sizes, "numbers of units");
    line.add_option("--starts", usual.mixture.starts, "starts of a fit");
    line.add_option("--refits", usual.subsamples, "refits of subsamples");
    line.add_option("--refit-starts", usual.subsampleStarts, "starts of a refit");
    line.add_option("--largest", usual.largestCount, "largest number sought");
    line.add_option("--threads", threads, "0: one for each processor");
    CLI11_PARSE(line, argc, argv);
    if (sought->count() == 0) numbers = seeds;
    numbers = std::min(numbers, seeds);
    session::ThreadPool pool(threads);
    std::printf("%-30s %6s %10s %10s %10s %10s %10s\n", "mixture", "N", "optimal", "from truth", "least part",
                "mean part", "number");
    double leastPart = 1;
    double mostWrong = 0;
    for (const auto units : sizes)
        for (const auto& each : cases()) {
            if (each.name.find(only) == std::string::npos) continue;
            const auto populations = static_cast<int>(each.mixture.fractions.size());
            double optimal = 0, truth = 0, least = 1, mean = 0;
            std::uint64_t right = 0;
            for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                const auto data = test::draw(each.mixture, units, seed);
                PopulationsOptions options = usual;
                options.mixture.count = populations;
                options.mixture.keepCount = true;
                options.mixture.seed = seed;
                const double best = adjustedRandIndex(data.optimal, data.labels);
                const auto fit = fitMixture(data.rows, options.mixture, {pool.executor(), {}, {}});
                const double part = adjustedRandIndex(fit.labels, data.labels) / best;
                optimal += best / static_cast<double>(seeds);
                truth += adjustedRandIndex(fromTheTruth(data, options.mixture), data.labels) / best /
                         static_cast<double>(seeds);
                mean += part / static_cast<double>(seeds);
                least = std::min(least, part);
                if (seed > numbers) continue;
                options.mixture.keepCount = false;
                const auto found = findPopulations(data.rows, options, {pool.executor(), {}, {}});
                right += found.fit.count() == populations ? 1 : 0;
                if (verbose) describe(found, seed);
            }
            std::printf("%-30s %6ld %10.3f %10.3f %10.3f %10.3f %6llu / %llu\n", each.name.c_str(),
                        static_cast<long>(units), optimal, truth, least, mean, static_cast<unsigned long long>(right),
                        static_cast<unsigned long long>(numbers));
            std::fflush(stdout);
            if (truth > 0.95) leastPart = std::min(leastPart, mean);
            if (optimal > 0.9 && numbers > 0)
                mostWrong = std::max(mostWrong, static_cast<double>(numbers - right) / static_cast<double>(numbers));
        }
    report.figure("lost of the best index, worst mixture that so many units tell", 100 * (1 - leastPart), "%", 5);
    report.figure("wrong numbers where the best index exceeds 0.9, worst mixture", 100 * mostWrong, "%", 5);
    return report.exitCode();
}
