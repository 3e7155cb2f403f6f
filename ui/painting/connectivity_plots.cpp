// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/connectivity_plots.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

QString numberText(double value, int decimals) {
    QString text = QString::number(value, 'f', decimals);
    if (text.toDouble() == 0 && text.startsWith(u'-')) text.remove(0, 1);
    return text.replace(u'-', QChar(0x2212));
}

phase::View viewOf(double xMin, double xMax, double yMin, double yMax) {
    phase::View view;
    view.xMin = xMin;
    view.xMax = xMax;
    view.yMin = yMin;
    view.yMax = yMax;
    return view;
}

}  // namespace

QColor overlapColor(double correlation, const Theme& theme) {
    const QColor below(0x00, 0x72, 0xb2), above(0xd5, 0x5e, 0x00);  // of Okabe and Ito
    const double strength = std::clamp(std::abs(correlation), 0.0, 1.0);
    return mix(theme.plotBackground, correlation < 0 ? below : above, std::pow(strength, 0.8));
}

QRectF layOutOverlap(const OverlapPlot& plot, const QRectF& area, double fontPt) {
    const double left = 2.6 * fontPt, bottom = 2.2 * fontPt, rest = 0.5 * fontPt;
    const double side = std::max(10.0, std::min(area.width() - left - rest, area.height() - bottom - rest));
    const auto count = std::max<double>(1, static_cast<double>(plot.labels.size()));
    const double cell = std::min(side / count, 5.5 * fontPt);
    const QSizeF size(cell * count, cell * count);
    return {{area.left() + left + (area.width() - left - rest - size.width()) / 2,
             area.top() + rest + (area.height() - bottom - rest - size.height()) / 2},
            size};
}

void paintOverlap(QPainter& painter, const OverlapPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                  double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const auto count = static_cast<int>(plot.labels.size());
    if (count == 0) return;
    const QRectF square = layOutOverlap(plot, area, fontPt);
    const double cell = square.width() / count;
    const double letters = std::min(fontPt, cell / 3.4);
    constexpr double smallest = 5.5;  // points
    for (int row = 0; row < count; ++row) {
        for (int column = 0; column < count; ++column) {
            const double value = plot.correlation(row, column);
            const QRectF place(square.left() + column * cell, square.top() + row * cell, cell, cell);
            const QColor color = overlapColor(value, theme);
            painter.fillRect(QRectF(place.topLeft() * scale, place.size() * scale), color);
            if (letters < smallest) continue;
            const bool light = contrastRatio(color, Qt::white) > contrastRatio(color, Qt::black);
            const MathLabel label(row == column ? QStringLiteral("1") : numberText(value, 2), letters);
            label.draw(
                painter,
                QPointF(place.center().x() - label.size().width() / 2, place.center().y() + 0.36 * letters) * scale,
                light ? Qt::white : Qt::black, scale);
        }
    }
    painter.setPen(QPen(theme.border, 0.6 * scale));
    for (int k = 1; k < count; ++k) {
        const double x = square.left() + k * cell, y = square.top() + k * cell;
        painter.drawLine(QPointF(x, square.top()) * scale, QPointF(x, square.bottom()) * scale);
        painter.drawLine(QPointF(square.left(), y) * scale, QPointF(square.right(), y) * scale);
    }
    painter.setPen(QPen(theme.axis, std::max(0.5, 0.08 * fontPt) * scale));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(square.topLeft() * scale, square.size() * scale));
    const double size = std::min(1.1 * fontPt, 0.8 * cell);
    for (int k = 0; k < count; ++k) {
        const MathLabel label(plot.labels[static_cast<std::size_t>(k)], size);
        const double at = (k + 0.5) * cell;
        label.draw(painter,
                   QPointF(square.left() + at - label.size().width() / 2, square.bottom() + 1.35 * fontPt) * scale,
                   theme.text, scale);
        label.draw(painter,
                   QPointF(square.left() - 0.6 * fontPt - label.size().width(), square.top() + at + 0.3 * size) * scale,
                   theme.text, scale);
    }
}

