// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/time_figure.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/painting/figure_layout.h"
#include "ui/painting/renderer.h"

namespace kappascope::painting {

namespace {

using What = TimeLayout::Row::What;

// Distances in font sizes.
constexpr double rowGap = 0.9;
constexpr double lineHeight = 1.35;
constexpr double sampleWidth = 2.2;
constexpr double sampleGap = 0.5;
constexpr double leastHeight = 4.2;
/// Height of a row over the width of the axes.
constexpr double rowAspect = 0.16;
constexpr double padding = 0.08;  // of a row's range, above and below
constexpr std::size_t nameLines = 3;

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

const Eigen::MatrixXd& valuesOf(const simulation::Trajectory& trajectory, What what) {
    switch (what) {
        case What::input: return trajectory.u;
        case What::kappa: return trajectory.kappa;
        case What::readout: break;
    }
    return trajectory.z;
}

int stepsOf(const TimeFigure& figure) {
    Eigen::Index steps = 0;
    for (const TimeTraces& level : figure.levels)
        for (const auto& trial : level.trials) steps = std::max(steps, trial->u.cols());
    return static_cast<int>(steps);
}

int componentsOf(const TimeFigure& figure, What what) {
    Eigen::Index count = 0;
    for (const TimeTraces& level : figure.levels)
        for (const auto& trial : level.trials) count = std::max(count, valuesOf(*trial, what).rows());
    return static_cast<int>(count);
}

QString nameOf(const TimeFigure& figure, What what, int component, int count) {
    const auto at = static_cast<std::size_t>(component);
    const auto symbol = [&](const char* letter) {
        return count == 1 ? QStringLiteral("$%1$").arg(QLatin1String(letter))
                          : QStringLiteral("$%1_{%2}$").arg(QLatin1String(letter)).arg(component + 1);
    };
    switch (what) {
        case What::input: return at < figure.inputNames.size() ? figure.inputNames[at] : symbol("u");
        case What::kappa: return symbol("\\kappa");
        case What::readout: break;
    }
    return symbol("z");
}

/// Range of all values of a kind, with room above and below.
void setRange(phase::View& view, const TimeFigure& figure, What what) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const TimeTraces& level : figure.levels)
        for (const auto& trial : level.trials) {
            const Eigen::MatrixXd& values = valuesOf(*trial, what);
            for (Eigen::Index k = 0; k < values.size(); ++k) {
                if (!std::isfinite(values.data()[k])) continue;
                low = std::min(low, values.data()[k]);
                high = std::max(high, values.data()[k]);
            }
        }
    if (!(low <= high)) low = high = 0;
    const double least = 1e-6 * std::max({1.0, std::abs(low), std::abs(high)});
    const double room = high - low > least ? padding * (high - low) : 0.5 * std::max(1.0, std::abs(high));
    view.yMin = low - room;
    view.yMax = high + room;
}

double widest(const std::vector<Tick>& ticks, double size) {
    double width = 0;
    for (const Tick& tick : ticks) width = std::max(width, MathLabel(tick.text, size).size().width());
    return width;
}

/// Names of the epochs above the first row, in as many lines as they need to stand apart. Returns their height.
double placeNames(TimeLayout& layout, const TimeFigure& figure, const QRectF& area, double duration, double size) {
    std::vector<double> ends(nameLines, -std::numeric_limits<double>::infinity());
    std::vector<std::size_t> lines;
    std::size_t used = 0;
    for (const simulation::Epoch& epoch : figure.epochs) {
        TimeLayout::Name name{MathLabel(QString::fromStdString(epoch.name), size), {}};
        const double middle = (epoch.first + epoch.end) / 2.0 * figure.stepMs / duration;
        const double width = name.text.size().width();
        const double x = std::clamp(area.left() + middle * area.width() - width / 2, area.left(),
                                    std::max(area.left(), area.right() - width));
        const auto free = std::find_if(ends.begin(), ends.end(), [&](double end) { return x > end + 0.6 * size; });
        if (free == ends.end()) continue;
        *free = x + width;
        name.baseline.setX(x);
        lines.push_back(static_cast<std::size_t>(free - ends.begin()));
        used = std::max(used, lines.back() + 1);
        layout.epochs.push_back(name);
    }
    for (std::size_t k = 0; k < lines.size(); ++k)
        layout.epochs[k].baseline.setY(area.top() + (static_cast<double>(used - lines[k]) - 0.35) * lineHeight * size);
    return static_cast<double>(used) * lineHeight * size;
}

class TimePainter {
public:
    TimePainter(QPainter& painter, const TimeFigure& figure, const TimeLayout& layout, const Theme& theme,
                double fontPt, double scale)
        : painter_(painter),
          figure_(figure),
          layout_(layout),
          theme_(theme),
          fontPt_(fontPt),
          size_(fontPt * scale),
          scale_(scale),
          axis_(theme.axis, std::max(0.5, 0.08 * fontPt) * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin) {}

