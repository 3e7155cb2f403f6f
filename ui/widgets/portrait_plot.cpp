// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/portrait_plot.h"

#include <QApplication>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/painting/axis_names.h"
#include "ui/painting/renderer.h"
#include "ui/widgets/enlarge.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int leftMargin = 58, rightMargin = 14, topMargin = 8, bottomMargin = 46;
constexpr double pixelsPerPoint = 96.0 / 72;
constexpr int frameMs = 16;
constexpr qint64 streamingMs = 120, awaitedMs = 40;
constexpr qint64 restAfterMs = 5 * 60 * 1000;  // an inactive window stops its particles

/// Fills an area with an image. Pixel for pixel where it fits, which the engine copies without a thought; a scaled
/// painter, as on a fine screen, would make it go through every pixel.
void drawPixels(QPainter& painter, const QRect& area, const QImage& image) {
    const double ratio = painter.device()->devicePixelRatioF();
    if (image.size() != (QSizeF(area.size()) * ratio).toSize()) {
        painter.drawImage(QRectF(area), image);
        return;
    }
    painter.save();
    painter.scale(1 / ratio, 1 / ratio);
    painter.drawImage((QPointF(area.topLeft()) * ratio).toPoint(), image);
    painter.restore();
}

bool sameRange(const phase::View& a, const phase::View& b) {
    return a.samePlane(b) && a.xMin == b.xMin && a.xMax == b.xMax && a.yMin == b.yMin && a.yMax == b.yMax;
}

}  // namespace

/// Tick labels with a true minus sign.
class MinusTicker : public QCPAxisTicker {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
        return QCPAxisTicker::getTickLabel(tick, locale, format, precision).replace(u'-', QChar(0x2212));
    }
};

PortraitPlot::PortraitPlot(QWidget* parent) : QCustomPlot(parent), theme_(&painting::Theme::light()) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(220, 200);
    setAccessibleName(tr("Phase portrait"));
    setBufferDevicePixelRatio(devicePixelRatioF());
    setPlottingHint(QCP::phImmediateRefresh, false);  // with everything else that changed, in one go
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setMargins(QMargins(leftMargin, topMargin, rightMargin, bottomMargin));
    plotLayout()->setMargins(QMargins(0, 0, 0, 0));

    for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
        axis->setVisible(axis == xAxis || axis == yAxis);
        axis->setTicks(axis == xAxis || axis == yAxis);
        axis->setTickLabels(axis == xAxis || axis == yAxis);
        axis->setTickLengthIn(0);
        axis->setTickLengthOut(4);
        axis->setSubTickLengthIn(0);
        axis->setSubTicks(false);
        axis->setTickLabelPadding(4);
        axis->grid()->setVisible(false);
        axis->setNumberFormat(QStringLiteral("gb"));
        axis->setTickLabelFont(pixelFont(12));
        axis->setTicker(QSharedPointer<QCPAxisTicker>(new MinusTicker));
        axis->ticker()->setTickCount(6);
    }
    setLocale(QLocale::c());

    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(frameMs);
    connect(&timer_, &QTimer::timeout, this, &PortraitPlot::step);
    sinceActive_.start();
    setTheme(*theme_);
}

void PortraitPlot::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    setBackground(QBrush(theme.card));
    for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
        axis->setBasePen(Qt::NoPen);  // the frame is painted with the picture
        axis->setTickPen(QPen(theme.axis, 1));
        axis->setTickLabelColor(theme.text);
    }
    QColor particle = theme.particle;
    particle.setAlphaF(particle.alphaF() * (theme.dark ? 0.62F : 0.5F));
    particles_.setColor(particle);
    replot(rpQueuedReplot);
}

void PortraitPlot::setResult(std::shared_ptr<const session::PortraitResult> result) {
    result_ = std::move(result);
    if (result_ && result_->state) unpaintedRevision_ = result_->state->revision;
    particles_.setPortrait(result_ ? result_->portrait : nullptr);
    if (result_) {
        // As often as the network makes steps, so large they are.
        const session::Diffusion& noise = result_->diffusion;
        const double perTau = 1 / std::sqrt(noise.alpha);
        particles_.setDiffusion(perTau * noise.perStep[0], perTau * noise.perStep[1]);
    }
    sinceResult_.start();
    update(axisRect()->rect());
    wake();
}

