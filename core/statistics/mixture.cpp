// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/mixture.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/statistics/labels.h"
#include "core/statistics/mixture_run.h"
#include "core/statistics/whitening.h"
#include "core/text.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

constexpr int mostComponents = 64;

void require(bool isValid, const char* option, double value, const std::string& allowed) {
    if (!isValid) throw Error(ErrorCode::badOption, option, {toText(value), allowed});
}

/// Throws badOption for the first option that is out of its range.
void requireValid(const MixtureOptions& options, Index units) {
    const auto most = std::min<Index>(mostComponents, units);
    require(options.count >= 1 && options.count <= most, "count", options.count, "1.." + std::to_string(most));
    require(options.starts >= 1 && options.starts <= 100'000, "starts", options.starts, "1..100000");
    require(options.maximumIterations >= 1 && options.maximumIterations <= 1'000'000, "iterations",
            options.maximumIterations, "1..1000000");
    require(options.tolerance > 0 && std::isfinite(options.tolerance), "tolerance", options.tolerance, "> 0");
    require(options.meanPrecision >= 0 && std::isfinite(options.meanPrecision), "mean precision", options.meanPrecision,
            ">= 0");
    require(options.concentration >= 0 && std::isfinite(options.concentration), "concentration", options.concentration,
            ">= 0");
    require(options.regularisation >= 0 && std::isfinite(options.regularisation), "regularisation",
            options.regularisation, ">= 0");
    require(options.smallestFraction >= 0 && options.smallestFraction <= 0.5, "smallest fraction",
            options.smallestFraction, "0..0.5");
}

/// All columns vary along nothing: the rows are one point.
MixtureFit onePoint(const Eigen::MatrixXd& rows) {
    MixtureFit fit;
    fit.labels.assign(static_cast<std::size_t>(rows.rows()), 0);
    fit.memberships = Eigen::MatrixXd::Ones(rows.rows(), 1);
    fit.boundHistory = {0};
    fit.converged = true;
    return fit;
}

/// The Gaussians of the populations, in the units of the columns.
void describe(MixtureFit& fit, const Eigen::MatrixXd& rows) {
    const auto count = static_cast<int>(fit.memberships.cols());
    fit.fractions = fractionsOf(fit.labels, count);
    for (int k = 0; k < count; ++k) {
        const Eigen::VectorXd member = fit.memberships.col(k);
        const double weight = member.sum();
        Component component;
        component.weight = weight / static_cast<double>(rows.rows());
        component.mean = rows.transpose() * member / weight;
        const Eigen::MatrixXd centred = rows.rowwise() - component.mean.transpose();
        component.covariance = centred.transpose() * member.asDiagonal() * centred / weight;
        component.covariance = 0.5 * (component.covariance + component.covariance.transpose()).eval();
        fit.components.push_back(std::move(component));
    }
}

void renumber(MixtureFit& fit, const std::vector<int>& numbers) {
    statistics::renumber(fit.labels, numbers);
    const MixtureFit before = fit;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        const auto to = static_cast<std::size_t>(numbers[k]);
        fit.fractions[to] = before.fractions[k];
        fit.components[to] = before.components[k];
        fit.memberships.col(static_cast<Index>(to)) = before.memberships.col(static_cast<Index>(k));
    }
}

}  // namespace

MixtureFit fitMixture(const Eigen::MatrixXd& rows, const MixtureOptions& options, const Work& work) {
    const auto whitening = whiteningOf(rows, options.zeroMean);
    requireValid(options, rows.rows());
    MixtureFit fit;
    if (whitening.dimensions() == 0) {
        fit = onePoint(rows);
    } else {
        const Eigen::MatrixXd white = whitened(rows, whitening);
        std::vector<RunResult> runs(static_cast<std::size_t>(options.starts));
        work.executor(runs.size(), [&](std::size_t start) {
            if (work.stop.stop_requested()) throw Error(ErrorCode::stopped);
            runs[start] = MixtureRun(white, options)
                              .from(firstMemberships(white, options, start), options.maximumIterations, work.stop);
            if (work.step) work.step();
        });
        const auto& run = bestOf(runs);
        fit.memberships = membershipsOf(white, occupied(white, run.kernels, options.smallestFraction));
        fit.labels = labelsOf(fit.memberships);
        const double jacobian = static_cast<double>(rows.rows()) * whitening.logDeterminant;
        fit.lowerBound = run.bound + jacobian;
        for (const double bound : run.history) fit.boundHistory.push_back(bound + jacobian);
        fit.converged = run.converged;
        fit.start = static_cast<int>(&run - runs.data());
        fit.evidence = fit.lowerBound + evidenceTerm(options, white.rows(), white.cols());
    }
    describe(fit, rows);
    renumber(fit, orderBySize(fit.labels, fit.count()));
    return fit;
}

void renumberAs(MixtureFit& fit, const std::vector<int>& earlier) {
    renumber(fit, orderAs(fit.labels, fit.count(), earlier));
}

}  // namespace kappascope::statistics
