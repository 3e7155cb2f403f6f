// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/units_picture.h"

#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

constexpr double held = 0.995;

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

/// A dot, painted once and copied.
QImage stampOf(QColor color, double diameter, bool many) {
    color.setAlphaF(many ? 0.55F : 0.75F);
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

double reach(std::vector<double> sizes) {
    std::erase_if(sizes, [](double size) { return !std::isfinite(size); });
    if (sizes.empty()) return 1;
    const auto at = static_cast<std::ptrdiff_t>(held * static_cast<double>(sizes.size() - 1));
    std::nth_element(sizes.begin(), sizes.begin() + at, sizes.end());
    return std::max(1e-9, 1.12 * sizes[static_cast<std::size_t>(at)]);
}

QPointF clamped(const phase::View& view, const QPointF& at) {
    return {std::clamp(at.x(), view.xMin, view.xMax), std::clamp(at.y(), view.yMin, view.yMax)};
}

}  // namespace

QRectF layOutUnits(const QRectF& area, double fontPt) {
    return area.adjusted(6.2 * fontPt, 1.9 * fontPt, -1.2 * fontPt, -3.3 * fontPt);
}

phase::View viewOfUnits(const UnitsPicture& picture) {
    std::vector<double> x, y;
    for (const QPointF& each : picture.points) {
        x.push_back(std::abs(each.x()));
        y.push_back(std::abs(each.y()));
    }
    phase::View view;
    view.xMax = reach(std::move(x));
    view.yMax = reach(std::move(y));
    view.xMin = -view.xMax;
    view.yMin = -view.yMax;
    return view;
}

int unitAt(const UnitsPicture& picture, const QRectF& area, double fontPt, const QPointF& at) {
    const Canvas canvas{viewOfUnits(picture), layOutUnits(area, fontPt), 1, true};
    int nearest = -1;
    double least = 1.5 * fontPt;
    for (std::size_t k = 0; k < picture.points.size(); ++k) {
        const QPointF shown = clamped(canvas.view, picture.points[k]);
        const QPointF from = canvas.toDevice(shown.x(), shown.y()) - at;
        if (const double distance = std::hypot(from.x(), from.y()); distance < least) {
            least = distance;
            nearest = static_cast<int>(k);
        }
    }
    return nearest;
}

std::vector<char> unitsIn(const UnitsPicture& picture, const QRectF& area, double fontPt, const QPolygonF& lasso) {
    const Canvas canvas{viewOfUnits(picture), layOutUnits(area, fontPt), 1, true};
    // A little inside of the frame, so that a lasso along it holds what lies on it.
    const QRectF inside = canvas.area.adjusted(1, 1, -1, -1), bounds = lasso.boundingRect();
    std::vector<char> hit(picture.points.size(), 0);
    for (std::size_t k = 0; k < hit.size(); ++k) {
        QPointF at = canvas.toDevice(picture.points[k].x(), picture.points[k].y());
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
        at = {std::clamp(at.x(), inside.left(), inside.right()), std::clamp(at.y(), inside.top(), inside.bottom())};
        hit[k] = bounds.contains(at) && lasso.containsPoint(at, Qt::OddEvenFill);
    }
    return hit;
}

