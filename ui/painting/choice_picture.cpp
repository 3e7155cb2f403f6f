// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/choice_picture.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/painting/figure_layout.h"
#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

using statistics::Behaviour;
using statistics::BehaviourPanel;
using statistics::ChoiceCell;

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

QString numberText(double value) {
    return QString::number(value, 'g', 6).replace(u'-', QChar(0x2212));
}

QString valueText(const tasks::Axis& axis, std::size_t k) {
    return axis.labels.empty() ? numberText(axis.values[k]) : QString::fromStdString(axis.labels[k]);
}

/// What a positive choice says, in mathematics where it is: "f1 > f2".
QString positiveText(const std::string& positive) {
    return positive == "f1 > f2" ? QStringLiteral("$f_1 > f_2$") : QString::fromStdString(positive);
}

void drawText(QPainter& painter, const QString& source, const QPointF& at, const QColor& color, double sizePt,
              double scale, bool semiBold = false) {
    MathLabel(source, sizePt, semiBold).draw(painter, at * scale, color, scale);
}

/// The longest beginning of a text, in whole words, that fits.
QString fitted(const QString& text, double sizePt, double room, bool semiBold) {
    if (MathLabel(text, sizePt, semiBold).size().width() <= room) return text;
    QString cut = text;
    while (cut.contains(u' ') && MathLabel(cut + u'…', sizePt, semiBold).size().width() > room)
        cut.truncate(cut.lastIndexOf(u' '));
    return cut + u'…';
}

constexpr double keyLine = 1.4;  // font sizes

class ChoicePainter {
public:
    ChoicePainter(QPainter& painter, const ChoicePicture& picture, const ChoiceLayout& layout, const Theme& theme,
                  double fontPt, double scale)
        : painter_(painter), picture_(picture), layout_(layout), theme_(theme), fontPt_(fontPt), scale_(scale) {}

    void paintAll() {
        for (int side = 0; side < 2; ++side) {
            const QRectF& place = layout_.heading[side];
            drawText(painter_,
                     fitted(side == 0 ? picture_.trainedTitle : picture_.modulatedTitle, 1.08 * fontPt_, place.width(),
                            true),
                     {place.left(), place.top() + 1.1 * fontPt_}, theme_.text, 1.08 * fontPt_, scale_, true);
        }
        for (const auto& place : layout_.places) {
            if (picture_.isMatrix())
                paintMatrix(place);
            else
                paintCurves(place);
        }
        if (picture_.isMatrix()) paintBar();
    }

private:
    const Behaviour& side(int k) const { return k == 0 ? *picture_.trained : *picture_.modulated; }

    void paintTitle(const ChoiceLayout::Place& place) {
        const auto panel = static_cast<std::size_t>(std::max(0, place.panel));
        const QString name = place.panel < 0 ? QString() : QString::fromStdString(side(0).panels[panel].name);
        const QString right = accuracyText(picture_, place.side, place.panel);
        QString text = name.isEmpty() ? right : right.isEmpty() ? name : tr("%1: %2").arg(name, right);
        if (const QString circuit = circuitAccuracyText(picture_, place.side, place.panel); !circuit.isEmpty())
            text = tr("%1 (%2)").arg(text, circuit);
        drawText(painter_, fitted(text, fontPt_, place.area.width() + fontPt_, false),
                 {place.area.left(), place.area.top() - 0.55 * fontPt_}, theme_.text, fontPt_, scale_);
    }