void PortraitPlot::setView(const phase::View& view, int rank, const QString& vertical) {
    const auto symbol = [&](int axis) { return QStringLiteral("$%1$").arg(painting::axisSymbol(view, axis, rank)); };
    horizontalLabel_ = painting::MathLabel(symbol(0), 17);
    const bool line = view.dimensions(rank) == 1;
    verticalLabel_ = painting::MathLabel(!vertical.isEmpty() ? vertical
                                         : line              ? QStringLiteral("$\\tau d\\kappa/dt$")
                                                             : symbol(1),
                                         17);
    view_ = view;
    xAxis->setRange(view.xMin, view.xMax);
    yAxis->setRange(view.yMin, view.yMax);
    xAxis2->setRange(xAxis->range());
    yAxis2->setRange(yAxis->range());
    placeParticles();
    replot(rpQueuedReplot);
}

void PortraitPlot::setCross(std::optional<QPointF> point) {
    if (point == cross_) return;
    cross_ = point;
    update(axisRect()->rect());
}

void PortraitPlot::setTrialPath(QPolygonF path) {
    trialPath_ = std::move(path);
    update(axisRect()->rect());
}

void PortraitPlot::setTrialPosition(double position) {
    trialPosition_ = position;
    if (!trialPath_.isEmpty()) update(axisRect()->rect());
}

void PortraitPlot::setParticlesOn(bool on) {
    particlesOn_ = on;
    wake();
    update(axisRect()->rect());
}

QSize PortraitPlot::pictureSize() const {
    return {std::max(1, width() - leftMargin - rightMargin), std::max(1, height() - topMargin - bottomMargin)};
}

QPointF PortraitPlot::toData(const QPointF& position) const {
    return {xAxis->pixelToCoord(position.x()), yAxis->pixelToCoord(position.y())};
}

QPointF PortraitPlot::toPosition(double x, double y) const {
    return {xAxis->coordToPixel(x), yAxis->coordToPixel(y)};
}

void PortraitPlot::drawPicture(QPainter& painter) const {
    const QRect area = axisRect()->rect();
    const phase::View* view = result_ && !result_->image.isNull() ? &result_->view : nullptr;
    if (!view || !view->samePlane(view_)) {
        painter.fillRect(area, theme_->plotBackground);
        return;
    }
    if (sameRange(*view, view_)) {
        drawPixels(painter, area, result_->image);
        return;
    }
    // Until the new picture arrives the last one is shown where it belongs.
    painter.fillRect(area, theme_->plotBackground);
    painter.setClipRect(area);
    painter.drawImage(QRectF(toPosition(view->xMin, view->yMax), toPosition(view->xMax, view->yMin)), result_->image);
    painter.setClipping(false);
}

void PortraitPlot::drawCross(QPainter& painter) const {
    const QRect area = axisRect()->rect();
    const QPointF at = cross_ ? toPosition(cross_->x(), cross_->y()) : QPointF(-1, -1);
    if (!area.contains(at.toPoint())) return;
    QColor color = theme_->axis;
    color.setAlphaF(0.55F);
    painter.setPen(QPen(color, 1, Qt::DotLine));
    painter.drawLine(QPointF(area.left(), at.y()), QPointF(area.right(), at.y()));
    painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()));
}

void PortraitPlot::drawTrial(QPainter& painter) const {
    if (trialPath_.isEmpty()) return;
    const double last = static_cast<double>(trialPath_.size() - 1);
    const double until = trialPosition_ < 0 ? last : std::min(trialPosition_, last);
    const auto step = static_cast<qsizetype>(until);
    painting::Line line{trialPath_.first(step + 1), theme_->trialMarker, 1.3, painting::Dash::solid, true};
    if (step < last)
        line.points.append(trialPath_[step] +
                           (until - static_cast<double>(step)) * (trialPath_[step + 1] - trialPath_[step]));
    const QPointF end = toPosition(line.points.last().x(), line.points.last().y());
    const QRect area = axisRect()->rect();
    // By the pictures' renderer, whose strokes are several times as fast as a general painter's: this is every frame.
    painter.save();
    painting::paint(painter, {std::move(line)}, {view_, QRectF(area), pixelsPerPoint}, *theme_);
    painter.setClipRect(area);
    if (trialPosition_ >= 0) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme_->plotBackground, 2));
        painter.setBrush(theme_->trialMarker);
        painter.drawEllipse(end, 7, 7);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme_->plotBackground);
        painter.drawEllipse(end, 2.2, 2.2);
    }
    painter.restore();
}

