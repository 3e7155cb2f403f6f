// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace kappascope::training {

namespace {

// Which random trials and which state noise belong to what: far enough apart never to meet.
constexpr std::uint64_t stageTrials = std::uint64_t{1} << 24;
constexpr std::uint64_t validationTrials = std::uint64_t{1} << 40;
constexpr std::uint64_t orders = std::uint64_t{1} << 62;
constexpr std::uint64_t validationNoise = std::uint64_t{3} << 30;

// Networks that are drawn from a mixture: the one to look at, those to judge by, and one a batch.
constexpr std::uint64_t shownDraw = 0;
constexpr std::uint64_t firstValidationDraw = 1;
constexpr std::size_t validationDraws = 4;
constexpr std::uint64_t firstTrainingDraw = 1024;

Start startOf(const Settings& settings) {
    return {.overlap = settings.value("overlap")};
}

Model<float> modelWithoutWeights(const Shape& shape) {
    Model<float> model;
    model.shape = shape;
    model.parameters.assign(shape.total(), 0);
    return model;
}

}  // namespace

Trainer::Trainer(Settings settings, Model<float> model)
    : settings_(std::move(settings)),
      stages_(settings_.stages()),
      mixture_(settings_.mixture()),
      model_(std::move(model)),
      differentiator_(makeDifferentiator<float>(model_.shape, settings_.trainable())) {
    model_.noise = settings_.value("noise");
}

Trainer::Trainer(Settings settings, std::stop_token stop)
    : Trainer(settings, initialModel(settings.shape(), startOf(settings), settings.seed, std::move(stop))) {
    state_.parameters = mixture_ ? mixture_->start(startOf(settings_), settings_.seed) : model_.parameters;
}

Trainer::Trainer(Settings settings, TrainingState state) : Trainer(settings, modelWithoutWeights(settings.shape())) {
    const std::size_t expected = settings_.parameterCount();
    const auto check = [expected](const char* field, const std::vector<float>& values, bool mayBeEmpty) {
        if (values.size() != expected && !(mayBeEmpty && values.empty()))
            throw Error(ErrorCode::wrongShape, field, {std::to_string(values.size()), std::to_string(expected)});
    };
    check("parameters", state.parameters, false);
    check("first", state.optimiser.first, true);
    check("second", state.optimiser.second, true);
    if (state.optimiser.first.size() != state.optimiser.second.size())
        throw Error(ErrorCode::wrongShape, "second",
                    {std::to_string(state.optimiser.second.size()), std::to_string(state.optimiser.first.size())});
    check("best", state.best, state.bestEpoch == 0);
    if (state.stage < 0 || state.stage >= static_cast<int>(stages_.size()))
        throw Error(ErrorCode::malformed, "stage", {std::to_string(state.stage)});
    state_ = std::move(state);
}

void Trainer::enterStage(std::stop_token stop) {
    if (preparedStage_ == state_.stage) return;
    const auto& options = stages_[static_cast<std::size_t>(state_.stage)].task;
    const auto& task = tasks::task(settings_.task);
    const auto first = static_cast<std::uint64_t>(state_.stage) * stageTrials;
    training_ = randomTrials(task, options, model_.alpha, settings_.seed, first,
                             static_cast<int>(settings_.value("trials")), stop);
    validation_ = randomTrials(task, options, model_.alpha, settings_.seed, validationTrials + first,
                               static_cast<int>(settings_.value("validation-trials")), stop);
    preparedStage_ = state_.stage;
}

void Trainer::draw(std::uint64_t index) {
    deviates_ = mixture_->deviates(settings_.seed, index);
    mixture_->expand<float>(state_.parameters, deviates_, model_.parameters);
}

Score Trainer::validate(const Executor& executor, std::stop_token stop) {
    Score total;
    const std::size_t networks = mixture_ ? validationDraws : 1;
    for (std::size_t k = 0; k < networks; ++k) {
        std::vector<std::size_t> chosen;
        for (std::size_t trial = k; trial < validation_.trials.size(); trial += networks) chosen.push_back(trial);
        if (chosen.empty()) continue;
        if (mixture_) draw(firstValidationDraw + k);
        total.add(differentiator_->score(model_, {validation_, chosen, settings_.seed, validationNoise},
                                         settings_.measure(), executor, stop));
    }
    return total;
}

