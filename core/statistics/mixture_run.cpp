// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/mixture_run.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/statistics/gamma.h"
#include "core/statistics/labels.h"

namespace kappascope::statistics {

namespace {

using Eigen::Index;

/// Rows at a time: what a block needs stays in the nearest cache.
constexpr Index blockRows = 256;

/// Keeps a component that lost every row defined.
constexpr double leastWeight = 1e-10;

/// Log likelihoods that differ by less tell nothing apart.
constexpr double sameLikelihood = 0.25;

const double logTwoPi = std::log(2 * std::numbers::pi);

/// Cholesky factor L of a small symmetric matrix, and L^-T. Matrices here are positive definite by their prior or
/// penalty; the floor is for rounding. Returns ln |L L^T|.
double factorise(const Eigen::MatrixXd& matrix, Eigen::MatrixXd& factor, Eigen::MatrixXd& inverseTransposed) {
    const Index d = matrix.rows();
    double logDeterminant = 0;
    const double floor = 1e-14 * matrix.diagonal().maxCoeff() + 1e-300;
    for (Index j = 0; j < d; ++j) {
        double pivot = matrix(j, j);
        for (Index k = 0; k < j; ++k) pivot -= factor(j, k) * factor(j, k);
        pivot = std::sqrt(std::max(pivot, floor));
        factor(j, j) = pivot;
        logDeterminant += 2 * std::log(pivot);
        for (Index i = j + 1; i < d; ++i) {
            double value = matrix(i, j);
            for (Index k = 0; k < j; ++k) value -= factor(i, k) * factor(j, k);
            factor(i, j) = value / pivot;
        }
    }
    // Column j of L^-1 by substitution, stored as row j of L^-T.
    for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < d; ++i) {
            if (i < j) {
                inverseTransposed(j, i) = 0;
                continue;
            }
            double value = i == j ? 1 : 0;
            for (Index k = j; k < i; ++k) value -= factor(i, k) * inverseTransposed(j, k);
            inverseTransposed(j, i) = value / factor(i, i);
        }
    return logDeterminant;
}

double logBeta(double a, double b) {
    return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/// ln of the normaliser of a Wishart distribution, without terms in D alone. logDeterminant: of its inverse scale.
double logWishart(double degrees, double logDeterminant, Index dimensions) {
    double result = 0.5 * degrees * (static_cast<double>(dimensions) * std::numbers::ln2 - logDeterminant);
    for (Index d = 0; d < dimensions; ++d) result += logGamma(0.5 * (degrees - static_cast<double>(d)));
    return result;
}

/// ln densities of a block of rows: column k of logs is that of kernel k.
template <class Rows>
void logDensities(const Rows& rows, const std::vector<Kernel>& kernels, Eigen::MatrixXd& scratch,
                  Eigen::ArrayXXd& logs) {
    const Index count = rows.rows();
    const Index d = rows.cols();
    for (std::size_t k = 0; k < kernels.size(); ++k) {
        const auto& kernel = kernels[k];
        auto image = scratch.topRows(count);
        image.noalias() = rows * kernel.transform;
        auto log = logs.col(static_cast<Index>(k)).head(count);
        log.setConstant(kernel.constant);
        for (Index j = 0; j < d; ++j) log -= 0.5 * (image.col(j).array() - kernel.shift[j]).square();
    }
}

}  // namespace

MixtureRun::MixtureRun(const Eigen::MatrixXd& rows, const MixtureOptions& options)
    : rows_(rows), options_(options), count_(static_cast<std::size_t>(options.count)) {
    const Index d = rows.cols();
    precision_ = options.meanPrecision > 0 ? options.meanPrecision : options.zeroMean ? 1e5 : 1;
    concentration_ = options.concentration > 0 ? options.concentration : 1.0 / options.count;
    for (std::size_t k = 0; k < count_; ++k) {
        kernels_.push_back({0, Eigen::MatrixXd::Zero(d, d), Eigen::VectorXd::Zero(d)});
        sums_.push_back({0, Eigen::VectorXd::Zero(d), Eigen::MatrixXd::Zero(d, d)});
    }
    logDeterminants_.resize(count_);
    scatter_.setZero(d, d);
    factor_.setZero(d, d);
    inverse_.setZero(d, d);
    scratch_.resize(blockRows, d);
    weighted_.resize(blockRows, d);
    logs_.resize(blockRows, options.count);
    memberships_.resize(blockRows, options.count);
    largest_.resize(blockRows);
    total_.resize(blockRows);
}

void MixtureRun::clear() {
    for (auto& sums : sums_) {
        sums.weight = 0;
        sums.first.setZero();
        sums.second.setZero();
    }
    logSum_ = entropy_ = 0;
}

/// Adds a block with the memberships that stand in memberships_.
void MixtureRun::add(Index first, Index count) {
    const auto rows = rows_.middleRows(first, count);
    for (std::size_t k = 0; k < count_; ++k) {
        auto& sums = sums_[k];
        const auto member = memberships_.col(static_cast<Index>(k)).head(count);
        auto weighted = weighted_.topRows(count);
        for (Index j = 0; j < rows.cols(); ++j) {
            weighted.col(j).array() = rows.col(j).array() * member;
            sums.first[j] += weighted.col(j).sum();
        }
        sums.weight += member.sum();
        sums.second.noalias() += rows.transpose() * weighted;
    }
}

void MixtureRun::expectation(std::stop_token stop) {
    clear();
    for (Index first = 0; first < rows_.rows(); first += blockRows) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const Index count = std::min(blockRows, rows_.rows() - first);
        logDensities(rows_.middleRows(first, count), kernels_, scratch_, logs_);
        auto largest = largest_.head(count);
        auto total = total_.head(count);
        largest = logs_.col(0).head(count);
        for (Index k = 1; k < logs_.cols(); ++k) largest = largest.max(logs_.col(k).head(count));
        total.setZero();
        for (Index k = 0; k < logs_.cols(); ++k) {
            auto log = logs_.col(k).head(count);
            auto member = memberships_.col(k).head(count);
            log -= largest;
            member = log.exp();
            total += member;
        }
        for (Index k = 0; k < logs_.cols(); ++k) {
            auto member = memberships_.col(k).head(count);
            member /= total;
            entropy_ -= (member * logs_.col(k).head(count)).sum();
        }
        const double logTotal = total.log().sum();
        entropy_ += logTotal;
        logSum_ += logTotal + largest.sum();
        add(first, count);
    }
}

