// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/circuit_diagram.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/painting/renderer.h"

namespace kappascope::painting {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int mostKappas = 6, mostInputs = 8, mostOutputs = 4;
constexpr std::size_t mostNumbers = 16;  // where there are more, those of weak couplings are left to the pointer
constexpr double weakShare = 0.2;
constexpr double fullWidth = 6.5, mostWidth = 13, leastShare = 0.04;  // widths in points; of the full coupling

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

QString numberText(double value) {
    return QString::number(value, 'f', 2).replace(u'-', QChar(0x2212));
}

QPointF unit(double angle) {
    return {std::cos(angle), std::sin(angle)};
}

double headLength(double width) {
    return 5 + 1.5 * width;
}

QPolygonF curve(const QPointF& a, const QPointF& b, const QPointF& c, const QPointF& d) {
    constexpr int pieces = 28;
    QPolygonF path;
    for (int k = 0; k <= pieces; ++k) {
        const double t = static_cast<double>(k) / pieces, s = 1 - t;
        path << s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    }
    return path;
}

/// Nodes in a column at x, evenly between top and bottom.
std::vector<QPointF> column(int count, double x, double top, double bottom) {
    std::vector<QPointF> nodes;
    for (int k = 0; k < count; ++k) nodes.emplace_back(x, top + (k + 0.5) / count * (bottom - top));
    return nodes;
}

class Layouter {
public:
    Layouter(const CircuitDiagram& diagram, DiagramLayout& layout) : diagram_(diagram), layout_(layout) {
        for (const QPointF& each : layout.kappas) middle_ += each / static_cast<double>(layout.kappas.size());
    }

    /// All arrows of one coupling, side by side, and their total.
    void add(int row, int col, const QPointF& from, const QPointF& to, double full, double share) {
        double total = 0;
        std::vector<int> seen;
        const auto populations = static_cast<int>(diagram_.byPopulation.size());
        for (int p = 0; p < populations; ++p) {
            const double value = diagram_.byPopulation[static_cast<std::size_t>(p)](row, col);
            total += value;
            if (std::abs(value) >= leastShare * full) seen.push_back(p);
        }
        if (seen.empty()) return;
        QPointF label;
        for (const int p : seen) {
            DiagramArrow arrow{row, col, p, diagram_.byPopulation[static_cast<std::size_t>(p)](row, col), 0, {}};
            arrow.width = std::clamp(fullWidth * std::abs(arrow.value) / full, 0.6, mostWidth);
            // A population keeps its lane, whatever the others do: nothing jumps while a gain moves.
            const double lane = p - (populations - 1) / 2.0;
            const bool self = row == col && row < diagram_.rank;
            arrow.path = self ? loop(from, p, arrow.width) : arc(from, to, lane, row, col, arrow.width);
            const auto along = static_cast<qsizetype>(self ? arrow.path.size() / 2 : share * arrow.path.size());
            label += arrow.path[along] / static_cast<double>(seen.size());
            layout_.arrows.push_back(std::move(arrow));
        }
        layout_.totals.push_back({row, col, total, label});
    }

private:
    double ending(double width) const { return layout_.radius + 3 + (headLength(width) - 4) * 0.5; }

    QPolygonF arc(const QPointF& from, const QPointF& to, double lane, int row, int col, double width) const {
        const QPointF between = to - from;
        const double length = std::hypot(between.x(), between.y()), angle = std::atan2(between.y(), between.x());
        // The way back between two kappas bends to the other side.
        const bool mutual = row < diagram_.rank && col < diagram_.rank;
        const double bend = (mutual ? 0.42 : 0) + 0.3 * lane;
        const QPointF out = unit(angle + bend), in = unit(angle + pi - bend);
        const QPointF start = from + (layout_.radius + 2) * out, end = to + ending(width) * in;
        return curve(start, start + 0.3 * length * out, end + 0.3 * length * in, end);
    }

    QPolygonF loop(const QPointF& node, int population, double width) const {
        const QPointF away = node - middle_;
        const double outward = layout_.kappas.size() > 1 ? std::atan2(away.y(), away.x()) : -pi / 2;
        const double opening = 0.62 + 0.1 * population, reach = layout_.radius * (2.5 + 1.15 * population);
        const QPointF out = unit(outward - opening), in = unit(outward + opening);
        const QPointF start = node + (layout_.radius + 2) * out, end = node + ending(width) * in;
        return curve(start, start + reach * out, end + reach * in, end);
    }

    const CircuitDiagram& diagram_;
    DiagramLayout& layout_;
    QPointF middle_;
};

/// Lines of the legend, in the layout's coordinates.
class LegendWriter {
public:
    LegendWriter(Picture& picture, const QRectF& area, const Theme& theme, double fontPt)
        : picture_(picture), area_(area), theme_(theme), font_(fontPt), x_(area.left()), y_(area.top() + fontPt) {}

