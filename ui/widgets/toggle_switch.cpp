// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/toggle_switch.h"

#include <QPainter>

namespace kappascope::widgets {

ToggleSwitch::ToggleSwitch(QWidget* parent) : QAbstractButton(parent) {
    setCheckable(true);
    setChecked(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void ToggleSwitch::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = QRectF(rect()).adjusted(1, 1, -1, -1);
    const double radius = track.height() / 2;
    painter.setPen(hasFocus() ? QPen(palette().color(QPalette::WindowText), 1.4) : QPen(Qt::NoPen));
    painter.setBrush(palette().color(isChecked() ? QPalette::Highlight : QPalette::Mid));
    painter.drawRoundedRect(track, radius, radius);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(isChecked() ? QPalette::HighlightedText : QPalette::Base));
    const double x = isChecked() ? track.right() - radius : track.left() + radius;
    painter.drawEllipse(QPointF(x, track.center().y()), radius - 3, radius - 3);
}

}  // namespace kappascope::widgets
