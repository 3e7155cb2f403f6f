// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/probe.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/network/activation.h"
#include "core/random.h"
#include "core/text.h"

namespace kappascope::simulation {

namespace {

using network::Network;
using network::Readout;

constexpr std::size_t blockWidth = 8;           ///< trials: their state stays in the cache
constexpr std::size_t fullRankBlockWidth = 16;  ///< more columns for each pass over J

/// A network as blocks take it, once for all of them.
struct Weights {
    bool lowRank = true;
    Readout readout = Readout::rate;
    float alpha = 0;
    Eigen::MatrixXf state;   ///< m and I, N x (R + S); of full rank I alone
    Eigen::MatrixXf latent;  ///< c g n, N x R
    Eigen::MatrixXf matrix;  ///< J diag(g), full rank
    Eigen::MatrixXf output;  ///< c g w, N x O; without g where z reads x
    Eigen::VectorXf gains;
    Eigen::VectorXf bias;
    Eigen::VectorXf start;

    Weights(const Network& network, const Eigen::VectorXd& unitGains)
        : lowRank(network.isLowRank()), readout(network.readout), alpha(static_cast<float>(network.alpha)) {
        const Eigen::Index rank = lowRank ? network.rank() : 0;
        state.resize(network.units(), rank + network.inputs());
        if (lowRank) {
            state.leftCols(rank) = network.m.cast<float>();
            latent = (network.couplingScale() * (unitGains.asDiagonal() * network.n)).cast<float>();
        } else {
            matrix = network.connectivity.cast<float>() * unitGains.cast<float>().asDiagonal();
        }
        state.rightCols(network.inputs()) = network.inputWeights.cast<float>();
        Eigen::MatrixXd w = network.readoutScale() * network.outputWeights;
        if (readout != Readout::state) w = unitGains.asDiagonal() * w;
        output = w.cast<float>();
        gains = unitGains.cast<float>();
        bias = network.bias.cast<float>();
        start = network.initialState.cast<float>();
    }
};

/// The steps after which nothing more is asked.
int lastAsked(const Question& question) {
    int last = std::max(question.ratesEnd, 0);
    for (Eigen::Index k = 0; k < question.weights.cols(); ++k)
        if ((question.weights.col(k).array() != 0).any()) last = std::max(last, static_cast<int>(k) + 1);
    return std::min(last, question.trial.steps());
}

void check(const Question& question, const Network& network) {
    if (question.trial.inputs.rows() != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, "trial",
                    {std::to_string(question.trial.inputs.rows()), std::to_string(network.inputs())});
    const bool fits = question.weights.size() == 0 || (question.weights.rows() == network.outputs() &&
                                                       question.weights.cols() == question.trial.inputs.cols());
    if (!fits)
        throw Error(ErrorCode::wrongShape, "weights",
                    {std::to_string(question.weights.rows()) + " x " + std::to_string(question.weights.cols()),
                     std::to_string(network.outputs()) + " x " + std::to_string(question.trial.inputs.cols())});
}

/// Trials that are stepped together, one a column.
class Block {
public:
    Block(const Weights& weights, const ProbeOptions& options, std::vector<Question> questions)
        : weights_(weights), options_(options), questions_(std::move(questions)) {
        const auto columns = static_cast<Eigen::Index>(questions_.size());
        units_ = weights.state.rows();
        rank_ = weights.latent.cols();
        inputs_ = weights.state.cols() - rank_;
        y_ = Eigen::MatrixXf::Zero(weights.state.cols(), columns);
        rest_ = Eigen::MatrixXf::Zero(units_, columns);
        if (weights.start.size() > 0) rest_.colwise() = weights.start;
        recurrent_ = Eigen::MatrixXf::Zero(weights.lowRank ? 0 : units_, columns);
        x_.resize(units_, columns);
        rates_.resize(units_, columns);
        noise_.resize(units_);
        for (const auto& question : questions_) {
            Answer answer;
            answer.output = Eigen::VectorXd::Zero(weights.output.cols());
            if (question.ratesFirst < question.ratesEnd) answer.rates = Eigen::VectorXf::Zero(units_);
            answers_.push_back(std::move(answer));
            lengths_.push_back(lastAsked(question));
        }
    }

