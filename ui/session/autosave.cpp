// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/autosave.h"

#include <QDir>
#include <QFile>
#include <QUuid>
#include <utility>

namespace kappascope::session {

namespace {

constexpr qint64 apartFrom = 4 << 20;  // a copy with more than this would hold up the disk every time

QString lockPath(const QString& path) {
    return path + QStringLiteral(".lock");
}

std::shared_ptr<QLockFile> lockFor(const QString& path) {
    auto lock = std::make_shared<QLockFile>(lockPath(path));
    lock->setStaleLockTime(0);  // only the end of its program frees it, never its age
    return lock->tryLock(0) ? lock : nullptr;
}

/// Removes what a crash left unfinished: temporary files, and networks whose session was never written.
void sweep(const QDir& folder) {
    const QStringList patterns{QStringLiteral("*.networks"), QStringLiteral(".*.part")};
    for (const QString& name : folder.entryList(patterns, QDir::Files | QDir::Hidden)) {
        constexpr qsizetype idLength = 36;  // of a UUID
        const QString id = name.mid(name.startsWith(u'.') ? 1 : 0, idLength);
        const QString session = folder.absoluteFilePath(id + QStringLiteral(".kappa"));
        if (!name.endsWith(QStringLiteral(".part")) && QFile::exists(session)) continue;
        if (lockFor(session)) QFile::remove(folder.absoluteFilePath(name));
    }
}

}  // namespace

void Orphan::discard() {
    removeSession(path);
    lock.reset();
}

std::vector<Orphan> orphans(const QString& folder) {
    std::vector<Orphan> found;
    const QDir directory(folder);
    sweep(directory);
    for (const QString& name : directory.entryList({QStringLiteral("*.kappa")}, QDir::Files, QDir::Time)) {
        const QString path = directory.absoluteFilePath(name);
        if (auto lock = lockFor(path)) found.push_back({path, std::move(lock)});
    }
    return found;
}

Autosave::Autosave(Explorer& explorer, const QString& folder, int intervalMs, QObject* parent)
    : QObject(parent), explorer_(explorer), folder_(folder) {
    worker_ = makeSaveWorker([this](const Delivery<SaveResult>& delivery) {
        if (delivery.error) {
            last_ = nullptr;  // tried again at the next tick
            if (!std::exchange(complained_, true)) emit failed(sentence(*delivery.error));
        }
        if (!delivery.result || !delivery.result->state) return;
        complained_ = false;
        emit written(delivery.result->state);
    });
    connect(&timer_, &QTimer::timeout, this, &Autosave::tick);
    connect(&explorer_.document(), &Document::savedChanged, this, [this] {
        if (exists_ && explorer_.document().isClean()) tick();
    });
    timer_.start(intervalMs);
}

Autosave::~Autosave() {
    worker_.reset();
    if (!path_.isEmpty()) removeSession(path_);
}

void Autosave::adopt(const Orphan& orphan) {
    if (exists_) worker_->submit({nullptr, {}, path_, {}});
    exists_ = true;
    last_ = nullptr;
    path_ = orphan.path;
    lock_ = orphan.lock;
}

bool Autosave::claim() {
    if (lock_) return true;
    QDir().mkpath(folder_);
    const QString path = QDir(folder_).absoluteFilePath(
        QStringLiteral("%1.kappa").arg(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    lock_ = lockFor(path);
    if (lock_) path_ = path;
    return lock_ != nullptr;
}

void Autosave::tick() {
    const StatePtr state = explorer_.state();
    if (!state) return;
    if (explorer_.document().isClean() && explorer_.viewIsSaved()) {
        last_ = nullptr;
        if (std::exchange(exists_, false)) worker_->submit({nullptr, {}, path_, {}});
        return;
    }
    const ViewState view = explorer_.viewState();
    // Units that were chosen may be millions: told apart by their address, and written by the worker alone.
    ViewState rest = view;
    const auto units = std::exchange(rest.pages.units, nullptr);
    std::string seen = sceneFrom(state, rest).view;
    if (state == last_ && seen == lastView_ && units == lastUnits_) return;
    if (!claim()) {
        if (!std::exchange(complained_, true))
            emit failed(sentence(Error(ErrorCode::cannotWrite, {}, {tr("the folder is not writable").toStdString()},
                                       folder_.toStdString())));
        return;
    }
    exists_ = true;
    last_ = state;
    lastView_ = std::move(seen);
    lastUnits_ = units;
    worker_->submit({state, view, path_, apartFrom});
}

}  // namespace kappascope::session
