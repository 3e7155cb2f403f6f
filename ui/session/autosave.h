// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLockFile>
#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <string>
#include <vector>

#include "ui/session/explorer.h"
#include "ui/session/saver.h"

namespace kappascope::session {

/// An autosave whose program is gone; nobody else takes it while this object lives.
struct Orphan {
    QString path;
    std::shared_ptr<QLockFile> lock;

    void discard();
};

/// Autosaves in `folder` that a crash left, newest first.
std::vector<Orphan> orphans(const QString& folder);

/// Keeps a copy of unsaved changes in `folder`, of how the document is looked at too (closing a window asks about the
/// document alone, but a crash is nobody's decision), in a file of its own with a lock beside it: at most one every
/// `intervalMs` while something changes, written by a worker, whole or not at all. As soon as the document is saved,
/// and when this object is destroyed, the file is removed: what is found there later was left by a crash.
class Autosave : public QObject {
    Q_OBJECT

public:
    static constexpr int usualInterval = 5000;  ///< ms: a crash then loses less than ten seconds

    Autosave(Explorer& explorer, const QString& folder, int intervalMs = usualInterval, QObject* parent = nullptr);
    ~Autosave() override;

    /// Goes on with a file whose session is the explorer's document now, so that it is not lost before the next copy.
    void adopt(const Orphan& orphan);

signals:
    void written(const kappascope::session::StatePtr& state);
    void failed(const QString& sentence);  ///< once, until a write succeeds

private:
    void tick();
    bool claim();

    Explorer& explorer_;
    QString folder_;
    QString path_;
    std::shared_ptr<QLockFile> lock_;
    QTimer timer_;
    bool exists_ = false;  ///< a file was adopted or asked for
    StatePtr last_;
    std::string lastView_;
    std::shared_ptr<const std::vector<char>> lastUnits_;
    bool complained_ = false;
    std::unique_ptr<SaveWorker> worker_;
};

}  // namespace kappascope::session