void paintUnits(QPainter& painter, const UnitsPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const phase::View view = viewOfUnits(picture);
    PlotFrame frame(painter, layOutUnits(area, fontPt), view, theme, fontPt, scale);
    frame.fill();
    if (picture.points.empty()) {
        frame.frame();
        frame.say(picture.empty);
        return;
    }
    frame.draw({Line{QPolygonF(QList<QPointF>{{view.xMin, 0}, {view.xMax, 0}}), theme.border, 1},
                Line{QPolygonF(QList<QPointF>{{0, view.yMin}, {0, view.yMax}}), theme.border, 1}});
    const bool many = picture.points.size() > 600;
    std::vector<QImage> stamps;
    const int last = picture.populations.empty() ? 0 : *std::ranges::max_element(picture.populations);
    for (int p = 0; p <= last; ++p) stamps.push_back(stampOf(theme.population(p), 0.36 * fontPt * scale, many));
    const bool some = picture.chosen.size() == picture.points.size();
    const auto draw = [&](std::size_t k) {
        const QPointF& each = picture.points[k];
        if (!std::isfinite(each.x()) || !std::isfinite(each.y())) return;
        const QPointF shown = clamped(view, each);
        const QPointF at = frame.canvas().toDevice(shown.x(), shown.y());
        const QImage& stamp =
            stamps[k < picture.populations.size() ? static_cast<std::size_t>(picture.populations[k]) : 0];
        painter.drawImage(QPoint(static_cast<int>(std::lround(at.x())) - stamp.width() / 2,
                                 static_cast<int>(std::lround(at.y())) - stamp.height() / 2),
                          stamp);
    };
    if (some) painter.setOpacity(0.16);
    for (std::size_t k = 0; k < picture.points.size(); ++k)
        if (!some || !picture.chosen[k]) draw(k);
    painter.setOpacity(1);
    for (std::size_t k = 0; some && k < picture.points.size(); ++k)
        if (picture.chosen[k]) draw(k);
    frame.frame();
    if (picture.selected >= 0 && picture.selected < std::ssize(picture.points)) {
        const QPointF shown = clamped(view, picture.points[static_cast<std::size_t>(picture.selected)]);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.trialMarker, 0.16 * fontPt * scale));
        painter.drawEllipse(frame.canvas().toDevice(shown.x(), shown.y()), 0.55 * fontPt * scale,
                            0.55 * fontPt * scale);
    }
    frame.horizontal(niceTicks(view.xMin, view.xMax, 5), picture.xLabel);
    frame.vertical(niceTicks(view.yMin, view.yMax, 5), picture.yLabel);
    if (picture.note.isEmpty()) return;
    // Above the axes, where no dot can be.
    const QRectF axes = layOutUnits(area, fontPt);
    const MathLabel note(picture.note, fontPt);
    note.draw(painter, QPointF(axes.right() - note.size().width(), axes.top() - 0.5 * fontPt) * scale, theme.mutedText,
              scale);
}

void paintTuning(QPainter& painter, const TuningPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                 double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    // Room for a key of two rows above.
    const QRectF place = layOutUnits(area, fontPt).adjusted(0, 1.8 * fontPt, 0, 0);
    phase::View view;
    double low = 0, high = 0, least = 0, most = 0;
    bool first = true;
    for (const auto& curve : picture.curves)
        for (std::size_t k = 0; k < curve.means.size(); ++k) {
            const double below = curve.means[k] - curve.errors[k], above = curve.means[k] + curve.errors[k];
            low = first ? below : std::min(low, below);
            high = first ? above : std::max(high, above);
            least = first ? curve.values[k] : std::min(least, curve.values[k]);
            most = first ? curve.values[k] : std::max(most, curve.values[k]);
            first = false;
        }
    const double room = 0.08 * std::max(0.05, high - low), side = 0.06 * std::max(1e-9, most - least);
    view.xMin = least - side;
    view.xMax = most + side;
    view.yMin = low - room;
    view.yMax = high + room;
    if (picture.curves.empty()) {
        view.xMin = view.yMin = -1;
        view.xMax = view.yMax = 1;
    }
    PlotFrame frame(painter, picture.curves.empty() ? layOutUnits(area, fontPt) : place, view, theme, fontPt, scale);
    frame.fill();
    if (picture.curves.empty()) {
        frame.frame();
        frame.say(picture.empty);
        return;
    }
    constexpr std::array dashes{Dash::solid, Dash::dashed, Dash::dotted};
    Picture lines{Line{QPolygonF(QList<QPointF>{{view.xMin, 0}, {view.xMax, 0}}), theme.grid, 1}};
    double x = place.left(), y = place.top() - 1.95 * fontPt;
    for (std::size_t c = 0; c < picture.curves.size(); ++c) {
        const auto& curve = picture.curves[c];
        const QColor color = theme.trajectory(static_cast<int>(c));
        const double width = std::max(1.2, 0.16 * fontPt);
        Line line{{}, color, width, dashes[c % dashes.size()]};
        for (std::size_t k = 0; k < curve.means.size(); ++k) {
            line.points.append({curve.values[k], curve.means[k]});
            lines.push_back(Line{QPolygonF({{curve.values[k], curve.means[k] - curve.errors[k]},
                                            {curve.values[k], curve.means[k] + curve.errors[k]}}),
                                 color, 0.7 * width});
        }
        const Line sample{QPolygonF({{-1, 0}, {1, 0}}), color, width, line.dash};
        lines.push_back(std::move(line));
        const MathLabel label(curve.name, fontPt);
        if (x + 2.6 * fontPt + label.size().width() > place.right() && x > place.left()) {
            x = place.left();
            y += 1.4 * fontPt;
        }
        paint(painter, {sample},
              Canvas{phase::View{}, QRectF(QPointF(x, y - 0.85 * fontPt) * scale, QSizeF(2, 1) * fontPt * scale), scale,
                     true},
              theme);
        label.draw(painter, QPointF(x + 2.4 * fontPt, y) * scale, theme.text, scale);
        x += 3.6 * fontPt + label.size().width();
    }
    frame.draw(lines);
    frame.frame();
    const auto& labelled = picture.curves.front();
    std::vector<Tick> ticks;
    if (labelled.labels.empty())
        ticks = niceTicks(view.xMin, view.xMax, 7);
    else
        for (std::size_t k = 0; k < labelled.values.size(); ++k)
            ticks.push_back({labelled.values[k], QString::fromStdString(labelled.labels[k])});
    frame.horizontal(ticks, picture.title);
    frame.vertical(niceTicks(view.yMin, view.yMax, 4), tr("rate $r$"));
}

