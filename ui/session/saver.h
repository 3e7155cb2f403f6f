// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>

#include "ui/session/explorer.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// An immutable order to write a session.
struct SaveRequest {
    StatePtr state;  ///< null: remove the file
    ViewState view;
    QString path;
    /// Networks of more bytes than this are written once, into a file beside the session, for as long as they stay the
    /// same; none: everything is in one file.
    std::optional<qint64> apartFrom = {};
};

struct SaveResult {
    StatePtr state;  ///< what was written
    QString path;
};

/// Writes sessions in a thread of its own and keeps the bytes of networks that did not change.
using SaveWorker = LatestWorker<SaveRequest, SaveResult>;
std::unique_ptr<SaveWorker> makeSaveWorker(SaveWorker::Receive receive);

/// Removes a session file, and files of networks beside it.
void removeSession(const QString& path);

/// Saves an explorer's document and view. One save at a time; the UI thread never waits. Lives in the UI thread.
class Saver : public QObject {
    Q_OBJECT

public:
    explicit Saver(Explorer& explorer, QObject* parent = nullptr);

    /// Writes the state and view of this moment. Does nothing while another save runs, or without a state.
    void save(const QString& path);
    bool isBusy() const { return busy_; }

signals:
    void saved(const QString& path);       ///< the document knows it already
    void failed(const QString& sentence);  ///< the file is as it was before
    void finished(bool wellDone);          ///< after either of them

private:
    void receive(const Delivery<SaveResult>& delivery);

    Explorer& explorer_;
    bool busy_ = false;
    std::uint64_t viewChanges_ = 0;  ///< Explorer::viewChanges() that is being written
    std::unique_ptr<SaveWorker> worker_;
};

}  // namespace kappascope::session
