// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

namespace kappascope::widgets {

class MathWidget;
class ToggleSwitch;
class ValueSlider;

/// One population: colour, name, size, gain slider, switch, and the emergent gain <phi'>_p at the marked state.
class PopulationCard : public QFrame {
    Q_OBJECT

public:
    PopulationCard(session::Explorer& explorer, int population, QWidget* parent = nullptr);

    void showState();
    void showProbe(const session::ProbeResult* probe);
    void setTheme(const painting::Theme& theme);

    ValueSlider* gain() const { return gain_; }
    ToggleSwitch* onOff() const { return switch_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    session::Explorer& explorer_;
    int population_;
    QColor color_;
    MathWidget* size_;
    ValueSlider* gain_;
    ToggleSwitch* switch_;
    MathWidget* slope_;
    MathWidget* product_;
    int drag_ = 0;
};

}  // namespace kappascope::widgets
