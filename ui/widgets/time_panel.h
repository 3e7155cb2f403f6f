// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <optional>
#include <utility>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace kappascope::widgets {

class AgreementView;
class ChoiceBox;
class MathWidget;
class TaskOptionsButton;
class TimePlot;

/// The trial beneath the portraits: which one, its time course, playback, and how well the reduced level follows the
/// network. Without a trial one line that offers the tasks.
class TimePanel : public QFrame {
    Q_OBJECT

public:
    explicit TimePanel(session::Explorer& explorer, QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);

    ChoiceBox* taskBox() const { return task_; }
    ChoiceBox* conditionBox() const { return condition_; }
    QDoubleSpinBox* noise() const { return noise_; }
    QSpinBox* trials() const { return trials_; }
    TimePlot* plot() const { return plot_; }
    QToolButton* playButton() const { return play_; }
    TaskOptionsButton* taskOptions() const { return options_; }
    AgreementView* agreementView() const { return agreement_; }
    MathWidget* agreement() const;  ///< its label
    /// The buttons of the empty view, one for each task that fits.
    const std::vector<QPushButton*>& offers() const { return offers_; }

    bool isFolded() const { return folded_; }
    void setFolded(bool folded);

private:
    QWidget* makeHeader();
    QWidget* makeChoices();
    QToolButton* addButton(QHBoxLayout* row, const QString& icon, const QString& name, const QString& help,
                           const QKeySequence& key = {});
    void wire();
    void setIcon(QToolButton* button, const QString& icon);

    void showState();
    void showOffers();
    void showTrial();
    void showMoment();
    void showPlayback();
    void arrange();
    void chooseTask(const QString& id);
    void chooseCondition(int index);

    session::Explorer& explorer_;
    const painting::Theme* theme_;
    bool folded_ = false;
    std::optional<std::pair<bool, bool>> arrangement_;  ///< there is a trial, the panel is open

    QToolButton* fold_;
    QLabel* invitation_;
    QHBoxLayout* offerRow_;
    std::vector<QPushButton*> offers_;
    QWidget* player_;
    QToolButton* stop_ = nullptr;
    QToolButton* play_ = nullptr;
    QToolButton* slower_ = nullptr;
    QToolButton* faster_ = nullptr;
    QToolButton* loop_ = nullptr;
    QLabel* speed_;
    MathWidget* moment_;
    AgreementView* agreement_;
    QWidget* body_;
    ChoiceBox* task_;
    ChoiceBox* condition_;
    TaskOptionsButton* options_;
    QDoubleSpinBox* noise_;
    QSpinBox* trials_;
    TimePlot* plot_;
    std::vector<std::pair<QToolButton*, QString>> icons_;
    QString conditionsOf_;
};

}  // namespace kappascope::widgets
