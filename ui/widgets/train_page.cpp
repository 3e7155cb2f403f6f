// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_page.h"

#include <QAbstractItemView>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/train_portrait.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_painter.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/style.h"
#include "ui/widgets/train_form.h"
#include "ui/widgets/train_history_bar.h"
#include "ui/widgets/train_plots.h"
#include "ui/widgets/train_run_bar.h"

namespace kappascope::widgets {

namespace {

constexpr double stepMs = 20;  // dt

/// A card with a row of controls over its plot.
QFrame* plotCard(QWidget* parent, QHBoxLayout*& header, QWidget* plot) {
    auto* card = new QFrame(parent);
    card->setObjectName(QStringLiteral("card"));
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(6, 7, 6, 5);
    column->setSpacing(4);
    header = new QHBoxLayout;
    header->setContentsMargins(4, 0, 6, 0);
    header->setSpacing(8);
    column->addLayout(header);
    plot->setParent(card);
    column->addWidget(plot, 1);
    return card;
}

QLabel* title(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(pixelFont(13, true));
    return label;
}

/// What the heading says of a portrait.
QString factsOf(const session::PortraitResult& result) {
    const auto& census = result.portrait->census;
    const auto count = std::ssize(census.points);
    QStringList parts{count == 1 ? TrainPage::tr("1 fixed point") : TrainPage::tr("%1 fixed points").arg(count)};
    if (result.complete) parts[0] += census.proven ? TrainPage::tr(", proven") : TrainPage::tr(", not proven");
    const auto stable = std::count_if(census.points.begin(), census.points.end(),
                                      [](const auto& point) { return point.unstableDirections == 0; });
    parts += TrainPage::tr("%1 stable").arg(stable);
    const auto cycles = result.portrait->behind ? 0 : std::ssize(result.portrait->cycles);
    if (cycles > 0) parts += cycles == 1 ? TrainPage::tr("1 cycle") : TrainPage::tr("%1 cycles").arg(cycles);
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

TrainPage::TrainPage(session::RunOptions options, QWidget* parent)
    : QWidget(parent),
      owned_(std::make_unique<session::TrainDesk>(std::move(options))),
      desk_(*owned_),
      portrait_(std::make_unique<session::TrainPortrait>(paintPortrait)),
      form_(new TrainForm(desk_, this)),
      message_(new MessageBar(this)),
      bar_(new TrainRunBar(desk_, this)),
      past_(new TrainHistoryBar(desk_, this)) {
    auto* grid = new QGridLayout;
    grid->setSpacing(10);
    grid->addWidget(makePortraitCard(), 0, 0);
    grid->addWidget(makeLoadingsCard(), 0, 1);
    grid->addWidget(makeCurvesCard(), 1, 0);
    grid->addWidget(makeTrialCard(), 1, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(0, 5);
    grid->setRowStretch(1, 4);
    auto* centre = new QVBoxLayout;
    centre->setContentsMargins(12, 9, 12, 8);
    centre->setSpacing(8);
    centre->addWidget(message_);
    centre->addWidget(bar_);
    centre->addLayout(grid, 1);
    centre->addWidget(past_);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(form_);
    all->addLayout(centre, 1);
    wire();
    fillTask();
    fillHeld();
    showRun();
    showCurves();
}

TrainPage::~TrainPage() = default;

QFrame* TrainPage::makePortraitCard() {
    plot_ = new PortraitPlot;
    plot_->setAccessibleName(tr("Phase portrait of the network in training"));
    QHBoxLayout* header = nullptr;
    auto* card = plotCard(this, header, plot_);
    held_ = new ChoiceBox(card);
    held_->setAccessibleName(tr("Input that is held on"));
    held_->setToolTip(tr("The constant input u under which the portrait is drawn"));
    held_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    held_->setMinimumContentsLength(14);
    held_->view()->setTextElideMode(Qt::ElideNone);
    facts_ = new MathWidget({}, 12, card);
    facts_->setMuted(true);
    facts_->setElastic(Qt::AlignRight);
    header->addWidget(title(tr("Portrait"), card));
    header->addWidget(held_);
    header->addWidget(facts_, 1);
    connect(held_, &QComboBox::activated, &desk_, &session::TrainDesk::setHeld);
    connect(plot_, &PortraitPlot::pictureSizeChanged, this, &TrainPage::requestPortrait);
    return card;
}

QFrame* TrainPage::makeLoadingsCard() {
    loadings_ = new LoadingsView;
    QHBoxLayout* header = nullptr;
    auto* card = plotCard(this, header, loadings_);
    header->addWidget(title(tr("Loadings"), card));
    header->addStretch(1);
    for (int axis = 0; axis < 2; ++axis) {
        axes_[axis] = new ChoiceBox(card);
        axes_[axis]->setAccessibleName(axis == 0 ? tr("Loading on the horizontal axis")
                                                 : tr("Loading on the vertical axis"));
        axes_[axis]->setToolTip(
            tr("Which loading this axis shows: m, n of the connectivity, I of the input, w of the "
               "output; no unit"));
        if (axis == 1) header->addWidget(new QLabel(tr("against"), card));
        header->addWidget(axes_[axis]);
        connect(axes_[axis], &QComboBox::activated, this, [this] { showLoadings(true); });
    }
    return card;
}

QFrame* TrainPage::makeCurvesCard() {
    curves_ = new CurvesView;
    auto* card = new QFrame(this);
    card->setObjectName(QStringLiteral("card"));
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(6, 6, 6, 5);
    column->addWidget(curves_);
    connect(curves_, &CurvesView::picked, &desk_, [this](int epoch) {
        desk_.pausePlay();
        desk_.showEpoch(epoch);
    });
    connect(curves_, &CurvesView::stepped, &desk_, [this](int epochs) {
        desk_.pausePlay();
        desk_.showEpoch(desk_.shownEpoch() + epochs);
    });
    return card;
}

QFrame* TrainPage::makeTrialCard() {
    trial_ = new TrialView;
    QHBoxLayout* header = nullptr;
    auto* card = plotCard(this, header, trial_);
    condition_ = new ChoiceBox(card);
    condition_->setAccessibleName(tr("Condition of the trial"));
    condition_->setToolTip(tr("Which trial of the task is shown"));
    another_ = new QToolButton(card);
    another_->setText(tr("Another trial"));
    another_->setAccessibleName(another_->text());
    another_->setToolTip(tr("Draw another trial, with other noise"));
    another_->setObjectName(QStringLiteral("regroup"));
    another_->setFocusPolicy(Qt::StrongFocus);
    header->addWidget(title(tr("Trial"), card));
    header->addStretch(1);
    header->addWidget(condition_);
    header->addWidget(another_);
    connect(condition_, &QComboBox::activated, this,
            [this](int k) { desk_.setCondition(condition_->itemData(k).toString()); });
    connect(another_, &QToolButton::clicked, &desk_, &session::TrainDesk::anotherTrial);
    return card;
}

void TrainPage::wire() {
    using session::TrainDesk;
    using session::TrainingRun;
    connect(&desk_, &TrainDesk::taskChanged, this, &TrainPage::fillTask);
    connect(&desk_, &TrainDesk::heldChanged, this, &TrainPage::fillHeld);
    connect(&desk_, &TrainDesk::previewChanged, this, &TrainPage::showTrial);
    connect(&desk_, &TrainDesk::shownChanged, this, [this] {
        fillLoadings();
        showLoadings(false);
        requestPortrait();
        if (!desk_.isLive() || curves_->curves().marker >= 0) showCurves();
    });
    connect(&desk_.run(), &TrainingRun::begun, this, [this] {
        portrait_->resetView();
        reach_ = 1;
        showRun();
        requestPortrait();
    });
    connect(&desk_.run(), &TrainingRun::epochDone, this, &TrainPage::showCurves);
    connect(&desk_.run(), &TrainingRun::phaseChanged, this, &TrainPage::showRun);
    connect(&desk_, &TrainDesk::told, message_, &MessageBar::showMessage);
    connect(&desk_.run(), &TrainingRun::notKept, message_, &MessageBar::showMessage);
    connect(portrait_.get(), &session::TrainPortrait::changed, this, &TrainPage::showPortrait);
    connect(bar_, &TrainRunBar::exploreWanted, this, &TrainPage::exploreWanted);
    connect(bar_, &TrainRunBar::saveWanted, this, &TrainPage::askSave);
    connect(bar_, &TrainRunBar::framesWanted, this, &TrainPage::openFramesDialog);
}

void TrainPage::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    bar_->setTheme(theme);
    past_->setTheme(theme);
    plot_->setTheme(theme);
    for (TrainPlot* each :
         {static_cast<TrainPlot*>(curves_), static_cast<TrainPlot*>(trial_), static_cast<TrainPlot*>(loadings_)})
        each->setTheme(theme);
    portrait_->setDark(theme.dark);
}

QString TrainPage::facts() const {
    return facts_->source();
}

void TrainPage::showRun() {
    const auto& run = desk_.run();
    if (run.phase() == session::RunPhase::failed && run.failure())
        message_->showMessage(session::sentence(*run.failure()));
    else if (run.isActive())
        message_->hide();
    fillLoadings();
    showCurves();
}

void TrainPage::showCurves() {
    const auto& run = desk_.run();
    painting::TrainingCurves curves;
    curves.history = run.history();
    if (!desk_.isLive()) curves.marker = desk_.shownPosition();
    if (const auto best = run.best()) curves.best = best->epoch;
    curves_->setCurves(std::move(curves));
}

void TrainPage::showTrial() {
    const auto preview = desk_.preview();
    if (!preview) return;
    if (!desk_.shown()) {  // too large to be looked at before it runs
        portrait_->clear();
        facts_->setSource(tr("drawn as soon as it runs"));
        loadings_->setPlot({});
    }
    painting::TrialPicture picture;
    picture.trial = preview->trial;
    picture.output = preview->z;
    const auto& task = tasks::task(preview->settings->task);
    for (const auto& name : task.inputNames()) picture.inputNames.push_back(mathName(QString::fromStdString(name)));
    picture.stepMs = stepMs;  // of every task
    trial_->setPicture(std::move(picture));
}

void TrainPage::fillTask() {
    const QSignalBlocker quiet(condition_);
    condition_->clear();
    condition_->addItem(tr("random trial"), QString());
    for (const QString& condition : desk_.conditions()) condition_->addItem(condition, condition);
    condition_->setCurrentIndex(std::max(0, condition_->findData(desk_.condition())));
    portrait_->resetView();
    shapeOf_.reset();
    fillLoadings();
}

void TrainPage::fillHeld() {
    const QSignalBlocker quiet(held_);
    const bool same = held_->count() == static_cast<int>(desk_.held().size()) &&
                      std::equal(desk_.held().begin(), desk_.held().end(), desk_.held().begin(),
                                 [](const auto& a, const auto& b) { return a.title == b.title; });
    if (!same || held_->itemText(held_->count() - 1) != desk_.held().back().title) {
        held_->clear();
        for (const auto& held : desk_.held()) held_->addItem(held.title);
        held_->view()->setMinimumWidth(held_->view()->sizeHintForColumn(0) + 24);  // whole in the list
    }
    held_->setCurrentIndex(desk_.heldIndex());
    requestPortrait();
}

void TrainPage::fillLoadings() {
    const auto shown = desk_.shown();
    if (!shown || shown->settings == shapeOf_) return;
    shapeOf_ = shown->settings;
    const auto shape = shapeOf_->shape();
    if (shape == shape_ && axes_[0]->count() > 0) return;
    shape_ = shape;
    reach_ = 1;
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

void TrainPage::showLoadings(bool newAxes) {
    const auto shown = desk_.shown();
    if (!shown) return;  // the next one is on its way
    painting::LoadingsPlot plot;
    if (!columns_.empty()) {
        const auto& x = columns_[static_cast<std::size_t>(std::max(0, axes_[0]->currentIndex()))];
        const auto& y = columns_[static_cast<std::size_t>(std::max(0, axes_[1]->currentIndex()))];
        plot.points = session::loadingPoints(*shown->weights, shape_, x, y);
        // Of a circuit, the units that its portrait was drawn with.
        if (const auto drawn = portrait_->result(); isCircuit() && drawn)
            plot.points = session::loadingPoints(*drawn->state->network, x, y);
        plot.xLabel = x.label;
        plot.yLabel = y.label;
        if (newAxes) reach_ = 1;
        // Axes that follow every step would hide what moves.
        reach_ = std::max(reach_, painting::reachOf(plot.points));
    }
    plot.reach = reach_;
    loadings_->setPlot(std::move(plot));
}

void TrainPage::requestPortrait() {
    portrait_->setPixels(plot_->pictureSize() * plot_->devicePixelRatioF(), plot_->devicePixelRatioF());
    if (!desk_.isVisible()) return;
    portrait_->show(desk_.shown(), desk_.heldInput());
}

void TrainPage::showPortrait() {
    const auto result = portrait_->result();
    plot_->setView(portrait_->view(), portrait_->rank());
    plot_->setResult(result);
    const QString why = portrait_->whyNot();
    facts_->setSource(result ? factsOf(*result) : why);
    facts_->setToolTip(painting::MathLabel(facts_->source()).plainText());
    if (isCircuit()) showLoadings(false);
}

bool TrainPage::isCircuit() const {
    return shapeOf_ && shapeOf_->value("populations") > 0;
}

void TrainPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    desk_.setVisible(true);
    requestPortrait();
}

void TrainPage::hideEvent(QHideEvent* event) {
    desk_.setVisible(false);
    QWidget::hideEvent(event);
}

FramesDialog* TrainPage::openFramesDialog() {
    if (!desk_.run().settings() || desk_.run().epochCount() == 0) return nullptr;
    if (!frames_) {
        frames_ = new FramesDialog(desk_, *portrait_, theme_->dark, window());
        frames_->setAttribute(Qt::WA_DeleteOnClose);
    }
    frames_->show();
    frames_->raise();
    frames_->activateWindow();
    return frames_;
}

QFileDialog* TrainPage::fileDialog() const {
    return dialog_;
}

void TrainPage::askSave() {
    const auto settings = desk_.run().settings();
    if (!settings) return;
    dialog_ = new QFileDialog(window(), tr("Save the best network"));
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    dialog_->setAcceptMode(QFileDialog::AcceptSave);
    dialog_->setNameFilters({tr("Networks (*.npz)")});
    dialog_->setDefaultSuffix(QStringLiteral("npz"));
    dialog_->selectFile(session::TrainDesk::nameOf(*settings));
    connect(dialog_, &QFileDialog::fileSelected, this, &TrainPage::saveNetwork);
    dialog_->open();
}

void TrainPage::saveNetwork(const QString& path) {
    desk_.saveBest(path);
}

}  // namespace kappascope::widgets
