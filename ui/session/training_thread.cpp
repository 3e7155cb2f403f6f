// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_thread.h"

#include <QCoreApplication>
#include <algorithm>
#include <new>
#include <utility>

#include "core/training/checkpoint.h"
#include "ui/session/training_estimate.h"

namespace kappascope::session {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds reportInterval(40);
constexpr int copyShare = 30;  // a copy of the weights may take one part in so many of the time

double secondsSince(Clock::time_point start) {
    return Seconds(Clock::now() - start).count();
}

std::filesystem::path systemPath(const QString& path) {
    return {path.toStdU16String()};
}

}  // namespace

/// What the run's own thread keeps.
class TrainingThread::Job {
public:
    Job(const RunStart& start, std::uint64_t run, Mailbox<RunReport>& mailbox, ThreadPool& pool)
        : settings_(start.settings), run_(run), mailbox_(mailbox), pool_(pool) {}

    /// Throws stopped.
    void begin(const RunStart& start, const QString& path, std::stop_token stop) {
        if (start.stored) {
            auto checkpoint = training::loadCheckpoint(systemPath(start.stored->path), std::move(stop));
            trainer_.emplace(std::move(checkpoint.settings), std::move(checkpoint.state));
        } else {
            trainer_.emplace(*settings_, std::move(stop));
        }
        trainer_->setBatchObserver(
            [this](const std::vector<float>& weights, int done, int batches) { afterBatch(weights, done, batches); });
        const auto& state = trainer_->state();
        const auto trials = static_cast<int>(settings_->value("trials"));
        batches_ = trials / std::min(static_cast<int>(settings_->value("batch")), trials);
        savedEpoch_ = state.epoch;
        savedBatch_ = state.batch;
        RunReport::Begun begun;
        begun.history = state.history;
        begun.stageEpoch = state.stageEpoch;
        begun.stage = state.stage;
        begun.path = path;
        if (state.bestEpoch > 0) begun.best = std::make_shared<const std::vector<float>>(state.best);
        begun.bestEpoch = state.bestEpoch;
        pending_.begun = std::move(begun);
        pending_.latest = snapshot(state.parameters, state.epoch, state.batch);
        send();
    }

    /// To the end of the epoch. Throws as Trainer::runEpoch.
    void runEpoch(std::stop_token stop) {
        goBegan_ = Clock::now();
        batchesBefore_ = trainer_->state().batch;
        const int stage = trainer_->state().stage;
        try {
            trainer_->runEpoch(pool_.executor(), std::move(stop));
        } catch (...) {
            spent_ += secondsSince(goBegan_);
            batchesSpent_ += trainer_->state().batch - batchesBefore_;
            throw;
        }
        spent_ += secondsSince(goBegan_);
        const bool whole = batchesSpent_ + batches_ - batchesBefore_ >= batches_;
        const auto& state = trainer_->state();
        if (whole) secondsPerEpoch_ = secondsPerEpoch_ > 0 ? 0.7 * secondsPerEpoch_ + 0.3 * spent_ : spent_;
        if (state.stage != stage) secondsPerEpoch_ = 0;  // its trials are longer
        spent_ = 0;
        batchesSpent_ = 0;

        RunReport::Epoch epoch;
        epoch.report = state.history.back();
        epoch.weights = std::make_shared<const std::vector<float>>(state.parameters);
        epoch.best = state.bestEpoch == state.epoch;
        epoch.endsStage = state.stage != stage;
        auto latest = std::make_shared<RunSnapshot>();
        latest->epoch = state.epoch;
        latest->settings = settings_;
        latest->weights = epoch.weights;
        pending_.latest = newest_ = std::move(latest);
        newestBatch_ = 0;
        pending_.epochs.push_back(std::move(epoch));
        if (Clock::now() - sent_ >= reportInterval) send();
    }

    bool isFinished() const { return trainer_->finished(); }