    void paintAll() {
        for (const TimeLayout::Row& row : layout_.rows) paintRow(row);
        for (const TimeLayout::Name& name : layout_.epochs)
            name.text.draw(painter_, name.baseline * scale_, theme_.mutedText, scale_);
        paintTimeAxis();
        for (std::size_t k = 0; k < layout_.legend.size(); ++k) {
            const TimeLayout::Name& name = layout_.legend[k];
            const double width = sampleWidth * fontPt_;
            sample(QRectF(name.baseline - QPointF(width + sampleGap * fontPt_, fontPt_), QSizeF(width, 1.3 * fontPt_)),
                   theme_.text, figure_.levels[k].dashed);
            name.text.draw(painter_, name.baseline * scale_, theme_.text, scale_);
        }
    }

private:
    QRectF onDevice(const QRectF& points) const { return {points.topLeft() * scale_, points.size() * scale_}; }

    void sample(const QRectF& box, const QColor& color, bool dashed) {
        Line line;
        line.points = QPolygonF({{-1, 0}, {1, 0}});
        line.color = color;
        line.width = width();
        line.dash = dashed ? Dash::dashed : Dash::solid;
        paint(painter_, {line}, Canvas{phase::View{}, onDevice(box), scale_, true}, theme_);
    }

    double width() const { return std::max(0.8, 0.14 * fontPt_); }

    void paintRow(const TimeLayout::Row& row) {
        const QRectF area = onDevice(row.area);
        const Canvas canvas{row.view, area, scale_, true};
        painter_.fillRect(area, theme_.plotBackground);
        Picture picture;
        for (std::size_t k = 0; k < figure_.epochs.size(); k += 2) {
            const simulation::Epoch& epoch = figure_.epochs[k];
            QColor shade = theme_.grid;
            shade.setAlphaF(0.75f);
            picture.push_back(Region{QRectF(epoch.first * figure_.stepMs, row.view.yMin,
                                            (epoch.end - epoch.first) * figure_.stepMs, row.view.height()),
                                     shade});
        }
        if (row.view.yMin < 0 && row.view.yMax > 0)
            picture.push_back(
                Line{QPolygonF({{row.view.xMin, 0}, {row.view.xMax, 0}}), theme_.border, 0.5 * width(), Dash::solid});
        // The network lies beneath, so that the dashes of what should follow it are seen.
        for (const TimeTraces& level : figure_.levels)
            for (const TimeLayout::Curve& curve : row.curves) addTraces(picture, level, row.what, curve.component);
        paint(painter_, picture, canvas, theme_);
        painter_.setPen(axis_);
        painter_.setBrush(Qt::NoBrush);
        painter_.drawRect(area);

        const double right = area.left() - (tickLength + numberGap) * size_;
        for (const Tick& tick : row.ticks) {
            const double y = canvas.toDevice(row.view.xMin, tick.value).y();
            painter_.setPen(axis_);
            painter_.drawLine(QPointF(area.left(), y), QPointF(area.left() - tickLength * size_, y));
            const MathLabel number(tick.text, fontPt_);
            number.draw(painter_, {right - number.size().width() * scale_, y + digitHeight / 2 * size_}, theme_.text,
                        scale_);
        }
        const double beside = right - widest(row.ticks, fontPt_) * scale_ - labelGap * size_;
        row.label.draw(painter_, {beside - row.label.size().width() * scale_, area.center().y() + 0.25 * size_},
                       theme_.text, scale_);
        for (const TimeLayout::Curve& curve : row.curves) {
            const double wide = 0.6 * sampleWidth * fontPt_;
            sample(QRectF(curve.baseline - QPointF(wide + 0.3 * fontPt_, fontPt_), QSizeF(wide, 1.3 * fontPt_)),
                   theme_.population(curve.component), false);
            curve.name.draw(painter_, curve.baseline * scale_, theme_.text, scale_);
        }
    }

    /// Repetitions as a pale bundle, their mean above it. The input is held during a step, states follow one.
    void addTraces(Picture& picture, const TimeTraces& level, What what, int component) const {
        if (level.trials.empty() || (what == What::input && level.dashed)) return;
        const QColor color = theme_.population(component);
        const Dash dash = level.dashed ? Dash::dashed : Dash::solid;
        Eigen::RowVectorXd mean;
        for (const auto& trial : level.trials) {
            const Eigen::MatrixXd& values = valuesOf(*trial, what);
            if (component >= values.rows()) return;
            if (level.trials.size() > 1) {
                QColor pale = color;
                pale.setAlphaF(0.25f);
                picture.push_back(Line{pointsOf(values.row(component), what), pale, 0.5 * width(), Dash::solid});
            }
            if (mean.size() == 0)
                mean = values.row(component);
            else if (mean.size() == values.cols())
                mean += values.row(component);
        }
        mean /= static_cast<double>(level.trials.size());
        picture.push_back(Line{pointsOf(mean, what), color, width() * (level.dashed ? 1.1 : 1), dash});
    }

    QPolygonF pointsOf(const Eigen::RowVectorXd& values, What what) const {
        QPolygonF points;
        for (Eigen::Index k = 0; k < values.size(); ++k) {
            if (what == What::input) points.append({static_cast<double>(k) * figure_.stepMs, values[k]});
            points.append({static_cast<double>(k + 1) * figure_.stepMs, values[k]});
        }
        return points;
    }