void MixtureRun::maximisation() {
    if (options_.method == MixtureMethod::variationalBayes)
        maximiseVariational();
    else
        maximiseLikelihood();
}

/// Posterior of a Gaussian-Wishart prior with mean 0, precision beta_0, D degrees of freedom and the identity as
/// inverse scale, and of a truncated stick-breaking prior Beta(1, gamma) of the weights (the last stick is whole).
void MixtureRun::maximiseVariational() {
    const Index d = rows_.cols();
    const auto dimensions = static_cast<double>(d);
    double after = static_cast<double>(rows_.rows());
    double logRest = 0;
    for (std::size_t k = 0; k < count_; ++k) {
        const auto& sums = sums_[k];
        auto& kernel = kernels_[k];
        const double beta = precision_ + sums.weight;
        const double degrees = dimensions + sums.weight;
        scatter_ = sums.second;
        for (Index j = 0; j < d; ++j) scatter_.col(j) -= sums.first[j] / beta * sums.first;
        scatter_.diagonal().array() += 1;
        logDeterminants_[k] = factorise(scatter_, factor_, inverse_);

        double logWeight = logRest;
        after = std::max(after - sums.weight, 0.0);
        if (k + 1 < count_) {
            const double a = 1 + sums.weight, b = concentration_ + after;
            logWeight += digamma(a) - digamma(a + b);
            logRest += digamma(b) - digamma(a + b);
        }
        double logPrecision = dimensions * std::numbers::ln2 - logDeterminants_[k];
        for (Index j = 0; j < d; ++j) logPrecision += digamma(0.5 * (degrees - static_cast<double>(j)));
        kernel.constant = logWeight + 0.5 * (logPrecision - dimensions * logTwoPi - dimensions / beta);
        kernel.transform = std::sqrt(degrees) * inverse_;
        kernel.shift.noalias() = kernel.transform.transpose() * sums.first;
        kernel.shift /= beta;
    }
}

/// The covariance that maximises the likelihood with the penalty lambda tr(S^-1) / 2: (scatter + lambda) / weight.
void MixtureRun::maximiseLikelihood() {
    const auto dimensions = static_cast<double>(rows_.cols());
    const auto units = static_cast<double>(rows_.rows());
    for (std::size_t k = 0; k < count_; ++k) {
        const auto& sums = sums_[k];
        auto& kernel = kernels_[k];
        const double weight = std::max(sums.weight, leastWeight);
        scatter_ = sums.second / weight;
        if (!options_.zeroMean)
            for (Index j = 0; j < rows_.cols(); ++j) scatter_.col(j) -= sums.first[j] / (weight * weight) * sums.first;
        scatter_.diagonal().array() += options_.regularisation * units / weight;
        logDeterminants_[k] = factorise(scatter_, factor_, inverse_);
        kernel.constant = std::log(weight / units) - 0.5 * (dimensions * logTwoPi + logDeterminants_[k]);
        kernel.transform = inverse_;
        kernel.shift.setZero();
        if (options_.zeroMean) continue;
        kernel.shift.noalias() = kernel.transform.transpose() * sums.first;
        kernel.shift /= weight;
    }
}

double MixtureRun::penalty() const {
    double result = 0;
    for (const auto& kernel : kernels_) result += kernel.transform.squaredNorm();
    return 0.5 * options_.regularisation * static_cast<double>(rows_.rows()) * result;
}

