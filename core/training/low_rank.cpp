// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/training/aligned.h"
#include "core/training/blocks.h"
#include "core/training/differentiators.h"
#include "core/training/kernels.h"

namespace kappascope::training {

namespace {

using kernels::width;

std::size_t padded(std::size_t units) {
    return (units + kernels::padding - 1) / kernels::padding * kernels::padding;
}

/// Units from one column to the next: an odd number of cache lines, so that the same unit of many columns does not fall
/// on the same few places of the cache, as it would where N is a power of two.
std::size_t strideOf(std::size_t units) {
    constexpr std::size_t line = 16;
    static_assert(kernels::padding % line == 0);
    return (padded(units) / line | 1) * line;
}

/// Columns of padded units, one after the other.
template <class T>
class Columns {
public:
    void resize(std::size_t columns, std::size_t stride) {
        stride_ = stride;
        values_.resize(columns * stride);
        pointers_.resize(columns);
        for (std::size_t c = 0; c < columns; ++c) pointers_[c] = values_.data() + c * stride;
    }
    void clear() { std::fill(values_.begin(), values_.end(), T(0)); }
    T* operator[](std::size_t column) { return pointers_[column]; }
    const T* operator[](std::size_t column) const { return pointers_[column]; }
    T* const* pointers() const { return pointers_.data(); }
    std::size_t columns() const { return pointers_.size(); }

private:
    std::size_t stride_ = 0;
    AlignedVector<T> values_;
    std::vector<T*> pointers_;
};

/// A model's loadings as the kernels take them, scales and gains multiplied in.
template <class T>
struct Prepared {
    Columns<T> columns;  ///< m, I diag(si), c g n, c g w diag(so), b, x0
    std::vector<const T*> pointers;
    kernels::Loadings<T> loadings;
    const T* start = nullptr;

    void set(const Model<T>& model) {
        const Shape& shape = model.shape;
        const std::size_t states = shape.rank + shape.inputs;
        columns.resize(states + shape.rank + shape.outputs + 2, strideOf(shape.units));
        columns.clear();
        const auto fill = [&](std::size_t to, Part part, std::size_t column, T scale, bool gained) {
            const auto values = model.part(part).subspan(column * shape.units, shape.units);
            T* const target = columns[to];
            for (std::size_t i = 0; i < shape.units; ++i)
                target[i] = values[i] * scale * (gained && !model.gains.empty() ? model.gains[i] : T(1));
        };
        const T scale = static_cast<T>(model.scale());
        std::size_t next = 0;
        for (std::size_t r = 0; r < shape.rank; ++r) fill(next++, Part::m, r, 1, false);
        for (std::size_t s = 0; s < shape.inputs; ++s)
            fill(next++, Part::inputWeights, s, model.part(Part::inputScales)[s], false);
        for (std::size_t r = 0; r < shape.rank; ++r) fill(next++, Part::n, r, scale, true);
        for (std::size_t o = 0; o < shape.outputs; ++o)
            fill(next++, Part::outputWeights, o, scale * model.part(Part::outputScales)[o], true);
        fill(next++, Part::bias, 0, 1, false);
        fill(next, Part::initialState, 0, 1, false);
        const auto bias = model.part(Part::bias);
        const bool biased = std::any_of(bias.begin(), bias.end(), [](T value) { return value != 0; });

        pointers.assign(columns.pointers(), columns.pointers() + columns.columns());
        loadings.count = padded(shape.units);
        loadings.rank = shape.rank;
        loadings.outputs = shape.outputs;
        loadings.state = pointers.data();
        loadings.latent = pointers.data() + states;
        loadings.output = pointers.data() + states + shape.rank;
        loadings.bias = biased ? pointers[next - 1] : nullptr;
        start = pointers[next];
    }
};

/// Gradients of one block, by the columns that the kernels write to.
template <class T>
struct BlockSums {
    Columns<T> columns;          ///< dState, dLatent, dOutput, dBias, dStart
    std::vector<double> scales;  ///< O, sum of e z, where the gradient of so is made of it
    Score score;
};

/// What one block needs while it is at work.
template <class T>
struct Workspace {
    Columns<T> rest;
    Columns<T> noise;
    std::vector<float> single;
    AlignedVector<T> rates;                ///< (steps + 1) x width x N
    std::vector<T> coefficients;           ///< (steps + 1) x (R + S) x width
    std::vector<std::size_t> inputs;       ///< (steps + 1) x S, of which the first few are used: kernels::Inputs
    std::vector<std::size_t> inputCounts;  ///< (steps + 1)
    std::vector<T> errors;                 ///< (steps + 1) x O x width
    std::vector<char> judged;              ///< whether a step has errors
};

template <class T>
class LowRank final : public Differentiator<T> {
public:
    LowRank(const Shape& shape, const Trainable& trainable)
        : shape_(shape), trainable_(trainable), stride_(strideOf(shape.units)), states_(shape.rank + shape.inputs) {}

