// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/axis_choice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

#include "ui/widgets/choice_box.h"

namespace kappascope::widgets {

namespace {

/// "κ₁", for a combo box, which holds plain text.
QString withIndex(QString symbol, int index) {
    for (const QChar digit : QString::number(index + 1)) symbol += QChar(0x2080 + digit.digitValue());
    return symbol;
}

/// What the vertical axis of a network of rank 1 can show.
QStringList verticalChoices(const session::State& state) {
    QStringList choices{AxisChoice::tr("speed τ dκ/dt")};
    for (int s = 0; s < state.inputs(); ++s) {
        const QString symbol = withIndex(QStringLiteral("v"), s), name = state.inputName(s);
        choices += name == QStringLiteral("u_%1").arg(s + 1) ? AxisChoice::tr("input %1").arg(symbol)
                                                             : AxisChoice::tr("input %1, %2").arg(symbol, name);
    }
    return choices;
}

}  // namespace

AxisChoice::AxisChoice(const QStringList& others, const QString& othersHelp, QWidget* parent)
    : QWidget(parent), axesLabel_(new QLabel(this)), othersLabel_(new QLabel(tr("Other modes"), this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(axesLabel_);
    for (int i = 0; i < 2; ++i) {
        axes_[i] = new ChoiceBox(this);
        row->addWidget(axes_[i]);
        connect(axes_[i], &QComboBox::activated, this, [this, i] { send(i); });
    }
    row->addSpacing(8);
    row->addWidget(othersLabel_);
    others_ = new ChoiceBox(this);
    others_->setAccessibleName(tr("Where the other modes are held"));
    others_->setToolTip(othersHelp);
    others_->addItems(others);
    row->addWidget(others_);
    row->addStretch(1);
    connect(others_, &QComboBox::activated, this, &AxisChoice::othersChosen);
    hide();
}

void AxisChoice::showView(const session::State& state, const phase::View& view, int others) {
    view_ = view;
    line_ = state.rank() == 1;
    setVisible(state.rank() > 2 || (line_ && state.inputs() > 0));
    for (QWidget* each :
         {static_cast<QWidget*>(axes_[0]), static_cast<QWidget*>(othersLabel_), static_cast<QWidget*>(others_)})
        each->setVisible(!line_);
    axesLabel_->setText(line_ ? tr("Vertical axis") : tr("Axes"));
    fill(state);
    others_->setCurrentIndex(others);
}

void AxisChoice::fill(const session::State& state) {
    QStringList modes;
    for (int mode = 0; mode < state.rank(); ++mode) modes += withIndex(QStringLiteral("κ"), mode);
    for (int i = 0; i < 2; ++i) {
        const QSignalBlocker quiet(axes_[i]);
        const QStringList choices = line_ && i == 1 ? verticalChoices(state) : modes;
        QStringList before;
        for (int k = 0; k < axes_[i]->count(); ++k) before += axes_[i]->itemText(k);
        if (before != choices) {
            axes_[i]->clear();
            axes_[i]->addItems(choices);
        }
        axes_[i]->setCurrentIndex(line_ ? (i == 0 ? 0 : view_.input + 1) : view_.axes[static_cast<std::size_t>(i)]);
        axes_[i]->setAccessibleName(line_    ? tr("What the vertical axis shows")
                                    : i == 0 ? tr("Mode on the horizontal axis")
                                             : tr("Mode on the vertical axis"));
        axes_[i]->setToolTip(line_
                                 ? tr("What the vertical axis shows: the speed of κ, in 1 per τ, or the filtered input "
                                      "v, no unit.\nκ over v: the lines where κ rests are its bifurcation diagram.")
                                 : tr("Which collective variable κ this axis shows"));
    }
}

void AxisChoice::send(int changed) {
    if (line_) {
        emit inputChosen(axes_[1]->currentIndex() - 1);
        return;
    }
    int horizontal = axes_[0]->currentIndex(), vertical = axes_[1]->currentIndex();
    // Choosing the other axis's mode swaps the two.
    if (horizontal == vertical) (changed == 0 ? vertical : horizontal) = view_.axes[changed == 0 ? 0 : 1];
    emit axesChosen(horizontal, vertical);
}

}  // namespace kappascope::widgets
