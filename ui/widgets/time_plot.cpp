// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/time_plot.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ui/painting/math_label.h"
#include "ui/painting/renderer.h"
#include "ui/widgets/enlarge.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int leftMargin = 62, rightMargin = 78, topMargin = 17, bottomMargin = 21, rowGap = 5;
constexpr int keyHeight = 14;
constexpr double shares[] = {0.6, 1.6, 1.0};
constexpr const char* symbols[] = {"u", "\\kappa", "z"};

/// A graph whose line goes through the pictures' renderer, several times as fast as a general painter.
class Curve : public QCPGraph {
public:
    Curve(QCPAxis* across, QCPAxis* up, const painting::Theme& theme) : QCPGraph(across, up), theme_(theme) {}

protected:
    void drawLinePlot(QCPPainter* painter, const QVector<QPointF>& points) const override {
        if (points.size() < 2 || pen().style() == Qt::NoPen) return;
        const QRectF area = clipRect();
        phase::View pixels;
        pixels.xMin = area.left();
        pixels.xMax = area.right();
        pixels.yMin = -area.bottom();
        pixels.yMax = -area.top();
        painting::Line line;
        line.points.reserve(points.size());
        for (const QPointF& point : points) line.points.append({point.x(), -point.y()});
        line.color = pen().color();
        line.width = pen().widthF();
        line.dash = pen().style() == Qt::SolidLine ? painting::Dash::solid : painting::Dash::dashed;
        painting::paint(*painter, {std::move(line)}, {pixels, area, 1}, theme_);
    }

private:
    const painting::Theme& theme_;
};

class MinusTicker : public QCPAxisTicker {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
        return QCPAxisTicker::getTickLabel(tick, locale, format, precision).replace(u'-', QChar(0x2212));
    }
};

/// Ticks of a low axis: two or more round numbers, none so near its ends that its label would meet the next axis's.
class LowTicker : public MinusTicker {
public:
    void setHeight(int pixels) { height_ = std::max(16, pixels); }

protected:
    double getTickStep(const QCPRange& range) override {
        constexpr double nearest = 10;  // pixels from label to label
        const QCPRange inner = innerOf(range);
        for (const int wanted : {height_ > 90 ? 4 : 2, 1}) {
            double step = std::pow(10, std::ceil(std::log10(range.size())));
            for (int tries = 0; tries < 8; ++tries, step /= 10)
                for (const double part : {step, 0.5 * step, 0.4 * step, 0.3 * step, 0.2 * step}) {
                    const double count = std::floor(inner.upper / part) - std::ceil(inner.lower / part) + 1;
                    if (count >= wanted && part / range.size() * height_ >= nearest) return part;
                }
        }
        return range.size();
    }

    QVector<double> createTickVector(double step, const QCPRange& range) override {
        const QCPRange inner = innerOf(range);
        QVector<double> ticks;
        for (double k = std::ceil(inner.lower / step); k <= std::floor(inner.upper / step); ++k) ticks += k * step;
        return ticks;
    }

private:
    QCPRange innerOf(const QCPRange& range) const {
        constexpr double end = 2;  // pixels: half a label may stand over, into the gap
        const double margin = end / height_ * range.size();
        return {range.lower + margin, range.upper - margin};
    }

    int height_ = 40;
};

QString symbol(int row, Eigen::Index component, Eigen::Index count) {
    const QString base = QLatin1String(symbols[row]);
    return count == 1 ? QStringLiteral("$%1$").arg(base) : QStringLiteral("$%1_{%2}$").arg(base).arg(component + 1);
}

QColor faded(QColor color, double alpha) {
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

}  // namespace

TimePlot::TimePlot(QWidget* parent) : QCustomPlot(parent), theme_(&painting::Theme::light()) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(110);
    setAccessibleName(tr("Time course of input, collective variables and output"));
    setBackground(QBrush(Qt::NoBrush));  // the card is filled with the epochs
    setLocale(QLocale::c());
    plotLayout()->clear();
    plotLayout()->setMargins(QMargins(0, 0, 0, 0));
    plotLayout()->setRowSpacing(0);
    for (int row = 0; row < rows; ++row) {
        auto* axisRect = new QCPAxisRect(this, true);
        rects_[static_cast<std::size_t>(row)] = axisRect;
        axisRect->setAutoMargins(QCP::msNone);
        axisRect->setMargins(
            QMargins(leftMargin, row == 0 ? topMargin : 0, rightMargin, row + 1 == rows ? bottomMargin : rowGap));
        plotLayout()->addElement(row, 0, axisRect);
        plotLayout()->setRowStretchFactor(row, shares[row]);
        const bool last = row + 1 == rows;
        for (QCPAxis* axis : axisRect->axes()) {
            const bool left = axis->axisType() == QCPAxis::atLeft, bottom = axis->axisType() == QCPAxis::atBottom;
            axis->setVisible(left || bottom);
            axis->setTicks(left || (bottom && last));
            axis->setTickLabels(left || (bottom && last));
            axis->setTickLengthIn(0);
            axis->setTickLengthOut(3);
            axis->setSubTicks(false);
            axis->setTickLabelPadding(3);
            axis->grid()->setVisible(false);
            axis->setNumberFormat(QStringLiteral("gb"));
            axis->setTickLabelFont(pixelFont(11));
            axis->setTicker(QSharedPointer<QCPAxisTicker>(left ? new LowTicker : new MinusTicker));
            axis->ticker()->setTickCount(10);
        }
        axisRect->axis(QCPAxis::atLeft)->grid()->setZeroLinePen(Qt::NoPen);
    }
    setTheme(*theme_);
}

