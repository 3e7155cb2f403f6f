// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/simulation/trial.h"

namespace kappascope::simulation {

/// How well a reduced level follows a network, over one trial or many.
struct Agreement {
    double rmsKappa = 0;    ///< rms over modes, steps and trials of the difference, over the network's own rms of kappa
    double rmsZ = 0;        ///< the same of z
    double sameChoice = 0;  ///< share of trials in which the masked means of z have the same sign, 0..1
    double chance = 0;      ///< the share that independent choices with the same frequencies would have
    int trials = 0;
    bool identity = false;  ///< both are the same dynamics: the exact level beside its own network

    /// Per step (the longest trial's length): rms over modes and trials of the difference of kappa, over the network's
    /// own rms of kappa in all steps.
    std::vector<double> difference;
    int partsAt = -1;  ///< first step from which the difference stays above a tenth for 5 steps; -1: never
};

/// One trial through both, and where the choice is read from.
struct TrialPair {
    Trajectory network;
    Trajectory reduced;
    int choiceFirst = 0;  ///< steps choiceFirst..choiceEnd-1 of z decide; an empty stretch: the last step
    int choiceEnd = 0;
};

/// Compares pairs of the same network and level. Ratios over a network that is all zero are 0 where the difference is
/// 0, infinite otherwise. Throws wrongShape where a pair's matrices differ in size.
Agreement agreementOf(std::span<const TrialPair> pairs);

}  // namespace kappascope::simulation
