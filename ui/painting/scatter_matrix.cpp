// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/scatter_matrix.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "ui/painting/dots.h"
#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

constexpr int bins = 26;
constexpr double roomy = 9;  ///< cells wider than this many letters have numbers in them

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

phase::View viewOf(const ScatterMatrix::Column& x, double yMin, double yMax) {
    phase::View view;
    view.xMin = x.low;
    view.xMax = x.high;
    view.yMin = yMin;
    view.yMax = yMax;
    return view;
}

std::vector<double> histogram(const std::vector<float>& values, float low, float high, const std::vector<int>* of,
                              int population) {
    std::vector<double> counts(bins, 0);
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (of && (*of)[k] != population) continue;
        const auto bin = static_cast<int>((values[k] - low) / (high - low) * bins);
        if (bin >= 0 && bin < bins) counts[static_cast<std::size_t>(bin)] += 1;
    }
    return counts;
}

class Matrix {
public:
    Matrix(QPainter& painter, const ScatterMatrix& matrix, const ScatterLayout& layout, const Theme& theme,
           double fontPt, double scale)
        : painter_(painter), matrix_(matrix), layout_(layout), theme_(theme), fontPt_(fontPt), scale_(scale) {}

    void paint() {
        for (int row = 0; row < layout_.count; ++row)
            for (int column = 0; column < layout_.count; ++column) {
                if (column < row)
                    scatter(row, column);
                else if (column == row)
                    marginal(row);
                else
                    correlations(row, column);
            }
        if (matrix_.legend) legend();
    }

private:
    const ScatterMatrix::Column& at(int k) const { return matrix_.columns[static_cast<std::size_t>(k)]; }
    int count() const { return static_cast<int>(matrix_.groups.size()); }
    const statistics::Moments& group(int p) const { return matrix_.groups[static_cast<std::size_t>(p)]; }

    int ticksIn(const QRectF& cell) const { return std::clamp(static_cast<int>(cell.width() / (3.2 * fontPt_)), 2, 5); }

    void axes(PlotFrame& frame, const QRectF& cell, int row, int column) {
        if (row == layout_.count - 1)
            frame.horizontal(niceTicks(at(column).low, at(column).high, ticksIn(cell)), at(column).label);
        if (column == 0 && row > 0) frame.vertical(niceTicks(at(row).low, at(row).high, ticksIn(cell)), at(row).label);
    }

    void scatter(int row, int column) {
        const QRectF cell = layout_.cell(row, column);
        PlotFrame frame(painter_, cell, viewOf(at(column), at(row).low, at(row).high), theme_, fontPt_, scale_);
        const double diameter = std::clamp(0.22 * fontPt_, 1.6, 3.4) * scale_;
        Dots dots(QRectF(cell.topLeft() * scale_, cell.size() * scale_), theme_.plotBackground, diameter,
                  Dots::resolutionFor(painter_, diameter));
        const bool some = !matrix_.selected.empty();
        for (const bool chosen : {false, true}) {
            if (chosen && !some) break;
            for (const std::size_t unit : order(matrix_.populations.size())) {
                if (some && (matrix_.selected[unit] != 0) != chosen) continue;
                const QPointF place =
                    toCell(matrix_, cell, column, row, {at(column).values[unit], at(row).values[unit]});
                dots.add(place * scale_, theme_.population(matrix_.populations[unit]), some ? chosen ? 1 : 0.16 : 0.62);
            }
        }
        dots.draw(painter_);
        Picture lines;
        const double left = at(column).low, right = at(column).high;
        if (left < 0 && right > 0)
            lines.push_back(Line{QPolygonF({{0, at(row).low}, {0, at(row).high}}), theme_.grid, 0.8});
        if (at(row).low < 0 && at(row).high > 0)
            lines.push_back(Line{QPolygonF({{left, 0}, {right, 0}}), theme_.grid, 0.8});
        for (int p = 0; p < count(); ++p) {
            if (group(p).rows < 3) continue;
            const double x = group(p).mean[column], y = group(p).mean[row], slope = group(p).slope(row, column);
            const double reach = 2.3 * std::sqrt(group(p).covariance(column, column));
            Line line{QPolygonF({{x - reach, y - slope * reach}, {x + reach, y + slope * reach}}), theme_.population(p),
                      1.9};
            line.halo = true;
            lines.push_back(line);
        }
        frame.draw(lines);
        frame.frame();
        axes(frame, cell, row, column);
    }

