// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/statistics/epairs.h"
#include "core/statistics/labels.h"
#include "core/statistics/mixture.h"
#include "tests/benchmarks/figures.h"
#include "tests/core/synthetic_mixtures.h"
#include "ui/session/thread_pool.h"

using namespace kappascope;
using namespace kappascope::statistics;

namespace {

constexpr Eigen::Index units = 4096;
constexpr Eigen::Index loadings = 7;  // rank 1, four inputs, one output
constexpr int starts = 50;
constexpr double tolerance = 1e-3;
constexpr int iterations = 100;

template <class Work>
double secondsOf(Work&& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// Seconds of scikit-learn's BayesianGaussianMixture for the same fit; negative where it is not installed.
double secondsOfScikitLearn(const Eigen::MatrixXd& rows) {
    const auto path = std::filesystem::temp_directory_path() / "kappascope-bench-populations.bin";
    {
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(rows.data()),
                   static_cast<std::streamsize>(static_cast<std::size_t>(rows.size()) * sizeof(double)));
    }
    const std::string command = "/usr/bin/python3 '" KAPPASCOPE_SOURCE_DIR "/tests/tools/sklearn_mixture.py' '" +
                                path.string() + "' " + std::to_string(rows.rows()) + " " + std::to_string(rows.cols()) +
                                " 2 " + std::to_string(starts) + " " + std::to_string(tolerance) + " " +
                                std::to_string(iterations) + " 2>/dev/null";
    double seconds = -1;
    if (FILE* pipe = ::popen(command.c_str(), "r")) {
        if (std::fscanf(pipe, "%lf", &seconds) != 1) seconds = -1;
        ::pclose(pipe);
    }
    std::filesystem::remove(path);
    return seconds;
}

}  // namespace

int main(int argc, char** argv) {
    benchmarks::Report report(argc, argv);
    const auto data = test::draw(test::covarianceMixture(loadings, 2, 1.5), units, 1);
    MixtureOptions options;
    options.starts = starts;
    options.tolerance = tolerance;
    options.maximumIterations = iterations;
    options.start = StartKind::random;
    MixtureFit fit;
    const double one = secondsOf([&] { fit = fitMixture(data.rows, options); });
    session::ThreadPool pool(2);
    const double two = secondsOf([&] { fit = fitMixture(data.rows, options, {pool.executor(), {}, {}}); });
    report.figure("N = 4096, 2 populations, 50 random starts, one thread", one, "s", 15);
    report.figure("the same, two threads", two, "s", 10);
    const double published = secondsOfScikitLearn(data.rows);
    if (published > 0) {
        report.figure("the same by scikit-learn's BayesianGaussianMixture", published, "s");
        report.figure("ours with two threads, in parts of it", two / published, "x", 1);
        report.figure("ours with one thread, in parts of it", one / published, "x", 1);
    } else {
        std::printf("scikit-learn is not installed (python3-sklearn): not compared\n");
    }
    options.start = StartKind::mixed;
    options.maximumIterations = MixtureOptions().maximumIterations;
    const double mixed = secondsOf([&] { fit = fitMixture(data.rows, options, {pool.executor(), {}, {}}); });
    report.figure("as the program does it, two threads", mixed, "s", 10);
    report.figure("labels: lost of the best possible index",
                  100 * (1 - adjustedRandIndex(fit.labels, data.labels) / adjustedRandIndex(data.optimal, data.labels)),
                  "%", 5);
    const double test = secondsOf([&] { benchmarks::keep(epairs(data.rows, {}, {pool.executor(), {}, {}}).p); });
    report.figure("ePAIRS, N = 4096, 200 draws, two threads", test, "s", 30);
    return report.exitCode();
}
