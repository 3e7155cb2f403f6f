// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <map>

#include "ui/session/train_desk.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace kappascope::widgets {

class Card;
class MathWidget;
class NumberBox;

/// What a training begins with: task, network, what is trained, optimiser, when to stop. Every field is made from the
/// options' schema; a footer says what the run will take, what is wrong, and which command does the same.
class TrainForm : public QWidget {
    Q_OBJECT

public:
    explicit TrainForm(session::TrainDesk& desk, QWidget* parent = nullptr);

    QComboBox* taskBox() const { return task_; }
    /// Null where there is no such option of the trainer or of the task.
    NumberBox* box(const QString& id) const;
    QCheckBox* check(const QString& id) const;
    QPushButton* defaults() const { return defaults_; }
    QPushButton* copyCommand() const { return copyCommand_; }
    QString problem() const;
    QString estimate() const;
    /// "kappascope train …"; empty while the settings are wrong.
    QString command() const;

private:
    struct Row {
        MathWidget* label = nullptr;
        QWidget* field = nullptr;
    };

    Card* addCard(const QString& heading);
    NumberBox* makeBox(const tasks::OptionSchema& schema, QWidget* parent);
    void setFullRank(bool full);
    void addSeed(QGridLayout* grid);
    void addNumber(QGridLayout* grid, const QString& id);
    void addCheck(QGridLayout* grid, const QString& id, int row, int column);
    void addFooter(QVBoxLayout* all);
    void rebuildTask();
    void showDraft();
    void showEstimate();

    session::TrainDesk& desk_;
    QScrollArea* scroll_;
    QVBoxLayout* cards_;
    QComboBox* task_;
    QWidget* taskRows_ = nullptr;
    Card* taskCard_ = nullptr;
    std::map<QString, NumberBox*> boxes_;
    std::map<QString, NumberBox*> taskBoxes_;
    std::map<QString, QCheckBox*> checks_;
    std::map<QString, Row> rows_;
    QCheckBox* fullRank_ = nullptr;
    std::map<QString, double> lastRank_;  ///< of each task: what unchecking full rank brings back
    NumberBox* seed_ = nullptr;
    QPushButton* defaults_ = nullptr;
    QPushButton* copyCommand_ = nullptr;
    QLabel* problem_ = nullptr;
    QLabel* estimate_ = nullptr;
};

}  // namespace kappascope::widgets
