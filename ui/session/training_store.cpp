// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUuid>
#include <filesystem>
#include <utility>

#include "core/io/save.h"
#include "core/training/checkpoint.h"
#include "ui/session/state.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

struct StoreTexts {
    Q_DECLARE_TR_FUNCTIONS(TrainingStore)
};

const QString suffix = QStringLiteral(".checkpoint");

std::filesystem::path systemPath(const QString& path) {
    return {path.toStdU16String()};
}

std::shared_ptr<QLockFile> lockFor(const QString& path) {
    auto lock = std::make_shared<QLockFile>(path + QStringLiteral(".lock"));
    lock->setStaleLockTime(0);  // only the end of its program frees it, never its age
    return lock->tryLock(0) ? lock : nullptr;
}

/// Removes what a crash left half-written.
void sweep(const QDir& folder) {
    for (const QString& name : folder.entryList({QStringLiteral(".*.part")}, QDir::Files | QDir::Hidden)) {
        constexpr qsizetype idLength = 36;  // of a UUID
        if (lockFor(folder.absoluteFilePath(name.mid(1, idLength) + suffix)))
            QFile::remove(folder.absoluteFilePath(name));
    }
}

}  // namespace

QString trainingFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/training");
}

QString StoredRun::title() const {
    const QString name = taskTitle(QString::fromStdString(settings.task));
    if (!newest) return StoreTexts::tr("%1, %n epoch(s)", nullptr, epoch).arg(name);
    return StoreTexts::tr("%1, %n epoch(s), accuracy %2 %", nullptr, epoch)
        .arg(name, QString::number(100 * newest->accuracy, 'f', 1));
}

void StoredRun::discard() {
    QFile::remove(path);
    lock.reset();
}

StoredRuns storedRuns(const QString& folder) {
    StoredRuns found;
    const QDir directory(folder);
    sweep(directory);
    for (const QString& name : directory.entryList({QStringLiteral("*") + suffix}, QDir::Files, QDir::Time)) {
        StoredRun run;
        run.path = directory.absoluteFilePath(name);
        run.lock = lockFor(run.path);
        if (!run.lock) continue;
        try {
            auto checkpoint = training::loadCheckpoint(systemPath(run.path));
            run.settings = std::move(checkpoint.settings);
            run.epoch = checkpoint.state.epoch;
            if (!checkpoint.state.history.empty()) run.newest = checkpoint.state.history.back();
            run.finished = checkpoint.state.finished;
            run.written = QFileInfo(run.path).lastModified();
            found.runs.push_back(std::move(run));
        } catch (const Error& error) {
            found.problems.push_back(sentence(error));
        }
    }
    return found;
}

CheckpointFile::CheckpointFile(const QString& folder, ThreadPriority priority, std::function<void(const Error&)> failed)
    : priority_(priority), failed_(std::move(failed)) {
    QDir().mkpath(folder);
    path_ = QDir(folder).absoluteFilePath(QUuid::createUuid().toString(QUuid::WithoutBraces) + suffix);
    lock_ = lockFor(path_);
    if (!lock_)
        throw Error(ErrorCode::cannotWrite, {}, {StoreTexts::tr("the folder is not writable").toStdString()},
                    folder.toStdString());
    thread_ = std::thread([this] { main(); });
}

CheckpointFile::CheckpointFile(const StoredRun& stored, ThreadPriority priority,
                               std::function<void(const Error&)> failed)
    : path_(stored.path), lock_(stored.lock), priority_(priority), failed_(std::move(failed)) {
    thread_ = std::thread([this] { main(); });
}

CheckpointFile::~CheckpointFile() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    setThread(thread_.native_handle(), ThreadPriority::normal);
    changed_.notify_all();
    thread_.join();
}

void CheckpointFile::put(std::shared_ptr<const training::Settings> settings, training::TrainingState state) {
    {
        const std::scoped_lock lock(mutex_);
        pending_ = Order{std::move(settings), std::move(state)};
    }
    changed_.notify_all();
}

void CheckpointFile::flush() {
    setThread(thread_.native_handle(), ThreadPriority::normal);  // somebody waits
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pending_ && !busy_; });
}

void CheckpointFile::discard() {
    flush();
    QFile::remove(path_);
}

void CheckpointFile::main() {
    setThisThread(priority_);
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return pending_ || ending_; });
        if (!pending_) return;
        const Order order = std::move(*pending_);
        pending_.reset();
        busy_ = true;
        lock.unlock();
        try {
            io::writeAtomically(systemPath(path_), training::checkpointBytes(*order.settings, order.state));
        } catch (const Error& error) {
            failed_(error);
        } catch (const std::bad_alloc&) {
            failed_(Error(ErrorCode::outOfMemory));
        }
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
}

}  // namespace kappascope::session