    /// Sends what is new, with the weights of this moment.
    void report(RunPhase phase, std::uint64_t command, std::optional<Error> error = {}, bool ended = false) {
        if (trainer_) {
            const auto& state = trainer_->state();
            // Of a large network a copy takes longer than a pause may.
            const bool known = newest_ && newest_->epoch == state.epoch && newestBatch_ == state.batch;
            if (!known) pending_.latest = snapshot(state.parameters, state.epoch, state.batch);
        }
        pending_.phase = RunReport::Phase{phase, command, std::move(error)};
        pending_.ended = ended;
        send();
    }

    /// always: also where the last time was a moment ago.
    void save(CheckpointFile* file, bool always) {
        if (!file || !trainer_) return;
        const auto& state = trainer_->state();
        if (state.epoch == savedEpoch_ && state.batch == savedBatch_) return;
        if (!always && Clock::now() - saved_ < std::chrono::milliseconds(50)) return;
        file->put(settings_, state);
        saved_ = Clock::now();
        savedEpoch_ = state.epoch;
        savedBatch_ = state.batch;
    }

private:
    void afterBatch(const std::vector<float>& weights, int done, int batches) {
        const auto now = Clock::now();
        if (now - sent_ < std::max<Clock::duration>(reportInterval, copyShare * copyTime_)) return;
        pending_.latest = snapshot(weights, trainer_->state().epoch, done);
        copyTime_ = Clock::now() - now;
        if (secondsPerEpoch_ == 0 && done > batchesBefore_) {
            const double spent = spent_ + secondsSince(goBegan_);
            pending_.secondsPerEpoch = spent * batches / (batchesSpent_ + done - batchesBefore_);
        }
        send();
    }

    SnapshotPtr snapshot(const std::vector<float>& weights, int epoch, int batch) {
        auto result = std::make_shared<RunSnapshot>();
        result->epoch = epoch;
        result->progress = static_cast<double>(batch) / batches_;
        result->settings = settings_;
        result->weights = std::make_shared<const std::vector<float>>(weights);
        newest_ = result;
        newestBatch_ = batch;
        return result;
    }

    void send() {
        if (secondsPerEpoch_ > 0) pending_.secondsPerEpoch = secondsPerEpoch_;
        pending_.run = run_;
        mailbox_.put(std::exchange(pending_, {}));
        sent_ = Clock::now();
    }

    std::shared_ptr<const training::Settings> settings_;
    std::uint64_t run_;
    Mailbox<RunReport>& mailbox_;
    ThreadPool& pool_;
    std::optional<training::Trainer> trainer_;
    RunReport pending_;
    SnapshotPtr newest_;   ///< the last one that was made
    int newestBatch_ = 0;  ///< batches done of its next epoch
    Clock::time_point sent_;
    Clock::time_point saved_;
    Clock::duration copyTime_{};
    int savedEpoch_ = 0, savedBatch_ = 0;
    Clock::time_point goBegan_;
    double spent_ = 0;  ///< seconds on the epoch in progress, before the last go
    int batches_ = 1;   ///< of an epoch
    int batchesSpent_ = 0, batchesBefore_ = 0;
    double secondsPerEpoch_ = 0;
};

TrainingThread::TrainingThread(RunStart start, std::uint64_t run, Mailbox<RunReport>& mailbox)
    : start_(std::move(start)), run_(run), mailbox_(mailbox), pool_(start_.threads, start_.priority) {
    if (start_.paused) wish_ = Wish::pause;
    thread_ = std::thread([this] { main(); });
}

TrainingThread::~TrainingThread() {
    wish(Wish::stop);
    thread_.join();
}

std::uint64_t TrainingThread::wish(Wish wish) {
    std::uint64_t command = 0;
    {
        const std::scoped_lock lock(mutex_);
        command = ++command_;
        if (wish_ == Wish::stop) return command;
        wish_ = wish;
        if (wish == Wish::pause || wish == Wish::stop) go_.request_stop();
        if (wish == Wish::stop) quit_.request_stop();
    }
    // Where other programs keep every processor busy, an idle thread would not get to the end of its batch.
    if (wish == Wish::pause || wish == Wish::stop) {
        setThread(thread_.native_handle(), ThreadPriority::normal);
        pool_.setPriority(ThreadPriority::normal);
    }
    changed_.notify_all();
    return command;
}

