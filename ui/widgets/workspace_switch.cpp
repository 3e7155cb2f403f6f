// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/workspace_switch.h"

#include <QHBoxLayout>
#include <QShortcut>
#include <QToolButton>

#include "ui/widgets/style.h"

namespace kappascope::widgets {

WorkspaceSwitch::WorkspaceSwitch(QWidget* parent) : QWidget(parent), row_(new QHBoxLayout(this)) {
    row_->setContentsMargins(0, 0, 0, 0);
    row_->setSpacing(0);
    setAccessibleName(tr("Workspace"));
}

void WorkspaceSwitch::add(const QString& title, const QString& help) {
    const int index = static_cast<int>(buttons_.size());
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("workspace"));
    button->setText(title);
    button->setFont(pixelFont(13, true));
    button->setAccessibleName(tr("Workspace: %1").arg(title));
    const QKeySequence key(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + index));
    button->setToolTip(tr("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setChecked(index == current_);
    row_->addWidget(button);
    buttons_.push_back(button);
    connect(button, &QToolButton::clicked, this, [this, index] { setCurrent(index); });
    connect(new QShortcut(key, window()), &QShortcut::activated, button, &QToolButton::click);
}

void WorkspaceSwitch::setCurrent(int index) {
    button(index)->setChecked(true);
    if (index == current_) return;
    current_ = index;
    emit chosen(index);
}

}  // namespace kappascope::widgets
