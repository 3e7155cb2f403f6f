// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure_layout.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "ui/painting/axis_names.h"
namespace kappascope::painting {

namespace {

constexpr double pointsPerMm = 72 / 25.4;
// Distances in font sizes.
constexpr double edge = 0.5;
constexpr double columnGap = 1.5;
constexpr double rowGap = 1.2;
constexpr double legendGap = 0.4;
constexpr double sampleWidth = 2.0;
constexpr double sampleGap = 0.5;
constexpr double entryGap = 1.5;
constexpr double legendLine = 1.7;
constexpr double timeGap = 0.8;
constexpr double curvesHeight = 17;  // of the curves of a training, with their numbers
/// Panel width that the theme's sizes are made for, in points.
constexpr double naturalPanel = 300;

template <typename T>
void check(const char* option, T value, T least, T most) {
    if (!(value >= least && value <= most))
        throw Error(ErrorCode::badOption, option,
                    {QString::number(value).toStdString(),
                     (QString::number(least) + QStringLiteral("..") + QString::number(most)).toStdString()});
}

phase::View viewOf(const Panel& panel) {
    return panel.scene.portrait ? panel.scene.portrait->view : phase::View{};
}

int rankOf(const Panel& panel) {
    return panel.scene.portrait ? panel.scene.portrait->rank : 2;
}

/// Height over width: as the view's sides are, where both axes are modes of like extent.
double aspectOf(const Panel& panel) {
    if (rankOf(panel) == 1) return 0.8;
    const phase::View view = viewOf(panel);
    return view.width() > 0 && view.height() > 0 ? std::clamp(view.height() / view.width(), 0.7, 1.15) : 1;
}

QString axisLabel(const Panel& panel, int axis) {
    return QStringLiteral("$%1$").arg(axisSymbol(viewOf(panel), axis, rankOf(panel)));
}

QString xLabelOf(const Panel& panel) {
    return panel.xLabel.isEmpty() ? axisLabel(panel, 0) : panel.xLabel;
}

QString yLabelOf(const Panel& panel) {
    if (!panel.yLabel.isEmpty()) return panel.yLabel;
    return rankOf(panel) == 1 ? QStringLiteral("$\\tau\\,d\\kappa/dt$") : axisLabel(panel, 1);
}

/// Both have the same vertical axis, so that the right one need not repeat it.
bool shareVertical(const Panel& left, const Panel& right) {
    const phase::View a = viewOf(left), b = viewOf(right);
    return a.yMin == b.yMin && a.yMax == b.yMax && yLabelOf(left) == yLabelOf(right);
}

double numbersWidth(const std::vector<Tick>& ticks, double size) {
    double width = 0;
    for (const Tick& tick : ticks) width = std::max(width, MathLabel(tick.text, size).size().width());
    return width;
}

/// A title in lines that are no wider than `most`, broken between words; a word that is wider is set smaller.
std::vector<MathLabel> titleLines(const QString& title, double most, double size) {
    std::vector<MathLabel> lines;
    QString line;
    const auto finish = [&] {
        MathLabel label(line, size, true);
        const double width = label.size().width();
        lines.push_back(width > most ? MathLabel(line, size * most / width, true) : std::move(label));
    };
    for (const QString& word : title.split(u' ', Qt::SkipEmptyParts)) {
        const QString longer = line.isEmpty() ? word : line + u' ' + word;
        // Mathematics is never broken.
        const bool open = line.count(u'$') % 2 == 1;
        if (!line.isEmpty() && !open && MathLabel(longer, size, true).size().width() > most) {
            finish();
            line = word;
        } else {
            line = longer;
        }
    }
    if (!line.isEmpty()) finish();
    return lines;
}

double titleHeight(const std::vector<MathLabel>& lines, double size) {
    if (lines.empty()) return 0;
    return lines.front().size().height() + (static_cast<double>(lines.size() - 1) * titleLine + titleGap) * size;
}

/// Room to the left of the axes.
double leftRoom(const FigureLayout::Place& place, double size) {
    if (!place.y.labelled) return columnGap * size;
    const double label = place.y.isTall(size) ? place.y.label.size().height() : place.y.label.size().width();
    return (tickLength + numberGap + labelGap) * size + place.y.numbersWidth + label;
}

using LegendRow = std::vector<FigureLayout::LegendPlace>;

/// Entries in rows no wider than `most`, from (0, 0) down.
std::vector<LegendRow> legendRows(const std::vector<LegendEntry>& entries, double most, double marker, double size) {
    std::vector<LegendRow> rows;
    double x = 0;
    for (const LegendEntry& entry : entries) {
        FigureLayout::LegendPlace place{entry, MathLabel(entry.text, size), {}, {}};
        const double sample = std::holds_alternative<Marker>(entry.sample) ? marker : sampleWidth * size;
        const double width = sample + sampleGap * size + place.text.size().width();
        if (rows.empty() || x + width > most) {
            rows.emplace_back();
            x = 0;
        }
        const double y = static_cast<double>(rows.size() - 1) * legendLine * size;
        place.sample = QRectF(x, y, sample, legendLine * size);
        place.baseline = {x + sample + sampleGap * size, y + (legendLine + digitHeight) / 2 * size};
        rows.back().push_back(place);
        x += width + entryGap * size;
    }
    return rows;
}

double widthOf(const LegendRow& row) {
    return row.back().baseline.x() + row.back().text.size().width();
}

void placeLegend(FigureLayout& layout, const std::vector<LegendEntry>& entries, double top, double size) {
    const double most = layout.size.width() - 2 * edge * size;
    std::vector<LegendRow> rows = legendRows(entries, most, layout.theme.markerSize, size);
    // Rows of like width look better than full ones and a rest.
    const std::size_t count = rows.size();
    for (double narrower = 0.96 * most; count > 1 && narrower > 0.3 * most; narrower -= 0.04 * most) {
        std::vector<LegendRow> tried = legendRows(entries, narrower, layout.theme.markerSize, size);
        if (tried.size() > count) break;
        rows = std::move(tried);
    }
    for (LegendRow& row : rows) {
        const QPointF shift((layout.size.width() - widthOf(row)) / 2, top);
        for (FigureLayout::LegendPlace& place : row) {
            place.sample.translate(shift);
            place.baseline += shift;
            layout.legend.push_back(place);
        }
    }
    layout.size.setHeight(top + (static_cast<double>(rows.size()) * legendLine + edge) * size);
}

[[noreturn]] void refuseWidth(const FigureSpec& spec) {
    throw Error(ErrorCode::badOption, "width-mm", {toText(spec.widthMm), "wide enough for the panels"});
}

/// Portraits in rows with their legend beneath; sets the layout's height.
void placePanels(FigureLayout& layout, const std::vector<Panel>& panels, const FigureSpec& spec) {
    const double size = spec.fontPt;
    const int count = static_cast<int>(panels.size());
    const int columns = std::min(count, spec.columns > 0 ? spec.columns : 3);
    const int rows = (count + columns - 1) / columns;
    layout.places.resize(panels.size());

    // Ticks depend on the panels' width and the width on the numbers: two rounds settle it.
    std::vector<double> left(static_cast<std::size_t>(columns), 0);
    double panelWidth = layout.size.width() / columns, aspect = 0, topRoom = 0;
    for (const Panel& panel : panels) aspect = std::max(aspect, aspectOf(panel));
    for (int round = 0; round < 3; ++round) {
        std::fill(left.begin(), left.end(), 0.0);
        topRoom = 0;
        for (int k = 0; k < count; ++k) {
            const Panel& panel = panels[static_cast<std::size_t>(k)];
            FigureLayout::Place& place = layout.places[static_cast<std::size_t>(k)];
            const phase::View view = viewOf(panel);
            place.title = titleLines(panel.title, panelWidth, size);
            place.x.label = MathLabel(xLabelOf(panel), size);
            place.y.label = MathLabel(yLabelOf(panel), size);
            const auto most = [](double length, double each) {
                return std::clamp(static_cast<int>(length / each), 2, 9);
            };
            const int across = most(panelWidth, 3.2 * size), up = most(aspect * panelWidth, 2.6 * size);
            place.x.ticks = niceTicks(view.xMin, view.xMax, across);
            // Two modes get like steps where their ranges are alike.
            place.y.ticks = niceTicks(view.yMin, view.yMax, rankOf(panel) == 1 ? up : std::min(across, up));
            place.y.numbersWidth = numbersWidth(place.y.ticks, size);
            place.y.labelled = k % columns == 0 || !shareVertical(panels[static_cast<std::size_t>(k - 1)], panel);
            double& room = left[static_cast<std::size_t>(k % columns)];
            room = std::max(room, leftRoom(place, size) + (k % columns > 0 && place.y.labelled ? columnGap * size : 0));
            topRoom = std::max(topRoom, titleHeight(place.title, size));
        }
        double taken = edge * size;
        // The last number of the last panel reaches half its width beyond the axes.
        for (const double room : left) taken += room;
        const double overhang = 0.5 * numbersWidth(layout.places.back().x.ticks, size);
        panelWidth = (layout.size.width() - taken - std::max(edge * size, overhang)) / columns;
    }
    if (!(panelWidth > 2 * size)) refuseWidth(spec);

    layout.theme = Theme::of(spec.dark).scaled(std::clamp(panelWidth / naturalPanel, 0.4, 2.0));
    const double panelHeight = aspect * panelWidth;
    const double below =
        (tickLength + numberGap + labelGap) * size + size + layout.places.front().x.label.size().height();
    double y = edge * size;
    for (int row = 0; row < rows; ++row) {
        double x = edge * size;
        y += topRoom > 0 ? topRoom : 0.4 * size;
        for (int column = 0; column < columns; ++column) {
            x += left[static_cast<std::size_t>(column)];
            const int k = row * columns + column;
            if (k < count) layout.places[static_cast<std::size_t>(k)].area = QRectF(x, y, panelWidth, panelHeight);
            x += panelWidth;
        }
        y += panelHeight + below + (row + 1 < rows ? rowGap * size : 0);
    }
    layout.size.setHeight(y + edge * size);

    std::vector<LegendEntry> entries;
    for (const Panel& panel : panels)
        for (const LegendEntry& entry : legendEntries(panel.scene, panel.layers, layout.theme))
            if (std::none_of(entries.begin(), entries.end(), [&entry](const auto& e) { return e.text == entry.text; }))
                entries.push_back(entry);
    // Markers first, then lines, whichever panel they came from.
    std::stable_partition(entries.begin(), entries.end(),
                          [](const LegendEntry& e) { return std::holds_alternative<Marker>(e.sample); });
    if (spec.legend && !entries.empty()) placeLegend(layout, entries, y + legendGap * size, size);
}

}  // namespace

QString modeLabel(int mode, int rank) {
    return rank == 1 ? QStringLiteral("$\\kappa$") : QStringLiteral("$\\kappa_{%1}$").arg(mode + 1);
}

FigureLayout layOutFigure(const std::vector<Panel>& panels, const FigureSpec& spec) {
    return layOutFigure(Figure{panels, {}}, spec);
}

FigureLayout layOutFigure(const Figure& figure, const FigureSpec& spec) {
    check("width-mm", spec.widthMm, 20.0, 1000.0);
    check("font-pt", spec.fontPt, 4.0, 40.0);
    check("dpi", spec.dpi, 36, 2400);
    check("panels", static_cast<int>(figure.panels.size()), figure.time ? 0 : 1, 100);
    check("columns", spec.columns, 0, 100);

    FigureLayout layout;
    layout.size.setWidth(spec.widthMm * pointsPerMm);
    layout.theme = Theme::of(spec.dark).scaled(std::clamp(layout.size.width() / (2 * naturalPanel), 0.4, 2.0));
    const double size = spec.fontPt;
    if (!figure.panels.empty()) placePanels(layout, figure.panels, spec);
    if (figure.time) {
        const double top = figure.panels.empty() ? edge * size : layout.size.height() + timeGap * size;
        layout.time = layOutTime(*figure.time, edge * size, layout.size.width() - edge * size, top, size,
                                 layout.places.empty() ? 0 : layout.places.front().area.left());
        for (const TimeLayout::Row& row : layout.time.rows)
            if (row.area.right() > layout.size.width() || row.area.width() < 6 * size) refuseWidth(spec);
        layout.size.setHeight(layout.time.bottom + edge * size);
    }
    if (figure.curves && !layout.places.empty()) {
        layout.curves = QRectF(edge * size, layout.size.height() + timeGap * size,
                               layout.size.width() - 2 * edge * size, curvesHeight * size);
        layout.size.setHeight(layout.curves.bottom() + edge * size);
    }
    return layout;
}

}  // namespace kappascope::painting
