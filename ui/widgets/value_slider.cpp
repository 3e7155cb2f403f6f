// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_slider.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <algorithm>
#include <cmath>

namespace kappascope::widgets {

namespace {

constexpr int steps = 2000;
constexpr qint64 pauseMs = 700;  // keys and wheel steps closer than this are one change

}  // namespace

ValueSlider::ValueSlider(const Range& range, const QString& accessibleName, const QString& toolTip, QWidget* parent)
    : QWidget(parent),
      range_(range),
      value_(range.reset),
      slider_(new QSlider(Qt::Horizontal, this)),
      number_(new QDoubleSpinBox(this)) {
    slider_->setRange(0, steps);
    slider_->setSingleStep(steps / 100);
    slider_->setPageStep(steps / 20);
    slider_->setAccessibleName(accessibleName);
    slider_->setToolTip(toolTip);
    slider_->setMinimumWidth(70);
    slider_->setFocusPolicy(Qt::StrongFocus);
    slider_->installEventFilter(this);

    number_->setRange(range.hardMinimum, range.hardMaximum);
    number_->setDecimals(3);
    number_->setSingleStep(0.01);
    number_->setButtonSymbols(QAbstractSpinBox::NoButtons);
    number_->setAlignment(Qt::AlignRight);
    number_->setLocale(QLocale::c());
    number_->setFixedWidth(58);
    number_->setKeyboardTracking(false);
    number_->setAccessibleName(accessibleName);
    number_->setToolTip(toolTip);
    number_->setFocusPolicy(Qt::StrongFocus);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(slider_, 1);
    layout->addWidget(number_);

    connect(slider_, &QSlider::valueChanged, this, [this](int at) {
        const double value = range_.minimum + (range_.maximum - range_.minimum) * at / steps;
        if (slider_->isSliderDown()) {
            edit(value, !std::exchange(dragging_, true));
        } else {
            const bool newDrag = !sinceKey_.isValid() || sinceKey_.elapsed() > pauseMs;
            sinceKey_.start();
            edit(value, newDrag);
        }
    });
    connect(slider_, &QSlider::sliderReleased, this, [this] { dragging_ = false; });
    connect(number_, &QDoubleSpinBox::valueChanged, this, [this](double value) { edit(value, true); });
    place(value_);
}

void ValueSlider::show(double value) {
    value_ = value;
    place(value);
}

void ValueSlider::reset() {
    edit(range_.reset, true);
}

void ValueSlider::edit(double value, bool newDrag) {
    value = std::clamp(value, range_.hardMinimum, range_.hardMaximum);
    // The middle of the travel is easy to find again.
    if (std::abs(value - range_.reset) < 0.004 * (range_.maximum - range_.minimum)) value = range_.reset;
    value = std::round(value * 1e6) / 1e6;
    if (value == value_) return;
    value_ = value;
    place(value);
    emit edited(value, newDrag);
}

void ValueSlider::place(double value) {
    // Room for what lies outside, in round numbers, on both sides alike; never while the handle is held.
    if (!slider_->isSliderDown()) {
        while (value > range_.maximum + 1e-9 && range_.maximum < range_.hardMaximum) {
            range_.maximum *= 2;
            if (range_.minimum < 0) range_.minimum *= 2;
        }
        while (value < range_.minimum - 1e-9 && range_.minimum < 0 && range_.minimum > range_.hardMinimum) {
            range_.maximum *= 2;
            range_.minimum *= 2;
        }
    }
    const QSignalBlocker quietSlider(slider_), quietNumber(number_);
    if (!slider_->isSliderDown()) slider_->setValue(position(value));
    number_->setValue(value);
}

int ValueSlider::position(double value) const {
    return static_cast<int>(std::lround(steps * (value - range_.minimum) / (range_.maximum - range_.minimum)));
}

void ValueSlider::jumpTo(const QMouseEvent* event) {
    // The handle comes to the pointer; the press then takes hold of it as usual.
    constexpr int handle = 14;
    const int reach = slider_->width() - handle;
    const int pressed = static_cast<int>(std::lround(event->position().x())) - handle / 2;
    const int held = QStyle::sliderPositionFromValue(0, steps, slider_->value(), reach);
    if (event->button() == Qt::LeftButton && std::abs(pressed - held) > handle / 2)
        slider_->setValue(QStyle::sliderValueFromPosition(0, steps, pressed, reach));
}

bool ValueSlider::eventFilter(QObject* watched, QEvent* event) {
    if (watched != slider_) return QWidget::eventFilter(watched, event);
    switch (event->type()) {
        case QEvent::MouseButtonDblClick: reset(); return true;
        case QEvent::MouseButtonPress: jumpTo(static_cast<QMouseEvent*>(event)); break;
        case QEvent::KeyPress: {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key != Qt::Key_R && key != Qt::Key_0 && key != Qt::Key_Delete) break;
            reset();
            return true;
        }
        case QEvent::Wheel:
            // A scroll of the panel must not move sliders that happen to pass under the pointer.
            if (!slider_->hasFocus()) {
                event->ignore();
                return true;
            }
            break;
        default: break;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace kappascope::widgets