    double gradient(const Model<T>& model, const Batch& batch, std::span<T> gradient, const Executor& executor,
                    std::stop_token stop) override {
        const auto blocks = start(model, batch, true);
        executor(blocks.size(), [&](std::size_t b) {
            typename WorkspacePool<Workspace<T>>::Lease workspace(pool_);
            sums_[b].columns.clear();
            sums_[b].score = forward(model, batch, blocks[b], *workspace, &sums_[b], Measure::signOfMean, stop);
            backward(model, blocks[b], *workspace, sums_[b], stop);
        });
        reduce(model, blocks.size(), gradient);
        Score total;
        for (std::size_t b = 0; b < blocks.size(); ++b) total.add(sums_[b].score);
        return total.loss();
    }

    Score score(const Model<T>& model, const Batch& batch, Measure measure, const Executor& executor,
                std::stop_token stop) override {
        const auto blocks = start(model, batch, false);
        executor(blocks.size(), [&](std::size_t b) {
            typename WorkspacePool<Workspace<T>>::Lease workspace(pool_);
            sums_[b].score = forward(model, batch, blocks[b], *workspace, nullptr, measure, stop);
        });
        Score total;
        for (std::size_t b = 0; b < blocks.size(); ++b) total.add(sums_[b].score);
        return total;
    }

private:
    std::vector<Block> start(const Model<T>& model, const Batch& batch, bool withGradient) {
        prepared_.set(model);
        auto blocks = blocksOf(batch, width);
        perTrial_ = T(1) / static_cast<T>(batch.chosen.size());
        scalesFromOutputs_ = canReadScales(model);
        if (sums_.size() < blocks.size()) sums_.resize(blocks.size());
        if (withGradient)
            for (std::size_t b = 0; b < blocks.size(); ++b)
                sums_[b].columns.resize(states_ + shape_.rank + shape_.outputs + 2, stride_);
        return blocks;
    }

    /// With w frozen, so alone is learned of the output, and its gradient is sum e_o z_o / so_o: no column of N sums is
    /// needed for it. Of one output that spares too little to be worth a second way.
    bool canReadScales(const Model<T>& model) const {
        const auto scales = model.part(Part::outputScales);
        return shape_.outputs > 1 && learns(Part::outputScales) && !learns(Part::outputWeights) &&
               std::none_of(scales.begin(), scales.end(), [](T value) { return value == 0; });
    }

    /// Steps a block through time; with `sumsOf`, all that the way back needs stays in the workspace.
    Score forward(const Model<T>& model, const Batch& batch, const Block& block, Workspace<T>& work,
                  BlockSums<T>* sumsOf, Measure measure, std::stop_token& stop) {
        const bool keep = sumsOf != nullptr;
        if (keep) sumsOf->scales.assign(shape_.outputs, 0);
        const auto steps = static_cast<std::size_t>(block.steps);
        const std::size_t rank = shape_.rank;
        const T alpha = static_cast<T>(model.alpha);
        work.rest.resize(width, stride_);
        work.noise.resize(width, stride_);
        work.noise.clear();
        work.rates.resize((keep ? steps + 1 : 1) * width * stride_);
        work.coefficients.assign((steps + 1) * states_ * width, 0);
        work.inputs.resize((steps + 1) * shape_.inputs);
        work.inputCounts.assign(steps + 1, 0);
        work.errors.assign((steps + 1) * shape_.outputs * width, 0);
        work.judged.assign(steps + 1, 0);
        std::vector<TrialTally> tallies;
        for (const std::size_t trial : block.trials) tallies.emplace_back(batch.trials.trials[trial]);

        std::vector<T> sums(std::max(rank, shape_.outputs) * width);
        kernels::Forward<T> step;
        step.sums = sums.data();
        const auto point = [&](std::size_t k) {
            step.coefficients = work.coefficients.data() + k * states_ * width;
            findInputs(work, k);
            step.inputs = inputsAt(work, k);
            for (std::size_t q = 0; q < width; ++q)
                step.rates[q] = work.rates.data() + ((keep ? k : 0) * width + q) * stride_;
        };
        for (std::size_t q = 0; q < width; ++q) {
            step.rest[q] = work.rest[q];
            std::copy_n(prepared_.start, stride_, step.rest[q]);
        }
        point(0);
        kernels::forward(prepared_.loadings, step);

        step.decay = 1 - alpha;
        step.sigma = static_cast<T>(model.noise);
        if (model.noise > 0)
            for (std::size_t q = 0; q < width; ++q) step.noise[q] = work.noise[q];
        for (std::size_t k = 1; k <= steps; ++k) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const T* const before = work.coefficients.data() + (k - 1) * states_ * width;
            T* const y = work.coefficients.data() + k * states_ * width;
            for (std::size_t c = 0; c < rank * width; ++c) y[c] = before[c] + alpha * (sums[c] - before[c]);
            const int done = static_cast<int>(k) - 1;  // the trial's step that leads to this state
            for (std::size_t q = 0; q < block.trials.size(); ++q) {
                const auto& trial = batch.trials.trials[block.trials[q]];
                if (done >= trial.steps) continue;
                for (std::size_t s = 0; s < shape_.inputs; ++s)
                    y[(rank + s) * width + q] =
                        static_cast<T>(trial.v[static_cast<std::size_t>(done) * shape_.inputs + s]);
                if (model.noise > 0)
                    fillNoise(batch, block.trials[q], done, std::span<T>(work.noise[q], shape_.units), work.single);
            }
            point(k);
            work.judged[k] = isJudged(tallies, done);
            step.outputs = work.judged[k] ? work.errors.data() + k * shape_.outputs * width : nullptr;
            kernels::forward(prepared_.loadings, step);
            if (step.outputs) readErrors(tallies, done, step.outputs, sumsOf);
        }
        Score score;
        for (const auto& tally : tallies) score.add(tally.score(measure));
        return score;
    }

