// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>
#include <memory>
#include <vector>

#include "ui/painting/choice_picture.h"
#include "ui/session/behaviour_desk.h"
#include "ui/widgets/train_plots.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace kappascope::session {
class Explorer;
class Pages;
class UnitSelection;
}  // namespace kappascope::session

namespace kappascope::widgets {

class BehaviourPanel;
class PlotExportButton;
class SelectivityView;

/// Psychometric curves or matrices, as trained and as modulated.
class ChoicesView : public TrainPlot {
    Q_OBJECT

public:
    explicit ChoicesView(QWidget* parent = nullptr);
    void setPicture(painting::ChoicePicture picture);
    const painting::ChoicePicture& picture() const { return picture_; }

protected:
    void paint(QPainter& painter) const override;
    bool event(QEvent* event) override;

private:
    double choiceTextSize() const;
    QString cellText(const QPointF& at) const;

    painting::ChoicePicture picture_;
};

/// The Behaviour workspace: what the open network does in its task, and what it does when populations are modulated.
class BehaviourPage : public QWidget {
    Q_OBJECT

public:
    explicit BehaviourPage(session::Explorer& explorer, QWidget* parent = nullptr);
    ~BehaviourPage() override;

    void setTheme(const painting::Theme& theme);
    session::BehaviourDesk& desk() const { return *desk_; }
    BehaviourPanel* panel() const { return panel_; }
    ChoicesView* choices() const { return choices_; }
    /// Made when it is first shown.
    SelectivityView* selectivity();
    /// What is looked at: choices, or what units are selective for.
    enum class View { choices, selectivity };
    void showView(View view);
    QToolButton* viewButton(View view) const { return views_[static_cast<std::size_t>(view)]; }
    /// The sentence of the empty state; empty where there is something to see.
    QString emptyText() const;
    /// What the empty state offers: tasks, or networks to open.
    const std::vector<QPushButton*>& offers() const { return offers_; }
    QToolButton* cancelButton() const { return cancel_; }
    PlotExportButton* exportButton() const { return export_; }
    QString status() const;

signals:
    /// A bundled network of a task with a choice.
    void openWanted(const QString& id);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makeChoices();
    QWidget* makeEmpty();
    void showOffer();
    void showChoices();
    void showProgress();

    session::Pages& kept_;
    session::UnitSelection& units_;
    std::unique_ptr<session::BehaviourDesk> desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    BehaviourPanel* panel_;
    QStackedWidget* pages_;
    std::array<QToolButton*, 2> views_{};
    QStackedWidget* contents_ = nullptr;
    SelectivityView* selectivity_ = nullptr;
    QLabel* title_ = nullptr;
    QLabel* status_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QToolButton* cancel_ = nullptr;
    ChoicesView* choices_ = nullptr;
    PlotExportButton* export_ = nullptr;
    QLabel* sentence_ = nullptr;
    QWidget* offerBox_ = nullptr;
    std::vector<QPushButton*> offers_;
};

}  // namespace kappascope::widgets
