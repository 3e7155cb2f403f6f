// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

class QLabel;
class QVBoxLayout;

namespace kappascope::widgets {

class ChoiceBox;
class MathWidget;
class PopulationCard;
class ValueSlider;

/// A rounded card with a heading in small capitals.
class Card : public QFrame {
public:
    explicit Card(const QString& heading, QWidget* parent = nullptr);
    QVBoxLayout* content() const { return content_; }

private:
    QVBoxLayout* content_;
};

/// What is open: name, sizes, scaling and readout with their reasons, warnings.
class NetworkCard : public Card {
    Q_OBJECT

public:
    explicit NetworkCard(session::Explorer& explorer, QWidget* parent = nullptr);
    void showState();

private:
    session::Explorer& explorer_;
    QLabel* title_;
    QLabel* notes_;
    MathWidget* sizes_;
    ChoiceBox* scaling_;
    QLabel* scalingReason_;
    ChoiceBox* readout_;
    QLabel* readoutReason_;
    QWidget* rankRow_;
    ChoiceBox* rank_;
    QLabel* warnings_;
};

/// One slider for each input u_s.
class InputCard : public Card {
    Q_OBJECT

public:
    explicit InputCard(session::Explorer& explorer, QWidget* parent = nullptr);
    void rebuild();
    void showState();
    ValueSlider* slider(int s) const { return sliders_[static_cast<std::size_t>(s)]; }

private:
    session::Explorer& explorer_;
    QWidget* rows_ = nullptr;
    std::vector<ValueSlider*> sliders_;
    int drag_ = 0;
};

/// The left panel: network, input, populations.
class SidePanel : public QScrollArea {
    Q_OBJECT

public:
    explicit SidePanel(session::Explorer& explorer, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    InputCard* input() const { return input_; }
    PopulationCard* population(int p) const { return populations_[static_cast<std::size_t>(p)]; }
    int populationCount() const { return static_cast<int>(populations_.size()); }

private:
    void showState(session::Changes what);
    void rebuildPopulations();
    void showProbe();

    session::Explorer& explorer_;
    const painting::Theme* theme_;
    NetworkCard* network_;
    InputCard* input_;
    QVBoxLayout* populationRows_;
    MathWidget* marked_;
    std::vector<PopulationCard*> populations_;
};

}  // namespace kappascope::widgets