void TrainingThread::discardCheckpoint() {
    if (file_) file_->discard();
}

bool TrainingThread::awaitGo(Job& job) {
    std::unique_lock lock(mutex_);
    while (wish_ == Wish::pause) {
        const std::uint64_t command = command_;
        lock.unlock();
        job.report(RunPhase::paused, command);  // first: of a large network, the copy for the file takes a while
        job.save(file_.get(), true);
        lock.lock();
        changed_.wait(lock, [&] { return wish_ != Wish::pause || command_ != command; });
    }
    go_ = std::stop_source();
    return wish_ != Wish::stop;
}

void TrainingThread::stepBack() {
    const auto set = [this](ThreadPriority priority) {
        setThisThread(priority);
        pool_.setPriority(priority);
    };
    set(start_.priority);  // not with the mutex held: who waits for it would wait for a processor
    const auto hurried = [this] {
        const std::scoped_lock lock(mutex_);
        return wish_ == Wish::pause || wish_ == Wish::stop;
    };
    if (hurried()) set(ThreadPriority::normal);
}

void TrainingThread::main() {
    stepBack();
    const auto newest = [this] {
        const std::scoped_lock lock(mutex_);
        return command_;
    };
    const auto end = [this, &newest](Error error) {
        RunReport report;
        report.run = run_;
        report.phase = RunReport::Phase{RunPhase::failed, newest(), std::move(error)};
        report.ended = true;
        mailbox_.put(std::move(report));
    };
    std::optional<Job> job;
    try {
        job.emplace(start_, run_, mailbox_, pool_);
        refuseLargeRun(*start_.settings, start_.threads);
        const auto failed = [this](const Error& error) {
            RunReport report;
            report.run = run_;
            report.notWritten = error;
            mailbox_.put(std::move(report));
        };
        if (start_.stored) {
            file_ = std::make_unique<CheckpointFile>(*start_.stored, start_.priority, failed);
        } else if (!start_.folder.isEmpty()) {
            try {
                file_ = std::make_unique<CheckpointFile>(start_.folder, start_.priority, failed);
            } catch (const Error& error) {
                failed(error);  // a run that cannot be kept is still worth watching
            }
        }
        job->begin(start_, file_ ? file_->path() : QString(), quit_.get_token());
        while (!job->isFinished() && awaitGo(*job)) {
            stepBack();
            std::stop_token stop;
            {
                const std::scoped_lock lock(mutex_);
                stop = go_.get_token();
            }
            try {
                job->runEpoch(std::move(stop));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::stopped) throw;
                continue;
            }
            job->save(file_.get(), false);
            const std::scoped_lock lock(mutex_);
            if (wish_ == Wish::step) wish_ = Wish::pause;
        }
        const bool finished = job->isFinished();
        if (!finished) job->report(RunPhase::stopped, newest());  // the disk may take longer than a stop may
        job->save(file_.get(), true);
        if (file_) file_->flush();
        job->report(finished ? RunPhase::finished : RunPhase::stopped, newest(), {}, true);
    } catch (const Error& error) {
        const bool stopped = error.code() == ErrorCode::stopped;  // before there were weights
        try {
            job->save(file_.get(), true);  // the last weights that were good
            if (file_) file_->flush();
        } catch (const std::bad_alloc&) {
            // What the file holds already stays.
        }
        if (stopped)
            job->report(RunPhase::stopped, newest(), {}, true);
        else
            job->report(RunPhase::failed, newest(), error, true);
    } catch (const std::bad_alloc&) {
        job.reset();
        end(Error(ErrorCode::outOfMemory));
    } catch (const std::exception& error) {
        end(Error(ErrorCode::didNotConverge, error.what()));
    }
}

}  // namespace kappascope::session
