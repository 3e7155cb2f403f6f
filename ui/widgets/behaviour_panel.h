// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/behaviour_desk.h"
#include "ui/widgets/side_panel.h"

class QToolButton;

namespace kappascope::session {
class Explorer;
}

namespace kappascope::widgets {

class ChoiceBox;
class MathWidget;
class NumberBox;
class TaskOptionsButton;
class ValueSlider;

/// What is done to one population: its gain (the document's own) and the share of its units that is silenced.
class ModulationCard : public QFrame {
    Q_OBJECT

public:
    ModulationCard(session::BehaviourDesk& desk, int population, QWidget* parent = nullptr);

    void showState();
    void setTheme(const painting::Theme& theme);
    ValueSlider* gain() const { return gain_; }
    ValueSlider* silenced() const { return silenced_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    session::BehaviourDesk& desk_;
    int population_;
    QColor color_;
    QWidget* title_;
    MathWidget* size_;
    ValueSlider* gain_;
    ValueSlider* silenced_;
};

/// The left panel of the Behaviour workspace: task, who is asked, populations, trials.
class BehaviourPanel : public QScrollArea {
    Q_OBJECT

public:
    BehaviourPanel(session::Explorer& explorer, session::BehaviourDesk& desk, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    ChoiceBox* taskBox() const { return task_; }
    ChoiceBox* levelBox() const { return level_; }
    ModulationCard* population(int p) const { return populations_[static_cast<std::size_t>(p)]; }
    int populationCount() const { return static_cast<int>(populations_.size()); }
    NumberBox* trials() const { return trials_; }
    NumberBox* noise() const { return noise_; }
    NumberBox* seed() const { return seed_; }
    QToolButton* resetButton() const { return reset_; }

private:
    void makeTaskCard(session::Explorer& explorer);
    void makeTrialsCard();
    void showOffer();
    void showControls();

    session::BehaviourDesk& desk_;
    const painting::Theme* theme_;
    Card* taskCard_;
    Card* trialsCard_;
    ChoiceBox* task_;
    TaskOptionsButton* options_;
    ChoiceBox* level_;
    QToolButton* reset_;
    QVBoxLayout* populationRows_;
    std::vector<ModulationCard*> populations_;
    NumberBox* trials_;
    NumberBox* noise_;
    NumberBox* seed_;
    std::shared_ptr<const network::Network> shownNetwork_;
    std::shared_ptr<const reduction::Circuit> shownCircuit_;
};

}  // namespace kappascope::widgets