const EpochReport& Trainer::runEpoch(const Executor& executor, std::stop_token stop) {
    enterStage(stop);
    if (orderEpoch_ != state_.epoch) {
        order_.resize(training_.trials.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        Random random(settings_.seed, Stream::trialChoice, orders + static_cast<std::uint64_t>(state_.epoch));
        for (std::size_t k = order_.size(); k > 1; --k)
            std::swap(order_[k - 1], order_[static_cast<std::size_t>(random.integer(0, static_cast<int>(k) - 1))]);
        orderEpoch_ = state_.epoch;
    }
    const auto fail = [this](const char* what) {
        throw Error(ErrorCode::trainingDiverged, what, {std::to_string(state_.epoch + 1)});
    };
    const Stage& stage = stages_[static_cast<std::size_t>(state_.stage)];
    const std::size_t size = std::min(static_cast<std::size_t>(settings_.value("batch")), order_.size());
    const std::size_t batches = order_.size() / size;
    gradient_.resize(state_.parameters.size());
    std::vector<float>& ofWeights = mixture_ ? weightGradient_ : gradient_;
    ofWeights.resize(model_.parameters.size());
    // Weights are trained where the model holds them; of a mixture it holds one network after the other.
    struct Exchange {
        bool wanted;
        std::vector<float>&a, &b;
        Exchange(bool w, std::vector<float>& x, std::vector<float>& y) : wanted(w), a(x), b(y) {
            if (wanted) std::swap(a, b);
        }
        ~Exchange() {
            if (wanted) std::swap(a, b);
        }
    } const exchange(!mixture_, model_.parameters, state_.parameters);
    for (; state_.batch < static_cast<int>(batches); ++state_.batch) {
        const auto chosen =
            std::span<const std::size_t>(order_).subspan(static_cast<std::size_t>(state_.batch) * size, size);
        const Batch batch{training_, chosen, settings_.seed,
                          static_cast<std::uint64_t>(state_.epoch) * training_.trials.size()};
        if (mixture_) draw(firstTrainingDraw + state_.optimiser.steps);
        const double loss = differentiator_->gradient(model_, batch, ofWeights, executor, stop);
        if (mixture_)
            mixture_->pullBack<float>(weightGradient_, deviates_, settings_.value("train-means") != 0, gradient_);
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);  // of a large J what follows takes its time, too
        const double norm = normOf(gradient_);
        if (!std::isfinite(loss)) fail("loss");
        if (!std::isfinite(norm)) fail("gradient");
        // Adam squares it in single precision.
        const double limit = settings_.value("clip");
        if (!((limit > 0 ? std::min(norm, limit) : norm) < 1e18)) fail("gradient");
        clip(gradient_, norm, limit);
        state_.optimiser.update(learned(), gradient_, settings_.value("lr") * stage.rateFactor);
        state_.lossSum += loss;
        state_.normSum += norm;
        if (batchObserver_) batchObserver_(learned(), state_.batch + 1, static_cast<int>(batches));
    }
    const Score score = validate(executor, stop);
    if (!std::isfinite(score.loss())) fail("loss");

    EpochReport report;
    report.epoch = state_.epoch + 1;
    report.stage = state_.stage;
    report.loss = state_.lossSum / static_cast<double>(batches);
    report.gradientNorm = state_.normSum / static_cast<double>(batches);
    report.validationLoss = score.loss();
    report.accuracy = score.accuracy();
    finishEpoch(report);
    return state_.history.back();
}

void Trainer::finishEpoch(const EpochReport& report) {
    const auto before = bestReport();
    const Stage& stage = stages_[static_cast<std::size_t>(state_.stage)];
    // Accuracy that ends a stage is that of the network which is kept.
    if (!before || report.validationLoss < before->validationLoss || report.accuracy >= stage.untilAccuracy) {
        state_.best = learned();
        state_.bestEpoch = report.epoch;
    }
    state_.history.push_back(report);
    state_.epoch = report.epoch;
    state_.batch = 0;
    state_.lossSum = 0;
    state_.normSum = 0;
    ++state_.stageEpoch;
    const bool last = state_.stage + 1 == static_cast<int>(stages_.size());
    const double untilLoss = last ? settings_.value("until-loss") : 0;
    const bool done = (stage.epochs > 0 && state_.stageEpoch >= stage.epochs) ||
                      report.accuracy >= stage.untilAccuracy || (untilLoss > 0 && report.validationLoss <= untilLoss);
    if (!done) return;
    if (last) {
        state_.finished = true;
    } else {
        ++state_.stage;
        state_.stageEpoch = 0;
        state_.bestEpoch = 0;
    }
}

std::optional<EpochReport> Trainer::bestReport() const {
    if (state_.bestEpoch == 0) return std::nullopt;
    return state_.history[static_cast<std::size_t>(state_.bestEpoch) - 1];
}

network::Network networkOf(const Settings& settings, const std::vector<float>& parameters) {
    Model<float> model;
    model.shape = settings.shape();
    model.noise = settings.value("noise");
    const auto mixture = settings.mixture();
    if (mixture) {
        model.parameters.resize(model.shape.total());
        mixture->expand<float>(parameters, mixture->deviates(settings.seed, shownDraw), model.parameters);
    } else {
        model.parameters = parameters;
    }
    network::Network network = toNetwork(model);
    if (mixture) {
        network.labels = mixture->labels();
        for (std::size_t p = 1; p <= mixture->populations(); ++p)
            network.populationNames.push_back("population " + std::to_string(p));
    }
    network.name = settings.task;
    network.task.id = settings.task;
    for (const auto& [id, value] : settings.taskOptions) network.task.options[id] = toText(value);
    network.inputNames = tasks::task(settings.task).inputNames();
    return network;
}

std::optional<reduction::Circuit> Trainer::bestCircuit() const {
    if (!mixture_) return std::nullopt;
    reduction::Circuit circuit = mixture_->circuit(state_.bestEpoch > 0 ? state_.best : state_.parameters);
    circuit.name = settings_.task;
    circuit.inputNames = tasks::task(settings_.task).inputNames();
    circuit.task.id = settings_.task;
    circuit.origin.kind = reduction::Origin::Kind::trainedOnTask;
    for (const auto& [id, value] : settings_.taskOptions) circuit.task.options[id] = toText(value);
    return circuit;
}

void train(Trainer& trainer, const Executor& executor, const Observer& observer, std::stop_token stop) {
    while (!trainer.finished()) {
        trainer.runEpoch(executor, stop);
        if (!observer(trainer)) return;
    }
}

}  // namespace kappascope::training