    /// A sign, then what it means; on a new line where this one is full. sign: head 1 arrow, -1 bar, 0 none.
    void entry(const QColor& color, double width, int head, const QString& text) {
        const MathLabel label(text, font_);
        const double sign = head == 0 ? 1.5 * font_ : 2.6 * font_;
        const double whole = sign + 0.5 * font_ + label.size().width();
        if (x_ + whole > area_.right() && x_ > area_.left()) nextLine();
        const double end = x_ + sign;
        picture_.push_back(Line{QPolygonF({{x_, -y_}, {head > 0 ? end - 5 : end, -y_}}), color, width});
        if (head > 0) picture_.push_back(Arrow{{end - 3, -y_}, {1, 0}, color, 8});
        if (head < 0) picture_.push_back(Line{QPolygonF({{end, -y_ - 5}, {end, -y_ + 5}}), color, 2.2});
        picture_.push_back(Label{label, {end + 0.5 * font_, -y_}, theme_.mutedText, Qt::AlignLeft | Qt::AlignVCenter});
        x_ += whole + 1.5 * font_;
    }

    void nextLine() {
        x_ = area_.left();
        y_ += 1.75 * font_;
    }

private:
    Picture& picture_;
    QRectF area_;
    const Theme& theme_;
    double font_, x_, y_;
};

void drawArrow(Picture& picture, const DiagramArrow& arrow, const QColor& color) {
    QPolygonF line;
    for (const QPointF& each : arrow.path) line << QPointF(each.x(), -each.y());
    const QPointF last = line.back(), before = line[line.size() - 3];
    const QPointF along = (last - before) / std::max(1e-9, std::hypot(last.x() - before.x(), last.y() - before.y()));
    const QPointF across(-along.y(), along.x());
    const double head = headLength(arrow.width);
    picture.push_back(Line{line, color, arrow.width});
    if (arrow.excites()) {
        picture.push_back(Arrow{last + 0.2 * head * along, along, color, 1.45 * head});
    } else {
        const double half = 4 + 0.85 * arrow.width;
        const QPointF at = last + 0.35 * head * along;
        picture.push_back(Line{QPolygonF({last, at}), color, arrow.width});
        picture.push_back(Line{QPolygonF({at - half * across, at + half * across}), color, 2 + 0.18 * arrow.width});
    }
}

QString symbol(const char* letter, int index, int count) {
    return count > 1 ? QStringLiteral("$%1_{%2}$").arg(QLatin1String(letter)).arg(index + 1)
                     : QStringLiteral("$%1$").arg(QLatin1String(letter));
}

}  // namespace

DiagramLayout layOutDiagram(const CircuitDiagram& diagram, const QRectF& area, double fontPt) {
    DiagramLayout layout;
    const double legend = 5.6 * fontPt;
    layout.legend = QRectF(area.left() + fontPt, area.bottom() - legend, area.width() - 2 * fontPt, legend);
    const QRectF room = area.adjusted(0, 0, 0, -legend);
    layout.radius = std::clamp(std::min(room.width(), room.height()) / 17, 1.2 * fontPt, 2.2 * fontPt);
    const double radius = layout.radius;
    const int kappas = std::min(diagram.rank, mostKappas), inputs = std::min(diagram.inputs, mostInputs);
    const int outputs = std::min(diagram.outputs, mostOutputs);
    const double left = room.left() + (inputs > 0 ? 2.6 * radius : radius);
    const double right = room.right() - (outputs > 0 ? 2.2 * radius : radius);
    layout.inputs = column(inputs, left, room.top(), room.bottom());
    layout.outputs = column(outputs, right, room.top(), room.bottom());
    const QPointF middle((left + right) / 2, room.center().y());
    const double ring =
        kappas < 2 ? 0 : std::max(2.0 * radius, std::min(0.24 * (right - left), 0.5 * room.height() - 5.4 * radius));
    for (int r = 0; r < kappas; ++r) {
        // Of two, one above the other: the ways to them and from them stay free.
        const double angle = -pi / 2 + 2 * pi * r / std::max(1, kappas);
        layout.kappas.push_back(middle + ring * unit(angle));
    }
    if (!diagram.instead.isEmpty()) return layout;
    Layouter layouter(diagram, layout);
    const auto at = [](int k) { return static_cast<std::size_t>(k); };
    const double toKappa = std::max(1e-300, diagram.fullKappa), toOutput = std::max(1e-300, diagram.fullOutput);
    for (int r = 0; r < kappas; ++r) {
        for (int s = 0; s < kappas; ++s) layouter.add(r, s, layout.kappas[at(s)], layout.kappas[at(r)], toKappa, 0.5);
        for (int s = 0; s < inputs; ++s)
            layouter.add(r, diagram.rank + s, layout.inputs[at(s)], layout.kappas[at(r)], toKappa, 0.34);
    }
    for (int o = 0; o < outputs; ++o) {
        for (int r = 0; r < kappas; ++r)
            layouter.add(diagram.rank + o, r, layout.kappas[at(r)], layout.outputs[at(o)], toOutput, 0.55);
        for (int s = 0; s < inputs; ++s)
            layouter.add(diagram.rank + o, diagram.rank + s, layout.inputs[at(s)], layout.outputs[at(o)], toOutput,
                         0.2);
    }
    return layout;
}