    void paintMatrix(const ChoiceLayout::Place& place) {
        const BehaviourPanel& panel = side(place.side).panels[static_cast<std::size_t>(place.panel)];
        const std::size_t columns = panel.axes[0].values.size(), rows = panel.axes[1].values.size();
        phase::View view;
        view.xMin = view.yMin = 0;
        view.xMax = static_cast<double>(columns);
        view.yMax = static_cast<double>(rows);
        PlotFrame frame(painter_, place.area, view, theme_, fontPt_, scale_);
        painter_.save();
        painter_.setRenderHint(QPainter::Antialiasing, false);
        for (std::size_t i = 0; i < columns; ++i)
            for (std::size_t j = 0; j < rows; ++j) {
                const QRectF cell = ChoiceLayout::cell(picture_, place, i, j);
                // To the next cell's pixel, so that no gap is seen between them.
                const QRectF device(cell.topLeft() * scale_, cell.size() * scale_);
                painter_.fillRect(QRectF(QPointF(std::floor(device.left()), std::floor(device.top())),
                                         QPointF(std::ceil(device.right()), std::ceil(device.bottom())))
                                      .intersected(frame.canvas().area),
                                  choiceColor(panel.at(i, j).choice, theme_));
            }
        painter_.restore();
        for (std::size_t i = 0; i < columns; ++i)
            for (std::size_t j = 0; j < rows; ++j)
                paintNumber(ChoiceLayout::cell(picture_, place, i, j), panel.at(i, j), circuitCell(place, i, j));
        frame.frame();
        frame.horizontal(ticksOf(panel.axes[0], place.area.width()), choiceAxisLabel(panel.axes[0].name));
        frame.vertical(ticksOf(panel.axes[1], place.area.height()), choiceAxisLabel(panel.axes[1].name));
        paintTitle(place);
    }

    /// Of the circuit beside the network; null without one.
    const ChoiceCell* circuitCell(const ChoiceLayout::Place& place, std::size_t i, std::size_t j) const {
        if (!picture_.hasCircuit()) return nullptr;
        return &picture_.circuit(place.side).panels[static_cast<std::size_t>(place.panel)].at(i, j);
    }

    void paintNumber(const QRectF& cell, const ChoiceCell& choice, const ChoiceCell* circuit) {
        const double size = 0.95 * fontPt_;
        const MathLabel number(QString::number(std::lround(100 * choice.choice)), size);
        // As wide as any, so that either all cells have one or none.
        const double widest = MathLabel(QStringLiteral("100"), size).size().width();
        if (cell.width() < widest + 0.4 * fontPt_ || cell.height() < 1.2 * fontPt_) return;
        const QColor color = choiceColor(choice.choice, theme_);
        const QColor dark(0x10, 0x14, 0x1a), light(0xff, 0xff, 0xff);
        const QColor ink = contrastRatio(dark, color) > contrastRatio(light, color) ? dark : light;
        const auto write = [&](const MathLabel& label, double below) {
            label.draw(painter_,
                       QPointF(cell.center().x() - label.size().width() / 2, cell.center().y() + below) * scale_, ink,
                       scale_);
        };
        const double smaller = 0.85 * size;
        const MathLabel second(circuit ? tr("(%1)").arg(std::lround(100 * circuit->choice)) : QString(), smaller);
        const bool fits = circuit && cell.height() > 2.5 * fontPt_ &&
                          cell.width() > MathLabel(QStringLiteral("(100)"), smaller).size().width() + 0.4 * fontPt_;
        write(number, (fits ? -0.2 : 0.36) * size);
        if (fits) write(second, 0.95 * size);
    }

    /// In the middle of each cell, as many as fit.
    std::vector<Tick> ticksOf(const tasks::Axis& axis, double length) const {
        double widest = fontPt_;
        for (std::size_t k = 0; k < axis.values.size(); ++k)
            widest = std::max(widest, MathLabel(valueText(axis, k), fontPt_).size().width());
        const double each = length / static_cast<double>(axis.values.size());
        const auto stride = static_cast<std::size_t>(std::max(1.0, std::ceil((widest + 0.4 * fontPt_) / each)));
        std::vector<Tick> ticks;
        for (std::size_t k = 0; k < axis.values.size(); k += stride)
            ticks.push_back({static_cast<double>(k) + 0.5, valueText(axis, k)});
        return ticks;
    }