void PortraitPlot::drawLabels(QPainter& painter) const {
    const QRect area = axisRect()->rect();
    horizontalLabel_.draw(painter, {area.center().x() - horizontalLabel_.size().width() / 2, height() - 9.0},
                          theme_->text);
    painter.save();
    if (verticalLabel_.size().width() > 30) {
        painter.translate(16, area.center().y() + verticalLabel_.size().width() / 2);
        painter.rotate(-90);
        verticalLabel_.draw(painter, {0, 0}, theme_->text);
    } else {
        verticalLabel_.draw(painter, {4, area.center().y() + verticalLabel_.ascent() / 2}, theme_->text);
    }
    painter.restore();
}

void PortraitPlot::placeParticles() {
    // On a fine screen a drag's pictures are coarse (portrait_worker.cpp), and so are the particles in them.
    const double ratio = coarse_ ? 1 : devicePixelRatioF();
    particles_.setView(view_, (QSizeF(pictureSize()) * ratio).toSize(), ratio);
}

void PortraitPlot::step() {
    // While new portraits stream in, every other frame is enough, and it is painted with the portrait: the workers need
    // the time.
    const bool streaming = sinceResult_.isValid() && sinceResult_.elapsed() < streamingMs;
    if (streaming && std::exchange(skipped_, !skipped_)) return;
    const bool awaited = sinceResult_.isValid() && sinceResult_.elapsed() < awaitedMs;
    const double ratio = devicePixelRatioF();
    if (ratio >= 2 && ratio == std::floor(ratio) && coarse_ != streaming) {
        coarse_ = streaming;
        placeParticles();
    }
    const qint64 elapsed = sinceStep_.restart();
    const bool resting = !isActiveWindow() && sinceActive_.elapsed() > restAfterMs;
    if (isActiveWindow()) sinceActive_.restart();
    if (!particlesOn_ || !result_ || resting || !isVisible() || window()->isMinimized()) {
        timer_.stop();
        return;
    }
    particles_.advance(std::min(0.05, static_cast<double>(elapsed) / 1000));
    if (!awaited) update(axisRect()->rect());
}

void PortraitPlot::wake() {
    if (!particlesOn_ || !result_ || timer_.isActive() || !isVisible()) return;
    sinceStep_.start();
    timer_.start();
}

void PortraitPlot::pan(const QPointF& delta) {
    const QSizeF size = pictureSize();
    phase::View view = view_;
    const double dx = -delta.x() / size.width() * view.width(), dy = delta.y() / size.height() * view.height();
    view.xMin += dx;
    view.xMax += dx;
    view.yMin += dy;
    view.yMax += dy;
    emit viewEdited(view);
}

void PortraitPlot::zoom(const QPointF& at, double factor) {
    const QPointF fixed = toData(at);
    phase::View view = view_;
    const double width = view.width() * factor, height = view.height() * factor;
    if (width < 1e-4 || width > 1e4) return;
    view.xMin = fixed.x() - (fixed.x() - view.xMin) * factor;
    view.xMax = view.xMin + width;
    view.yMin = fixed.y() - (fixed.y() - view.yMin) * factor;
    view.yMax = view.yMin + height;
    emit viewEdited(view);
}

void PortraitPlot::mousePressEvent(QMouseEvent* event) {
    sinceActive_.restart();
    wake();
    if (event->button() != Qt::LeftButton || !axisRect()->rect().contains(event->pos())) return;
    pressed_ = last_ = event->position();
    panning_ = false;
}

void PortraitPlot::mouseMoveEvent(QMouseEvent* event) {
    if (pressed_) {
        const bool far = (event->position() - *pressed_).manhattanLength() >= QApplication::startDragDistance();
        if (!panning_ && far) {
            panning_ = true;
            setCursor(Qt::ClosedHandCursor);
        }
        if (panning_) {
            pan(event->position() - last_);
            last_ = event->position();
        }
        return;
    }
    if (axisRect()->rect().contains(event->pos()))
        emit hovered(toData(event->position()));
    else
        emit left();
}

