// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/simulation/trial.h"

namespace kappascope::simulation {

/// How well a reduced level follows a network, over one trial or many.
struct Agreement {
    double rmsKappa = 0;    ///< rms over modes, steps and trials of the difference, over the network's own rms of kappa
    double rmsZ = 0;        ///< the same of z
    double sameChoice = 0;  ///< share of choices that have the same sign in both, 0..1 (see TrialPair)
    double chance = 0;      ///< the share that independent choices with the same frequencies would have
    int trials = 0;
    int choices = 0;        ///< how many choices were read: the trials, for a task with one decision
    bool identity = false;  ///< both are the same dynamics: the exact level beside its own network

    /// Per step (the longest trial's length): rms over modes and trials of the difference of kappa, over the network's
    /// own rms of kappa in all steps.
    std::vector<double> difference;
    int partsAt = -1;  ///< first step from which the difference stays above a tenth for 5 steps; -1: never
};

/// One trial through both, and where the choice is read from: the sign (-1, 0 or 1) of the mean of each output z_o over
/// a stretch of steps. A choice that is not a number agrees with nothing.
struct TrialPair {
    Trajectory network;
    Trajectory reduced;
    int choiceFirst = 0;  ///< steps choiceFirst..choiceEnd-1 of z decide; an empty stretch: the last step
    int choiceEnd = 0;
    /// A task's mask (O x T, 0 or 1) in place of that stretch: every run of ones in a row is a choice of that output,
    /// so that a task with several decisions in a trial has several choices. Empty: the stretch above.
    Eigen::MatrixXd mask = {};
};

/// The sums behind an Agreement. Adding in the same order gives the same result to the last digit, so a trial can be
/// tallied in any thread and the tallies added up in the trials' order.
class AgreementTally {
public:
    /// Throws wrongShape where kappa, z or mask of the pair differ in size.
    void add(const TrialPair& pair);
    void add(const AgreementTally& other);
    Agreement result() const;

private:
    struct Sums {
        double difference = 0;  ///< of squares
        double network = 0;
    };
    enum Sign : std::size_t { negative, zero, positive, notANumber, signs };
    static Sign choose(const Eigen::MatrixXd& z, Eigen::Index output, Eigen::Index first, Eigen::Index end);
    void addChoice(const TrialPair& pair, Eigen::Index output, Eigen::Index first, Eigen::Index end);
    void addChoices(const TrialPair& pair);

    Sums kappa_;
    Sums z_;
    std::vector<double> stepDifference_;   ///< sum over modes and trials of the squared difference of kappa
    std::vector<std::int64_t> stepCount_;  ///< how many numbers that were
    std::array<std::int64_t, signs> networkChoices_{};
    std::array<std::int64_t, signs> reducedChoices_{};
    std::int64_t same_ = 0;
    int trials_ = 0;
};

/// Compares pairs of the same network and level. Ratios over a network that is all zero are 0 where the difference is
/// 0, infinite otherwise. Throws wrongShape where a pair's matrices differ in size.
Agreement agreementOf(std::span<const TrialPair> pairs);

}  // namespace kappascope::simulation