void TimePlot::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    for (QCPAxisRect* each : rects_)
        for (QCPAxis* axis : each->axes()) {
            axis->setBasePen(Qt::NoPen);
            axis->setTickPen(QPen(theme.axis, 1));
            axis->setTickLabelColor(theme.text);
        }
    addCurves();
}

void TimePlot::setTrial(std::shared_ptr<const session::TrialResult> trial) {
    trial_ = std::move(trial);
    addCurves();
}

void TimePlot::setQuick(bool quick) {
    quick_ = quick;
    if (!quick && isCoarse_) redraw();
}

void TimePlot::redraw() {
    stale_ = true;
    update();
}

void TimePlot::setPosition(double position) {
    if (position == position_) return;
    position_ = position;
    update();
}

double TimePlot::positionOf(double step) const {
    if (!trial_) return -1;
    return axes(0)->axis(QCPAxis::atBottom)->coordToPixel((step + 1) * trial_->stepMs);
}

QColor TimePlot::color(int component) const {
    return theme_->population(component);
}

void TimePlot::addCurves() {
    clearGraphs();
    if (trial_) {
        times_.resize(trial_->steps());
        for (int k = 0; k < trial_->steps(); ++k) times_[k] = (k + 1) * trial_->stepMs;
        for (Eigen::Index s = 0; s < trial_->trial.inputs.rows(); ++s)
            addCurve(input, trial_->trial.inputs.row(s), QPen(color(static_cast<int>(s)), 1.5))
                ->setLineStyle(QCPGraph::lsStepRight);
        if (trial_->network) addBundle(modes, *trial_->network, false);
        if (trial_->network) addBundle(output, *trial_->network, false);
        if (trial_->reduced) addBundle(modes, *trial_->reduced, true);
        if (trial_->reduced) addBundle(output, *trial_->reduced, true);
        fitValues();
    }
    redraw();
}

void TimePlot::addBundle(Row row, const session::TrialBundle& bundle, bool reduced) {
    const bool isModes = row == modes;
    const Eigen::MatrixXd& mean = isModes ? bundle.meanKappa : bundle.meanZ;
    const Eigen::MatrixXd& spread = isModes ? bundle.spreadKappa : bundle.spreadZ;
    const bool several = bundle.runs.size() > 1;
    for (Eigen::Index r = 0; r < mean.rows(); ++r) {
        const QColor own = color(static_cast<int>(r));
        if (several && !reduced) {
            QCPGraph* low = addCurve(row, mean.row(r) - spread.row(r), Qt::NoPen);
            QCPGraph* high = addCurve(row, mean.row(r) + spread.row(r), Qt::NoPen);
            high->setBrush(faded(own, 0.22));
            high->setChannelFillGraph(low);
            constexpr std::size_t drawn = 30;  // more only blacken the bundle
            for (std::size_t k = 0; k < std::min(drawn, bundle.runs.size()); ++k)
                addCurve(row, (isModes ? bundle.runs[k].kappa : bundle.runs[k].z).row(r), QPen(faded(own, 0.3), 0.8));
        }
        QPen pen(reduced ? painting::mix(own, theme_->text, 0.55) : own, reduced ? 1.5 : 2.2);
        if (reduced) pen.setStyle(Qt::DashLine);
        addCurve(row, mean.row(r), pen);
    }
}

QCPGraph* TimePlot::addCurve(Row row, const Eigen::VectorXd& values, const QPen& pen) {
    auto* graph = new Curve(axes(row)->axis(QCPAxis::atBottom), axes(row)->axis(QCPAxis::atLeft), *theme_);
    graph->setData(times_.first(std::min<qsizetype>(times_.size(), values.size())),
                   QVector<double>(values.begin(), values.end()), true);
    graph->setPen(pen);
    return graph;
}

