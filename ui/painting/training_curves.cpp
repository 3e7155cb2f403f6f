// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/training_curves.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "ui/painting/figure_layout.h"
#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

constexpr double roomForThree = 20;  // height in font sizes that three plots need

constexpr int leastEpochs = 5;
constexpr std::size_t mostDots = 30;  // with more epochs than these the lines alone are easier to read
constexpr double leastDecades = 0.8;  // of a logarithmic axis

using training::EpochReport;
using Value = std::function<double(const EpochReport&)>;

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

double log10Of(double value) {
    return std::log10(std::max(value, 1e-12));
}

/// The range of log10 of some values, with room.
void setLogRange(phase::View& view, const std::vector<EpochReport>& history, const std::vector<Value>& values) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const EpochReport& report : history)
        for (const Value& value : values)
            if (const double at = value(report); std::isfinite(at) && at > 0) {
                low = std::min(low, log10Of(at));
                high = std::max(high, log10Of(at));
            }
    if (!(low <= high)) {
        low = -2;
        high = 0;
    }
    const double lacking = std::max(0.0, leastDecades - (high - low)), room = 0.06 * std::max(high - low, leastDecades);
    view.yMin = low - lacking / 2 - room;
    view.yMax = high + lacking / 2 + room;
}

class CurvePainter {
public:
    CurvePainter(QPainter& painter, const TrainingCurves& curves, const CurveLayout& layout, const Theme& theme,
                 double fontPt, double scale)
        : painter_(painter), curves_(curves), layout_(layout), theme_(theme), fontPt_(fontPt), scale_(scale) {}

    void paintAll() {
        phase::View view;
        view.xMax = layout_.lastEpoch;
        view.xMin = 0;
        const Value trainingLoss = [](const EpochReport& r) { return r.loss; };
        const Value validationLoss = [](const EpochReport& r) { return r.validationLoss; };
        const Value accuracy = [](const EpochReport& r) { return 100 * r.accuracy; };
        const Value norm = [](const EpochReport& r) { return r.gradientNorm; };

        setLogRange(view, curves_.history, {trainingLoss, validationLoss});
        paintRow(layout_.loss, view, tr("loss"), true, {{trainingLoss, false}, {validationLoss, true}}, false);
        view.yMin = -3;
        view.yMax = 103;
        const bool last = layout_.gradient.isEmpty();
        paintRow(layout_.accuracy, view, tr("right, %"), false, {{accuracy, true}}, last);
        if (last) return;
        setLogRange(view, curves_.history, {norm});
        paintRow(layout_.gradient, view, tr("gradient"), true, {{norm, false}}, true);
    }

private:
    struct Curve {
        Value value;
        bool validation = false;
    };

    QColor colorOf(bool validation) const { return theme_.population(validation ? 5 : 0); }

    void paintRow(const QRectF& area, const phase::View& view, const QString& label, bool logarithmic,
                  const std::vector<Curve>& rows, bool last) {
        PlotFrame plot(painter_, area, view, theme_, fontPt_, scale_);
        plot.fill();
        Picture picture;
        const auto ticks = logarithmic ? logTicks(view.yMin, view.yMax, area.height() > 7 * fontPt_ ? 5 : 3)
                                       : niceTicks(view.yMin, view.yMax, area.height() > 7 * fontPt_ ? 5 : 3);
        for (const Tick& tick : ticks)
            picture.push_back(Line{QPolygonF({{view.xMin, tick.value}, {view.xMax, tick.value}}), theme_.grid, 1});
        addStages(picture, view);
        const double width = std::max(1.0, 0.16 * fontPt_);
        for (const Curve& curve : rows) {
            Line line;
            line.color = colorOf(curve.validation);
            line.width = width;
            line.dash = curve.validation ? Dash::dashed : Dash::solid;
            for (const EpochReport& report : curves_.history) {
                const double value = curve.value(report);
                if (!std::isfinite(value)) continue;
                line.points.append({static_cast<double>(report.epoch), logarithmic ? log10Of(value) : value});
            }
            const QPolygonF points = line.points;
            picture.push_back(std::move(line));
            if (curves_.history.size() <= mostDots)
                for (const QPointF& at : points) {
                    Marker dot;
                    dot.at = at;
                    dot.shape = curve.validation ? MarkerShape::ring : MarkerShape::disc;
                    dot.size = 0.45 * fontPt_;
                    dot.fill = curve.validation ? theme_.plotBackground : colorOf(false);
                    dot.edge = colorOf(curve.validation);
                    dot.edgeWidth = 0.1 * fontPt_;
                    picture.push_back(dot);
                }
        }
        if (area == layout_.loss) addBest(picture);
        if (curves_.marker >= 0)
            picture.push_back(Line{QPolygonF({{curves_.marker, view.yMin}, {curves_.marker, view.yMax}}),
                                   theme_.trialMarker, 0.14 * fontPt_});
        plot.draw(picture);
        plot.frame();
        plot.vertical(ticks, label);
        std::vector<Tick> epochs;
        for (const Tick& tick : niceTicks(0, view.xMax, static_cast<int>(area.width() / (4 * fontPt_))))
            if (tick.value == std::round(tick.value)) epochs.push_back(tick);
        if (last) plot.horizontal(epochs, tr("epoch"));
        if (curves_.history.empty() && area == layout_.loss)
            plot.say(tr("Loss and accuracy of every epoch appear here."));
    }

