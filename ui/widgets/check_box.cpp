// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/check_box.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyle>
#include <QStyleOptionButton>

namespace kappascope::widgets {

void CheckBox::paintEvent(QPaintEvent*) {
    QStyleOptionButton option;
    initStyleOption(&option);
    QRectF square = style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, this);
    square = QRectF(square.center() - QPointF(6.5, 6.5), QSizeF(13, 13)).translated(0.5, 0.5);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = hasFocus() || underMouse() || isChecked();
    painter.setPen(QPen(palette().color(lit ? QPalette::Highlight : QPalette::PlaceholderText), 1.3));
    painter.setBrush(isChecked() ? palette().highlight() : palette().base());
    painter.drawRoundedRect(square, 3, 3);
    if (isChecked()) {
        QPainterPath tick(square.topLeft() + QPointF(3, 6.8));
        tick.lineTo(square.topLeft() + QPointF(5.6, 9.4));
        tick.lineTo(square.topLeft() + QPointF(10, 3.8));
        painter.setPen(QPen(palette().color(QPalette::HighlightedText), 1.7, Qt::SolidLine, Qt::RoundCap));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(tick);
    }
    const QRect text = style()->subElementRect(QStyle::SE_CheckBoxContents, &option, this);
    style()->drawItemText(&painter, text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, palette(),
                          isEnabled(), this->text(), QPalette::WindowText);
    if (hasFocus() && isChecked()) {
        painter.setPen(QPen(palette().color(QPalette::WindowText), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(square.adjusted(-2, -2, 2, 2), 4, 4);
    }
}

}  // namespace kappascope::widgets
