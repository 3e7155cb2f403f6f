// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <memory>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/train_desk.h"
#include "ui/session/train_loadings.h"

class QComboBox;
class QHBoxLayout;
class QToolButton;
class QVBoxLayout;

namespace kappascope::session {
class TrainPortrait;
}

namespace kappascope::widgets {

class AxisChoice;
class LoadingsView;
class MathWidget;
class PortraitPlot;
class TrialView;

/// A card of the Train workspace: a row with its name and controls over its plot.
class PlotCard : public QFrame {
    Q_OBJECT

protected:
    PlotCard(const QString& name, QWidget* plot, QWidget* parent);

    QVBoxLayout* column_;
    QHBoxLayout* header_;
};

/// The live portrait of the network in training: which plane of it, under which input.
class TrainPortraitCard : public PlotCard {
    Q_OBJECT

public:
    explicit TrainPortraitCard(session::TrainDesk& desk, QWidget* parent = nullptr);
    ~TrainPortraitCard() override;

    void setTheme(const painting::Theme& theme);
    session::TrainPortrait& portrait() const { return *portrait_; }
    PortraitPlot* plot() const { return plot_; }
    QComboBox* heldBox() const { return held_; }
    AxisChoice* axes() const { return axes_; }
    QString facts() const;

    /// Asks for the portrait of what the desk shows.
    void request();
    /// Nothing, and why.
    void clear(const QString& why);

signals:
    void changed();

private:
    void wire();
    void fillHeld();
    void holdModes();
    void showPortrait();

    session::TrainDesk& desk_;
    std::unique_ptr<session::TrainPortrait> portrait_;
    PortraitPlot* plot_;
    QComboBox* held_;
    MathWidget* facts_;
    AxisChoice* axes_;
    bool atEnd_ = false;  ///< the modes that are not axes are held where the trial ends
};

/// Two loadings of the network in training against each other.
class TrainLoadingsCard : public PlotCard {
    Q_OBJECT

public:
    /// portrait: whose drawn units are shown where populations are trained.
    TrainLoadingsCard(session::TrainDesk& desk, const session::TrainPortrait& portrait, QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    LoadingsView* view() const { return view_; }
    QComboBox* box(int axis) const { return axes_[axis]; }

    /// Shows what the desk shows.
    void showLoadings();
    /// Another run: the axes are chosen anew.
    void reset();
    void clear();

private:
    void fill();

    session::TrainDesk& desk_;
    const session::TrainPortrait& portrait_;
    LoadingsView* view_;
    QComboBox* axes_[2]{};
    training::Shape shape_;  ///< of the network whose loadings are shown
    session::SettingsPtr shapeOf_;
    std::vector<session::LoadingColumn> columns_;
    double xReach_ = 0, yReach_ = 0;  ///< they grow, and do not shrink
};

/// One trial of the task and the network's answer.
class TrainTrialCard : public PlotCard {
    Q_OBJECT

public:
    explicit TrainTrialCard(session::TrainDesk& desk, QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    TrialView* view() const { return view_; }
    QComboBox* condition() const { return condition_; }
    QToolButton* another() const { return another_; }

private:
    void fillTask();
    void showTrial();

    session::TrainDesk& desk_;
    TrialView* view_;
    QComboBox* condition_;
    QToolButton* another_;
};

}  // namespace kappascope::widgets
