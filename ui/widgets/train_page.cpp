// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_page.h"

#include <QAbstractButton>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QVBoxLayout>

#include "ui/session/train_portrait.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/train_cards.h"
#include "ui/widgets/train_form.h"
#include "ui/widgets/train_history_bar.h"
#include "ui/widgets/train_plots.h"
#include "ui/widgets/train_run_bar.h"

namespace kappascope::widgets {

TrainPage::TrainPage(session::RunOptions options, QWidget* parent)
    : QWidget(parent),
      owned_(std::make_unique<session::TrainDesk>(std::move(options))),
      desk_(*owned_),
      form_(new TrainForm(desk_, this)),
      message_(new MessageBar(this)),
      bar_(new TrainRunBar(desk_, this)),
      portrait_(new TrainPortraitCard(desk_, this)),
      loadings_(new TrainLoadingsCard(desk_, portrait_->portrait(), this)),
      trial_(new TrainTrialCard(desk_, this)),
      past_(new TrainHistoryBar(desk_, this)) {
    auto* grid = new QGridLayout;
    grid->setSpacing(10);
    grid->addWidget(portrait_, 0, 0);
    grid->addWidget(loadings_, 0, 1);
    grid->addWidget(makeCurvesCard(), 1, 0);
    grid->addWidget(trial_, 1, 1);
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
    showRun();
}

TrainPage::~TrainPage() = default;

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

void TrainPage::wire() {
    using session::TrainDesk;
    using session::TrainingRun;
    connect(&desk_, &TrainDesk::taskChanged, loadings_, &TrainLoadingsCard::reset);
    connect(&desk_, &TrainDesk::previewChanged, this, [this] {
        if (desk_.shown()) return;  // else too large to be looked at before it runs
        portrait_->clear(tr("drawn as soon as it runs"));
        loadings_->clear();
    });
    connect(&desk_, &TrainDesk::shownChanged, this, [this] {
        loadings_->showLoadings();
        if (!desk_.isLive() || curves_->curves().marker >= 0) showCurves();
    });
    // A circuit's loadings are those of the units that its portrait was drawn with.
    connect(portrait_, &TrainPortraitCard::changed, this, [this] {
        if (const auto shown = desk_.shown(); shown && shown->isCircuit()) loadings_->showLoadings();
    });
    connect(&desk_.run(), &TrainingRun::begun, this, [this] {
        loadings_->reset();
        showRun();
    });
    connect(&desk_.run(), &TrainingRun::epochDone, this, &TrainPage::showCurves);
    connect(&desk_.run(), &TrainingRun::phaseChanged, this, &TrainPage::showRun);
    connect(&desk_, &TrainDesk::told, message_, &MessageBar::showMessage);
    connect(&desk_, &TrainDesk::lossAsked, this, &TrainPage::askLoss);
    connect(&desk_.run(), &TrainingRun::notKept, message_, &MessageBar::showMessage);
    connect(bar_, &TrainRunBar::exploreWanted, this, &TrainPage::exploreWanted);
    connect(bar_, &TrainRunBar::saveWanted, this, &TrainPage::askSave);
    connect(bar_, &TrainRunBar::framesWanted, this, &TrainPage::openFramesDialog);
    connect(bar_, &TrainRunBar::keptRunsWanted, this, &TrainPage::keptRunsWanted);
}

void TrainPage::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    bar_->setTheme(theme);
    past_->setTheme(theme);
    portrait_->setTheme(theme);
    loadings_->setTheme(theme);
    trial_->setTheme(theme);
    curves_->setTheme(theme);
}

void TrainPage::setKeptRuns(int count) {
    bar_->setKeptRuns(count);
}

void TrainPage::showRun() {
    const auto& run = desk_.run();
    if (run.phase() == session::RunPhase::failed && run.failure())
        message_->showMessage(session::sentence(*run.failure()));
    else if (run.isActive())
        message_->hide();
    loadings_->showLoadings();
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

void TrainPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    desk_.setVisible(true);
    portrait_->request();
}

void TrainPage::hideEvent(QHideEvent* event) {
    desk_.setVisible(false);
    QWidget::hideEvent(event);
}

FramesDialog* TrainPage::openFramesDialog() {
    if (!desk_.run().settings() || desk_.run().epochCount() == 0) return nullptr;
    if (!frames_) {
        frames_ = new FramesDialog(desk_, portrait_->portrait(), theme_->dark, window());
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

QMessageBox* TrainPage::question() const {
    return question_;
}

void TrainPage::askSave() {
    const auto settings = desk_.run().settings();
    if (!settings) return;
    const bool circuit = settings->value("populations") > 0;
    const QString networks = circuit ? tr("Networks drawn from the circuit (*.npz)") : tr("Networks (*.npz)");
    dialog_ = new QFileDialog(window(), circuit ? tr("Save the best circuit") : tr("Save the best network"));
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    dialog_->setAcceptMode(QFileDialog::AcceptSave);
    dialog_->setNameFilters(circuit ? QStringList{tr("Circuits (*.json)"), networks} : QStringList{networks});
    dialog_->setDefaultSuffix(circuit ? QStringLiteral("json") : QStringLiteral("npz"));
    // A name without an ending gets that of the kind that was chosen.
    connect(dialog_, &QFileDialog::filterSelected, dialog_, [dialog = dialog_.data(), networks](const QString& chosen) {
        dialog->setDefaultSuffix(chosen == networks ? QStringLiteral("npz") : QStringLiteral("json"));
    });
    dialog_->selectFile(session::TrainDesk::nameOf(*settings));
    connect(dialog_, &QFileDialog::fileSelected, this, &TrainPage::saveNetwork);
    dialog_->open();
}

void TrainPage::saveNetwork(const QString& path) {
    desk_.saveBest(path);
}

/// Only where no checkpoint could be written: other runs stay among the kept ones.
void TrainPage::askLoss() {
    delete question_;
    const auto epochs = desk_.run().epochCount();
    question_ = new QMessageBox(QMessageBox::NoIcon, tr("Network that is not saved"),
                                tr("The network of this run was not saved."),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, window());
    question_->setInformativeText(
        epochs == 1
            ? tr("Its checkpoint could not be written: the epoch that it trained is lost if you do not save it.")
            : tr("Its checkpoint could not be written: the %1 epochs that it trained are lost if you do not "
                 "save it.")
                  .arg(epochs));
    question_->button(QMessageBox::Save)->setText(tr("Save network…"));
    question_->setAttribute(Qt::WA_DeleteOnClose);
    question_->setDefaultButton(QMessageBox::Save);
    connect(question_, &QMessageBox::finished, this, [this](int answer) {
        question_ = nullptr;
        if (answer == QMessageBox::Discard)
            desk_.proceed();
        else
            desk_.holdBack();
        if (answer == QMessageBox::Save) askSave();
    });
    question_->open();
}

}  // namespace kappascope::widgets