/// The bound given the memberships, with the best distribution of the parameters: the entropy of the memberships and
/// the ratio of the normalisers after and before, for the priors are conjugate.
double MixtureRun::variationalBound() const {
    const Index d = rows_.cols();
    const auto dimensions = static_cast<double>(d);
    const auto units = static_cast<double>(rows_.rows());
    double result = entropy_ - 0.5 * units * dimensions * logTwoPi;
    const double prior = logWishart(dimensions, 0, d);
    double after = units;
    for (std::size_t k = 0; k < count_; ++k) {
        const double weight = sums_[k].weight;
        result += 0.5 * dimensions * std::log(precision_ / (precision_ + weight)) +
                  logWishart(dimensions + weight, logDeterminants_[k], d) - prior;
        after = std::max(after - weight, 0.0);
        if (k + 1 < count_) result += logBeta(1 + weight, concentration_ + after) - logBeta(1, concentration_);
    }
    return result;
}

RunResult MixtureRun::from(const Eigen::MatrixXd& memberships, int iterations, std::stop_token stop) {
    clear();
    for (Index first = 0; first < rows_.rows(); first += blockRows) {
        const Index count = std::min(blockRows, rows_.rows() - first);
        memberships_.topRows(count) = memberships.middleRows(first, count).array();
        add(first, count);
    }
    maximisation();
    return iterate(iterations, stop);
}

RunResult MixtureRun::from(const RunResult& before, int iterations, std::stop_token stop) {
    kernels_ = before.kernels;
    return iterate(iterations, stop);
}

RunResult MixtureRun::iterate(int iterations, std::stop_token stop) {
    RunResult result;
    result.history.reserve(static_cast<std::size_t>(iterations));
    for (int iteration = 0; iteration < iterations && !result.converged; ++iteration) {
        expectation(stop);
        // The likelihood is that of the parameters before the step, the variational bound that of those after it.
        const bool variational = options_.method == MixtureMethod::variationalBayes;
        double bound = variational ? 0 : logSum_ - penalty();
        maximisation();
        if (variational) bound = variationalBound();
        result.converged = !result.history.empty() && bound - result.history.back() < options_.tolerance;
        result.history.push_back(bound);
    }
    result.bound = result.history.back();
    result.likelihood = logSum_;
    result.kernels = kernels_;
    result.keepsCount = options_.keepCount;
    if (options_.keepCount)
        result.isFull = occupied(rows_, kernels_, options_.smallestFraction).size() == kernels_.size();
    return result;
}

bool isBetter(const RunResult& run, const RunResult& than) {
    if (run.isFull != than.isFull) return run.isFull;
    return run.keepsCount ? run.likelihood > than.likelihood : run.bound > than.bound;
}

const RunResult& bestOf(const std::vector<RunResult>& runs) {
    const RunResult& first = *std::min_element(runs.begin(), runs.end(), isBetter);
    if (!first.keepsCount) return first;
    const RunResult* best = &first;
    for (const auto& run : runs)
        if (run.isFull == first.isFull && run.likelihood > first.likelihood - sameLikelihood && run.bound > best->bound)
            best = &run;
    return *best;
}

double evidenceTerm(const MixtureOptions& options, Index rows, Index dimensions) {
    if (options.method == MixtureMethod::variationalBayes) return 0;
    const double count = options.count;
    const auto d = static_cast<double>(dimensions);
    const double parameters = count - 1 + count * ((options.zeroMean ? 0 : d) + 0.5 * d * (d + 1));
    return -0.5 * parameters * std::log(static_cast<double>(rows));
}

Eigen::MatrixXd membershipsOf(const Eigen::MatrixXd& rows, const std::vector<Kernel>& kernels) {
    const auto count = static_cast<Index>(kernels.size());
    Eigen::MatrixXd result(rows.rows(), count);
    Eigen::MatrixXd scratch(blockRows, rows.cols());
    Eigen::ArrayXXd logs(blockRows, count);
    for (Index first = 0; first < rows.rows(); first += blockRows) {
        const Index block = std::min(blockRows, rows.rows() - first);
        logDensities(rows.middleRows(first, block), kernels, scratch, logs);
        for (Index i = 0; i < block; ++i) {
            const Eigen::ArrayXd member = (logs.row(i) - logs.row(i).maxCoeff()).exp().transpose();
            result.row(first + i) = (member / member.sum()).matrix().transpose();
        }
    }
    return result;
}

std::vector<int> labelsOf(const Eigen::MatrixXd& memberships) {
    std::vector<int> labels(static_cast<std::size_t>(memberships.rows()), 0);
    for (Index i = 0; i < memberships.rows(); ++i) {
        Index best = 0;
        memberships.row(i).maxCoeff(&best);
        labels[static_cast<std::size_t>(i)] = static_cast<int>(best);
    }
    return labels;
}

std::vector<Kernel> occupied(const Eigen::MatrixXd& rows, const std::vector<Kernel>& kernels, double smallestFraction) {
    const auto fractions = fractionsOf(labelsOf(membershipsOf(rows, kernels)), static_cast<int>(std::ssize(kernels)));
    const auto largest = std::max_element(fractions.begin(), fractions.end()) - fractions.begin();
    std::vector<Kernel> result;
    for (std::size_t k = 0; k < kernels.size(); ++k)
        if (std::cmp_equal(k, largest) || fractions[k] > smallestFraction) result.push_back(kernels[k]);
    return result;
}

}  // namespace kappascope::statistics
