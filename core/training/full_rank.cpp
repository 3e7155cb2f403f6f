// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/Core>

#include "core/error.h"
#include "core/network/activation.h"
#include "core/training/blocks.h"
#include "core/training/differentiators.h"

namespace kappascope::training {

namespace {

/// Trials of a block: enough columns for products of matrices, and two blocks in a batch of 32.
constexpr std::size_t blockWidth = 16;

/// Steps whose outer products are added to the gradient of J by one product: many for speed, fewer for large networks,
/// where one product must not hold up a stop.
constexpr Eigen::Index chunkStepsFor(Eigen::Index units) {
    return std::clamp<Eigen::Index>((Eigen::Index{1} << 26) / (units * units), 1, 16);
}

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

/// A model's weights as matrices, scales multiplied in.
template <class T>
struct Prepared {
    Matrix<T> connectivity;  ///< J diag(g), N x N
    Matrix<T> inputs;        ///< I diag(si), N x S
    Matrix<T> outputs;       ///< diag(g) w diag(so), N x O
    Vector<T> bias;
    Vector<T> start;
    Vector<T> gains;

    void set(const Model<T>& model) {
        const auto units = static_cast<Eigen::Index>(model.shape.units);
        const auto matrix = [&](Part part, std::size_t columns) {
            return Eigen::Map<const Matrix<T>>(model.part(part).data(), units, static_cast<Eigen::Index>(columns));
        };
        const auto vector = [&](Part part) {
            const auto values = model.part(part);
            return Eigen::Map<const Vector<T>>(values.data(), static_cast<Eigen::Index>(values.size()));
        };
        gains = model.gains.empty() ? Vector<T>(Vector<T>::Ones(units))
                                    : Vector<T>(Eigen::Map<const Vector<T>>(model.gains.data(), units));
        connectivity.noalias() = matrix(Part::connectivity, model.shape.units) * gains.asDiagonal();
        inputs.noalias() = matrix(Part::inputWeights, model.shape.inputs) * vector(Part::inputScales).asDiagonal();
        outputs.noalias() = matrix(Part::outputWeights, model.shape.outputs) * vector(Part::outputScales).asDiagonal();
        outputs = gains.asDiagonal() * outputs;
        bias = vector(Part::bias);
        start = vector(Part::initialState);
    }
};

template <class T>
struct BlockSums {
    Matrix<T> connectivity;
    Matrix<T> inputs;
    Matrix<T> outputs;
    Vector<T> bias;
    Vector<T> start;
    Score score;

    void clear(const Shape& shape, bool learnsConnectivity) {
        const auto units = static_cast<Eigen::Index>(shape.units);
        connectivity.setZero(learnsConnectivity ? units : 0, learnsConnectivity ? units : 0);
        inputs.setZero(units, static_cast<Eigen::Index>(shape.inputs));
        outputs.setZero(units, static_cast<Eigen::Index>(shape.outputs));
        bias.setZero(units);
        start.setZero(units);
    }
};

template <class T>
struct Workspace {
    Matrix<T> rates;   ///< N x (steps + 1) B: tanh(x + b)
    Matrix<T> inputs;  ///< v, S x (steps + 1) B
    Matrix<T> errors;  ///< O x (steps + 1) B
    Matrix<T> recurrent, rest, x, adjoint, delta, chunk;
    Vector<T> noise;
    std::vector<float> single;
    std::vector<char> judged;
};

template <class T>
class FullRank final : public Differentiator<T> {
public:
    FullRank(const Shape& shape, const Trainable& trainable)
        : shape_(shape), trainable_(trainable), units_(static_cast<Eigen::Index>(shape.units)) {}

    double gradient(const Model<T>& model, const Batch& batch, std::span<T> gradient, const Executor& executor,
                    std::stop_token stop) override {
        const auto blocks = start(model, batch);
        executor(blocks.size(), [&](std::size_t b) {
            typename WorkspacePool<Workspace<T>>::Lease workspace(pool_);
            sums_[b].clear(shape_, learns(Part::connectivity));
            sums_[b].score = forward(model, batch, blocks[b], *workspace, true, Measure::signOfMean, stop);
            backward(model, blocks[b], *workspace, sums_[b], stop);
        });
        reduce(model, blocks.size(), gradient);
        return totalOf(blocks.size()).loss();
    }

    Score score(const Model<T>& model, const Batch& batch, Measure measure, const Executor& executor,
                std::stop_token stop) override {
        const auto blocks = start(model, batch);
        executor(blocks.size(), [&](std::size_t b) {
            typename WorkspacePool<Workspace<T>>::Lease workspace(pool_);
            sums_[b].score = forward(model, batch, blocks[b], *workspace, false, measure, stop);
        });
        return totalOf(blocks.size());
    }

private:
    std::vector<Block> start(const Model<T>& model, const Batch& batch) {
        prepared_.set(model);
        perTrial_ = T(1) / static_cast<T>(batch.chosen.size());
        auto blocks = blocksOf(batch, blockWidth);
        if (sums_.size() < blocks.size()) sums_.resize(blocks.size());
        return blocks;
    }