void TimePlot::fitValues() {
    for (int row = 0; row < rows; ++row) {
        QCPAxis* across = axes(row)->axis(QCPAxis::atBottom);
        QCPAxis* up = axes(row)->axis(QCPAxis::atLeft);
        across->setRange(0, trial_->steps() * trial_->stepMs);
        QCPRange whole(0, 0);
        for (QCPGraph* graph : axes(row)->graphs()) {
            bool found = false;
            const QCPRange range = graph->getValueRange(found);
            if (found) whole.expand(range);
        }
        const double margin = std::max(0.1 * whole.size(), 1e-6);
        whole = QCPRange(whole.lower - margin, whole.upper + margin);
        // The scale rests while a slider moves the curves a little.
        const QCPRange now = up->range();
        const bool roomy = whole.lower >= now.lower - 1e-9 && whole.upper <= now.upper + 1e-9;
        if (!roomy || whole.size() < 0.7 * now.size()) up->setRange(whole);
    }
}

void TimePlot::resizeEvent(QResizeEvent* event) {
    QCustomPlot::resizeEvent(event);
    for (QCPAxisRect* each : rects_)
        each->axis(QCPAxis::atLeft)->ticker().staticCast<LowTicker>()->setHeight(each->height());
    redraw();
}

void TimePlot::drawEpochs(QPainter& painter) const {
    const QColor shade = faded(theme_->axis, theme_->dark ? 0.16 : 0.09);
    for (const QCPAxisRect* each : rects_) {
        painter.fillRect(each->rect(), theme_->plotBackground);
        bool shaded = false;
        for (const auto& epoch : trial_->trial.epochs) {
            const double from = positionOf(epoch.first - 1), to = positionOf(epoch.end - 1);
            if (!std::exchange(shaded, !shaded))
                painter.fillRect(QRectF(from, each->top(), to - from, each->height()), shade);
        }
    }
}

void TimePlot::drawNames(QPainter& painter) const {
    painter.setFont(pixelFont(11));
    painter.setPen(theme_->mutedText);
    const QFontMetricsF metrics(painter.font());
    for (const auto& epoch : trial_->trial.epochs) {
        const double from = positionOf(epoch.first - 1), to = positionOf(epoch.end - 1);
        QString name = QString::fromStdString(epoch.name);
        // A stretch too short for "stimulus A" may still hold "A".
        if (metrics.horizontalAdvance(name) > to - from - 2) name = name.section(u' ', -1);
        if (metrics.horizontalAdvance(name) > to - from - 2) continue;
        painter.drawText(QRectF(from, 0, to - from, topMargin - 4.0), Qt::AlignCenter, name);
    }
}

void TimePlot::drawKeys(QPainter& painter) const {
    const Eigen::Index counts[] = {trial_->trial.inputs.rows(),
                                   trial_->network   ? trial_->network->meanKappa.rows()
                                   : trial_->reduced ? trial_->reduced->meanKappa.rows()
                                                     : 0,
                                   trial_->network   ? trial_->network->meanZ.rows()
                                   : trial_->reduced ? trial_->reduced->meanZ.rows()
                                                     : 0};
    for (int row = 0; row < rows; ++row) {
        const QRectF area = axes(row)->rect();
        const painting::MathLabel name(QStringLiteral("$%1$").arg(QLatin1String(symbols[row])), 14);
        name.draw(painter, {8, area.center().y() + name.ascent() / 2 - 1}, theme_->text);
        if (counts[row] < 2) continue;
        // One column, or two narrow ones where there are more than lines.
        const auto lines = std::max<Eigen::Index>(1, static_cast<int>(area.height() + 3) / keyHeight);
        const bool narrow = counts[row] > lines;
        const auto shown = std::min(counts[row], narrow ? 2 * lines : lines);
        const auto high = narrow ? (shown + 1) / 2 : shown;
        for (Eigen::Index i = 0; i < shown; ++i) {
            const double x = area.right() + 7 + (i >= high ? 35 : 0), sample = narrow ? 8 : 12;
            const double y =
                area.center().y() + keyHeight * (static_cast<double>(i % high) - 0.5 * static_cast<double>(high - 1));
            painter.setPen(QPen(color(static_cast<int>(i)), 2.2));
            painter.drawLine(QPointF(x, y), QPointF(x + sample, y));
            const painting::MathLabel label(symbol(row, i, counts[row]), 12);
            label.draw(painter, {x + sample + 4, y + 4}, theme_->text);
        }
    }
    const QRectF area = axes(rows - 1)->rect();
    painter.setFont(pixelFont(11));
    painter.setPen(theme_->mutedText);
    painter.drawText(QRectF(area.right() + 4, area.bottom() + 2, rightMargin - 4, bottomMargin - 4), Qt::AlignVCenter,
                     tr("ms"));
}

