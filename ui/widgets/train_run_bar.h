// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/painting/theme.h"
#include "ui/session/train_desk.h"

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace kappascope::widgets {

/// Run, pause, step and stop, how far the run is, and what can be done with its network.
class TrainRunBar : public QWidget {
    Q_OBJECT

public:
    explicit TrainRunBar(session::TrainDesk& desk, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    QPushButton* runButton() const { return run_; }
    QToolButton* stepButton() const { return step_; }
    QToolButton* stopButton() const { return stop_; }
    QProgressBar* progress() const { return progress_; }
    QToolButton* exploreButton() const { return explore_; }
    QToolButton* saveButton() const { return save_; }
    QToolButton* framesButton() const { return frames_; }
    QToolButton* keptButton() const { return kept_; }
    /// How many runs are kept; without any there is no button for them.
    void setKeptRuns(int count);
    QString status() const;

signals:
    void exploreWanted();
    void saveWanted();
    void framesWanted();
    void keptRunsWanted();

private:
    QToolButton* addTool(const QString& text, const QString& help, const QKeySequence& key);
    void showRun();
    void showProgress();

    session::TrainDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    QString icon_;  ///< of the run button
    QHBoxLayout* row_ = nullptr;
    QPushButton* run_;
    QToolButton* step_ = nullptr;
    QToolButton* stop_ = nullptr;
    QProgressBar* progress_;
    QLabel* status_;
    QToolButton* explore_ = nullptr;
    QToolButton* save_ = nullptr;
    QToolButton* frames_ = nullptr;
    QToolButton* kept_ = nullptr;
};

}  // namespace kappascope::widgets
