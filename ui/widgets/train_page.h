// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>
#include <memory>

#include "ui/painting/theme.h"
#include "ui/session/train_desk.h"

class QFileDialog;
class QFrame;
class QMessageBox;

namespace kappascope::widgets {

class CurvesView;
class FramesDialog;
class MessageBar;
class TrainForm;
class TrainHistoryBar;
class TrainLoadingsCard;
class TrainPortraitCard;
class TrainRunBar;
class TrainTrialCard;

/// The Train workspace: the form to the left; the run, its network's portrait and loadings, its curves and a trial.
class TrainPage : public QWidget {
    Q_OBJECT

public:
    explicit TrainPage(session::RunOptions options = {}, QWidget* parent = nullptr);
    ~TrainPage() override;

    void setTheme(const painting::Theme& theme);
    session::TrainDesk& desk() const { return *owned_; }
    TrainForm* form() const { return form_; }
    TrainRunBar* runBar() const { return bar_; }
    TrainHistoryBar* historyBar() const { return past_; }
    MessageBar* messageBar() const { return message_; }
    CurvesView* curves() const { return curves_; }
    TrainPortraitCard* portraitCard() const { return portrait_; }
    TrainLoadingsCard* loadingsCard() const { return loadings_; }
    TrainTrialCard* trialCard() const { return trial_; }

    /// Writes the best network of the run to a file.
    void saveNetwork(const QString& path);
    FramesDialog* openFramesDialog();
    QFileDialog* fileDialog() const;  ///< while it is open
    QMessageBox* question() const;    ///< while it is open
    /// How many runs are kept that the run bar can bring up.
    void setKeptRuns(int count);

signals:
    void exploreWanted();
    void keptRunsWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QFrame* makeCurvesCard();
    void wire();
    void showRun();
    void showCurves();
    void askSave();
    void askLoss();

    std::unique_ptr<session::TrainDesk> owned_;
    session::TrainDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    TrainForm* form_;
    MessageBar* message_;
    TrainRunBar* bar_;
    TrainPortraitCard* portrait_;
    TrainLoadingsCard* loadings_;
    TrainTrialCard* trial_;
    CurvesView* curves_ = nullptr;
    TrainHistoryBar* past_;
    QPointer<FramesDialog> frames_;
    QPointer<QFileDialog> dialog_;
    QPointer<QMessageBox> question_;
};

}  // namespace kappascope::widgets