SpectrumLayout layOutSpectrum(const SpectrumPlot& plot, const QRectF& area, double fontPt) {
    SpectrumLayout layout;
    const double left = 4.2 * fontPt, right = 0.9 * fontPt, bottom = 3.3 * fontPt, top = 0.7 * fontPt;
    const bool beside = area.width() > 1.5 * area.height();
    QRectF first = area, second = area;
    if (beside) {
        first.setWidth(0.6 * area.width());
        second.setLeft(first.right());
    } else {
        first.setHeight(0.62 * area.height());
        second.setTop(first.bottom());
    }
    layout.plane = first.adjusted(left, top, -right, -bottom);
    layout.bars = second.adjusted(left, top, -right, -bottom);
    double low = -0.3, high = 1.25, reach = 0.3;
    for (const auto& value : plot.spectrum.eigenvalues) {
        low = std::min(low, value.real());
        high = std::max(high, value.real());
        reach = std::max(reach, std::abs(value.imag()));
    }
    if (const auto radius = plot.spectrum.bulkRadius) {
        low = std::min(low, -*radius);
        high = std::max(high, *radius);
        reach = std::max(reach, *radius);
    }
    const double room = 0.07 * (high - low);
    low -= room;
    high += room;
    reach *= 1.15;
    // One unit is as long on both axes, or a circle would be none.
    const double aspect = layout.plane.width() / std::max(1.0, layout.plane.height());
    if ((high - low) / (2 * reach) < aspect) {
        const double middle = (low + high) / 2, half = reach * aspect;
        low = middle - half;
        high = middle + half;
    } else {
        reach = (high - low) / aspect / 2;
    }
    layout.left = low;
    layout.right = high;
    layout.top = reach;
    const auto& bars = plot.spectrum.singularValues;
    layout.largest = bars.size() > 0 && bars.maxCoeff() > 0 ? 1.15 * bars.maxCoeff() : 1;
    return layout;
}

void paintSpectrum(QPainter& painter, const SpectrumPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                   double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const SpectrumLayout layout = layOutSpectrum(plot, area, fontPt);
    PlotFrame plane(painter, layout.plane, viewOf(layout.left, layout.right, -layout.top, layout.top), theme, fontPt,
                    scale);
    plane.fill();
    Picture picture;
    picture.push_back(Line{QPolygonF({{layout.left, 0}, {layout.right, 0}}), theme.grid, 0.9});
    picture.push_back(Line{QPolygonF({{0, -layout.top}, {0, layout.top}}), theme.grid, 0.9});
    if (!plot.empty) {
        picture.push_back(Line{QPolygonF({{1, -layout.top}, {1, layout.top}}), theme.text, 1.2, Dash::dashed});
        if (const auto radius = plot.spectrum.bulkRadius) {
            QPolygonF circle;
            constexpr int corners = 144;
            for (int k = 0; k <= corners; ++k) {
                const double t = 2 * std::numbers::pi * k / corners;
                circle << QPointF(*radius * std::cos(t), *radius * std::sin(t));
            }
            picture.push_back(Line{circle, theme.accent, 1.4});
        }
        const auto count = plot.spectrum.eigenvalues.size();
        constexpr Eigen::Index many = 60;
        for (const auto& value : plot.spectrum.eigenvalues) {
            Marker marker;
            marker.at = {value.real(), value.imag()};
            marker.size = (count > many ? 0.3 : 0.75) * fontPt;
            marker.fill = value.real() > 1 ? theme.population(1) : theme.population(0);
            marker.edge = count > many ? marker.fill : theme.text;
            marker.edgeWidth = count > many ? 0 : 1;
            picture.push_back(marker);
        }
    }
    plane.draw(picture);
    plane.frame();
    plane.horizontal(niceTicks(layout.left, layout.right, 6), tr("$\\text{Re } \\lambda$"));
    plane.vertical(niceTicks(-layout.top, layout.top, 5), tr("$\\text{Im } \\lambda$"));
    if (plot.empty) plane.say(plot.instead);

    const auto& values = plot.spectrum.singularValues;
    const auto count = std::max<Eigen::Index>(1, values.size());
    PlotFrame bars(painter, layout.bars, viewOf(0.4, static_cast<double>(count) + 0.6, 0, layout.largest), theme,
                   fontPt, scale);
    bars.fill();
    Picture columns;
    if (!plot.empty)
        for (Eigen::Index k = 0; k < values.size(); ++k)
            columns.push_back(Region{QRectF(static_cast<double>(k) + 0.68, 0, 0.64, values[k]), theme.population(0)});
    bars.draw(columns);
    bars.frame();
    std::vector<Tick> numbers;
    const int stride = count > 10 ? 5 : 1;
    for (int k = stride; k <= count; k += stride) numbers.push_back({static_cast<double>(k), QString::number(k)});
    bars.horizontal(numbers, tr("singular value"));
    bars.vertical(niceTicks(0, layout.largest, 4), {});
}

