// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_cards.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/train_portrait.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"
#include "ui/widgets/train_plots.h"

namespace kappascope::widgets {

namespace {

constexpr double stepMs = 20;  // dt, of every task

/// m and n are of one kind, which overlaps compare; so are the columns of I, and those of w.
bool sameKind(training::Part a, training::Part b) {
    const auto recurrent = [](training::Part part) { return part == training::Part::m || part == training::Part::n; };
    return a == b || (recurrent(a) && recurrent(b));
}

}  // namespace

PlotCard::PlotCard(const QString& name, QWidget* plot, QWidget* parent)
    : QFrame(parent), column_(new QVBoxLayout(this)), header_(new QHBoxLayout) {
    setObjectName(QStringLiteral("card"));
    column_->setContentsMargins(6, 7, 6, 5);
    column_->setSpacing(4);
    header_->setContentsMargins(4, 0, 6, 0);
    header_->setSpacing(8);
    auto* title = new QLabel(name, this);
    title->setFont(pixelFont(13, true));
    header_->addWidget(title);
    column_->addLayout(header_);
    plot->setParent(this);
    column_->addWidget(plot, 1);
}

TrainLoadingsCard::TrainLoadingsCard(session::TrainDesk& desk, const session::TrainPortrait& portrait, QWidget* parent)
    : PlotCard(tr("Loadings"), new LoadingsView, parent),
      desk_(desk),
      portrait_(portrait),
      view_(findChild<LoadingsView*>()) {
    header_->addStretch(1);
    for (int axis = 0; axis < 2; ++axis) {
        axes_[axis] = new ChoiceBox(this);
        axes_[axis]->setAccessibleName(axis == 0 ? tr("Loading on the horizontal axis")
                                                 : tr("Loading on the vertical axis"));
        axes_[axis]->setToolTip(
            tr("Which loading this axis shows: m, n of the connectivity, I of the input, w of the "
               "output; no unit"));
        if (axis == 1) header_->addWidget(new QLabel(tr("against"), this));
        header_->addWidget(axes_[axis]);
        connect(axes_[axis], &QComboBox::activated, this, [this] {
            xReach_ = yReach_ = 0;
            showLoadings();
        });
    }
    fill();
}

void TrainLoadingsCard::setTheme(const painting::Theme& theme) {
    view_->setTheme(theme);
}

void TrainLoadingsCard::reset() {
    xReach_ = yReach_ = 0;
    shapeOf_.reset();
    fill();
}

void TrainLoadingsCard::clear() {
    view_->setPlot({});
}

void TrainLoadingsCard::fill() {
    const auto shown = desk_.shown();
    if (!shown || shown->settings == shapeOf_) return;
    shapeOf_ = shown->settings;
    const auto shape = shapeOf_->shape();
    if (shape == shape_ && axes_[0]->count() > 0) return;
    shape_ = shape;
    xReach_ = yReach_ = 0;
    columns_ = session::loadingColumns(shape_);
    const bool lowRank = !shape_.isFullRank();
    for (int axis = 0; axis < 2; ++axis) {
        const QSignalBlocker quiet(axes_[axis]);
        axes_[axis]->clear();
        for (const auto& column : columns_) axes_[axis]->addItem(column.plain);
        // m against n says what the connectivity keeps up; without them, what goes in against what comes out.
        const int second = lowRank ? static_cast<int>(shape_.rank) : static_cast<int>(columns_.size()) - 1;
        axes_[axis]->setCurrentIndex(axis == 0 ? 0 : second);
    }
}

void TrainLoadingsCard::showLoadings() {
    fill();
    const auto shown = desk_.shown();
    if (!shown) return;  // the next one is on its way
    painting::LoadingsPlot plot;
    if (!columns_.empty()) {
        const auto& x = columns_[static_cast<std::size_t>(std::max(0, axes_[0]->currentIndex()))];
        const auto& y = columns_[static_cast<std::size_t>(std::max(0, axes_[1]->currentIndex()))];
        plot.points = session::loadingPoints(*shown->weights, shape_, x, y);
        // Of a circuit, the units that its portrait was drawn with.
        if (const auto drawn = portrait_.result(); shown->isCircuit() && drawn)
            plot.points = session::loadingPoints(*drawn->state->network, x, y);
        plot.xLabel = x.label;
        plot.yLabel = y.label;
        // Axes that follow every step would hide what moves.
        const auto reach = painting::reachOf(plot.points);
        xReach_ = std::max(xReach_, reach.x);
        yReach_ = std::max(yReach_, reach.y);
        if (sameKind(x.part, y.part)) xReach_ = yReach_ = std::max(xReach_, yReach_);
    }
    if (xReach_ > 0 && yReach_ > 0) {
        plot.xReach = xReach_;
        plot.yReach = yReach_;
    }
    view_->setPlot(std::move(plot));
}

TrainTrialCard::TrainTrialCard(session::TrainDesk& desk, QWidget* parent)
    : PlotCard(tr("Trial"), new TrialView, parent),
      desk_(desk),
      view_(findChild<TrialView*>()),
      condition_(new ChoiceBox(this)),
      another_(new QToolButton(this)) {
    condition_->setAccessibleName(tr("Condition of the trial"));
    condition_->setToolTip(tr("Which trial of the task is shown"));
    another_->setText(tr("Another trial"));
    another_->setAccessibleName(another_->text());
    another_->setToolTip(tr("Draw another trial, with other noise"));
    another_->setObjectName(QStringLiteral("regroup"));
    another_->setFocusPolicy(Qt::StrongFocus);
    header_->addStretch(1);
    header_->addWidget(condition_);
    header_->addWidget(another_);
    connect(condition_, &QComboBox::activated, this,
            [this](int k) { desk_.setCondition(condition_->itemData(k).toString()); });
    connect(another_, &QToolButton::clicked, &desk_, &session::TrainDesk::anotherTrial);
    connect(&desk_, &session::TrainDesk::taskChanged, this, &TrainTrialCard::fillTask);
    connect(&desk_, &session::TrainDesk::previewChanged, this, &TrainTrialCard::showTrial);
    fillTask();
}

void TrainTrialCard::setTheme(const painting::Theme& theme) {
    view_->setTheme(theme);
}

void TrainTrialCard::fillTask() {
    const QSignalBlocker quiet(condition_);
    condition_->clear();
    condition_->addItem(tr("random trial"), QString());
    for (const QString& condition : desk_.conditions()) condition_->addItem(condition, condition);
    condition_->setCurrentIndex(std::max(0, condition_->findData(desk_.condition())));
}

void TrainTrialCard::showTrial() {
    const auto preview = desk_.preview();
    if (!preview) return;
    painting::TrialPicture picture;
    picture.trial = preview->trial;
    picture.output = preview->z;
    const auto& task = tasks::task(preview->settings->task);
    for (const auto& name : task.inputNames()) picture.inputNames.push_back(mathName(QString::fromStdString(name)));
    picture.stepMs = stepMs;
    view_->setPicture(std::move(picture));
}

}  // namespace kappascope::widgets