    Score totalOf(std::size_t blocks) const {
        Score total;
        for (std::size_t b = 0; b < blocks; ++b) total.add(sums_[b].score);
        return total;
    }

    Score forward(const Model<T>& model, const Batch& batch, const Block& block, Workspace<T>& work, bool keep,
                  Measure measure, std::stop_token& stop) {
        const auto columns = static_cast<Eigen::Index>(block.trials.size());
        const Eigen::Index kept = (keep ? block.steps + 1 : 1) * columns;
        const T alpha = static_cast<T>(model.alpha);
        work.rates.resize(units_, kept);
        work.inputs.setZero(static_cast<Eigen::Index>(shape_.inputs), (block.steps + 1) * columns);
        work.errors.setZero(static_cast<Eigen::Index>(shape_.outputs), (block.steps + 1) * columns);
        work.judged.assign(static_cast<std::size_t>(block.steps) + 1, 0);
        work.recurrent.setZero(units_, columns);
        work.noise.resize(units_);
        work.rest = prepared_.start.replicate(1, columns);
        std::vector<TrialTally> tallies;
        for (const std::size_t trial : block.trials) tallies.emplace_back(batch.trials.trials[trial]);

        work.x = work.rest.colwise() + prepared_.bias;
        network::tanhArray(work.x.data(), work.rates.data(), static_cast<std::size_t>(work.x.size()));
        for (int k = 1; k <= block.steps; ++k) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const auto before = work.rates.middleCols(keep ? (k - 1) * columns : 0, columns);
            work.recurrent *= 1 - alpha;
            work.recurrent.noalias() += alpha * (prepared_.connectivity * before);
            work.rest *= 1 - alpha;
            for (Eigen::Index q = 0; q < columns; ++q) {
                const std::size_t number = block.trials[static_cast<std::size_t>(q)];
                const auto& trial = batch.trials.trials[number];
                if (k > trial.steps) continue;
                for (std::size_t s = 0; s < shape_.inputs; ++s)
                    work.inputs(static_cast<Eigen::Index>(s), k * columns + q) =
                        static_cast<T>(trial.v[static_cast<std::size_t>(k - 1) * shape_.inputs + s]);
                if (model.noise > 0) {
                    fillNoise(batch, number, k - 1, std::span<T>(work.noise.data(), shape_.units), work.single);
                    work.rest.col(q) += static_cast<T>(model.noise) * work.noise;
                }
            }
            work.x = work.recurrent + work.rest;
            work.x.noalias() += prepared_.inputs * work.inputs.middleCols(k * columns, columns);
            work.x.colwise() += prepared_.bias;
            auto rates = work.rates.middleCols(keep ? k * columns : 0, columns);
            network::tanhArray(work.x.data(), rates.data(), static_cast<std::size_t>(work.x.size()));
            readErrors(block, work, tallies, k, rates);
        }
        Score score;
        for (const auto& tally : tallies) score.add(tally.score(measure));
        return score;
    }

    void readErrors(const Block& block, Workspace<T>& work, std::vector<TrialTally>& tallies, int k,
                    const Eigen::Ref<const Matrix<T>>& rates) {
        const auto columns = static_cast<Eigen::Index>(block.trials.size());
        bool any = false;
        for (const auto& tally : tallies)
            for (std::size_t o = 0; o < shape_.outputs; ++o) any = any || tally.counts(k - 1, o, shape_.outputs);
        work.judged[static_cast<std::size_t>(k)] = any;
        if (!any) return;
        const Matrix<T> z = prepared_.outputs.transpose() * rates;
        for (Eigen::Index q = 0; q < columns; ++q)
            for (std::size_t o = 0; o < shape_.outputs; ++o) {
                auto& tally = tallies[static_cast<std::size_t>(q)];
                if (tally.counts(k - 1, o, shape_.outputs))
                    work.errors(static_cast<Eigen::Index>(o), k * columns + q) =
                        perTrial_ * static_cast<T>(tally.add(k - 1, o, shape_.outputs,
                                                             static_cast<double>(z(static_cast<Eigen::Index>(o), q))));
            }
    }

