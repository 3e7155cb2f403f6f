// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/training_estimate.h"
#include "ui/session/training_snapshot.h"
#include "ui/session/training_store.h"
#include "ui/session/training_thread.h"

namespace kappascope::session {

/// How the runs of a window are kept and computed.
struct RunOptions {
    QString folder = {};  ///< for checkpoints (trainingFolder()); empty: none are written
    int threads = 0;      ///< 0: as many as the machine has
    ThreadPriority priority = ThreadPriority::idle;
    std::size_t historyBytes = WeightHistory::usualLimit;
};

/// A training in the background, as a window shows and steers it. Commands return at once; what they did shows in
/// phase(). A snapshot is never waited for by the trainer, and pausing, stepping and watching change nothing of what it
/// computes. One run at a time; lives in the UI thread. Destroying it stops the run and keeps its checkpoint.
class TrainingRun : public QObject {
    Q_OBJECT

public:
    explicit TrainingRun(RunOptions options = {}, QObject* parent = nullptr);
    ~TrainingRun() override;

    // Commands. What makes no sense in a phase does nothing (can…() say what does).
    /// Begins a new run; one that is going is stopped, and its checkpoint kept. paused: it waits for goOn() or
    /// stepEpoch(). Settings that need too much memory end in failed with runTooLarge.
    void start(training::Settings settings, bool paused = false);
    /// Goes on with a stored run from where it was, and keeps writing into its file. Curves are there from epoch 1,
    /// snapshots from firstSnapshot() on. Goes to failed where the file has become unreadable. By default it waits, so
    /// that one can look first.
    void resume(const StoredRun& stored, bool paused = true);
    void pause();  ///< within a batch; goOn() continues with the same batch
    void goOn();
    void stepEpoch();  ///< to the end of the epoch in progress, then pauses
    void stop();       ///< for good: paused would allow to go on
    /// This network of the run is in a file, or open in Explore. Where it is the best one of a run that has finished,
    /// nothing is left to lose: the checkpoint is removed.
    void setAdopted(const SnapshotPtr& snapshot);
    bool isAdopted() const { return adopted_ && adopted_ == best(); }
    /// Back to idle, where the run has ended. Its checkpoint stays as it is.
    void clear();
    /// Whether a checkpoint holds the run, so that it can be gone on with when another has taken its place.
    bool isKept() const { return !checkpoint_.isEmpty() && !complained_; }

    bool isActive() const {
        return phase_ == RunPhase::running || phase_ == RunPhase::paused || phase_ == RunPhase::stopping;
    }
    bool canPause() const { return phase_ == RunPhase::running; }
    bool canGoOn() const { return phase_ == RunPhase::paused; }
    bool canStep() const { return phase_ == RunPhase::paused || phase_ == RunPhase::running; }
    bool canStop() const { return phase_ == RunPhase::running || phase_ == RunPhase::paused; }

    RunPhase phase() const { return phase_; }
    /// Null while idle.
    std::shared_ptr<const training::Settings> settings() const { return settings_; }
    /// One entry an epoch, from epoch 1, also of a run that was resumed.
    const std::vector<training::EpochReport>& history() const { return history_; }
    /// Where failed.
    const std::optional<Error>& failure() const { return failure_; }

    int epochCount() const { return static_cast<int>(history_.size()); }
    double progress() const { return latest_ ? latest_->progress : 0; }  ///< of the epoch in progress, 0..1
    /// Epochs that the settings allow, every stage of the curriculum counted: a run may end earlier.
    int epochsAtMost() const { return epochsAtMost_; }
    /// Seconds of training left if no goal is reached earlier; nothing while that is not known, or the run has ended.
    std::optional<double> remainingSeconds() const;
    double secondsPerEpoch() const { return secondsPerEpoch_; }  ///< 0: not known yet
    int stage() const { return stage_; }                         ///< of the curriculum, from 0
    int stageCount() const { return static_cast<int>(stageEpochs_.size()); }

    /// The network as it is now, at most 25 times a second; null while idle.
    SnapshotPtr latest() const { return latest_; }
    /// The network after an epoch (0: as it began); the nearest kept one before where it was thinned out or is before
    /// firstSnapshot(): its own `epoch` says which. Null while idle.
    SnapshotPtr snapshotAt(int epoch) const;
    /// Epochs whose weights are there.
    std::vector<int> snapshotEpochs() const { return weights_.epochs(); }
    /// 0, or, of a run that was resumed, the epoch that it went on from.
    int firstSnapshot() const;
    /// What the run is worth: the network of the least validation loss of its last stage; the newest where no epoch of
    /// this stage is done. Null while idle.
    SnapshotPtr best() const;

    /// Asks for an estimate of what a run would take; nothing while a run trains, whose figures are known.
    void estimate(const training::Settings& settings);
    /// Of the settings that were asked about last; null until it is there, or where estimateFailure() says why not.
    std::shared_ptr<const RunEstimate> estimate() const { return estimate_; }
    const std::optional<Error>& estimateFailure() const { return estimateFailure_; }

    /// The run's checkpoint; empty where none is written.
    QString checkpointPath() const { return checkpoint_; }

signals:
    void begun();         ///< start() or resume(): everything is another's now
    void phaseChanged();  ///< phase(), failure()
    void epochDone();     ///< one or more: history(), snapshotAt(), best()
    void snapshotChanged();
    void estimateChanged();
    void setAside();  ///< a run that another took the place of, or clear(): its checkpoint is whole, and nobody's
    void notKept(const QString& sentence);  ///< a checkpoint could not be written; once a run

private:
    void begin(RunStart start);
    /// Ends the thread. False: its checkpoint is still being written, behind the back of whatever comes next.
    bool letGo();
    void command(TrainingThread::Wish wish);
    void receive(RunReport report);
    void setPhase(RunPhase phase);

    RunOptions options_;
    RunPhase phase_ = RunPhase::idle;
    std::shared_ptr<const training::Settings> settings_;
    std::vector<training::EpochReport> history_;
    std::vector<int> stageEpochs_;  ///< at most, of each stage
    int epochsAtMost_ = 0;
    int stage_ = 0;
    int stageEpoch_ = 0;
    double secondsPerEpoch_ = 0;
    std::optional<Error> failure_;
    SnapshotPtr latest_;
    SnapshotPtr best_;
    SnapshotPtr adopted_;  ///< setAdopted()
    WeightHistory weights_;
    std::shared_ptr<const RunEstimate> estimate_;
    std::optional<Error> estimateFailure_;
    std::uint64_t estimateSerial_ = 0;
    QString checkpoint_;
    bool complained_ = false;
    std::uint64_t runs_ = 0;
    std::uint64_t command_ = 0;

    // Threads last: they are joined before anything that their reports touch goes away.
    Mailbox<RunReport> mailbox_;
    std::unique_ptr<EstimateWorker> estimateWorker_;
    std::vector<std::unique_ptr<TrainingThread>> ending_;  ///< let go of, but not through with their checkpoints
    bool ended_ = false;                                   ///< thread_ is through with its checkpoint
    std::unique_ptr<TrainingThread> thread_;
};

}  // namespace kappascope::session