    std::vector<Answer> run(const std::stop_token& stop) {
        const int steps = *std::max_element(lengths_.begin(), lengths_.end());
        x_ = rest_;
        fire();
        for (int k = 0; k < steps; ++k) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            step(k);
            answer(k);
        }
        return std::move(answers_);
    }

private:
    void step(int k) {
        if (weights_.lowRank) {
            const Eigen::MatrixXf latent = weights_.latent.transpose() * rates_;
            y_.topRows(rank_) += weights_.alpha * (latent - y_.topRows(rank_));
        } else {
            recurrent_ *= 1 - weights_.alpha;
            recurrent_.noalias() += weights_.alpha * (weights_.matrix * rates_);
        }
        const auto sigma = static_cast<float>(options_.noise);
        for (std::size_t q = 0; q < questions_.size(); ++q) {
            const auto column = static_cast<Eigen::Index>(q);
            rest_.col(column) *= 1 - weights_.alpha;
            if (k >= lengths_[q]) continue;
            auto v = y_.col(column).tail(inputs_);
            v += weights_.alpha * (questions_[q].trial.inputs.col(k).cast<float>() - v);
            if (sigma == 0) continue;
            fillNormal(options_.seed, Stream::stateNoise,
                       (questions_[q].noiseIndex << 32) + static_cast<std::uint64_t>(k),
                       std::span(noise_.data(), static_cast<std::size_t>(units_)));
            rest_.col(column) += sigma * noise_;
        }
        x_.noalias() = weights_.state * y_;
        x_ += rest_;
        if (!weights_.lowRank) x_ += recurrent_;
        fire();
    }

    /// phi(x + b) of every unit.
    void fire() {
        if (weights_.bias.size() > 0)
            rates_ = x_.colwise() + weights_.bias;
        else
            rates_ = x_;
        network::tanhArray(rates_.data(), rates_.data(), static_cast<std::size_t>(rates_.size()));
    }

    void answer(int k) {
        bool asked = false;
        for (std::size_t q = 0; q < questions_.size(); ++q) {
            const auto& question = questions_[q];
            if (k >= question.ratesFirst && k < question.ratesEnd)
                answers_[q].rates += rates_.col(static_cast<Eigen::Index>(q)).cwiseProduct(weights_.gains) /
                                     static_cast<float>(question.ratesEnd - question.ratesFirst);
            asked = asked || asks(question, k);
        }
        if (!asked) return;
        Eigen::MatrixXf z;
        if (weights_.readout == Readout::rate || (weights_.readout == Readout::phi && weights_.bias.size() == 0)) {
            z = weights_.output.transpose() * rates_;
        } else if (weights_.readout == Readout::state) {
            z = weights_.output.transpose() * x_;
        } else {
            Eigen::MatrixXf phi = x_;
            network::tanhArray(phi.data(), phi.data(), static_cast<std::size_t>(phi.size()));
            z = weights_.output.transpose() * phi;
        }
        for (std::size_t q = 0; q < questions_.size(); ++q)
            if (asks(questions_[q], k))
                answers_[q].output +=
                    questions_[q].weights.col(k).cwiseProduct(z.col(static_cast<Eigen::Index>(q)).cast<double>());
    }

    static bool asks(const Question& question, int k) {
        return k < question.weights.cols() && (question.weights.col(k).array() != 0).any();
    }

    const Weights& weights_;
    const ProbeOptions& options_;
    std::vector<Question> questions_;
    std::vector<Answer> answers_;
    std::vector<int> lengths_;
    Eigen::Index units_ = 0;
    Eigen::Index rank_ = 0;
    Eigen::Index inputs_ = 0;
    Eigen::MatrixXf y_;          ///< kappa and v; of full rank v alone
    Eigen::MatrixXf rest_;       ///< what x holds besides: the start and the filtered noise
    Eigen::MatrixXf recurrent_;  ///< of full rank, in place of m kappa
    Eigen::MatrixXf x_;
    Eigen::MatrixXf rates_;  ///< phi(x + b)
    Eigen::VectorXf noise_;
};

}  // namespace

std::vector<Answer> probe(const Network& network, const Eigen::VectorXd& unitGains, std::size_t count,
                          const std::function<Question(std::size_t)>& question, const ProbeOptions& options,
                          const Executor& executor, std::stop_token stop) {
    if (unitGains.size() != network.units())
        throw Error(ErrorCode::wrongShape, "gain", {std::to_string(unitGains.size()), std::to_string(network.units())});
    if (!(options.noise >= 0) || !std::isfinite(options.noise))
        throw Error(ErrorCode::badOption, "noise", {toText(options.noise), ">= 0"});
    const Weights weights(network, unitGains);
    const std::size_t width = network.isLowRank() ? blockWidth : fullRankBlockWidth;
    std::vector<Answer> answers(count);
    executor((count + width - 1) / width, [&](std::size_t b) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        std::vector<Question> questions;
        for (std::size_t k = b * width; k < std::min(count, (b + 1) * width); ++k) {
            questions.push_back(question(k));
            check(questions.back(), network);
        }
        auto block = Block(weights, options, std::move(questions)).run(stop);
        std::ranges::move(block, answers.begin() + static_cast<std::ptrdiff_t>(b * width));
    });
    return answers;
}

}  // namespace kappascope::simulation
