// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QLockFile>
#include <QString>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/training/trainer.h"
#include "ui/session/thread_priority.h"

namespace kappascope::session {

/// Where the window keeps the checkpoints of its runs.
QString trainingFolder();

/// A checkpoint whose run nobody is at; nobody else takes it while this (or a copy) lives.
struct StoredRun {
    QString path;
    std::shared_ptr<QLockFile> lock;
    training::Settings settings;
    int epoch = 0;                                ///< whole epochs done
    std::optional<training::EpochReport> newest;  ///< report of the last one
    bool finished = false;                        ///< it has nothing left to train, but was not opened
    QDateTime written;

    /// One line for people, through tr(): task, size, epochs, accuracy, when it was written.
    QString title() const;
    /// Removes it for ever.
    void discard();
};

struct StoredRuns {
    std::vector<StoredRun> runs;    ///< newest first
    std::vector<QString> problems;  ///< a sentence for each file that could not be read
};

/// Runs in `folder` that were interrupted, by hand or by a crash, and that nobody holds. Reads of each file what says
/// where the run stands, not its weights; still, for a worker. A broken one is left where it is, and named. Throws
/// stopped.
StoredRuns storedRuns(const QString& folder, std::stop_token stop = {});

/// The checkpoint file of one run: a name and lock of its own in a folder, written by a thread, whole or not at all.
class CheckpointFile {
public:
    /// A new file in `folder`. failed: called in the writing thread. Throws cannotWrite.
    CheckpointFile(const QString& folder, ThreadPriority priority, std::function<void(const Error&)> failed);
    /// Goes on with a file that was offered.
    CheckpointFile(const StoredRun& stored, ThreadPriority priority, std::function<void(const Error&)> failed);
    /// Writes what was put in last, then lets go of the file.
    ~CheckpointFile();
    CheckpointFile(const CheckpointFile&) = delete;
    CheckpointFile& operator=(const CheckpointFile&) = delete;

    /// Has this state written; what was put in before and is not yet begun is left out.
    void put(std::shared_ptr<const training::Settings> settings, training::TrainingState state);
    /// Returns when all that was put in is on the disk, or has failed.
    void flush();
    const QString& path() const { return path_; }
    /// Removes the file; nothing is written any more.
    void discard();

private:
    void main();

    struct Order {
        std::shared_ptr<const training::Settings> settings;
        training::TrainingState state;
    };
    QString path_;
    std::shared_ptr<QLockFile> lock_;
    ThreadPriority priority_;
    std::function<void(const Error&)> failed_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Order> pending_;
    bool busy_ = false;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace kappascope::session