    void paintBar() {
        const QRectF bar(layout_.bar.topLeft() * scale_, layout_.bar.size() * scale_);
        const int steps = std::max(2, static_cast<int>(bar.height()));
        painter_.save();
        painter_.setRenderHint(QPainter::Antialiasing, false);
        for (int k = 0; k < steps; ++k) {
            const double top = bar.top() + bar.height() * k / steps;
            painter_.fillRect(QRectF(bar.left(), top, bar.width(), bar.height() / steps + 0.5).intersected(bar),
                              choiceColor(1 - (k + 0.5) / steps, theme_));
        }
        painter_.restore();
        phase::View view;
        view.xMin = 0;
        view.xMax = 1;
        view.yMin = 0;
        view.yMax = 100;
        PlotFrame frame(painter_, layout_.bar, view, theme_, fontPt_, scale_);
        frame.frame();
        for (const double value : {0.0, 50.0, 100.0}) {
            const QPointF at(layout_.bar.right() + 0.4 * fontPt_,
                             layout_.bar.bottom() - value / 100 * layout_.bar.height() + 0.36 * fontPt_);
            drawText(painter_, QString::number(value), at, theme_.text, fontPt_, scale_);
        }
        const MathLabel label(tr("choice “%1”, %").arg(positiveText(picture_.trained->positive)), fontPt_);
        painter_.save();
        painter_.translate((layout_.bar.right() + 3.7 * fontPt_) * scale_,
                           (layout_.bar.center().y() + label.size().width() / 2) * scale_);
        painter_.rotate(-90);
        label.draw(painter_, {0, 0}, theme_.text, scale_);
        painter_.restore();
    }

    void paintCurves(const ChoiceLayout::Place& place) {
        const Behaviour& behaviour = side(place.side);
        const auto& values = behaviour.panels.front().axes.front().values;
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        const double room = 0.05 * std::max(1e-9, *high - *low);
        phase::View view;
        view.xMin = *low - room;
        view.xMax = *high + room;
        view.yMin = -4;
        view.yMax = 104;
        PlotFrame frame(painter_, place.area, view, theme_, fontPt_, scale_);
        frame.fill();
        Picture picture{Line{QPolygonF({{view.xMin, 50}, {view.xMax, 50}}), theme_.grid, 1},
                        Line{QPolygonF({{0, view.yMin}, {0, view.yMax}}), theme_.grid, 1}};
        // What it was stays in sight beside what it is.
        if (place.side == 1)
            for (std::size_t p = 0; p < picture_.trained->panels.size(); ++p)
                addCurve(picture, picture_.trained->panels[p], p, true);
        if (picture_.hasCircuit())
            for (std::size_t p = 0; p < behaviour.panels.size(); ++p)
                picture.push_back(circuitLine(picture_.circuit(place.side).panels[p], p));
        for (std::size_t p = 0; p < behaviour.panels.size(); ++p) addCurve(picture, behaviour.panels[p], p, false);
        frame.draw(picture);
        frame.frame();
        const auto& axis = behaviour.panels.front().axes.front();
        frame.horizontal(niceTicks(view.xMin, view.xMax, static_cast<int>(place.area.width() / (3 * fontPt_))),
                         choiceAxisLabel(axis.name));
        frame.vertical(niceTicks(0, 100, 5), tr("choice “%1”, %").arg(positiveText(behaviour.positive)));
        if (behaviour.panels.size() > 1 || picture_.hasCircuit())
            paintKeys(place);
        else
            paintTitle(place);
    }

    static constexpr std::array dashes{Dash::solid, Dash::dashed, Dash::dotted};
    static constexpr std::array shapes{MarkerShape::disc, MarkerShape::ring, MarkerShape::diamond};

    QColor colorOf(std::size_t panel, bool faint) const {
        QColor color = theme_.population(static_cast<int>(panel));
        return faint ? mix(color, theme_.plotBackground, 0.68) : color;
    }

    /// Beside a circuit, whose curves are dashed, all of the network's are solid: markers tell them apart.
    Dash dashOf(std::size_t panel) const { return picture_.hasCircuit() ? Dash::solid : dashes[panel % dashes.size()]; }

