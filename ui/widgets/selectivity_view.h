// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>
#include <memory>
#include <vector>

#include "ui/painting/units_picture.h"
#include "ui/session/selectivity_desk.h"
#include "ui/session/unit_selection.h"
#include "ui/widgets/train_plots.h"

class QFrame;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace kappascope::widgets {

class ChoiceBox;
class PlotExportButton;

/// A scatter of units; a click picks one, the arrow keys the next. A lasso chooses some; Escape, or a click beside all
/// units, chooses none.
class UnitsView : public TrainPlot {
    Q_OBJECT

public:
    UnitsView(const QString& name, const QString& help, QWidget* parent = nullptr);
    void setPicture(painting::UnitsPicture picture);
    const painting::UnitsPicture& picture() const { return picture_; }
    /// Where a unit is, in the widget.
    QPointF positionOf(int unit) const;

signals:
    void picked(int unit);
    void noneWanted();
    void lassoed(const std::vector<char>& hit, Qt::KeyboardModifiers modifiers);

protected:
    void paint(QPainter& painter) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    painting::UnitsPicture picture_;
    QPolygonF lasso_;  ///< while the button is held
};

/// Tuning curves of a unit.
class TuningView : public TrainPlot {
    Q_OBJECT

public:
    explicit TuningView(QWidget* parent = nullptr);
    void setPicture(painting::TuningPicture picture);
    const painting::TuningPicture& picture() const { return picture_; }

protected:
    void paint(QPainter& painter) const override;

private:
    painting::TuningPicture picture_;
};

/// The ePAIRS test's null distribution.
class EpairsView : public TrainPlot {
    Q_OBJECT

public:
    explicit EpairsView(QWidget* parent = nullptr);
    void setPicture(painting::EpairsPicture picture);
    const painting::EpairsPicture& picture() const { return picture_; }

protected:
    void paint(QPainter& painter) const override;

private:
    painting::EpairsPicture picture_;
};

/// What units are selective for: the selectivity space, its change between contexts, tuning curves of a unit, and
/// whether units cluster.
class SelectivityView : public QWidget {
    Q_OBJECT

public:
    explicit SelectivityView(session::BehaviourDesk& behaviour, QWidget* parent = nullptr);
    ~SelectivityView() override;

    void setTheme(const painting::Theme& theme);
    /// The units that every workspace highlights; must outlive the view.
    void setSelection(session::UnitSelection& units);
    session::SelectivityDesk& desk() const { return *desk_; }
    UnitsView* space() const { return space_; }
    UnitsView* change() const { return change_; }
    TuningView* tuning() const { return tuning_; }
    EpairsView* epairs() const { return epairs_; }
    ChoiceBox* axisBox(int k) const { return axes_[static_cast<std::size_t>(k)]; }
    ChoiceBox* windowBox() const { return window_; }
    ChoiceBox* testBox() const { return testOf_; }
    QPushButton* testButton() const { return test_; }
    QString verdict() const;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QFrame* makeSpaceCard();
    QFrame* makeChangeCard();
    QFrame* makeTuningCard();
    QFrame* makeTestCard();
    void showResult();
    void showUnit();
    void showTest();

    std::unique_ptr<session::SelectivityDesk> desk_;
    session::UnitSelection* units_ = nullptr;
    UnitsView* space_ = nullptr;
    UnitsView* change_ = nullptr;
    TuningView* tuning_ = nullptr;
    EpairsView* epairs_ = nullptr;
    std::array<ChoiceBox*, 2> axes_{};
    ChoiceBox* window_ = nullptr;
    ChoiceBox* variable_ = nullptr;
    QLabel* unit_ = nullptr;
    std::vector<PlotExportButton*> exports_;
    ChoiceBox* testOf_ = nullptr;
    QPushButton* test_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QLabel* verdict_ = nullptr;
};

}  // namespace kappascope::widgets