    void backward(const Model<T>& model, const Block& block, Workspace<T>& work, BlockSums<T>& sums,
                  std::stop_token& stop) {
        const auto columns = static_cast<Eigen::Index>(block.trials.size());
        const T alpha = static_cast<T>(model.alpha);
        const bool inputs = learns(Part::inputWeights) || learns(Part::inputScales);
        const bool outputs = learns(Part::outputWeights) || learns(Part::outputScales);
        work.adjoint.setZero(units_, columns);  // of the recurrent part of x after the step
        const Eigen::Index chunkSteps = chunkStepsFor(units_);
        work.chunk.resize(units_, chunkSteps * columns);
        Eigen::Index lastOfChunk = block.steps - 1;
        for (Eigen::Index k = block.steps; k >= 0; --k) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const auto rates = work.rates.middleCols(k * columns, columns);
            if (k < block.steps)
                work.delta.noalias() = alpha * (prepared_.connectivity.transpose() * work.adjoint);
            else
                work.delta.setZero(units_, columns);
            if (learns(Part::connectivity) && k < block.steps) {
                // dJ = alpha sum_k adjoint_{k+1} r_k^T, some steps at a time.
                const Eigen::Index firstOfChunk = std::max<Eigen::Index>(0, lastOfChunk - chunkSteps + 1);
                work.chunk.middleCols((k - firstOfChunk) * columns, columns) = work.adjoint;
                if (k == firstOfChunk) {
                    const Eigen::Index count = (lastOfChunk - firstOfChunk + 1) * columns;
                    // Some columns at a time, for the same reason.
                    constexpr Eigen::Index panel = 1024;
                    for (Eigen::Index first = 0; first < units_; first += panel) {
                        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
                        const Eigen::Index some = std::min(panel, units_ - first);
                        sums.connectivity.middleCols(first, some).noalias() +=
                            alpha * (work.chunk.leftCols(count) *
                                     work.rates.block(first, firstOfChunk * columns, some, count).transpose());
                    }
                    lastOfChunk = firstOfChunk - 1;
                }
            }
            if (work.judged[static_cast<std::size_t>(k)]) {
                const auto errors = work.errors.middleCols(k * columns, columns);
                work.delta.noalias() += prepared_.outputs * errors.matrix();
                if (outputs) sums.outputs.noalias() += rates * errors.transpose();
            }
            work.delta.array() *= 1 - rates.array().square();
            if (inputs) sums.inputs.noalias() += work.delta * work.inputs.middleCols(k * columns, columns).transpose();
            if (learns(Part::bias)) sums.bias += work.delta.rowwise().sum();
            if (learns(Part::initialState))
                sums.start +=
                    static_cast<T>(std::pow(1 - model.alpha, static_cast<double>(k))) * work.delta.rowwise().sum();
            work.adjoint = (1 - alpha) * work.adjoint + work.delta;
        }
    }

    void reduce(const Model<T>& model, std::size_t blocks, std::span<T> gradient) {
        std::fill(gradient.begin(), gradient.end(), T(0));
        BlockSums<T>& sum = sums_[0];
        for (std::size_t b = 1; b < blocks; ++b) {
            sum.connectivity += sums_[b].connectivity;
            sum.inputs += sums_[b].inputs;
            sum.outputs += sums_[b].outputs;
            sum.bias += sums_[b].bias;
            sum.start += sums_[b].start;
        }
        const auto part = [&](Part which) {
            return Eigen::Map<Vector<T>>(gradient.data() + shape_.offset(which),
                                         static_cast<Eigen::Index>(shape_.size(which)));
        };
        if (learns(Part::connectivity))
            Eigen::Map<Matrix<T>>(gradient.data() + shape_.offset(Part::connectivity), units_, units_).noalias() =
                sum.connectivity * prepared_.gains.asDiagonal();
        if (learns(Part::bias)) part(Part::bias) = sum.bias;
        if (learns(Part::initialState)) part(Part::initialState) = sum.start;
        const auto values = [](const Matrix<T>& matrix) {
            return std::span<const T>(matrix.data(), static_cast<std::size_t>(matrix.size()));
        };
        spreadOverScales<T>(model, Part::inputWeights, Part::inputScales, trainable_, values(sum.inputs), gradient);
        sum.outputs = prepared_.gains.asDiagonal() * sum.outputs;
        spreadOverScales<T>(model, Part::outputWeights, Part::outputScales, trainable_, values(sum.outputs), gradient);
    }

    bool learns(Part part) const { return trainable_[static_cast<std::size_t>(part)]; }

    Shape shape_;
    Trainable trainable_;
    Eigen::Index units_;
    T perTrial_ = 1;
    Prepared<T> prepared_;
    std::vector<BlockSums<T>> sums_;
    WorkspacePool<Workspace<T>> pool_;
};

}  // namespace

template <class T>
std::unique_ptr<Differentiator<T>> makeFullRankDifferentiator(const Shape& shape, const Trainable& trainable) {
    return std::make_unique<FullRank<T>>(shape, trainable);
}

template std::unique_ptr<Differentiator<float>> makeFullRankDifferentiator(const Shape&, const Trainable&);
template std::unique_ptr<Differentiator<double>> makeFullRankDifferentiator(const Shape&, const Trainable&);

}  // namespace kappascope::training
