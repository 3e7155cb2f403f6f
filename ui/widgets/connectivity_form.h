// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/connectivity_desk.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace kappascope::widgets {

class Card;
class CountView;
class MathWidget;
class NumberBox;
class PartitionChoices;
class RefineCard;

/// The left of the Connectivity workspace: the populations that the units have, other ways to part them, and a fit that
/// finds them.
class ConnectivityForm : public QWidget {
    Q_OBJECT

public:
    explicit ConnectivityForm(session::ConnectivityDesk& desk, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    QComboBox* countBox() const { return count_; }
    QComboBox* methodBox() const { return method_; }
    QCheckBox* zeroMean() const { return zeroMean_; }
    QCheckBox* outputs() const { return outputs_; }
    NumberBox* starts() const { return starts_; }
    NumberBox* seed() const { return seed_; }
    QPushButton* findButton() const { return find_; }
    QPushButton* useButton() const { return use_; }
    QToolButton* partButton() const { return part_; }
    PartitionChoices* partitions() const { return choices_; }
    CountView* counts() const { return counts_; }
    RefineCard* refineCard() const { return refine_; }
    /// What was found, in words.
    QString verdict() const;
    /// "population 1  62 %", one a population.
    QStringList populations() const;

private:
    void addFind();
    void addPopulations();
    void addFound();
    void showPopulations();
    void showFinding();
    void showFound();
    void setOptions();

    session::ConnectivityDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    Card* populationsCard_;
    QWidget* rows_ = nullptr;
    std::vector<MathWidget*> shares_;
    std::vector<QLabel*> swatches_;
    std::vector<QLabel*> names_;
    QToolButton* part_ = nullptr;
    PartitionChoices* choices_ = nullptr;
    Card* findCard_;
    QComboBox* count_ = nullptr;
    QComboBox* method_ = nullptr;
    QCheckBox* zeroMean_ = nullptr;
    QCheckBox* outputs_ = nullptr;
    NumberBox* starts_ = nullptr;
    NumberBox* seed_ = nullptr;
    QPushButton* find_ = nullptr;
    QProgressBar* progress_ = nullptr;
    Card* foundCard_;
    QLabel* number_ = nullptr;
    QLabel* reason_ = nullptr;
    QLabel* warnings_ = nullptr;
    CountView* counts_ = nullptr;
    QPushButton* use_ = nullptr;
    RefineCard* refine_ = nullptr;
};

}  // namespace kappascope::widgets