const DiagramArrow* arrowAt(const DiagramLayout& layout, const QPointF& at, double reach) {
    const DiagramArrow* found = nullptr;
    for (const DiagramArrow& arrow : layout.arrows) {
        for (qsizetype k = 0; k + 1 < arrow.path.size(); ++k) {
            const QPointF piece = arrow.path[k + 1] - arrow.path[k], offset = at - arrow.path[k];
            const double square = QPointF::dotProduct(piece, piece);
            const double t = square > 0 ? std::clamp(QPointF::dotProduct(piece, offset) / square, 0.0, 1.0) : 0;
            const QPointF rest = offset - t * piece;
            const double distance = std::max(0.0, std::hypot(rest.x(), rest.y()) - arrow.width / 2);
            if (distance < reach) {
                reach = distance;
                found = &arrow;
            }
        }
    }
    return found;
}

Picture drawDiagram(const CircuitDiagram& diagram, const QRectF& area, const Theme& theme, double fontPt) {
    Picture picture;
    if (!diagram.instead.isEmpty()) {
        picture.push_back(
            Label{MathLabel(diagram.instead, fontPt), {area.center().x(), -area.center().y()}, theme.mutedText});
        return picture;
    }
    const DiagramLayout layout = layOutDiagram(diagram, area, fontPt);
    for (const DiagramArrow& each : layout.arrows) drawArrow(picture, each, theme.population(each.population));
    const auto node = [&](const QPointF& at, const QString& text, const QColor& fill) {
        const QPointF up(at.x(), -at.y());
        picture.push_back(Marker{up, MarkerShape::disc, 2 * layout.radius, theme.text, theme.text, 1.6});
        picture.push_back(Marker{up, MarkerShape::dot, 2 * layout.radius - 3.2, fill, fill, 0});
        picture.push_back(Label{MathLabel(text, 0.95 * layout.radius), up, theme.text});
    };
    for (std::size_t k = 0; k < layout.kappas.size(); ++k)
        node(layout.kappas[k], symbol("\\kappa", static_cast<int>(k), diagram.rank), theme.card);
    for (std::size_t s = 0; s < layout.inputs.size(); ++s) {
        node(layout.inputs[s], symbol("v", static_cast<int>(s), diagram.inputs), theme.control);
        if (s < diagram.inputNames.size() && !diagram.inputNames[s].isEmpty())
            picture.push_back(Label{MathLabel(diagram.inputNames[s], 0.92 * fontPt),
                                    {std::max(layout.inputs[s].x() - layout.radius, area.left() + 0.4 * fontPt),
                                     -(layout.inputs[s].y() + layout.radius + 0.9 * fontPt)},
                                    theme.mutedText,
                                    Qt::AlignLeft | Qt::AlignVCenter});
    }
    for (std::size_t o = 0; o < layout.outputs.size(); ++o)
        node(layout.outputs[o], symbol("z", static_cast<int>(o), diagram.outputs), theme.control);
    for (const DiagramTotal& each : layout.totals) {
        const double full = each.row < diagram.rank ? diagram.fullKappa : diagram.fullOutput;
        if (layout.totals.size() > mostNumbers && std::abs(each.value) < weakShare * full) continue;
        picture.push_back(Label{
            MathLabel(numberText(each.value), fontPt), {each.at.x(), -each.at.y()}, theme.text, Qt::AlignCenter, true});
    }

    LegendWriter legend(picture, layout.legend, theme, 0.95 * fontPt);
    for (std::size_t p = 0; p < diagram.populationNames.size() && p < 8; ++p)
        legend.entry(theme.population(static_cast<int>(p)), 5, 0, diagram.populationNames[p]);
    legend.nextLine();
    legend.entry(theme.text, 2, 1, tr("excites"));
    legend.entry(theme.text, 2, -1, tr("inhibits"));
    legend.entry(theme.text, fullWidth, 0, tr("%1 to $\\kappa$").arg(numberText(diagram.fullKappa)));
    if (diagram.outputs > 0)
        legend.entry(theme.text, fullWidth, 0, tr("%1 to $z$").arg(numberText(diagram.fullOutput)));
    if (diagram.rank > mostKappas || diagram.inputs > mostInputs || diagram.outputs > mostOutputs)
        legend.entry(theme.card, 0.5, 0, tr("the first nodes of each kind are drawn"));
    return picture;
}

void paintDiagram(QPainter& painter, const CircuitDiagram& diagram, const QRectF& area, const Theme& theme,
                  double fontPt, double scale) {
    phase::View view;
    view.xMin = area.left();
    view.xMax = area.right();
    view.yMin = -area.bottom();
    view.yMax = -area.top();
    Canvas canvas;
    canvas.view = view;
    canvas.area = QRectF(area.topLeft() * scale, area.size() * scale);
    canvas.scale = scale;
    Theme paper = theme;  // haloes have the colour of what lies beneath
    paper.plotBackground = theme.card;
    paint(painter, drawDiagram(diagram, area, paper, fontPt), canvas, paper);
}

}  // namespace kappascope::painting
