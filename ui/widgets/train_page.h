// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>
#include <memory>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/train_desk.h"
#include "ui/session/train_loadings.h"

class QComboBox;
class QFileDialog;
class QFrame;
class QToolButton;

namespace kappascope::session {
class TrainPortrait;
}

namespace kappascope::widgets {

class CurvesView;
class FramesDialog;
class LoadingsView;
class MathWidget;
class MessageBar;
class PortraitPlot;
class TrainForm;
class TrainHistoryBar;
class TrainRunBar;
class TrialView;

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
    TrialView* trial() const { return trial_; }
    LoadingsView* loadings() const { return loadings_; }
    PortraitPlot* plot() const { return plot_; }
    session::TrainPortrait& portrait() const { return *portrait_; }
    QComboBox* heldBox() const { return held_; }
    QComboBox* conditionBox() const { return condition_; }
    QComboBox* loadingBox(int axis) const { return axes_[axis]; }
    QToolButton* anotherTrial() const { return another_; }
    QString facts() const;

    /// Writes the best network of the run to a file.
    void saveNetwork(const QString& path);
    FramesDialog* openFramesDialog();
    QFileDialog* fileDialog() const;  ///< while it is open

signals:
    void exploreWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QFrame* makePortraitCard();
    QFrame* makeLoadingsCard();
    QFrame* makeTrialCard();
    QFrame* makeCurvesCard();
    void wire();
    void showRun();
    void showCurves();
    void showTrial();
    void showLoadings(bool newAxes);
    void showPortrait();
    bool isCircuit() const;  ///< a mixture is trained, not weights
    void requestPortrait();
    void fillTask();
    void fillHeld();
    void fillLoadings();
    void askSave();

    std::unique_ptr<session::TrainDesk> owned_;
    session::TrainDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    std::unique_ptr<session::TrainPortrait> portrait_;
    TrainForm* form_;
    MessageBar* message_;
    TrainRunBar* bar_;
    TrainHistoryBar* past_;
    PortraitPlot* plot_ = nullptr;
    QComboBox* held_ = nullptr;
    MathWidget* facts_ = nullptr;
    LoadingsView* loadings_ = nullptr;
    QComboBox* axes_[2]{};
    CurvesView* curves_ = nullptr;
    TrialView* trial_ = nullptr;
    QComboBox* condition_ = nullptr;
    QToolButton* another_ = nullptr;
    QPointer<FramesDialog> frames_;
    QPointer<QFileDialog> dialog_;
    training::Shape shape_;  ///< of the network whose loadings are shown
    session::SettingsPtr shapeOf_;
    std::vector<session::LoadingColumn> columns_;
    double reach_ = 1;
};

}  // namespace kappascope::widgets