    /// Lists the inputs of step k that any of the trials receives.
    void findInputs(Workspace<T>& work, std::size_t k) const {
        const T* const y = work.coefficients.data() + k * states_ * width;
        std::size_t* const list = work.inputs.data() + k * shape_.inputs;
        std::size_t& count = work.inputCounts[k];
        for (std::size_t p = shape_.rank; p < states_; ++p)
            if (std::any_of(y + p * width, y + (p + 1) * width, [](T value) { return value != 0; })) list[count++] = p;
    }
    kernels::Inputs inputsAt(const Workspace<T>& work, std::size_t k) const {
        return {work.inputs.data() + k * shape_.inputs, work.inputCounts[k]};
    }

    /// Whether any trial has a target at this step.
    bool isJudged(const std::vector<TrialTally>& tallies, int step) const {
        for (const auto& tally : tallies)
            for (std::size_t o = 0; o < shape_.outputs; ++o)
                if (tally.counts(step, o, shape_.outputs)) return true;
        return false;
    }

    /// Turns the outputs of a step into the derivatives of the loss by them, in place.
    void readErrors(std::vector<TrialTally>& tallies, int step, T* outputs, BlockSums<T>* sums) const {
        for (std::size_t q = 0; q < width; ++q)
            for (std::size_t o = 0; o < shape_.outputs; ++o) {
                T& value = outputs[o * width + q];
                if (q < tallies.size() && tallies[q].counts(step, o, shape_.outputs)) {
                    const T z = value;
                    value = perTrial_ * static_cast<T>(tallies[q].add(step, o, shape_.outputs, static_cast<double>(z)));
                    if (sums) sums->scales[o] += static_cast<double>(value) * static_cast<double>(z);
                } else {
                    value = 0;
                }
            }
    }

    void backward(const Model<T>& model, const Block& block, Workspace<T>& work, BlockSums<T>& sums,
                  std::stop_token& stop) {
        const std::size_t rank = shape_.rank;
        const T alpha = static_cast<T>(model.alpha);
        std::vector<T> adjoint(rank * width, 0);  // of kappa after the step
        std::vector<T> scaled(rank * width, 0);
        std::vector<T> added(rank * width, 0);
        kernels::Backward<T> step;
        step.sums = added.data();
        step.latentAdjoints = scaled.data();
        T* const* columns = sums.columns.pointers();
        const bool inputs = learns(Part::inputWeights) || learns(Part::inputScales);
        step.learnedStates = inputs ? states_ : learns(Part::m) ? rank : 0;
        step.dState = columns;
        if (learns(Part::n)) step.dLatent = columns + states_;
        if (learns(Part::outputWeights) || (learns(Part::outputScales) && !scalesFromOutputs_))
            step.dOutput = columns + states_ + rank;
        if (learns(Part::bias)) step.dBias = columns[states_ + rank + shape_.outputs];
        if (learns(Part::initialState)) step.dStart = columns[states_ + rank + shape_.outputs + 1];
        for (std::size_t k = static_cast<std::size_t>(block.steps) + 1; k-- > 0;) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            for (std::size_t c = 0; c < rank * width; ++c) scaled[c] = alpha * adjoint[c];
            step.coefficients = work.coefficients.data() + k * states_ * width;
            step.inputs = inputsAt(work, k);
            step.outputAdjoints = work.judged[k] ? work.errors.data() + k * shape_.outputs * width : nullptr;
            for (std::size_t q = 0; q < width; ++q) step.rates[q] = work.rates.data() + (k * width + q) * stride_;
            if (step.dStart) step.decay = static_cast<T>(std::pow(1 - model.alpha, static_cast<double>(k)));
            kernels::backward(prepared_.loadings, step);
            for (std::size_t c = 0; c < rank * width; ++c) adjoint[c] += added[c] - scaled[c];
        }
    }

