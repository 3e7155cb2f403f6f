// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace kappascope::widgets {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), text_(new QLabel(this)) {
    setObjectName(QStringLiteral("message"));
    text_->setObjectName(QStringLiteral("warning"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close message"));
    close->setFocusPolicy(Qt::StrongFocus);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    row_ = new QHBoxLayout(this);
    row_->setContentsMargins(12, 6, 6, 6);
    row_->setSpacing(8);
    row_->addWidget(text_, 1);
    row_->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void MessageBar::ask(const QString& sentence, const Answers& answers) {
    showMessage(sentence);
    for (const auto& [text, answer] : answers) {
        auto* button = new QPushButton(text, this);
        button->setAccessibleName(text);
        button->setToolTip(text);
        connect(button, &QPushButton::clicked, this, answer);
        row_->insertWidget(row_->count() - 1, button);
        answers_.push_back(button);
    }
}

void MessageBar::showMessage(const QString& sentence) {
    for (QPushButton* button : answers_) button->deleteLater();
    answers_.clear();
    text_->setText(sentence);
    setAccessibleName(sentence);
    show();
}

QString MessageBar::message() const {
    return isVisibleTo(parentWidget()) ? text_->text() : QString();
}

}  // namespace kappascope::widgets