    void paintTimeAxis() {
        if (layout_.rows.empty()) return;
        const TimeLayout::Row& last = layout_.rows.back();
        const QRectF area = onDevice(last.area);
        const Canvas canvas{last.view, area, scale_, true};
        const double top = area.bottom() + (tickLength + numberGap) * size_;
        for (const Tick& tick : layout_.timeTicks) {
            const double x = canvas.toDevice(tick.value, last.view.yMin).x();
            painter_.setPen(axis_);
            painter_.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + tickLength * size_));
            const MathLabel number(tick.text, fontPt_);
            number.draw(painter_, {x - number.size().width() / 2 * scale_, top + digitHeight * size_}, theme_.text,
                        scale_);
        }
        const MathLabel& label = layout_.timeLabel;
        label.draw(painter_,
                   {area.center().x() - label.size().width() / 2 * scale_,
                    top + (digitHeight + labelGap) * size_ + label.ascent() * scale_},
                   theme_.text, scale_);
    }

    QPainter& painter_;
    const TimeFigure& figure_;
    const TimeLayout& layout_;
    const Theme& theme_;
    const double fontPt_;
    const double size_;
    const double scale_;
    const QPen axis_;
};

}  // namespace

TimeLayout layOutTime(const TimeFigure& figure, double left, double right, double top, double fontPt, double axesLeft) {
    const double size = fontPt;
    TimeLayout layout;
    const double duration = std::max(1, stepsOf(figure)) * figure.stepMs;
    double leftRoom = 0, rightRoom = 0;
    for (const What what : {What::input, What::kappa, What::readout}) {
        const int count = componentsOf(figure, what);
        if (count == 0) continue;
        TimeLayout::Row row;
        row.what = what;
        row.view.xMin = 0;
        row.view.xMax = duration;
        setRange(row.view, figure, what);
        row.ticks = niceTicks(row.view.yMin, row.view.yMax, 4);
        row.label = MathLabel(what == What::input   ? QStringLiteral("$u$")
                              : what == What::kappa ? QStringLiteral("$\\kappa$")
                                                    : QStringLiteral("$z$"),
                              size);
        for (int c = 0; c < count; ++c) {
            row.curves.push_back({c, MathLabel(nameOf(figure, what, c, count), size), {}});
            rightRoom = std::max(rightRoom, row.curves.back().name.size().width());
        }
        leftRoom = std::max(
            leftRoom, (tickLength + numberGap + labelGap) * size + widest(row.ticks, size) + row.label.size().width());
        layout.rows.push_back(std::move(row));
    }
    const double gap = (0.6 * sampleWidth + 1.0) * size;
    QRectF area(std::max(left + leftRoom, axesLeft), top, 0, 0);
    area.setRight(std::max(area.left() + 4 * size, right - rightRoom - gap));

    // The names of the levels stand above everything else.
    double x = area.left() + (sampleWidth + sampleGap) * size;
    for (const TimeTraces& level : figure.levels) {
        TimeLayout::Name name{MathLabel(level.title, size), {x, area.top() + size}};
        if (x > area.left() + (sampleWidth + sampleGap) * size && x + name.text.size().width() > right) {
            area.translate(0, lineHeight * size);
            x = area.left() + (sampleWidth + sampleGap) * size;
            name.baseline = {x, area.top() + size};
        }
        x += name.text.size().width() + (sampleWidth + sampleGap + 1.5) * size;
        layout.legend.push_back(std::move(name));
    }
    if (!figure.levels.empty()) area.translate(0, 1.7 * size);
    area.translate(0, placeNames(layout, figure, area, duration, size));
    double y = area.top();
    for (TimeLayout::Row& row : layout.rows) {
        const auto count = static_cast<double>(row.curves.size());
        const double height =
            std::max({rowAspect * area.width(), leastHeight * size, (count + 0.2) * lineHeight * size});
        row.area = QRectF(area.left(), y, area.width(), height);
        double baseline = y + (height - count * lineHeight * size) / 2 + size;
        for (TimeLayout::Curve& curve : row.curves) {
            curve.baseline = {area.right() + gap, baseline};
            baseline += lineHeight * size;
        }
        y += height + rowGap * size;
    }
    if (!layout.rows.empty()) y -= rowGap * size;
    layout.timeTicks = niceTicks(0, duration, std::clamp(static_cast<int>(area.width() / (4 * size)), 2, 9));
    layout.timeLabel = MathLabel(tr("time (ms)"), size);
    layout.bottom = y + (tickLength + numberGap + digitHeight + labelGap) * size + layout.timeLabel.size().height();
    return layout;
}

void paintTime(QPainter& painter, const TimeFigure& figure, const TimeLayout& layout, const Theme& theme, double fontPt,
               double scale) {
    painter.save();
    TimePainter(painter, figure, layout, theme, fontPt, scale).paintAll();
    painter.restore();
}

}  // namespace kappascope::painting