    /// Adds the blocks' sums in order and turns them into the gradient of the parameters.
    void reduce(const Model<T>& model, std::size_t blocks, std::span<T> gradient) {
        std::fill(gradient.begin(), gradient.end(), T(0));
        const std::size_t columns = sums_[0].columns.columns();
        for (std::size_t b = 1; b < blocks; ++b)
            for (std::size_t c = 0; c < columns; ++c)
                for (std::size_t i = 0; i < shape_.units; ++i) sums_[0].columns[c][i] += sums_[b].columns[c][i];

        const auto& sum = sums_[0].columns;
        const auto copy = [&](Part part, std::size_t first, std::size_t count, T scale, bool gained) {
            if (!learns(part)) return;
            T* to = gradient.data() + shape_.offset(part);
            for (std::size_t c = 0; c < count; ++c)
                for (std::size_t i = 0; i < shape_.units; ++i)
                    *to++ = sum[first + c][i] * scale * (gained && !model.gains.empty() ? model.gains[i] : T(1));
        };
        const T scale = static_cast<T>(model.scale());
        copy(Part::m, 0, shape_.rank, 1, false);
        copy(Part::n, states_, shape_.rank, scale, true);
        copy(Part::bias, states_ + shape_.rank + shape_.outputs, 1, 1, false);
        copy(Part::initialState, states_ + shape_.rank + shape_.outputs + 1, 1, 1, false);
        effective_.resize(shape_.units * std::max(shape_.inputs, shape_.outputs));
        for (std::size_t s = 0; s < shape_.inputs; ++s)
            std::copy_n(sum[shape_.rank + s], shape_.units, effective_.data() + s * shape_.units);
        spreadOverScales<T>(model, Part::inputWeights, Part::inputScales, trainable_, effective_, gradient);
        for (std::size_t o = 0; o < shape_.outputs; ++o)
            for (std::size_t i = 0; i < shape_.units; ++i)
                effective_[o * shape_.units + i] =
                    sum[states_ + shape_.rank + o][i] * scale * (model.gains.empty() ? T(1) : model.gains[i]);
        spreadOverScales<T>(model, Part::outputWeights, Part::outputScales, trainable_, effective_, gradient);
        if (scalesFromOutputs_) readScales(model, blocks, gradient);
    }

    void readScales(const Model<T>& model, std::size_t blocks, std::span<T> gradient) const {
        const auto scales = model.part(Part::outputScales);
        for (std::size_t o = 0; o < shape_.outputs; ++o) {
            double sum = 0;
            for (std::size_t b = 0; b < blocks; ++b) sum += sums_[b].scales[o];
            gradient[shape_.offset(Part::outputScales) + o] = static_cast<T>(sum / static_cast<double>(scales[o]));
        }
    }

    bool learns(Part part) const { return trainable_[static_cast<std::size_t>(part)]; }

    Shape shape_;
    Trainable trainable_;
    std::size_t stride_;
    std::size_t states_;
    T perTrial_ = 1;
    bool scalesFromOutputs_ = false;
    Prepared<T> prepared_;
    std::vector<BlockSums<T>> sums_;
    std::vector<T> effective_;
    WorkspacePool<Workspace<T>> pool_;
};

}  // namespace

template <class T>
std::unique_ptr<Differentiator<T>> makeLowRankDifferentiator(const Shape& shape, const Trainable& trainable) {
    return std::make_unique<LowRank<T>>(shape, trainable);
}

template std::unique_ptr<Differentiator<float>> makeLowRankDifferentiator(const Shape&, const Trainable&);
template std::unique_ptr<Differentiator<double>> makeLowRankDifferentiator(const Shape&, const Trainable&);

}  // namespace kappascope::training