    /// The network that is kept.
    void addBest(Picture& picture) const {
        for (const EpochReport& report : curves_.history) {
            if (report.epoch != curves_.best || !std::isfinite(report.validationLoss)) continue;
            Marker best;
            best.at = QPointF(report.epoch, log10Of(report.validationLoss));
            best.shape = MarkerShape::diamond;
            best.size = 1.5 * fontPt_;
            best.fill = theme_.accent;
            best.edge = theme_.plotBackground;
            best.edgeWidth = 0.1 * fontPt_;
            picture.push_back(best);
        }
    }

    /// Where the next piece of a curriculum began.
    void addStages(Picture& picture, const phase::View& view) const {
        for (std::size_t k = 1; k < curves_.history.size(); ++k) {
            if (curves_.history[k].stage == curves_.history[k - 1].stage) continue;
            const double at = curves_.history[k - 1].epoch + 0.5;
            picture.push_back(
                Line{QPolygonF({{at, view.yMin}, {at, view.yMax}}), theme_.mutedText, 0.1 * fontPt_, Dash::dotted});
        }
    }

    QPainter& painter_;
    const TrainingCurves& curves_;
    const CurveLayout& layout_;
    const Theme& theme_;
    double fontPt_;
    double scale_;
};

/// Names above the plots: which line is which, and the stages.
void paintKeys(QPainter& painter, const TrainingCurves& curves, const CurveLayout& layout, const Theme& theme,
               double fontPt, double scale) {
    double x = layout.loss.left();
    const double y = layout.loss.top() - 0.7 * fontPt;
    const auto add = [&](const QString& text, bool validation) {
        const double width = 2.2 * fontPt;
        Line line{QPolygonF({{-1, 0}, {1, 0}}), theme.population(validation ? 5 : 0), std::max(1.0, 0.16 * fontPt),
                  validation ? Dash::dashed : Dash::solid};
        const QRectF box(x * scale, (y - fontPt * 0.85) * scale, width * scale, fontPt * scale);
        paint(painter, {line}, Canvas{phase::View{}, box, scale, true}, theme);
        const MathLabel label(text, fontPt);
        label.draw(painter, QPointF(x + width + 0.4 * fontPt, y) * scale, theme.text, scale);
        x += width + label.size().width() + 1.6 * fontPt;
    };
    add(tr("training"), false);
    add(tr("validation"), true);
    if (curves.best > 0) {
        Marker diamond;
        diamond.shape = MarkerShape::diamond;
        diamond.size = 1.5 * fontPt;
        diamond.fill = theme.accent;
        diamond.edge = theme.card;
        diamond.edgeWidth = 0.1 * fontPt;
        const QRectF box(x * scale, (y - fontPt * 0.85) * scale, 1.1 * fontPt * scale, fontPt * scale);
        paint(painter, {diamond}, Canvas{phase::View{}, box, scale, true}, theme);
        const MathLabel label(tr("best"), fontPt);
        label.draw(painter, QPointF(x + 1.4 * fontPt, y) * scale, theme.text, scale);
        x += label.size().width() + 2.6 * fontPt;
    }
    if (curves.history.empty() || curves.history.back().stage == 0) return;
    // Stages of a curriculum, over the stretch of each.
    double free = x;
    for (std::size_t k = 0; k < curves.history.size(); ++k) {
        if (k > 0 && curves.history[k].stage == curves.history[k - 1].stage) continue;
        const double at = layout.loss.left() + (curves.history[k].epoch - 0.5) / layout.lastEpoch * layout.loss.width();
        const MathLabel label(tr("stage %1").arg(curves.history[k].stage + 1), fontPt);
        if (at < free || at + label.size().width() > layout.loss.right() + 1) continue;
        label.draw(painter, QPointF(at, y) * scale, theme.mutedText, scale);
        free = at + label.size().width() + fontPt;
    }
}

}  // namespace

int CurveLayout::epochAt(double x) const {
    const double share = (x - loss.left()) / std::max(1.0, loss.width());
    return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * lastEpoch));
}

CurveLayout layOutCurves(const TrainingCurves& curves, const QRectF& area, double fontPt) {
    CurveLayout layout;
    const int done = curves.history.empty() ? 0 : curves.history.back().epoch;
    layout.lastEpoch = std::max(niceCeiling(std::max(done, leastEpochs)), curves.planned);
    const double left = area.left() + 5 * fontPt, right = area.right() - fontPt;
    const double top = area.top() + 1.8 * fontPt, bottom = area.bottom() - 3.1 * fontPt, gap = fontPt;
    const bool third = curves.gradient && area.height() >= roomForThree * fontPt;
    const double height = std::max(3.0, bottom - top - (third ? 2 : 1) * gap);
    const double first = third ? 0.42 : 0.58, second = third ? 0.32 : 0.42;
    layout.loss = QRectF(left, top, right - left, first * height);
    layout.accuracy = QRectF(left, layout.loss.bottom() + gap, right - left, second * height);
    if (third)
        layout.gradient = QRectF(left, layout.accuracy.bottom() + gap, right - left, (1 - first - second) * height);
    return layout;
}

void paintCurves(QPainter& painter, const TrainingCurves& curves, const QRectF& area, const Theme& theme, double fontPt,
                 double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const CurveLayout layout = layOutCurves(curves, area, fontPt);
    CurvePainter(painter, curves, layout, theme, fontPt, scale).paintAll();
    paintKeys(painter, curves, layout, theme, fontPt, scale);
}

}  // namespace kappascope::painting
