// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_box.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStyle>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace kappascope::widgets {

namespace {

/// The next of 1, 2, 5, 10, … above or below a positive value.
double neighbour(double value, bool up) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    constexpr double slack = 1e-6;
    const double mantissas[] = {0.5, 1, 2, 5, 10};
    if (up) {
        for (const double mantissa : mantissas)
            if (mantissa * power > value * (1 + slack)) return mantissa * power;
        return 20 * power;
    }
    for (int k = 4; k >= 0; --k)
        if (mantissas[k] * power < value * (1 - slack)) return mantissas[k] * power;
    return value;
}

}  // namespace

NumberBox::NumberBox(double minimum, double maximum, bool whole, bool scale, QWidget* parent)
    : QDoubleSpinBox(parent), whole_(whole), scale_(scale) {
    setLocale(QLocale::c());
    setDecimals(whole ? 0 : 12);
    setRange(minimum, maximum);
    setSingleStep(whole ? 1 : 0.05);
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setAlignment(Qt::AlignRight);
    setKeyboardTracking(false);
    setFocusPolicy(Qt::StrongFocus);
}

QString NumberBox::textFromValue(double value) const {
    return QString::fromStdString(toText(value));
}

double NumberBox::valueFromText(const QString& text) const {
    if (!specialValueText().isEmpty() && text == specialValueText()) return minimum();
    bool isNumber = false;
    const double value = QLocale::c().toDouble(text.trimmed(), &isNumber);
    return isNumber ? value : this->value();
}

QValidator::State NumberBox::validate(QString& text, int&) const {
    if (!specialValueText().isEmpty() && text == specialValueText()) return QValidator::Acceptable;
    bool isNumber = false;
    const double value = QLocale::c().toDouble(text.trimmed(), &isNumber);
    if (!isNumber) {
        static const QString characters = QStringLiteral("0123456789.eE+- ");
        const bool beginning =
            std::all_of(text.begin(), text.end(), [](QChar each) { return characters.contains(each); });
        return beginning ? QValidator::Intermediate : QValidator::Invalid;
    }
    const bool fits = value >= minimum() && value <= maximum() && (!whole_ || value == std::floor(value));
    return fits ? QValidator::Acceptable : QValidator::Intermediate;
}

void NumberBox::restore() {
    if (!rejected_) return;
    setMark(false);
    const bool special = !specialValueText().isEmpty() && value() == minimum();
    lineEdit()->setText(special ? specialValueText() : textFromValue(value()));
}

void NumberBox::setMark(bool rejected) {
    rejected_ = rejected;
    setProperty("rejected", rejected);
    style()->unpolish(this);
    style()->polish(this);
}

/// The base class puts the last value in the place of what it cannot read.
void NumberBox::judge(const QString& typed, bool acceptable) {
    if (acceptable) {
        if (!rejected_) return;
        setMark(false);
        emit rejected(QString());
        return;
    }
    {
        const QSignalBlocker quiet(lineEdit());
        lineEdit()->setText(typed);
    }
    setMark(true);
    emit rejected(typed.trimmed().isEmpty() ? tr("nothing") : typed.trimmed());
}

void NumberBox::keyPressEvent(QKeyEvent* event) {
    const bool ends = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const QString typed = lineEdit()->text();
    const bool acceptable = lineEdit()->hasAcceptableInput();
    QDoubleSpinBox::keyPressEvent(event);
    if (ends) judge(typed, acceptable);
}

void NumberBox::focusOutEvent(QFocusEvent* event) {
    const QString typed = lineEdit()->text();
    const bool acceptable = lineEdit()->hasAcceptableInput();
    QDoubleSpinBox::focusOutEvent(event);
    judge(typed, acceptable);
}

void NumberBox::stepBy(int steps) {
    if (rejected_) {
        restore();
        emit rejected(QString());
    }
    if (!scale_) {
        QDoubleSpinBox::stepBy(steps);
        return;
    }
    double next = value();
    for (int k = 0; k < std::abs(steps); ++k) {
        if (next <= 0) {
            // What was switched off begins small; further down it stays off.
            next = steps > 0 ? (whole_ ? 1 : 0.001) : next;
            continue;
        }
        next = neighbour(next, steps > 0);
        if (whole_) next = std::max(1.0, std::round(next));
        if (!whole_ && next < 1e-10) next = 0;
    }
    setValue(std::clamp(next, minimum(), maximum()));
    selectAll();
}

void NumberBox::wheelEvent(QWheelEvent* event) {
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore();
}

}  // namespace kappascope::widgets
