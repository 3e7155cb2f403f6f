// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/tasks/task.h"

namespace kappascope::training {

/// A trial as the hot loops take it, from its first step to the last that counts.
struct PreparedTrial {
    int steps = 0;               ///< T: what follows the last target is never computed
    std::vector<double> v;       ///< filtered inputs after each step, S a step
    std::vector<double> target;  ///< O a step
    std::vector<double> weight;  ///< of each squared error in the trial's loss: mask / sum of the mask, O a step
};

/// Trials of one task.
struct TrialSet {
    int inputs = 0;   ///< S
    int outputs = 0;  ///< O
    std::vector<PreparedTrial> trials;
    int longest() const;
};

/// Filters the inputs with alpha and cuts the trial after the last step whose error counts.
PreparedTrial prepare(const tasks::TaskTrial& trial, double alpha);

/// Random trials first..first+count-1 of the seed. Throws badOption, stopped.
TrialSet randomTrials(const tasks::Task& task, const tasks::TaskOptions& options, double alpha, std::uint64_t seed,
                      std::uint64_t first, int count, std::stop_token stop = {});

}  // namespace kappascope::training
