// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QShortcut>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/axis_label.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/axis_choice.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/portrait_painter.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/train_cards.h"

namespace kappascope::widgets {

namespace {

/// What the heading says of a portrait.
QString factsOf(const session::PortraitResult& result) {
    const auto& census = result.portrait->census;
    const auto count = std::ssize(census.points);
    QStringList parts{count == 1 ? TrainPortraitCard::tr("1 fixed point")
                                 : TrainPortraitCard::tr("%1 fixed points").arg(count)};
    if (result.complete)
        parts[0] += census.proven ? TrainPortraitCard::tr(", proven") : TrainPortraitCard::tr(", not proven");
    const auto stable = std::count_if(census.points.begin(), census.points.end(),
                                      [](const auto& point) { return point.unstableDirections == 0; });
    parts += TrainPortraitCard::tr("%1 stable").arg(stable);
    const auto cycles = result.portrait->behind ? 0 : std::ssize(result.portrait->cycles);
    if (cycles > 0)
        parts += cycles == 1 ? TrainPortraitCard::tr("1 cycle") : TrainPortraitCard::tr("%1 cycles").arg(cycles);
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

TrainPortraitCard::TrainPortraitCard(session::TrainDesk& desk, QWidget* parent)
    : PlotCard(tr("Portrait"), new PortraitPlot, parent),
      desk_(desk),
      portrait_(std::make_unique<session::TrainPortrait>(paintPortrait)),
      plot_(findChild<PortraitPlot*>()),
      held_(new ChoiceBox(this)),
      facts_(new MathWidget({}, 12, this)),
      axes_(new AxisChoice({tr("at 0"), tr("at trial end")},
                           tr("The plane that is shown: every other κ at 0, or where the trial beneath ends.\n"
                              "Fixed points beside the plane are projected onto it, and faint."),
                           this)) {
    plot_->setAccessibleName(tr("Phase portrait of the network in training"));
    plot_->setToolTip(tr("Drag: move   ·   Wheel: zoom   ·   Double-click, F: fit, and follow the fixed points again"));
    held_->setAccessibleName(tr("Input that is held on"));
    held_->setToolTip(tr("The constant input u under which the portrait is drawn"));
    held_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    held_->setMinimumContentsLength(14);
    held_->view()->setTextElideMode(Qt::ElideNone);
    facts_->setMuted(true);
    facts_->setElastic(Qt::AlignRight);
    header_->addWidget(held_);
    header_->addWidget(facts_, 1);
    axes_->layout()->setContentsMargins(4, 0, 6, 0);
    column_->insertWidget(1, axes_);
    wire();
    fillHeld();
}

TrainPortraitCard::~TrainPortraitCard() = default;

void TrainPortraitCard::wire() {
    connect(held_, &QComboBox::activated, &desk_, &session::TrainDesk::setHeld);
    connect(&desk_, &session::TrainDesk::heldChanged, this, &TrainPortraitCard::fillHeld);
    connect(&desk_, &session::TrainDesk::shownChanged, this, &TrainPortraitCard::request);
    connect(&desk_, &session::TrainDesk::taskChanged, this, [this] { portrait_->resetView(); });
    connect(&desk_, &session::TrainDesk::previewChanged, this, &TrainPortraitCard::holdModes);
    connect(&desk_.run(), &session::TrainingRun::begun, this, [this] {
        portrait_->resetView();
        request();
    });
    connect(portrait_.get(), &session::TrainPortrait::changed, this, &TrainPortraitCard::showPortrait);
    connect(plot_, &PortraitPlot::pictureSizeChanged, this, &TrainPortraitCard::request);
    connect(plot_, &PortraitPlot::viewEdited, portrait_.get(), &session::TrainPortrait::setView);
    connect(plot_, &PortraitPlot::doubleClicked, portrait_.get(), &session::TrainPortrait::fit);
    auto* fit = new QShortcut(Qt::Key_F, plot_);
    fit->setContext(Qt::WidgetShortcut);
    connect(fit, &QShortcut::activated, portrait_.get(), &session::TrainPortrait::fit);
    connect(axes_, &AxisChoice::axesChosen, portrait_.get(), &session::TrainPortrait::setAxes);
    connect(axes_, &AxisChoice::inputChosen, portrait_.get(), &session::TrainPortrait::setVerticalInput);
    connect(axes_, &AxisChoice::othersChosen, this, [this](int which) {
        atEnd_ = which == 1;
        holdModes();
    });
}

void TrainPortraitCard::setTheme(const painting::Theme& theme) {
    plot_->setTheme(theme);
    portrait_->setDark(theme.dark);
}

QString TrainPortraitCard::facts() const {
    return facts_->source();
}

void TrainPortraitCard::request() {
    const double ratio = plot_->devicePixelRatioF();
    portrait_->setPixels(plot_->pictureSize() * ratio, ratio);
    if (desk_.isVisible()) portrait_->show(desk_.shown(), desk_.heldInput());
}

void TrainPortraitCard::clear(const QString& why) {
    portrait_->clear();
    facts_->setSource(why);
}

void TrainPortraitCard::fillHeld() {
    const QSignalBlocker quiet(held_);
    QStringList titles, before;
    for (const auto& held : desk_.held()) titles += held.title;
    for (int k = 0; k < held_->count(); ++k) before += held_->itemText(k);
    if (titles != before) {
        held_->clear();
        held_->addItems(titles);
        held_->view()->setMinimumWidth(held_->view()->sizeHintForColumn(0) + 24);  // whole in the list
    }
    held_->setCurrentIndex(desk_.heldIndex());
    request();
}

void TrainPortraitCard::holdModes() {
    const auto preview = desk_.preview();
    if (!atEnd_)
        portrait_->setHeldModes({});
    else if (preview && preview->end.size() > 0)
        portrait_->setHeldModes(preview->end);
}

void TrainPortraitCard::showPortrait() {
    const auto result = portrait_->result();
    const auto state = portrait_->state();
    const phase::View& view = portrait_->view();
    plot_->setView(view, portrait_->rank(),
                   state && view.input >= 0 ? session::inputAxisLabel(*state, view.input) : QString());
    if (plot_->result() != result) plot_->setResult(result);
    if (state)
        axes_->showView(*state, view, atEnd_ ? 1 : 0);
    else
        axes_->hide();
    facts_->setSource(result ? factsOf(*result) : portrait_->whyNot());
    facts_->setToolTip(painting::MathLabel(facts_->source()).plainText());
    emit changed();
}

}  // namespace kappascope::widgets
