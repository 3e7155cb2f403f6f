// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trial_set.h"

#include <algorithm>

#include "core/error.h"

namespace kappascope::training {

int TrialSet::longest() const {
    int result = 0;
    for (const auto& trial : trials) result = std::max(result, trial.steps);
    return result;
}

PreparedTrial prepare(const tasks::TaskTrial& trial, double alpha) {
    const auto& inputs = trial.trial.inputs;
    PreparedTrial result;
    for (int k = 0; k < trial.trial.steps(); ++k)
        if ((trial.mask.col(k).array() != 0).any()) result.steps = k + 1;
    const double counted = trial.mask.sum();
    Eigen::VectorXd v = Eigen::VectorXd::Zero(inputs.rows());
    for (int k = 0; k < result.steps; ++k) {
        v += alpha * (inputs.col(k) - v);
        result.v.insert(result.v.end(), v.begin(), v.end());
        for (Eigen::Index o = 0; o < trial.mask.rows(); ++o) {
            result.target.push_back(trial.target(o, k));
            result.weight.push_back(trial.mask(o, k) / counted);
        }
    }
    return result;
}

TrialSet randomTrials(const tasks::Task& task, const tasks::TaskOptions& options, double alpha, std::uint64_t seed,
                      std::uint64_t first, int count, std::stop_token stop) {
    TrialSet set;
    set.trials.reserve(static_cast<std::size_t>(count));
    for (int k = 0; k < count; ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const auto trial = task.randomTrial(options, seed, first + static_cast<std::uint64_t>(k));
        set.inputs = static_cast<int>(trial.trial.inputs.rows());
        set.outputs = static_cast<int>(trial.mask.rows());
        set.trials.push_back(prepare(trial, alpha));
    }
    return set;
}

}  // namespace kappascope::training
