// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_plots.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <utility>

#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

TrainPlot::TrainPlot(const QString& name, const QString& help, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setToolTip(help);
    setMinimumSize(200, 120);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAttribute(Qt::WA_OpaquePaintEvent);
}

void TrainPlot::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    update();
}

double TrainPlot::textSize() const {
    // Larger where there is room, as on a projector.
    return std::clamp(height() / 22.0, 11.5, 15.0);
}

void TrainPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->card);
    paint(painter);
    if (!hasFocus()) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme_->accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

CurvesView::CurvesView(QWidget* parent) : TrainPlot(tr("Loss, accuracy and gradient norm of every epoch"), {}, parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void CurvesView::setCurves(painting::TrainingCurves curves) {
    curves_ = std::move(curves);
    update();
}

void CurvesView::paint(QPainter& painter) const {
    painting::paintCurves(painter, curves_, rect(), theme(), textSize());
}

QPoint CurvesView::positionOf(int epoch) const {
    const auto layout = painting::layOutCurves(curves_, rect(), textSize());
    return {static_cast<int>(layout.loss.left() + epoch / layout.lastEpoch * layout.loss.width()),
            static_cast<int>(layout.loss.center().y())};
}

void CurvesView::pick(const QPointF& at) {
    if (curves_.history.empty()) return;
    const int epoch = painting::layOutCurves(curves_, rect(), textSize()).epochAt(at.x());
    emit picked(std::min(epoch, curves_.history.back().epoch));
}

void CurvesView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) pick(event->position());
}

void CurvesView::mouseMoveEvent(QMouseEvent* event) {
    setCursor(curves_.history.empty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (event->buttons().testFlag(Qt::LeftButton)) pick(event->position());
}

void CurvesView::keyPressEvent(QKeyEvent* event) {
    const int stride = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    if (event->key() == Qt::Key_Left)
        emit stepped(-stride);
    else if (event->key() == Qt::Key_Right)
        emit stepped(stride);
    else
        TrainPlot::keyPressEvent(event);
}

bool CurvesView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return TrainPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text =
        tr("Loss (mean masked squared error), share of the validation trials that are right, and norm of the "
           "gradient.\nClick: look at the network of that epoch.");
    if (!curves_.history.empty()) {
        const int epoch = painting::layOutCurves(curves_, rect(), textSize()).epochAt(help->pos().x());
        const auto found = std::find_if(curves_.history.begin(), curves_.history.end(),
                                        [epoch](const auto& each) { return each.epoch == epoch; });
        if (found != curves_.history.end())
            text = tr("Epoch %1: loss %2 in training, %3 in validation; %4 % right; gradient %5\nClick: look at the "
                      "network of that epoch")
                       .arg(epoch)
                       .arg(shownNumber(found->loss), shownNumber(found->validationLoss),
                            shownNumber(100 * found->accuracy), shownNumber(found->gradientNorm));
    }
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

TrialView::TrialView(QWidget* parent)
    : TrainPlot(tr("One trial: inputs, target and output"),
                tr("Inputs u above; below what is asked for (broad), where it counts (shaded), and the network's "
                   "output z"),
                parent) {}

void TrialView::setPicture(painting::TrialPicture picture) {
    picture_ = std::move(picture);
    update();
}

void TrialView::paint(QPainter& painter) const {
    if (picture_.trial.trial.steps() > 0) painting::paintTrial(painter, picture_, rect(), theme(), textSize());
}

LoadingsView::LoadingsView(QWidget* parent)
    : TrainPlot(tr("Loadings of the units"), tr("Each dot is a unit: two of its loadings against each other, no unit"),
                parent) {}

void LoadingsView::setPlot(painting::LoadingsPlot plot) {
    plot_ = std::move(plot);
    update();
}

void LoadingsView::paint(QPainter& painter) const {
    painting::paintLoadings(painter, plot_, rect(), theme(), textSize());
}

}  // namespace kappascope::widgets
