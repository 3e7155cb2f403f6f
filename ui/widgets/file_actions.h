// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/autosave.h"
#include "ui/session/explorer.h"
#include "ui/session/recent.h"
#include "ui/session/saver.h"

class QFileDialog;
class QMenu;
class QMessageBox;
class QWidget;

namespace kappascope::widgets {

class MessageBar;

/// Opening and saving, with the questions that keep changes from being lost. Nothing here waits: a question is a
/// dialog with answers that go on, a save ends in a signal.
class FileActions : public QObject {
    Q_OBJECT

public:
    FileActions(QWidget& window, session::Explorer& explorer, MessageBar& messages, MessageBar& offers);

    /// Preferences of the user; without them there are no recent files.
    void setRecent(session::Recent* recent) { recent_ = recent; }
    /// Keeps a copy of unsaved changes in `folder`.
    void setAutosave(const QString& folder, int intervalMs = session::Autosave::usualInterval);
    /// Offers to restore what a crash left. The first is restored here, others in windows of their own.
    void offer(const std::vector<session::Orphan>& orphans);
    /// Shows what a crash left in this window.
    void restore(const session::Orphan& orphan);

    /// Opens a file or example here, after a question where changes would be lost.
    void open(const QString& pathOrId);
    /// The first here, each other one in a window of its own.
    void openAll(const QStringList& paths);
    void askOpen();
    /// Writes to the session file; asks for one where there is none.
    void save();
    void saveAs();
    /// Calls `goOn` once nothing would be lost: at once, after saving, or after "Discard"; never after "Cancel".
    void confirm(std::function<void()> goOn);
    /// The window may close without a question.
    bool mayClose() const;

    /// Open, recent files, new window.
    QMenu* makeOpenMenu(QWidget* parent);
    /// Save and save as.
    QMenu* makeSaveMenu(QWidget* parent);

    QMessageBox* question() const;    ///< while it is open
    QFileDialog* fileDialog() const;  ///< while it is open
    session::Saver& saver() { return saver_; }

signals:
    void windowWanted(const QString& pathOrId);                     ///< empty: the first example
    void restoreWanted(const kappascope::session::Orphan& orphan);  ///< in a window of its own
    void quitWanted();

private:
    void fillOpenMenu(QMenu* menu);
    void finish(bool saved);

    QWidget& window_;
    session::Explorer& explorer_;
    MessageBar& messages_;
    MessageBar& offers_;
    session::Recent* recent_ = nullptr;
    session::Saver saver_;
    std::unique_ptr<session::Autosave> autosave_;
    QPointer<QMessageBox> question_;
    QPointer<QFileDialog> dialog_;
    std::optional<session::Orphan> restoring_;  ///< is being opened
    std::function<void()> goOn_;                ///< waits for a save to succeed
    std::function<void()> waiting_;             ///< waits for a save to end, then asks
};

}  // namespace kappascope::widgets
