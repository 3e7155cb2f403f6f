// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/plot_frame.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/painting/figure_layout.h"

namespace kappascope::painting {

namespace {

QString powerText(int power, int mantissa) {
    if (power >= -2 && power <= 3) return QString::number(mantissa * std::pow(10.0, power), 'f', std::max(0, -power));
    const QString base = QStringLiteral("10^{%1}").arg(power);
    return mantissa == 1 ? QStringLiteral("$%1$").arg(base) : QStringLiteral("$%1\\cdot %2$").arg(mantissa).arg(base);
}

}  // namespace

std::vector<Tick> logTicks(double minimum, double maximum, int most) {
    std::vector<Tick> ticks;
    if (!std::isfinite(maximum - minimum) || !(maximum > minimum)) return ticks;
    constexpr double slack = 1e-9;
    const int first = static_cast<int>(std::ceil(minimum - slack)),
              last = static_cast<int>(std::floor(maximum + slack));
    if (last - first >= 1) {
        const int stride = std::max(1, (last - first) / std::max(1, most - 1) + ((last - first) % (most - 1) > 0));
        // Powers keep their places while the range grows.
        for (int power = first; power <= last; ++power)
            if (((power % stride) + stride) % stride == 0)
                ticks.push_back({static_cast<double>(power), powerText(power, 1)});
        if (ticks.size() > 1) return ticks;
        ticks.clear();
    }
    for (int power = static_cast<int>(std::floor(minimum)); power <= last; ++power)
        for (const int mantissa : {1, 2, 5}) {
            const double at = power + std::log10(mantissa);
            if (at >= minimum - slack && at <= maximum + slack) ticks.push_back({at, powerText(power, mantissa)});
        }
    while (static_cast<int>(ticks.size()) > most) ticks.erase(ticks.begin() + static_cast<std::ptrdiff_t>(1));
    return ticks;
}

int niceCeiling(int value) {
    for (int power = 1;; power *= 10)
        for (const int mantissa : {1, 2, 5})
            if (mantissa * power >= value || power > 100'000'000) return mantissa * power;
}

PlotFrame::PlotFrame(QPainter& painter, const QRectF& area, const phase::View& view, const Theme& theme, double fontPt,
                     double scale)
    : painter_(painter),
      theme_(theme),
      fontPt_(fontPt),
      scale_(scale),
      canvas_{view, QRectF(area.topLeft() * scale, area.size() * scale), scale, true} {}

void PlotFrame::fill() {
    painter_.fillRect(canvas_.area, theme_.plotBackground);
}

void PlotFrame::draw(const Picture& picture) {
    paint(painter_, picture, canvas_, theme_);
}

void PlotFrame::frame() {
    painter_.setPen(QPen(theme_.axis, std::max(0.5, 0.08 * fontPt_) * scale_, Qt::SolidLine, Qt::FlatCap));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawRect(canvas_.area);
}

void PlotFrame::horizontal(const std::vector<Tick>& ticks, const QString& label) {
    const double size = fontPt_ * scale_, length = tickLength * size;
    const double top = canvas_.area.bottom() + length + numberGap * size;
    painter_.setPen(QPen(theme_.axis, std::max(0.5, 0.08 * fontPt_) * scale_));
    for (const Tick& tick : ticks) {
        const double x = canvas_.toDevice(tick.value, canvas_.view.yMin).x();
        painter_.setPen(QPen(theme_.axis, std::max(0.5, 0.08 * fontPt_) * scale_));
        painter_.drawLine(QPointF(x, canvas_.area.bottom()), QPointF(x, canvas_.area.bottom() + length));
        const MathLabel number(tick.text, fontPt_);
        const double sign = tick.value < 0 ? MathLabel(QChar(0x2212), fontPt_).size().width() : 0;
        number.draw(painter_, {x - (number.size().width() + sign) / 2 * scale_, top + digitHeight * size}, theme_.text,
                    scale_);
    }
    if (label.isEmpty()) return;
    const MathLabel text(label, fontPt_);
    text.draw(painter_,
              {canvas_.area.center().x() - text.size().width() / 2 * scale_,
               top + (digitHeight + labelGap) * size + text.ascent() * scale_},
              theme_.text, scale_);
}

void PlotFrame::vertical(const std::vector<Tick>& ticks, const QString& label) {
    const double size = fontPt_ * scale_;
    const double right = canvas_.area.left() - (tickLength + numberGap) * size;
    double widest = 0;
    for (const Tick& tick : ticks) {
        const double y = canvas_.toDevice(canvas_.view.xMin, tick.value).y();
        painter_.setPen(QPen(theme_.axis, std::max(0.5, 0.08 * fontPt_) * scale_));
        painter_.drawLine(QPointF(canvas_.area.left(), y), QPointF(canvas_.area.left() - tickLength * size, y));
        const MathLabel number(tick.text, fontPt_);
        widest = std::max(widest, number.size().width() * scale_);
        number.draw(painter_, {right - number.size().width() * scale_, y + digitHeight / 2 * size}, theme_.text,
                    scale_);
    }
    if (label.isEmpty()) return;
    const MathLabel text(label, fontPt_);
    const double width = text.size().width() * scale_, beside = right - widest - labelGap * size;
    if (width <= 1.6 * size) {
        text.draw(painter_, {beside - width, canvas_.area.center().y() + 0.25 * size}, theme_.text, scale_);
        return;
    }
    painter_.save();
    painter_.translate(beside, canvas_.area.center().y() + width / 2);
    painter_.rotate(-90);
    text.draw(painter_, {0, -(text.size().height() - text.ascent()) * scale_}, theme_.text, scale_);
    painter_.restore();
}

void PlotFrame::note(const QString& text, const QColor& color) {
    const MathLabel label(text, fontPt_);
    const QPointF at = canvas_.area.topLeft() + QPointF(0.5 * fontPt_, 0.35 * fontPt_ + label.ascent()) * scale_;
    // What lies beneath would make it hard to read.
    const QSizeF room = (label.size() + QSizeF(0.6, 0.3) * fontPt_) * scale_;
    painter_.fillRect(QRectF(at - QPointF(0.3 * fontPt_, label.ascent() + 0.15 * fontPt_) * scale_, room),
                      theme_.plotBackground);
    label.draw(painter_, at, color, scale_);
}

void PlotFrame::say(const QString& text) {
    std::vector<MathLabel> lines;
    QString line;
    const double room = canvas_.area.width() / scale_ - 2 * fontPt_;
    for (const QString& word : text.split(u' ')) {
        const QString longer = line.isEmpty() ? word : line + u' ' + word;
        if (!line.isEmpty() && MathLabel(longer, fontPt_).size().width() > room) {
            lines.emplace_back(line, fontPt_);
            line = word;
        } else {
            line = longer;
        }
    }
    lines.emplace_back(line, fontPt_);
    const double step = 1.5 * fontPt_ * scale_;
    double y = canvas_.area.center().y() - (static_cast<double>(lines.size()) - 1) / 2 * step + 0.35 * fontPt_ * scale_;
    for (const MathLabel& each : lines) {
        each.draw(painter_, {canvas_.area.center().x() - each.size().width() / 2 * scale_, y}, theme_.mutedText,
                  scale_);
        y += step;
    }
}

}  // namespace kappascope::painting
