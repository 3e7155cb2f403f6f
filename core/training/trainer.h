// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/network/network.h"
#include "core/training/gradient.h"
#include "core/training/mixture.h"
#include "core/training/optimiser.h"
#include "core/training/recipe.h"

namespace kappascope::training {

/// One pass over the training trials.
struct EpochReport {
    int epoch = 0;  ///< from 1
    int stage = 0;  ///< of the curriculum, from 0
    double loss = 0;
    double gradientNorm = 0;  ///< mean over batches, before clipping
    double validationLoss = 0;
    double accuracy = 0;  ///< of the validation trials
};

/// All that changes in a run, and what it goes on from.
struct TrainingState {
    std::vector<float> parameters;  ///< Settings::parameterCount() numbers
    Adam optimiser;
    int epoch = 0;       ///< epochs done
    int batch = 0;       ///< batches done of the next one
    int stage = 0;       ///< of the curriculum
    int stageEpoch = 0;  ///< epochs done in it
    double lossSum = 0;  ///< over the batches done of this epoch
    double normSum = 0;
    std::vector<float> best;  ///< parameters with the least validation loss of this stage
    int bestEpoch = 0;        ///< 0: none yet
    std::vector<EpochReport> history;
    bool finished = false;
};

/// The network that these parameters of a run are, with its task: scaling over-n, populations none; of a mixture a
/// network drawn from it, with its populations, always with the same deviates. parameters:
/// settings.parameterCount() numbers.
network::Network networkOf(const Settings& settings, const std::vector<float>& parameters);

/// Trains a network on a task: mini-batches, Adam, clipping, a curriculum, the best kept. Random numbers are functions
/// of seed, epoch and trial, so a run that is stopped anywhere and goes on gives the same weights to the last bit
/// (same binary, same instruction set). One thread at a time may call it.
///
/// Where the settings have populations, what it trains is the mixture: every batch goes through a network that is drawn
/// anew, validation through several, always the same.
class Trainer {
public:
    /// From initial weights. Throws stopped.
    explicit Trainer(Settings settings, std::stop_token stop = {});
    /// Goes on from a state. Throws wrongShape, malformed.
    Trainer(Settings settings, TrainingState state);

    /// Trains on to the end of the epoch and validates. Throws stopped (everything is kept as it was after the last
    /// whole batch, and the next call goes on from there), or trainingDiverged: a loss or gradient is not finite; the
    /// weights are those before that batch.
    const EpochReport& runEpoch(const Executor& executor, std::stop_token stop = {});

    /// Called after every whole batch, in the thread of runEpoch(), with the parameters as they are then; it sees, and
    /// changes nothing. batches: of an epoch. None by default.
    using BatchObserver = std::function<void(const std::vector<float>& parameters, int batchesDone, int batches)>;
    void setBatchObserver(BatchObserver observer) { batchObserver_ = std::move(observer); }

    bool finished() const { return state_.finished; }
    const Settings& settings() const { return settings_; }
    const TrainingState& state() const { return state_; }

    /// The network as it is now, and the best so far (of the current stage; the current one before its first epoch
    /// ends), with its task: networkOf() has more.
    network::Network current() const { return networkOf(settings_, state_.parameters); }
    network::Network best() const {
        return networkOf(settings_, state_.bestEpoch > 0 ? state_.best : state_.parameters);
    }

    /// The mixture of best() as a circuit, with its task; nothing where weights are trained.
    std::optional<reduction::Circuit> bestCircuit() const;

    /// The report of the best epoch, or nothing.
    std::optional<EpochReport> bestReport() const;

private:
    /// With these weights; a state is still to come.
    Trainer(Settings settings, Model<float> model);
    void enterStage(std::stop_token stop);
    void draw(std::uint64_t index);
    std::vector<float>& learned() { return mixture_ ? state_.parameters : model_.parameters; }
    Score validate(const Executor& executor, std::stop_token stop);
    void finishEpoch(const EpochReport& report);

    Settings settings_;
    std::vector<Stage> stages_;
    std::optional<Mixture> mixture_;
    std::vector<float> deviates_;  ///< of the network that model_ holds, where it was drawn
    Model<float> model_;
    TrainingState state_;
    std::unique_ptr<Differentiator<float>> differentiator_;
    std::vector<float> gradient_;
    std::vector<float> weightGradient_;  ///< of the weights, where a mixture is trained
    BatchObserver batchObserver_;
    std::vector<std::size_t> order_;
    int orderEpoch_ = -1;
    int preparedStage_ = -1;
    TrialSet training_;
    TrialSet validation_;
};

/// Called after every epoch; false ends the run.
using Observer = std::function<bool(const Trainer&)>;

/// Runs epochs until the run is finished or an observer ends it. Throws as Trainer::runEpoch().
void train(Trainer& trainer, const Executor& executor, const Observer& observer, std::stop_token stop = {});

}  // namespace kappascope::training
