// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"

namespace kappascope::simulation {

namespace {

constexpr double partedAbove = 0.1;
constexpr int partedFor = 5;  // steps

std::string shape(const Eigen::MatrixXd& matrix) {
    return std::to_string(matrix.rows()) + " x " + std::to_string(matrix.cols());
}

void requireSame(const char* field, const Eigen::MatrixXd& found, const Eigen::MatrixXd& expected) {
    if (found.rows() != expected.rows() || found.cols() != expected.cols())
        throw Error(ErrorCode::wrongShape, field, {shape(found), shape(expected)});
}

/// Root of a ratio of sums of squares.
double rootRatio(double difference, double own) {
    if (difference == 0) return 0;
    return own > 0 ? std::sqrt(difference / own) : std::numeric_limits<double>::infinity();
}

/// First of `partedFor` steps in a row that are above the limit, or not numbers.
int partingStep(const std::vector<double>& difference) {
    int run = 0;
    for (std::size_t k = 0; k < difference.size(); ++k) {
        run = difference[k] <= partedAbove ? 0 : run + 1;
        if (run == partedFor) return static_cast<int>(k) + 1 - partedFor;
    }
    return -1;
}

}  // namespace

AgreementTally::Sign AgreementTally::choose(const Eigen::MatrixXd& z, Eigen::Index output, Eigen::Index first,
                                            Eigen::Index end) {
    const double mean = z.row(output).segment(first, end - first).mean();
    if (std::isnan(mean)) return notANumber;
    return mean > 0 ? positive : mean < 0 ? negative : zero;
}

void AgreementTally::addChoice(const TrialPair& pair, Eigen::Index output, Eigen::Index first, Eigen::Index end) {
    const Sign network = choose(pair.network.z, output, first, end);
    const Sign reduced = choose(pair.reduced.z, output, first, end);
    ++networkChoices_[network];
    ++reducedChoices_[reduced];
    if (network == reduced && network != notANumber) ++same_;
}

void AgreementTally::addChoices(const TrialPair& pair) {
    const Eigen::Index steps = pair.network.z.cols();
    if (steps == 0) return;
    if (pair.mask.size() == 0) {
        const Eigen::Index end = std::clamp<Eigen::Index>(pair.choiceEnd, 0, steps);
        const Eigen::Index first = std::clamp<Eigen::Index>(pair.choiceFirst, 0, end);
        for (Eigen::Index o = 0; o < pair.network.z.rows(); ++o)
            addChoice(pair, o, first < end ? first : steps - 1, first < end ? end : steps);
        return;
    }
    for (Eigen::Index o = 0; o < pair.mask.rows(); ++o)
        for (Eigen::Index k = 0; k < steps; ++k) {
            if (pair.mask(o, k) == 0) continue;
            const Eigen::Index first = k;
            while (k < steps && pair.mask(o, k) != 0) ++k;
            addChoice(pair, o, first, k);
        }
}

void AgreementTally::add(const TrialPair& pair) {
    requireSame("kappa", pair.reduced.kappa, pair.network.kappa);
    requireSame("z", pair.reduced.z, pair.network.z);
    if (pair.mask.size() > 0) requireSame("mask", pair.mask, pair.network.z);

    const Eigen::MatrixXd difference = pair.reduced.kappa - pair.network.kappa;
    const auto steps = static_cast<std::size_t>(difference.cols());
    kappa_.difference += difference.squaredNorm();
    kappa_.network += pair.network.kappa.squaredNorm();
    z_.difference += (pair.reduced.z - pair.network.z).squaredNorm();
    z_.network += pair.network.z.squaredNorm();
    if (stepDifference_.size() < steps) stepDifference_.resize(steps);
    if (stepCount_.size() < steps) stepCount_.resize(steps);
    for (std::size_t k = 0; k < steps; ++k) {
        stepDifference_[k] += difference.col(static_cast<Eigen::Index>(k)).squaredNorm();
        stepCount_[k] += difference.rows();
    }
    addChoices(pair);
    ++trials_;
}

void AgreementTally::add(const AgreementTally& other) {
    kappa_.difference += other.kappa_.difference;
    kappa_.network += other.kappa_.network;
    z_.difference += other.z_.difference;
    z_.network += other.z_.network;
    if (stepDifference_.size() < other.stepDifference_.size()) stepDifference_.resize(other.stepDifference_.size());
    if (stepCount_.size() < other.stepCount_.size()) stepCount_.resize(other.stepCount_.size());
    for (std::size_t k = 0; k < other.stepCount_.size(); ++k) {
        stepDifference_[k] += other.stepDifference_[k];
        stepCount_[k] += other.stepCount_[k];
    }
    for (std::size_t sign = 0; sign < signs; ++sign) {
        networkChoices_[sign] += other.networkChoices_[sign];
        reducedChoices_[sign] += other.reducedChoices_[sign];
    }
    same_ += other.same_;
    trials_ += other.trials_;
}

Agreement AgreementTally::result() const {
    Agreement result;
    result.trials = trials_;
    result.rmsKappa = rootRatio(kappa_.difference, kappa_.network);
    result.rmsZ = rootRatio(z_.difference, z_.network);

    std::int64_t choices = 0;
    double independent = 0;
    for (std::size_t sign = 0; sign < signs; ++sign) {
        choices += networkChoices_[sign];
        if (sign != notANumber)
            independent += static_cast<double>(networkChoices_[sign]) * static_cast<double>(reducedChoices_[sign]);
    }
    result.choices = static_cast<int>(choices);
    if (choices > 0) {
        const auto count = static_cast<double>(choices);
        result.sameChoice = static_cast<double>(same_) / count;
        result.chance = independent / (count * count);
    }

    std::int64_t numbers = 0;
    for (const auto count : stepCount_) numbers += count;
    const double own = numbers > 0 ? kappa_.network / static_cast<double>(numbers) : 0;
    result.difference.reserve(stepCount_.size());
    for (std::size_t k = 0; k < stepCount_.size(); ++k)
        result.difference.push_back(
            stepCount_[k] > 0 ? rootRatio(stepDifference_[k] / static_cast<double>(stepCount_[k]), own) : 0);
    result.partsAt = partingStep(result.difference);
    return result;
}

Agreement agreementOf(std::span<const TrialPair> pairs) {
    AgreementTally tally;
    for (const auto& pair : pairs) {
        AgreementTally one;
        one.add(pair);
        tally.add(one);
    }
    return tally.result();
}

}  // namespace kappascope::simulation
