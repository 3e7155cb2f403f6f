// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_run.h"

#include <algorithm>
#include <utility>

#include "ui/session/state.h"

namespace kappascope::session {

TrainingRun::TrainingRun(RunOptions options, QObject* parent)
    : QObject(parent),
      options_(std::move(options)),
      weights_(options_.historyBytes),
      mailbox_([this](RunReport report) { receive(std::move(report)); }) {
    estimateWorker_ = makeEstimateWorker(options_.threads, [this](const Delivery<RunEstimate>& delivery) {
        if (delivery.serial != estimateSerial_ || delivery.outcome == Outcome::stopped) return;
        estimate_ = delivery.result;
        estimateFailure_ = delivery.error;
        emit estimateChanged();
    });
}

TrainingRun::~TrainingRun() = default;

void TrainingRun::start(training::Settings settings, bool paused) {
    RunStart start;
    start.settings = std::make_shared<const training::Settings>(std::move(settings));
    start.paused = paused;
    begin(std::move(start));
}

void TrainingRun::resume(const StoredRun& stored, bool paused) {
    RunStart start;
    start.settings = std::make_shared<const training::Settings>(stored.settings);
    start.stored = stored;
    start.paused = paused;
    begin(std::move(start));
}

void TrainingRun::begin(RunStart start) {
    const bool free = letGo();
    start.folder = options_.folder;
    start.threads = options_.threads;
    start.priority = options_.priority;
    settings_ = start.settings;
    history_.clear();
    stageEpochs_.clear();
    for (const auto& stage : settings_->stages()) stageEpochs_.push_back(stage.epochs);
    epochsAtMost_ = 0;
    for (const int epochs : stageEpochs_) epochsAtMost_ += epochs;
    stage_ = 0;
    stageEpoch_ = 0;
    secondsPerEpoch_ = 0;
    failure_.reset();
    latest_ = best_ = adopted_ = nullptr;
    weights_.clear();
    checkpoint_.clear();
    complained_ = false;
    command_ = 0;
    const bool paused = start.paused;
    thread_ = std::make_unique<TrainingThread>(std::move(start), ++runs_, mailbox_);
    emit begun();
    setPhase(paused ? RunPhase::paused : RunPhase::running);
    if (free) emit setAside();
}

bool TrainingRun::letGo() {
    if (!thread_) return false;
    thread_->wish(TrainingThread::Wish::stop);
    const bool free = std::exchange(ended_, false);
    if (!free) ending_.push_back(std::move(thread_));
    thread_.reset();
    return free;
}

void TrainingRun::command(TrainingThread::Wish wish) {
    command_ = thread_->wish(wish);
}

void TrainingRun::pause() {
    if (canPause()) command(TrainingThread::Wish::pause);
}

void TrainingRun::goOn() {
    if (!canGoOn()) return;
    command(TrainingThread::Wish::run);
    setPhase(RunPhase::running);
}

void TrainingRun::stepEpoch() {
    if (!canStep()) return;
    command(TrainingThread::Wish::step);
    setPhase(RunPhase::running);
}

void TrainingRun::stop() {
    if (!canStop()) return;
    command(TrainingThread::Wish::stop);
    setPhase(RunPhase::stopping);
}

void TrainingRun::setAdopted(const SnapshotPtr& snapshot) {
    if (!snapshot || snapshot != best()) return;  // another run's, or there is a better one by now
    adopted_ = snapshot;
    if (!thread_ || phase_ != RunPhase::finished) return;
    thread_->discardCheckpoint();
    checkpoint_.clear();
}

void TrainingRun::clear() {
    if (isActive() || phase_ == RunPhase::idle) return;
    const bool free = letGo();
    settings_ = nullptr;
    history_.clear();
    latest_ = best_ = adopted_ = nullptr;
    weights_.clear();
    checkpoint_.clear();
    failure_.reset();
    emit begun();
    setPhase(RunPhase::idle);
    if (free) emit setAside();
}

void TrainingRun::setPhase(RunPhase phase) {
    if (phase_ == phase) return;
    phase_ = phase;
    emit phaseChanged();
}

std::optional<double> TrainingRun::remainingSeconds() const {
    if (!(phase_ == RunPhase::running || phase_ == RunPhase::paused) || secondsPerEpoch_ == 0) return {};
    double epochs = -progress();
    for (std::size_t stage = static_cast<std::size_t>(stage_); stage < stageEpochs_.size(); ++stage)
        epochs += stageEpochs_[stage];
    return std::max(0.0, epochs - stageEpoch_) * secondsPerEpoch_;
}

SnapshotPtr TrainingRun::snapshotAt(int epoch) const {
    auto [found, weights] = weights_.at(epoch);
    if (!weights) return nullptr;
    return std::make_shared<const RunSnapshot>(RunSnapshot{found, 0, settings_, std::move(weights)});
}

int TrainingRun::firstSnapshot() const {
    return weights_.first();
}

SnapshotPtr TrainingRun::best() const {
    return best_ ? best_ : latest_;
}

void TrainingRun::estimate(const training::Settings& settings) {
    estimate_ = nullptr;
    estimateFailure_.reset();
    if (phase_ == RunPhase::running || phase_ == RunPhase::stopping) return;
    estimateSerial_ = estimateWorker_->submit(settings);
}

void TrainingRun::receive(RunReport report) {
    const auto isEnd = [](RunPhase phase) {
        return phase == RunPhase::finished || phase == RunPhase::stopped || phase == RunPhase::failed;
    };
    if (report.run != runs_ || !thread_) {
        if (report.notWritten) emit notKept(sentence(*report.notWritten));
        if (report.ended) {
            std::erase_if(ending_, [&](const auto& each) { return each->runNumber() == report.run; });
            emit setAside();
        }
        return;
    }
    if (report.ended) ended_ = true;
    if (report.notWritten && !std::exchange(complained_, true)) emit notKept(sentence(*report.notWritten));
    if (report.secondsPerEpoch > 0) secondsPerEpoch_ = report.secondsPerEpoch;
    if (report.latest) latest_ = report.latest;
    if (report.begun) {
        history_ = std::move(report.begun->history);
        stage_ = report.begun->stage;
        stageEpoch_ = report.begun->stageEpoch;
        checkpoint_ = report.begun->path;
        if (report.begun->best)
            best_ = std::make_shared<const RunSnapshot>(
                RunSnapshot{report.begun->bestEpoch, 0, settings_, report.begun->best});
        weights_.add(latest_->epoch, latest_->weights);
    }
    for (auto& epoch : report.epochs) {
        history_.push_back(epoch.report);
        ++stageEpoch_;
        if (epoch.best)
            best_ = std::make_shared<const RunSnapshot>(RunSnapshot{epoch.report.epoch, 0, settings_, epoch.weights});
        if (epoch.endsStage) {
            ++stage_;
            stageEpoch_ = 0;
            best_ = nullptr;
            secondsPerEpoch_ = 0;
        }
        weights_.add(epoch.report.epoch, std::move(epoch.weights));
    }
    if (!report.epochs.empty() || report.begun) emit epochDone();
    if (report.latest) emit snapshotChanged();
    if (!report.phase || !thread_ || report.run != runs_) return;
    if (isEnd(report.phase->phase)) {
        failure_ = report.phase->error;
        setPhase(report.phase->phase);
    } else if (report.phase->command == command_ && phase_ != RunPhase::stopping) {
        setPhase(report.phase->phase);
    }
}

}  // namespace kappascope::session
