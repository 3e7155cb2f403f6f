// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/regroup_button.h"

#include <QMenu>
#include <QVBoxLayout>
#include <QWidgetAction>

#include "ui/widgets/partition_choices.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

RegroupButton::RegroupButton(session::Explorer& explorer, int side, QWidget* parent)
    : QToolButton(parent), explorer_(explorer), side_(side) {
    setObjectName(QStringLiteral("regroup"));
    setText(tr("Regroup"));
    setFixedHeight(26);  // that of the selector beside it
    setFont(pixelFont(13));
    setAccessibleName(tr("Other populations for the circuit"));
    setToolTip(tr("Part the units into other populations: by the sign or the size of a loading, or as one Gaussian"));
    setPopupMode(QToolButton::InstantPopup);

    auto* menu = new QMenu(this);
    auto* body = new QWidget(menu);
    oneGaussian_ = new QPushButton(tr("One Gaussian"), body);
    choices_ = new PartitionChoices(body);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    layout->addWidget(oneGaussian_, 0, Qt::AlignLeft);
    layout->addWidget(choices_);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(body);
    menu->addAction(action);
    setMenu(menu);

    connect(oneGaussian_, &QPushButton::clicked, this, [this] { take({}); });
    connect(choices_, &PartitionChoices::chosen, this, &RegroupButton::take);
    connect(&explorer_, &session::Explorer::stateChanged, this, &RegroupButton::showState);
    connect(&explorer_, &session::Explorer::levelChanged, this, &RegroupButton::showState);
    showState();
}

void RegroupButton::showState() {
    const auto state = explorer_.state();
    const bool offered = state && state->network && state->circuit && state->circuitIsMoments &&
                         explorer_.level(side_) == session::Level::meanField;
    if (offered) choices_->setNetwork(*state->network);
    setVisible(offered);
}

void RegroupButton::take(const reduction::Partition& partition) {
    menu()->close();
    explorer_.usePartition(partition);
}

}  // namespace kappascope::widgets
