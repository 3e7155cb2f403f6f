// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QStandardPaths>
#include <QUuid>
#include <QtEndian>
#include <filesystem>
#include <utility>

#include "core/io/save.h"
#include "core/io/zip_archive.h"
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

/// What a checkpoint says of its run, without the numbers that are trained, of which a folder may hold gigabytes: its
/// first entry, which is stored as it is, in an archive whose other entries are empty. Throws as loadCheckpoint(); of
/// what lies beyond the first entry it sees only where it is too short.
training::Checkpoint readHeader(const QString& path) {
    constexpr int fixed = 30;  // bytes of an entry's header, before its name
    constexpr quint32 signature = 0x04034b50, mostText = 64U << 20;
    const std::string name = path.toStdString(), entry = "checkpoint.json";
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Error(ErrorCode::cannotOpen, {}, {file.errorString().toStdString()}, name);
    const auto start = fixed + static_cast<qint64>(entry.size());
    const QByteArray header = file.read(start);
    const auto number = [](const char* bytes, int at) { return qFromLittleEndian<quint32>(bytes + at); };
    const char* fields = header.constData();
    const bool ours = header.size() == start && number(fields, 0) == signature && (number(fields, 8) & 0xffff) == 0 &&
                      number(fields, 26) == entry.size() && header.mid(fixed) == QByteArray::fromStdString(entry);
    const quint32 length = ours ? number(fields, 22) : 0;
    // Packed by another program, or no checkpoint at all: the whole of it says what is wrong.
    if (!ours || number(fields, 18) != length || length > mostText) return training::loadCheckpoint(systemPath(path));
    const std::string text = file.read(length).toStdString();
    if (text.size() < length) throw Error(ErrorCode::truncated, entry, {}, name);
    const std::string bytes =
        io::storedZip({{entry, text}, {"parameters", {}}, {"first", {}}, {"second", {}}, {"best", {}}});
    constexpr int checksum = 14;
    if (number(bytes.data(), checksum) != number(fields, checksum))
        throw Error(ErrorCode::malformed, entry, {"a wrong checksum"}, name);
    auto checkpoint = training::checkpointFromBytes(bytes, name);
    const std::size_t arrays = checkpoint.state.optimiser.steps > 0 ? 3 : 1;  // weights, and their moments
    const std::size_t least = arrays * sizeof(float) * checkpoint.settings.parameterCount();
    if (file.size() < start + static_cast<qint64>(length + least)) throw Error(ErrorCode::truncated, entry, {}, name);
    return checkpoint;
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
    const QString rank = settings.value("rank") == 0 ? StoreTexts::tr("full rank")
                                                     : StoreTexts::tr("rank %1").arg(settings.value("rank"));
    QStringList parts{taskTitle(QString::fromStdString(settings.task)),
                      StoreTexts::tr("N = %1, %2").arg(settings.value("units")).arg(rank),
                      epoch == 1 ? StoreTexts::tr("1 epoch") : StoreTexts::tr("%1 epochs").arg(epoch)};
    if (newest) parts += StoreTexts::tr("%1 % right").arg(QString::number(100 * newest->accuracy, 'f', 1));
    if (written.isValid()) parts += QLocale().toString(written, StoreTexts::tr("d MMM, HH:mm"));
    return parts.join(QStringLiteral(" · "));
}

void StoredRun::discard() {
    QFile::remove(path);
    lock.reset();
}

StoredRuns storedRuns(const QString& folder, std::stop_token stop) {
    StoredRuns found;
    const QDir directory(folder);
    sweep(directory);
    for (const QString& name : directory.entryList({QStringLiteral("*") + suffix}, QDir::Files, QDir::Time)) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        StoredRun run;
        run.path = directory.absoluteFilePath(name);
        run.lock = lockFor(run.path);
        if (!run.lock) continue;
        try {
            auto checkpoint = readHeader(run.path);
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