    void marginal(int k) {
        const QRectF cell = layout_.cell(k, k);
        const auto& column = at(k);
        const auto all = histogram(column.values, column.low, column.high, nullptr, 0);
        auto drawn = histogram(column.redrawn, column.low, column.high, nullptr, 0);
        double top = *std::max_element(all.begin(), all.end());
        top = 1.28 * std::max({1.0, top, *std::max_element(drawn.begin(), drawn.end())});
        PlotFrame frame(painter_, cell, viewOf(column, 0, top), theme_, fontPt_, scale_);
        frame.fill();
        const double width = (column.high - column.low) / bins;
        std::vector<double> base(bins, 0);
        Picture picture;
        for (int p = 0; p < count(); ++p) {
            const auto part = histogram(column.values, column.low, column.high, &matrix_.populations, p);
            QColor color = theme_.population(p);
            color.setAlphaF(0.72F);
            for (std::size_t bin = 0; bin < bins; ++bin) {
                if (part[bin] == 0) continue;
                picture.push_back(
                    Region{QRectF(column.low + static_cast<double>(bin) * width, base[bin], width, part[bin]), color});
                base[bin] += part[bin];
            }
        }
        if (!column.redrawn.empty()) {
            QPolygonF steps;
            for (std::size_t bin = 0; bin < bins; ++bin) {
                const double x = column.low + static_cast<double>(bin) * width;
                steps << QPointF(x, drawn[bin]) << QPointF(x + width, drawn[bin]);
            }
            picture.push_back(Line{steps, theme_.text, 1.1});
        }
        frame.draw(picture);
        frame.frame();
        const MathLabel label(column.label, 1.25 * fontPt_);
        label.draw(painter_, (cell.topLeft() + QPointF(0.45 * fontPt_, 0.25 * fontPt_ + label.ascent())) * scale_,
                   theme_.text, scale_);
        axes(frame, cell, k, k);
    }

    void correlations(int row, int column) {
        const QRectF cell = layout_.cell(row, column);
        const bool numbers = cell.width() > roomy * fontPt_ * 0.5 && count() <= 5;
        const double line = 1.15 * fontPt_, side = numbers ? count() * line : 0;
        const double radius = 0.42 * std::min(cell.width(), cell.height() - side);
        const QPointF centre(cell.center().x(), cell.top() + (cell.height() - side) / 2);
        painter_.save();
        painter_.setRenderHint(QPainter::Antialiasing);
        for (int p = 0; p < count(); ++p) {
            const double r = std::clamp(group(p).correlation(row, column), -1.0, 1.0);
            const double angle = std::acos(r);
            QPolygonF ellipse;
            constexpr int corners = 72;
            for (int k = 0; k <= corners; ++k) {
                const double t = 2 * std::numbers::pi * k / corners;
                ellipse << (centre + radius * QPointF(std::cos(t - angle / 2), -std::cos(t + angle / 2))) * scale_;
            }
            QColor color = theme_.population(p);
            painter_.setPen(QPen(color, 1.2 * scale_));
            color.setAlphaF(0.22F);
            painter_.setBrush(color);
            if (radius > 2) painter_.drawPolygon(ellipse);
        }
        if (numbers)
            for (int p = 0; p < count(); ++p) {
                const double r = group(p).correlation(row, column);
                const MathLabel label(QString::number(r, 'f', 2)
                                          .replace(u'-', QChar(0x2212))
                                          .replace(QStringLiteral("\u22120.00"), QStringLiteral("0.00")),
                                      0.92 * fontPt_);
                const double dot = 0.5 * fontPt_, width = label.size().width() + 1.5 * dot;
                const double y = cell.bottom() - (count() - p - 0.5) * line - 0.1 * fontPt_;
                const double x = cell.center().x() - width / 2;
                painter_.setPen(Qt::NoPen);
                painter_.setBrush(theme_.population(p));
                painter_.drawEllipse(QPointF(x + dot / 2, y) * scale_, dot / 2 * scale_, dot / 2 * scale_);
                label.draw(painter_, QPointF(x + 1.5 * dot, y + 0.33 * fontPt_) * scale_, theme_.text, scale_);
            }
        painter_.restore();
    }