void PortraitPlot::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const bool click = pressed_ && !panning_ && !swallowRelease_;
    const QPointF point = toData(event->position());
    pressed_.reset();
    panning_ = swallowRelease_ = false;
    unsetCursor();
    clickedLast_ = click;
    if (click) emit clicked(point, event->modifiers().testFlag(Qt::ShiftModifier));
}

void PortraitPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    swallowRelease_ = true;
    emit doubleClicked(std::exchange(clickedLast_, false));
}

void PortraitPlot::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (notches != 0) zoom(event->position(), std::pow(0.86, notches));
    event->accept();
}

void PortraitPlot::keyPressEvent(QKeyEvent* event) {
    const QSize size = pictureSize();
    const QPointF middle = axisRect()->rect().center();
    const QPointF at = cross_ ? toPosition(cross_->x(), cross_->y()) : middle;
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const double stepX = size.width() * 0.05, stepY = size.height() * 0.05;
    // Plain arrows move the cross-hair, with Shift the view.
    const auto arrow = [&](double dx, double dy) {
        if (shift)
            pan({-dx, -dy});
        else
            emit hovered(toData(QPointF(std::clamp(at.x() + dx, 1.0 * axisRect()->left(), 1.0 * axisRect()->right()),
                                        std::clamp(at.y() + dy, 1.0 * axisRect()->top(), 1.0 * axisRect()->bottom()))));
    };
    switch (event->key()) {
        case Qt::Key_Left: arrow(-stepX, 0); break;
        case Qt::Key_Right: arrow(stepX, 0); break;
        case Qt::Key_Up: arrow(0, -stepY); break;
        case Qt::Key_Down: arrow(0, stepY); break;
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoom(at, 0.86); break;
        case Qt::Key_Minus: zoom(at, 1 / 0.86); break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space: emit clicked(toData(at), shift); break;
        default: QCustomPlot::keyPressEvent(event);
    }
}

void PortraitPlot::leaveEvent(QEvent* event) {
    emit left();
    QCustomPlot::leaveEvent(event);
}

void PortraitPlot::resizeEvent(QResizeEvent* event) {
    QCustomPlot::resizeEvent(event);
    placeParticles();
    emit pictureSizeChanged();
}

void PortraitPlot::paintEvent(QPaintEvent* event) {
    const double ratio = devicePixelRatioF();
    if (!qFuzzyCompare(bufferDevicePixelRatio(), ratio)) {
        setBufferDevicePixelRatio(ratio);
        placeParticles();
        emit pictureSizeChanged();
        replot(rpQueuedRefresh);
        return;
    }
    QCPPainter painter(this);
    const QRect area = axisRect()->rect();
    // Most frames only move particles: inside the axes there is a picture to copy and one layer to blend, and the
    // buffers that hold the axes stay out of it.
    if (!area.contains(event->rect())) {
        painter.fillRect(rect(), theme_->card);
        for (const auto& buffer : mPaintBuffers) buffer->draw(&painter);
        drawLabels(painter);
    }
    const QSize pixels = (QSizeF(area.size()) * ratio).toSize();
    if (coarse_ && result_ && sameRange(result_->view, view_) && result_->image.size() == particles_.image().size()) {
        enlarge(result_->image, particlesOn_ ? particles_.image() : QImage(), qRound(ratio), pixels, enlarged_);
        drawPixels(painter, area, enlarged_);
    } else {
        drawPicture(painter);
        if (particlesOn_ && result_) drawPixels(painter, area, particles_.image());
    }
    drawTrial(painter);
    drawCross(painter);
    painter.setPen(QPen(theme_->axis, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area.adjusted(0, 0, -1, -1));
    if (const quint64 revision = std::exchange(unpaintedRevision_, 0)) emit painted(revision);
}

void PortraitPlot::showEvent(QShowEvent* event) {
    QCustomPlot::showEvent(event);
    wake();
}

void PortraitPlot::hideEvent(QHideEvent* event) {
    timer_.stop();
    QCustomPlot::hideEvent(event);
}

}  // namespace kappascope::widgets
