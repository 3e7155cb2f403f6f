// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/phase/view.h"
#include "ui/session/state.h"

class QLabel;

namespace kappascope::widgets {

class ChoiceBox;

/// Which plane of a flow is shown: above rank 2 two of its modes, and where the others are held; of rank 1 the speed or
/// an input over kappa. Hidden where there is nothing to choose. Says what was chosen; changes nothing.
class AxisChoice : public QWidget {
    Q_OBJECT

public:
    /// others: ways to hold the modes that are not axes; what they mean together, as a tooltip.
    AxisChoice(const QStringList& others, const QString& othersHelp, QWidget* parent = nullptr);

    /// Shows what there is to choose for a state, and what is chosen.
    void showView(const session::State& state, const phase::View& view, int others);

    ChoiceBox* horizontal() const { return axes_[0]; }
    ChoiceBox* vertical() const { return axes_[1]; }
    ChoiceBox* others() const { return others_; }

signals:
    void axesChosen(int horizontal, int vertical);
    void inputChosen(int input);  ///< -1: the speed
    void othersChosen(int which);

private:
    void fill(const session::State& state);
    void send(int changed);

    phase::View view_;
    bool line_ = false;  ///< rank 1
    QLabel* axesLabel_;
    ChoiceBox* axes_[2];
    QLabel* othersLabel_;
    ChoiceBox* others_;
};

}  // namespace kappascope::widgets
