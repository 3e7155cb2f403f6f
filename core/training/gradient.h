// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>

#include "core/training/model.h"
#include "core/training/trial_set.h"

namespace kappascope::training {

/// Some trials of a set, and where their state noise comes from: trial j has the deviates of simulation trial
/// firstNoise + j of the seed (simulation::SimulationOptions), so that any trial can be stepped again elsewhere.
struct Batch {
    const TrialSet& trials;
    std::span<const std::size_t> chosen;
    std::uint64_t seed = 1;
    std::uint64_t firstNoise = 0;
};

/// What counts as right.
enum class Measure {
    signOfMean,  ///< a trial: its mean output where the mask is 1 has the sign of the mean target
    heldBits,    ///< every output of every step where the mask is 1: its error is below 0.5
};

/// Loss and accuracy over some trials. Adding in the same order gives the same to the last digit.
struct Score {
    double lossSum = 0;  ///< over trials, of the masked squared error divided by the mask's length
    double trials = 0;
    double right = 0;
    double judged = 0;

    double loss() const { return trials > 0 ? lossSum / trials : 0; }
    double accuracy() const { return judged > 0 ? right / judged : 0; }
    void add(const Score& other);
};

/// The loss of a batch, mean over trials of the masked squared error divided by the mask's length, and its exact
/// gradient through time. Trials go in fixed blocks whose gradients are added in order: results do not depend on the
/// number of threads. Keeps its working memory from batch to batch; one batch at a time.
template <class T>
class Differentiator {
public:
    virtual ~Differentiator() = default;

    /// Writes the gradient (Shape::total() numbers; zero for what is not trained) and returns the loss. Both may be
    /// not finite. Throws stopped.
    virtual double gradient(const Model<T>& model, const Batch& batch, std::span<T> gradient, const Executor& executor,
                            std::stop_token stop = {}) = 0;

    /// The forward pass alone. Throws stopped.
    virtual Score score(const Model<T>& model, const Batch& batch, Measure measure, const Executor& executor,
                        std::stop_token stop = {}) = 0;
};

/// For models of one shape. T: float, or double (for tests against finite differences). Throws badOption for a rank
/// above kernels::maximumRank.
template <class T>
std::unique_ptr<Differentiator<T>> makeDifferentiator(const Shape& shape, const Trainable& trainable);

extern template std::unique_ptr<Differentiator<float>> makeDifferentiator(const Shape&, const Trainable&);
extern template std::unique_ptr<Differentiator<double>> makeDifferentiator(const Shape&, const Trainable&);

}  // namespace kappascope::training