CountLayout layOutCounts(const QRectF& area, double fontPt) {
    const double left = 4.7 * fontPt, right = 0.5 * fontPt, top = 1.7 * fontPt, bottom = 2.9 * fontPt;
    const double between = 2.0 * fontPt, height = (area.height() - top - bottom - between) / 2;
    CountLayout layout;
    layout.stability = {area.left() + left, area.top() + top, area.width() - left - right, height};
    layout.evidence = layout.stability.translated(0, height + between);
    return layout;
}

void paintCounts(QPainter& painter, const CountPlot& plot, const QRectF& area, const Theme& theme, double fontPt,
                 double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (plot.figures.empty()) return;
    const CountLayout layout = layOutCounts(area, fontPt);
    const int first = plot.figures.front().count, last = plot.figures.back().count;
    std::vector<Tick> counts;
    for (const auto& each : plot.figures)
        counts.push_back({static_cast<double>(each.count), QString::number(each.count)});
    const auto color = [&](const statistics::CountFigures& each) {
        return each.occupied < each.count ? theme.mutedText : each.count == plot.chosen ? theme.accent : theme.text;
    };
    const auto title = [&](const QRectF& place, const QString& text) {
        const MathLabel label(text, fontPt);
        label.draw(painter, QPointF(place.left(), place.top() - 0.45 * fontPt) * scale, theme.mutedText, scale);
    };
    const auto marker = [&](const statistics::CountFigures& each, double y) {
        Marker mark;
        mark.at = {static_cast<double>(each.count), y};
        mark.size = (each.count == plot.chosen ? 0.95 : 0.7) * fontPt;
        mark.shape = each.occupied < each.count ? MarkerShape::ring : MarkerShape::disc;
        mark.fill = each.occupied < each.count ? theme.plotBackground : color(each);
        mark.edge = color(each);
        mark.edgeWidth = 1.3;
        return mark;
    };

    double lowest = 0.5;
    for (const auto& each : plot.figures) {
        lowest = std::min(lowest, each.stability);
        if (!each.agreement.empty())
            lowest = std::min(lowest, *std::min_element(each.agreement.begin(), each.agreement.end()));
    }
    lowest = std::max(-0.1, std::floor(lowest * 10) / 10 - 0.05);
    PlotFrame stability(painter, layout.stability, viewOf(first - 0.6, last + 0.6, lowest, 1.07), theme, fontPt, scale);
    stability.fill();
    Picture picture{Line{QPolygonF({{first - 0.6, plot.stableFrom}, {last + 0.6, plot.stableFrom}}), theme.mutedText, 1,
                         Dash::dashed}};
    for (const auto& each : plot.figures) {
        if (!each.agreement.empty()) {
            auto sorted = each.agreement;
            std::sort(sorted.begin(), sorted.end());
            const auto quantile = [&sorted](double share) {
                return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
            };
            const double x = each.count;
            picture.push_back(Line{QPolygonF({{x, sorted.front()}, {x, sorted.back()}}), color(each), 1});
            picture.push_back(Line{QPolygonF({{x, quantile(0.25)}, {x, quantile(0.75)}}), color(each), 3.4});
        }
        picture.push_back(marker(each, each.stability));
    }
    stability.draw(picture);
    stability.frame();
    stability.vertical(niceTicks(lowest, 1.07, 4), {});
    title(layout.stability, tr("stability of refits"));

    double best = plot.figures.front().evidence;
    for (const auto& each : plot.figures) best = std::max(best, each.evidence);
    double deepest = 1;
    for (const auto& each : plot.figures) deepest = std::max(deepest, best - each.evidence + each.error);
    double highest = 0.1 * deepest;
    for (const auto& each : plot.figures) highest = std::max(highest, 1.15 * (each.evidence - best + each.error));
    PlotFrame evidence(painter, layout.evidence, viewOf(first - 0.6, last + 0.6, -1.1 * deepest, highest), theme,
                       fontPt, scale);
    evidence.fill();
    Picture below{Line{QPolygonF({{first - 0.6, 0}, {last + 0.6, 0}}), theme.grid, 1}};
    for (const auto& each : plot.figures) {
        const double y = each.evidence - best, x = each.count;
        if (each.error > 0)
            below.push_back(Line{QPolygonF({{x, y - each.error}, {x, y + each.error}}), color(each), 1.6});
        below.push_back(marker(each, y));
    }
    evidence.draw(below);
    evidence.frame();
    evidence.vertical(niceTicks(-1.1 * deepest, highest, 3), {});
    evidence.horizontal(counts, tr("number of populations"));
    title(layout.evidence, tr("log evidence, less the best"));
}

}  // namespace kappascope::painting
