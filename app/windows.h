// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QSettings>
#include <QString>
#include <memory>
#include <vector>

#include "ui/session/autosave.h"
#include "ui/session/recent.h"

namespace kappascope::widgets {
class MainWindow;
}

namespace kappascope::app {

/// The windows of the program: each with a document of its own, all with the same theme and recent files. Closed
/// windows delete themselves.
class Windows : public QObject {
    Q_OBJECT

public:
    /// settings: the user's preferences; null leaves them alone. autosaves: folder for copies of unsaved changes, empty
    /// for none; trainings: the same for checkpoints of runs.
    Windows(bool dark, std::unique_ptr<QSettings> settings, const QString& autosaves, const QString& trainings = {});
    ~Windows() override;

    /// A window that opens a file or example; empty: the first example.
    widgets::MainWindow* open(const QString& pathOrId);
    /// Offers in `window` what a crash left.
    void offerRestore(widgets::MainWindow& window);
    /// Closes every window, once all that would be lost was asked about; one "Cancel" and nothing is closed.
    void quit();

    const std::vector<QPointer<widgets::MainWindow>>& all() const { return windows_; }

private:
    void setDark(bool dark);
    void askNext(std::size_t index);

    bool dark_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<session::Recent> recent_;
    QString autosaves_;
    QString trainings_;
    std::vector<QPointer<widgets::MainWindow>> windows_;
};

}  // namespace kappascope::app