void paintEpairs(QPainter& painter, const EpairsPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                 double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    phase::View view;
    if (picture.nullMedians.empty()) {
        PlotFrame frame(painter, layOutUnits(area, fontPt), view, theme, fontPt, scale);
        frame.fill();
        frame.frame();
        frame.say(picture.empty);
        return;
    }
    constexpr double degrees = 180 / std::numbers::pi;
    const auto [low, high] = std::ranges::minmax(picture.nullMedians);
    const double width = std::max(1e-6, (high - low) * degrees);
    constexpr int bins = 18;
    std::array<int, bins> counts{};
    for (const double each : picture.nullMedians)
        ++counts[static_cast<std::size_t>(
            std::clamp(static_cast<int>((each - low) * degrees / width * bins), 0, bins - 1))];
    const int most = *std::ranges::max_element(counts);
    const double observed = picture.median * degrees;
    view.xMin = std::min(low * degrees, observed);
    view.xMax = std::max(high * degrees, observed);
    const double room = 0.08 * (view.xMax - view.xMin);
    view.xMin -= room;
    view.xMax += room;
    view.yMin = 0;
    view.yMax = 1.22 * most;
    PlotFrame frame(painter, layOutUnits(area, fontPt), view, theme, fontPt, scale);
    frame.fill();
    Picture bars;
    for (int k = 0; k < bins; ++k)
        bars.push_back(
            Region{QRectF(low * degrees + k * width / bins, 0, width / bins, counts[static_cast<std::size_t>(k)]),
                   mix(theme.population(0), theme.plotBackground, 0.45)});
    bars.push_back(Line{QPolygonF({{observed, 0}, {observed, 1.06 * most}}), theme.trialMarker, 0.2 * fontPt});
    Label label;
    label.text = MathLabel(tr("observed"), fontPt);
    label.at = {observed, 1.14 * most};
    label.color = theme.trialMarker;
    const double share = (observed - view.xMin) / (view.xMax - view.xMin);
    label.anchor = share < 0.2   ? Qt::AlignLeft | Qt::AlignVCenter
                   : share > 0.8 ? Qt::AlignRight | Qt::AlignVCenter
                                 : Qt::AlignCenter;
    bars.push_back(label);
    frame.draw(bars);
    frame.frame();
    frame.horizontal(niceTicks(view.xMin, view.xMax, 6), tr("median angle to the nearest neighbour (°)"));
    frame.vertical(niceTicks(0, view.yMax, 4), tr("draws of one Gaussian"));
}

}  // namespace kappascope::painting
