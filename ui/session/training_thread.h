// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/error.h"
#include "ui/session/mailbox.h"
#include "ui/session/thread_pool.h"
#include "ui/session/thread_priority.h"
#include "ui/session/training_snapshot.h"
#include "ui/session/training_store.h"

namespace kappascope::session {

/// What a run is doing.
enum class RunPhase {
    idle,      ///< there is none
    running,   ///< it trains
    paused,    ///< it waits, also within an epoch
    stopping,  ///< stop() was called
    finished,  ///< all epochs are done, or the goal is reached
    stopped,   ///< ended by hand; its checkpoint is kept
    failed,    ///< TrainingRun::failure() says why
};

/// Where a run begins.
struct RunStart {
    std::shared_ptr<const training::Settings> settings;
    std::optional<StoredRun> stored;  ///< go on from this checkpoint, and write into it
    QString folder;                   ///< for checkpoints; empty: none are written
    int threads = 0;                  ///< 0: as many as the machine has
    ThreadPriority priority = ThreadPriority::idle;
    bool paused = false;  ///< do nothing until it is told to
};

/// What a run's thread hands over: all since the last time.
struct RunReport {
    struct Epoch {
        training::EpochReport report;
        Weights weights;
        bool best = false;       ///< the best of its stage so far
        bool endsStage = false;  ///< a harder stage of the curriculum begins
    };
    struct Begun {
        std::vector<training::EpochReport> history;  ///< of a run that goes on
        Weights best;                                ///< null where there is none yet
        int bestEpoch = 0;
        int stage = 0;
        int stageEpoch = 0;
        QString path;  ///< of the checkpoint
    };
    struct Phase {
        RunPhase phase = RunPhase::idle;
        std::uint64_t command = 0;  ///< the last command that it heeds
        std::optional<Error> error;
    };
    std::uint64_t run = 0;
    std::optional<Begun> begun;
    std::vector<Epoch> epochs;
    SnapshotPtr latest;
    double secondsPerEpoch = 0;  ///< while it runs; 0: not known yet
    std::optional<Phase> phase;
    std::optional<Error> notWritten;  ///< a checkpoint that could not be written
    bool ended = false;               ///< the last report: the checkpoint is on the disk
};

/// A trainer in a thread of its own. Commands come from the owner's thread and never wait; reports go to a mailbox, at
/// most 25 a second but for changes of phase. The destructor stops the run, within a batch, has its checkpoint written,
/// and joins.
class TrainingThread {
public:
    /// run: a number for the reports. mailbox: lives in the owner's thread, and longer.
    TrainingThread(RunStart start, std::uint64_t run, Mailbox<RunReport>& mailbox);
    ~TrainingThread();
    TrainingThread(const TrainingThread&) = delete;
    TrainingThread& operator=(const TrainingThread&) = delete;

    enum class Wish { run, step, pause, stop };
    /// Replaces the command before; returns its number. Nothing follows a stop.
    std::uint64_t wish(Wish wish);
    std::uint64_t runNumber() const { return run_; }

    /// Removes the checkpoint. Only after a report that the run has ended.
    void discardCheckpoint();

private:
    class Job;

    void main();
    /// Waits for a command that is not to be paused; reports the pause. False: stop.
    bool awaitGo(Job& job);
    /// Takes the run's own priority, unless somebody waits for it to pause or stop.
    void stepBack();

    RunStart start_;
    std::uint64_t run_;
    Mailbox<RunReport>& mailbox_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Wish wish_ = Wish::run;
    std::uint64_t command_ = 0;
    std::stop_source go_;    ///< of the epoch in progress
    std::stop_source quit_;  ///< of the whole run
    ThreadPool pool_;
    std::unique_ptr<CheckpointFile> file_;  ///< of the run's thread, until it has ended
    std::thread thread_;
};

}  // namespace kappascope::session