    Line circuitLine(const BehaviourPanel& panel, std::size_t index) const {
        Line line{{}, colorOf(index, false), std::max(1.0, 0.13 * fontPt_), Dash::dashed};
        for (std::size_t k = 0; k < panel.cells.size(); ++k)
            line.points.append({panel.axes[0].values[k], 100 * panel.cells[k].choice});
        return line;
    }

    void addCurve(Picture& picture, const BehaviourPanel& panel, std::size_t index, bool faint) const {
        const QColor color = colorOf(index, faint);
        const double width = std::max(1.2, 0.16 * fontPt_);
        Line line{{}, color, width, dashOf(index)};
        for (std::size_t k = 0; k < panel.cells.size(); ++k)
            line.points.append({panel.axes[0].values[k], 100 * panel.cells[k].choice});
        const QPolygonF points = line.points;
        picture.push_back(std::move(line));
        if (faint) return;
        for (std::size_t k = 0; k < panel.cells.size(); ++k) {
            const QPointF at = points[static_cast<qsizetype>(k)];
            const double error = 100 * panel.cells[k].standardError;
            picture.push_back(
                Line{QPolygonF({{at.x(), at.y() - error}, {at.x(), at.y() + error}}), color, 0.7 * width});
            Marker marker;
            marker.at = at;
            marker.shape = shapes[index % shapes.size()];
            marker.size = 0.6 * fontPt_;
            marker.fill = marker.shape == MarkerShape::ring ? theme_.plotBackground : color;
            marker.edge = color;
            marker.edgeWidth = 0.12 * fontPt_;
            picture.push_back(marker);
        }
    }

    /// Which curve is which, and how well it does, above the plot.
    void paintKeys(const ChoiceLayout::Place& place) {
        const auto& panels = side(place.side).panels;
        const double sample = 2.4 * fontPt_, x = place.area.left() + sample + 0.5 * fontPt_;
        const std::size_t rows = panels.size() + (picture_.hasCircuit() ? 1 : 0);
        double y = place.area.top() - 0.55 * fontPt_ - keyLine * fontPt_ * static_cast<double>(rows - 1);
        for (std::size_t p = 0; p < panels.size(); ++p, y += keyLine * fontPt_) {
            const QRectF box((x - sample - 0.5 * fontPt_) * scale_, (y - 0.85 * fontPt_) * scale_, sample * scale_,
                             fontPt_ * scale_);
            const QColor color = colorOf(p, false);
            Marker marker;
            marker.shape = shapes[p % shapes.size()];
            marker.size = 0.6 * fontPt_;
            marker.fill = marker.shape == MarkerShape::ring ? theme_.card : color;
            marker.edge = color;
            marker.edgeWidth = 0.12 * fontPt_;
            paint(painter_,
                  {Line{QPolygonF({{-1, 0}, {1, 0}}), color, std::max(1.2, 0.16 * fontPt_), dashOf(p)}, marker},
                  Canvas{phase::View{}, box, scale_, true}, theme_);
            const QString right = accuracyText(picture_, place.side, static_cast<int>(p));
            const QString name = panels[p].name.empty() ? tr("network") : QString::fromStdString(panels[p].name);
            drawText(painter_, right.isEmpty() ? name : tr("%1: %2").arg(name, right), {x, y}, theme_.text, fontPt_,
                     scale_);
        }
        if (!picture_.hasCircuit()) return;
        const QRectF box((x - sample - 0.5 * fontPt_) * scale_, (y - 0.85 * fontPt_) * scale_, sample * scale_,
                         fontPt_ * scale_);
        paint(painter_,
              {Line{QPolygonF({{-1, 0}, {1, 0}}), theme_.mutedText, std::max(1.0, 0.13 * fontPt_), Dash::dashed}},
              Canvas{phase::View{}, box, scale_, true}, theme_);
        const QString right = circuitAccuracyText(picture_, place.side, -1);
        drawText(painter_, right.isEmpty() ? tr("circuit") : right, {x, y}, theme_.text, fontPt_, scale_);
    }

