// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/math_widget.h"

#include <QLocale>
#include <QPainter>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace kappascope::widgets {

MathWidget::MathWidget(const QString& source, double pixels, QWidget* parent)
    : QWidget(parent), label_(source, pixels) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(label_.plainText());
}

void MathWidget::setSource(const QString& source, const QString& brief) {
    if (source == label_.source() && brief == brief_.source()) return;
    const QSize before = sizeHint();
    label_ = painting::MathLabel(source, label_.sizePt());
    brief_ = painting::MathLabel(brief, label_.sizePt());
    if (!elastic_) setAccessibleName(label_.plainText());
    if (sizeHint() != before) updateGeometry();
    update();
}

void MathWidget::setMuted(bool muted) {
    muted_ = muted;
    update();
}

void MathWidget::setElastic(Qt::Alignment side) {
    elastic_ = side;
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    updateGeometry();
}

int MathWidget::missingWidth() const {
    const double whole = label_.size().width(), brief = brief_.source().isEmpty() ? whole : brief_.size().width();
    return std::max(0, static_cast<int>(std::ceil(std::min(whole, brief) - width())));
}

QSize MathWidget::sizeHint() const {
    const int height = static_cast<int>(std::ceil(label_.sizePt() * 1.35)) + 2;
    if (elastic_) return {0, height};
    const QSizeF size = label_.size();
    return {static_cast<int>(std::ceil(size.width())) + 1,
            std::max(height, static_cast<int>(std::ceil(size.height())))};
}

QSize MathWidget::minimumSizeHint() const {
    return {0, sizeHint().height()};
}

void MathWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::TextAntialiasing);
    const bool fits = label_.size().width() <= width() || brief_.source().isEmpty();
    const painting::MathLabel& label = fits ? label_ : brief_;
    const double top = (height() - label.size().height()) / 2;
    const QColor color = isEnabled() ? palette().color(muted_ ? QPalette::PlaceholderText : QPalette::WindowText)
                                     : palette().color(QPalette::Disabled, QPalette::WindowText);
    const double left = elastic_.testFlag(Qt::AlignRight) ? width() - label.size().width() : 0;
    label.draw(painter, {std::max(0.0, left), top + label.ascent()}, color);
}

QString shownNumber(double value, int digits) {
    if (!std::isfinite(value)) return QStringLiteral("–");
    const double size = std::abs(value);
    if (size < 0.5e-4) return QStringLiteral("0");
    const int decimals = std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(size))), 0, digits);
    QString text = QLocale::c().toString(size, 'f', decimals);
    return value < 0 ? QStringLiteral("\u2212") + text : text;
}

QString mathName(const QString& name) {
    static const QRegularExpression symbol(QStringLiteral("^([A-Za-z])_?([0-9]+)$"));
    if (const auto match = symbol.match(name); match.hasMatch())
        return QStringLiteral("$%1_{%2}$").arg(match.captured(1), match.captured(2));
    // What parts populations: "n₁ ≥ 0", "|m₂| > 0.7".
    static const QRegularExpression parted(QStringLiteral("^(\\|?)([A-Za-z])([₀-₉]+)(\\|?) (.*)$"));
    const auto match = parted.match(name);
    if (!match.hasMatch()) return name;
    QString index = match.captured(3);
    for (QChar& digit : index) digit = QChar(u'0' + (digit.unicode() - 0x2080));
    const QString loading = QStringLiteral("%1_{%2}").arg(match.captured(2), index);
    QString condition = match.captured(5);
    condition.replace(u'≥', QStringLiteral("\\ge")).replace(u'≤', QStringLiteral("\\le"));
    if (match.captured(1).isEmpty()) return QStringLiteral("$%1 %2$").arg(loading, condition);
    // No space stands by itself after a bar.
    condition.replace(u' ', QStringLiteral("\\,"));
    return QStringLiteral("$|\\,%1\\,|\\,%2$").arg(loading, condition);
}

}  // namespace kappascope::widgets
