// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <vector>

#include "core/random.h"
#include "core/training/gradient.h"

namespace kappascope::training {

/// A block of trials that are stepped together: the batch's trials in the order of their lengths, so that short ones
/// do not wait for long ones.
struct Block {
    std::vector<std::size_t> trials;  ///< numbers in the set
    int steps = 0;                    ///< of the longest
};

inline std::vector<Block> blocksOf(const Batch& batch, std::size_t width) {
    std::vector<std::size_t> order(batch.chosen.begin(), batch.chosen.end());
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return batch.trials.trials[a].steps > batch.trials.trials[b].steps;
    });
    std::vector<Block> blocks((order.size() + width - 1) / width);
    for (std::size_t k = 0; k < order.size(); ++k) {
        Block& block = blocks[k / width];
        block.trials.push_back(order[k]);
        block.steps = std::max(block.steps, batch.trials.trials[order[k]].steps);
    }
    return blocks;
}

/// The standard normal deviates of a trial's step, one a unit. `single` is working memory for other types.
template <class T>
void fillNoise(const Batch& batch, std::size_t trial, int step, std::span<T> out, std::vector<float>& single) {
    const std::uint64_t index = ((batch.firstNoise + trial) << 32) + static_cast<std::uint64_t>(step);
    if constexpr (sizeof(T) == sizeof(float)) {
        fillNormal(batch.seed, Stream::stateNoise, index, out);
    } else {
        single.resize(out.size());
        fillNormal(batch.seed, Stream::stateNoise, index, single);
        std::copy(single.begin(), single.end(), out.begin());
    }
}

/// Adds up one trial's errors as its outputs come in.
class TrialTally {
public:
    explicit TrialTally(const PreparedTrial& trial) : trial_(&trial) {}

    bool counts(int step, std::size_t output, std::size_t outputs) const {
        return step < trial_->steps && trial_->weight[at(step, output, outputs)] != 0;
    }

    /// Takes z of one output and returns the derivative of the trial's loss by it.
    double add(int step, std::size_t output, std::size_t outputs, double z) {
        const std::size_t k = at(step, output, outputs);
        const double weight = trial_->weight[k];
        const double error = z - trial_->target[k];
        loss_ += weight * error * error;
        output_ += weight * z;
        target_ += weight * trial_->target[k];
        ++judged_;
        right_ += error > -0.5 && error < 0.5;
        return 2 * weight * error;
    }

    Score score(Measure measure) const {
        if (measure == Measure::heldBits) return {loss_, 1, right_, judged_};
        return {loss_, 1, output_ * target_ > 0 ? 1.0 : 0.0, 1};
    }

private:
    static std::size_t at(int step, std::size_t output, std::size_t outputs) {
        return static_cast<std::size_t>(step) * outputs + output;
    }
    const PreparedTrial* trial_;
    double loss_ = 0;
    double output_ = 0;
    double target_ = 0;
    double right_ = 0;
    double judged_ = 0;
};

/// Working memory that threads take turns with: as many pieces as there are threads at work, warm in their caches.
template <class Workspace>
class WorkspacePool {
public:
    /// Takes a piece for as long as the result lives.
    class Lease {
    public:
        explicit Lease(WorkspacePool& pool) : pool_(pool) {
            const std::lock_guard lock(pool_.mutex_);
            if (pool_.free_.empty()) pool_.free_.push_back(std::make_unique<Workspace>());
            workspace_ = std::move(pool_.free_.back());
            pool_.free_.pop_back();
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            const std::lock_guard lock(pool_.mutex_);
            pool_.free_.push_back(std::move(workspace_));
        }
        Workspace& operator*() { return *workspace_; }

    private:
        WorkspacePool& pool_;
        std::unique_ptr<Workspace> workspace_;
    };

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> free_;
};

/// What the two kinds of network share: the gradient of the effective weights I diag(si) and w diag(so), spread over
/// weights and scales. effective: N numbers a column.
template <class T>
void spreadOverScales(const Model<T>& model, Part weights, Part scales, const Trainable& trainable,
                      std::span<const T> effective, std::span<T> gradient) {
    const Shape& shape = model.shape;
    const auto values = model.part(weights);
    const auto factors = model.part(scales);
    const auto learns = [&](Part part) { return trainable[static_cast<std::size_t>(part)]; };
    for (std::size_t column = 0; column < factors.size(); ++column) {
        double sum = 0;
        for (std::size_t i = 0; i < shape.units; ++i) {
            const std::size_t k = column * shape.units + i;
            if (learns(weights)) gradient[shape.offset(weights) + k] = effective[k] * factors[column];
            sum += static_cast<double>(effective[k]) * static_cast<double>(values[k]);
        }
        if (learns(scales)) gradient[shape.offset(scales) + column] = static_cast<T>(sum);
    }
}

}  // namespace kappascope::training