    QPainter& painter_;
    const ChoicePicture& picture_;
    const ChoiceLayout& layout_;
    const Theme& theme_;
    double fontPt_;
    double scale_;
};

}  // namespace

QRectF ChoiceLayout::cell(const ChoicePicture& picture, const Place& place, std::size_t i, std::size_t j) {
    const auto& axes = picture.trained->panels[static_cast<std::size_t>(std::max(0, place.panel))].axes;
    const double width = place.area.width() / static_cast<double>(axes[0].values.size());
    const double height = place.area.height() / static_cast<double>(axes[1].values.size());
    return {place.area.left() + static_cast<double>(i) * width,
            place.area.bottom() - static_cast<double>(j + 1) * height, width, height};
}

ChoiceLayout layOutChoices(const ChoicePicture& picture, const QRectF& area, double fontPt) {
    ChoiceLayout layout;
    if (picture.isEmpty()) return layout;
    const double left = 4.6 * fontPt, right = 1.2 * fontPt, bottom = 3.2 * fontPt, title = 1.9 * fontPt;
    const double heading = 2.2 * fontPt;
    const bool matrix = picture.isMatrix();
    const double key = matrix ? 6.6 * fontPt : 0;
    const double half = (area.width() - key) / 2;
    for (int side = 0; side < 2; ++side)
        layout.heading[side] = QRectF(area.left() + side * half + left, area.top(), half - left - right, heading);
    const double top = area.top() + heading;
    if (!matrix) {
        const std::size_t rows = picture.trained->panels.size() + (picture.hasCircuit() ? 1 : 0);
        const double keys = keyLine * fontPt * static_cast<double>(rows - 1);
        for (int side = 0; side < 2; ++side)
            layout.places.push_back(
                {QRectF(area.left() + side * half + left, top + title + keys, std::max(10.0, half - left - right),
                        std::max(10.0, area.bottom() - top - title - keys - bottom)),
                 side, -1});
        return layout;
    }
    const int panels = static_cast<int>(picture.trained->panels.size());
    // Beneath each other or beside each other, whichever leaves more room.
    constexpr double widest = 1.45;
    struct Shape {
        int columns, rows;
        double width, height;
    };
    const auto shapeOf = [&](int columns) {
        const int rows = (panels + columns - 1) / columns;
        const double height = std::max(10.0, (area.bottom() - top) / rows - title - bottom);
        const double width = std::max(10.0, std::min(half / columns - left - right, widest * height));
        return Shape{columns, rows, width, std::min(height, 1.35 * width)};
    };
    Shape shape = shapeOf(1);
    for (int columns = 2; columns <= panels; ++columns)
        if (const Shape other = shapeOf(columns); other.width * other.height > shape.width * shape.height)
            shape = other;
    const double stepX = half / shape.columns, stepY = (area.bottom() - top) / shape.rows;
    for (int side = 0; side < 2; ++side)
        for (int p = 0; p < panels; ++p) {
            const int column = p % shape.columns, row = p / shape.columns;
            layout.places.push_back({QRectF(area.left() + side * half + column * stepX + left,
                                            top + row * stepY + title, shape.width, shape.height),
                                     side, p});
        }
    const QRectF& first = layout.places.front().area;
    const double height = std::min(first.height(), 14 * fontPt);
    layout.bar = QRectF(area.right() - key + 1.2 * fontPt, first.top(), fontPt, height);
    return layout;
}

void paintChoices(QPainter& painter, const ChoicePicture& picture, const QRectF& area, const Theme& theme,
                  double fontPt, double scale) {
    if (picture.isEmpty()) return;
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const ChoiceLayout layout = layOutChoices(picture, area, fontPt);
    ChoicePainter(painter, picture, layout, theme, fontPt, scale).paintAll();
}

}  // namespace kappascope::painting