    void legend() {
        const MathLabel text(tr("lines: regressions · outlines: drawn from the populations' Gaussians · above: "
                                "correlations"),
                             0.92 * fontPt_);
        text.draw(painter_, QPointF(layout_.area.left(), layout_.area.top() - 0.8 * fontPt_) * scale_, theme_.mutedText,
                  scale_);
    }

    /// All units in an order that mixes populations, so that none covers the others for standing last in the file.
    static std::vector<std::size_t> order(std::size_t units) {
        std::vector<std::size_t> all;
        all.reserve(units);
        std::size_t stride = static_cast<std::size_t>(0.618 * static_cast<double>(units)) | 1U;
        while (units > 1 && std::gcd(stride, units) != 1) stride += 2;
        for (std::size_t k = 0, unit = 0; k < units; ++k, unit = (unit + stride) % units) all.push_back(unit);
        return all;
    }

    QPainter& painter_;
    const ScatterMatrix& matrix_;
    const ScatterLayout& layout_;
    const Theme& theme_;
    double fontPt_;
    double scale_;
};

}  // namespace

void setRange(ScatterMatrix::Column& column) {
    std::vector<float> values;
    values.reserve(column.values.size());
    std::copy_if(column.values.begin(), column.values.end(), std::back_inserter(values),
                 [](float value) { return std::isfinite(value); });
    column.low = -1;
    column.high = 1;
    if (values.empty()) return;
    const auto quantile = [&values](double share) {
        const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), values.begin() + at, values.end());
        return values[static_cast<std::size_t>(at)];
    };
    const float low = quantile(0.005), high = quantile(0.995);
    const float room = high > low ? 0.12F * (high - low) : std::max(1.0F, std::abs(high));
    column.low = low - room;
    column.high = high + room;
}

QRectF ScatterLayout::cell(int row, int column) const {
    const double width = (area.width() - gap * (count - 1)) / count,
                 height = (area.height() - gap * (count - 1)) / count;
    return {area.left() + column * (width + gap), area.top() + row * (height + gap), width, height};
}

std::optional<std::pair<int, int>> ScatterLayout::cellAt(const QPointF& at) const {
    for (int row = 0; row < count; ++row)
        for (int column = 0; column < count; ++column)
            if (cell(row, column).contains(at)) return std::pair(row, column);
    return {};
}

ScatterLayout layOutScatter(const ScatterMatrix& matrix, const QRectF& area, double fontPt) {
    ScatterLayout layout;
    layout.count = static_cast<int>(matrix.columns.size());
    layout.gap = 0.45 * fontPt;
    layout.area = area.adjusted(4.6 * fontPt, (matrix.legend ? 2.3 : 0.6) * fontPt, -0.8 * fontPt, -3.4 * fontPt);
    return layout;
}

QPointF toCell(const ScatterMatrix& matrix, const QRectF& cell, int x, int y, const QPointF& value) {
    const auto& across = matrix.columns[static_cast<std::size_t>(x)];
    const auto& up = matrix.columns[static_cast<std::size_t>(y)];
    const double u = std::clamp((value.x() - across.low) / (across.high - across.low), 0.0, 1.0);
    const double v = std::clamp((value.y() - up.low) / (up.high - up.low), 0.0, 1.0);
    return {cell.left() + u * cell.width(), cell.bottom() - v * cell.height()};
}

QPointF fromCell(const ScatterMatrix& matrix, const QRectF& cell, int x, int y, const QPointF& at) {
    const auto& across = matrix.columns[static_cast<std::size_t>(x)];
    const auto& up = matrix.columns[static_cast<std::size_t>(y)];
    return {across.low + (at.x() - cell.left()) / cell.width() * (across.high - across.low),
            up.low + (cell.bottom() - at.y()) / cell.height() * (up.high - up.low)};
}

void paintScatterMatrix(QPainter& painter, const ScatterMatrix& matrix, const QRectF& area, const Theme& theme,
                        double fontPt, double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (matrix.columns.empty()) return;
    const ScatterLayout layout = layOutScatter(matrix, area, fontPt);
    Matrix(painter, matrix, layout, theme, fontPt, scale).paint();
}

}  // namespace kappascope::painting