void TimePlot::drawParting(QPainter& painter) const {
    if (!trial_->agreement || trial_->agreement->partsAt < 0) return;
    const double x = positionOf(trial_->agreement->partsAt), y = axes(rows - 1)->bottom() + 1;
    painter.setPen(QPen(theme_->card, 1));
    painter.setBrush(theme_->warning);
    painter.drawPolygon(QPolygonF({{x, y - 7}, {x + 5, y + 2}, {x - 5, y + 2}}));
}

void TimePlot::drawScrubber(QPainter& painter) const {
    if (position_ < 0) return;
    const double x = positionOf(position_);
    painter.setPen(QPen(theme_->accent, 1.6));
    painter.drawLine(QPointF(x, topMargin - 2), QPointF(x, axes(rows - 1)->bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme_->accent);
    painter.drawPolygon(QPolygonF({{x - 4.5, topMargin - 4.0}, {x + 4.5, topMargin - 4.0}, {x, topMargin + 3.0}}));
}

void TimePlot::compose() {
    const double ratio = devicePixelRatioF();
    const QSize pixels = (QSizeF(size()) * ratio).toSize();
    isCoarse_ = quick_ && ratio >= 2 && ratio == std::floor(ratio);
    QImage& drawn = isCoarse_ ? small_ : picture_;
    const QSize wanted = isCoarse_ ? size() : pixels;
    if (drawn.size() != wanted || drawn.format() != QImage::Format_RGB32) drawn = QImage(wanted, QImage::Format_RGB32);
    drawn.setDevicePixelRatio(isCoarse_ ? 1 : ratio);
    drawn.fill(theme_->card);
    if (trial_) {
        QCPPainter painter(&drawn);
        painter.setRenderHint(QPainter::Antialiasing);
        drawEpochs(painter);
        // Straight into the picture: the plot's own buffers, on a fine screen, take longer to blend than to draw.
        draw(&painter);
        painter.setRenderHint(QPainter::Antialiasing);
        drawNames(painter);
        drawKeys(painter);
        drawParting(painter);
    }
    if (isCoarse_) enlarge(small_, {}, qRound(ratio), pixels, picture_);
    picture_.setDevicePixelRatio(1);
    stale_ = false;
}

void TimePlot::paintEvent(QPaintEvent*) {
    const double ratio = devicePixelRatioF();
    if (stale_ || picture_.size() != (QSizeF(size()) * ratio).toSize()) compose();
    QPainter painter(this);
    painter.save();
    painter.scale(1 / ratio, 1 / ratio);
    painter.drawImage(QPoint(0, 0), picture_);
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing);
    if (trial_) drawScrubber(painter);
}

void TimePlot::scrub(const QMouseEvent* event) {
    if (!trial_) return;
    const double time = axes(0)->axis(QCPAxis::atBottom)->pixelToCoord(event->position().x());
    const int step = static_cast<int>(std::lround(time / trial_->stepMs)) - 1;
    emit scrubbed(std::clamp(step, 0, trial_->steps() - 1));
}

void TimePlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) scrub(event);
}

void TimePlot::mouseMoveEvent(QMouseEvent* event) {
    setCursor(trial_ ? Qt::SizeHorCursor : Qt::ArrowCursor);
    if (event->buttons().testFlag(Qt::LeftButton)) scrub(event);
}

void TimePlot::mouseReleaseEvent(QMouseEvent*) {}

void TimePlot::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void TimePlot::keyPressEvent(QKeyEvent* event) {
    if (!trial_) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int now = static_cast<int>(std::floor(position_));
    const int stride = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    const auto go = [&](int step) { emit scrubbed(std::clamp(step, 0, trial_->steps() - 1)); };
    switch (event->key()) {
        case Qt::Key_Left: go(now - stride); break;
        case Qt::Key_Right: go(now + stride); break;
        case Qt::Key_Home: go(0); break;
        case Qt::Key_End: go(trial_->steps() - 1); break;
        case Qt::Key_Space: emit spacePressed(); break;
        default: QWidget::keyPressEvent(event);
    }
}

bool TimePlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !trial_) return QCustomPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const double time = axes(0)->axis(QCPAxis::atBottom)->pixelToCoord(help->pos().x());
    const int step = static_cast<int>(std::ceil(time / trial_->stepMs)) - 1;
    QStringList lines;
    if (const auto name = trial_->epoch(step); !name.empty()) lines += QString::fromStdString(name);
    lines += tr("Drag: the moment that both portraits show");
    if (trial_->agreement && trial_->agreement->partsAt >= 0)
        lines += tr("▲ %1 ms: from here the two differ by more than a tenth")
                     .arg(std::lround((trial_->agreement->partsAt + 1) * trial_->stepMs));
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

}  // namespace kappascope::widgets
