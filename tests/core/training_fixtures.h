// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "core/random.h"
#include "core/training/gradient.h"

namespace kappascope::training::fixtures {

inline constexpr Trainable everything{true, true, true, true, true, true, true, true, true};

/// A model whose every part is random and far from zero, gains among them.
template <class T>
Model<T> randomModel(const Shape& shape, std::uint64_t seed) {
    Random random(seed, Stream::loadings, 1);
    Model<T> model;
    model.shape = shape;
    model.noise = 0.1;
    model.parameters.resize(shape.total());
    for (T& value : model.parameters) value = static_cast<T>(random.normal());
    if (shape.isFullRank())
        for (T& value : model.part(Part::connectivity)) value *= static_cast<T>(1.2 / std::sqrt(double(shape.units)));
    for (std::size_t i = 0; i < shape.units; ++i) model.gains.push_back(static_cast<T>(0.5 + random.uniform()));
    return model;
}

/// Trials of different lengths with random inputs, targets and masks; of the mask's ones some lie in the middle.
inline TrialSet randomSet(int inputs, int outputs, int count, int longest, std::uint64_t seed) {
    Random random(seed, Stream::trialChoice, 1);
    TrialSet set;
    set.inputs = inputs;
    set.outputs = outputs;
    for (int k = 0; k < count; ++k) {
        tasks::TaskTrial trial;
        const int steps = longest - k % 4;
        trial.trial.inputs = Eigen::MatrixXd::NullaryExpr(inputs, steps, [&] { return random.normal(); });
        trial.target = Eigen::MatrixXd::NullaryExpr(outputs, steps, [&] { return random.normal(); });
        trial.mask = Eigen::MatrixXd::NullaryExpr(outputs, steps, [&] { return random.uniform() < 0.3 ? 1.0 : 0.0; });
        trial.mask(0, steps - 1) = 1;
        set.trials.push_back(prepare(trial, 0.2));
    }
    return set;
}

inline std::vector<std::size_t> allOf(const TrialSet& set) {
    std::vector<std::size_t> chosen(set.trials.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    return chosen;
}

/// Each piece of work in a thread of its own, the last one first.
inline Executor manyThreads() {
    return [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::vector<std::jthread> threads;
        for (std::size_t k = count; k-- > 0;) threads.emplace_back([&work, k] { work(k); });
    };
}

}  // namespace kappascope::training::fixtures
