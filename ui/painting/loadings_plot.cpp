// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/loadings_plot.h"

#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

constexpr double held = 0.995;  // share of the points that the axes hold

/// A dot, painted once and copied: thousands of ellipses would take too long for a picture that moves.
QImage stampOf(const QColor& color, double diameter) {
    const int side = static_cast<int>(std::ceil(diameter)) + 2;
    QImage stamp(side, side, QImage::Format_ARGB32_Premultiplied);
    stamp.fill(Qt::transparent);
    QPainter painter(&stamp);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QPointF(side / 2.0, side / 2.0), diameter / 2, diameter / 2);
    return stamp;
}

double reachOf(std::vector<double> values) {
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) return 0;
    for (double& value : values) value = std::abs(value);
    const auto at = static_cast<std::size_t>(held * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
    const double wanted = 1.08 * values[at];
    if (!(wanted > 1e-12)) return 1;
    const double power = std::pow(10, std::floor(std::log10(wanted)));
    for (const double mantissa : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0})
        if (mantissa * power >= wanted) return mantissa * power;
    return 10 * power;
}

}  // namespace

QRectF layOutLoadings(const QRectF& area, double fontPt) {
    const double left = 4.4 * fontPt, right = fontPt, top = 0.8 * fontPt, bottom = 3.3 * fontPt;
    const double side = std::max(10.0, std::min(area.width() - left - right, area.height() - top - bottom));
    const double x = area.left() + left + (area.width() - left - right - side) / 2;
    return {x, area.top() + top + (area.height() - top - bottom - side) / 2, side, side};
}

LoadingsReach reachOf(const std::vector<QPointF>& points) {
    std::vector<double> x, y;
    for (const QPointF& each : points) {
        x.push_back(each.x());
        y.push_back(each.y());
    }
    return {reachOf(std::move(x)), reachOf(std::move(y))};
}

double correlationOf(const std::vector<QPointF>& points) {
    double x = 0, y = 0;
    for (const QPointF& each : points) {
        x += each.x();
        y += each.y();
    }
    const double count = std::max<double>(1, static_cast<double>(points.size()));
    double xx = 0, yy = 0, xy = 0;
    for (const QPointF& each : points) {
        const double dx = each.x() - x / count, dy = each.y() - y / count;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

void paintLoadings(QPainter& painter, const LoadingsPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                   double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    phase::View view;
    view.xMin = -plot.xReach;
    view.xMax = plot.xReach;
    view.yMin = -plot.yReach;
    view.yMax = plot.yReach;
    const QRectF square = layOutLoadings(area, fontPt);
    PlotFrame frame(painter, square, view, theme, fontPt, scale);
    frame.fill();
    frame.draw({Line{QPolygonF({{view.xMin, 0}, {view.xMax, 0}}), theme.border, 1},
                Line{QPolygonF({{0, view.yMin}, {0, view.yMax}}), theme.border, 1}});
    QColor color = theme.population(0);
    color.setAlphaF(plot.points.size() > 600 ? 0.5F : 0.65F);
    const QImage stamp = stampOf(color, 0.34 * fontPt * scale);
    for (const QPointF& each : plot.points) {
        if (!std::isfinite(each.x()) || !std::isfinite(each.y())) continue;
        const QPointF at = frame.canvas().toDevice(std::clamp(each.x(), view.xMin, view.xMax),
                                                   std::clamp(each.y(), view.yMin, view.yMax));
        painter.drawImage(QPoint(static_cast<int>(std::lround(at.x())) - stamp.width() / 2,
                                 static_cast<int>(std::lround(at.y())) - stamp.height() / 2),
                          stamp);
    }
    frame.frame();
    frame.horizontal(niceTicks(view.xMin, view.xMax, 5), plot.xLabel);
    frame.vertical(niceTicks(view.yMin, view.yMax, 5), plot.yLabel);
    if (!plot.points.empty())
        frame.note(QCoreApplication::translate("painting", "correlation %1")
                       .arg(QString::number(correlationOf(plot.points), 'f', 2).replace(u'-', QChar(0x2212))),
                   theme.mutedText);
}

}  // namespace kappascope::painting
