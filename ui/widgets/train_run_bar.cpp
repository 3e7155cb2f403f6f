// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_run_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/session/state.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

using session::RunPhase;

QString leftText(double seconds) {
    if (seconds < 1) return TrainRunBar::tr("under a second left");
    if (seconds < 90) return TrainRunBar::tr("%1 s left").arg(std::lround(seconds));
    if (seconds < 90 * 60.0) return TrainRunBar::tr("%1 min left").arg(std::lround(seconds / 60));
    return TrainRunBar::tr("%1 h left").arg(seconds / 3600, 0, 'f', 1);
}

QString afterEpochs(const QString& what, int epochs) {
    return epochs == 1 ? TrainRunBar::tr("%1 after one epoch").arg(what)
                       : TrainRunBar::tr("%1 after %2 epochs").arg(what).arg(epochs);
}

QString shareText(double share) {
    return TrainRunBar::tr("%1 % right").arg(shownNumber(100 * share));
}

}  // namespace

TrainRunBar::TrainRunBar(session::TrainDesk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      run_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      status_(new QLabel(this)) {
    run_->setObjectName(QStringLiteral("primary"));
    run_->setCursor(Qt::PointingHandCursor);
    run_->setMinimumWidth(96);
    run_->setIconSize(QSize(16, 16));
    connect(run_, &QPushButton::clicked, &desk_, &session::TrainDesk::toggle);
    auto* key = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_R), this);
    connect(key, &QShortcut::activated, run_, [this] { run_->click(); });
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    row_ = new QHBoxLayout;
    auto* row = row_;
    row->setSpacing(4);
    row->addWidget(run_);
    row->addSpacing(4);
    step_ = addTool(tr("Step"), tr("Train one epoch, then pause"), QKeySequence(Qt::CTRL | Qt::Key_Period));
    stop_ = addTool(tr("Stop"), tr("End the run; its checkpoint is kept"), QKeySequence(Qt::CTRL | Qt::Key_Backspace));
    connect(step_, &QToolButton::clicked, &desk_, &session::TrainDesk::step);
    connect(stop_, &QToolButton::clicked, &desk_, &session::TrainDesk::stop);

    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the training"));
    status_->setFont(pixelFont(13));
    row->addStretch(1);
    kept_ = addTool(tr("Kept runs"), tr("Trainings that were interrupted, or that another took the place of"),
                    QKeySequence(Qt::CTRL | Qt::Key_K));
    kept_->hide();
    connect(kept_, &QToolButton::clicked, this, &TrainRunBar::keptRunsWanted);
    explore_ = addTool(tr("Open in Explore"), tr("Look at the best network of this run in Explore"),
                       QKeySequence(Qt::CTRL | Qt::Key_Return));
    save_ = addTool(tr("Save network…"),
                    tr("Write the best network of this run to a file; where populations are trained, the circuit"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N));
    frames_ = addTool(tr("Export frames…"), tr("One figure of the portrait for every epoch, for a talk"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E));
    auto* below = new QHBoxLayout;
    below->setContentsMargins(2, 0, 2, 0);
    below->setSpacing(14);
    below->addWidget(status_);
    below->addWidget(progress_, 1);
    all->addLayout(row);
    all->addLayout(below);
    connect(explore_, &QToolButton::clicked, this, &TrainRunBar::exploreWanted);
    connect(save_, &QToolButton::clicked, this, &TrainRunBar::saveWanted);
    connect(frames_, &QToolButton::clicked, this, &TrainRunBar::framesWanted);

    connect(&desk_, &session::TrainDesk::draftChanged, this, &TrainRunBar::showRun);
    connect(&desk_.run(), &session::TrainingRun::phaseChanged, this, &TrainRunBar::showRun);
    connect(&desk_.run(), &session::TrainingRun::epochDone, this, &TrainRunBar::showRun);
    connect(&desk_.run(), &session::TrainingRun::snapshotChanged, this, &TrainRunBar::showProgress);
    showRun();
}

QToolButton* TrainRunBar::addTool(const QString& text, const QString& help, const QKeySequence& key) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("regroup"));  // looks like a button at rest, too
    button->setText(text);
    button->setAccessibleName(text);
    button->setToolTip(tr("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedHeight(32);
    button->setIconSize(QSize(16, 16));
    row_->addWidget(button);
    connect(new QShortcut(key, this), &QShortcut::activated, button, &QToolButton::click);
    return button;
}

void TrainRunBar::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    icon_.clear();
    step_->setIcon(themedIcon(QStringLiteral("step"), theme));
    stop_->setIcon(themedIcon(QStringLiteral("stop"), theme));
    showRun();
}

void TrainRunBar::setKeptRuns(int count) {
    kept_->setText(tr("Kept runs: %1").arg(count));
    kept_->setVisible(count > 0);
}

QString TrainRunBar::status() const {
    return status_->text();
}

void TrainRunBar::showRun() {
    const auto& run = desk_.run();
    const bool pausable = run.canPause();
    QString text = tr("Run"), help = tr("Train the network");
    if (pausable) {
        text = tr("Pause");
        help = tr("Pause the training; nothing is lost");
    } else if (run.canGoOn()) {
        text = tr("Go on");
        help = tr("Go on with the training");
    } else if (run.settings()) {
        text = tr("Run again");
        help = tr("Begin a new run");
    }
    run_->setText(text);
    run_->setAccessibleName(text);
    run_->setEnabled(desk_.canToggle());
    run_->setToolTip(desk_.canToggle() || desk_.problem().isEmpty() ? tr("%1 (Ctrl+R)").arg(help) : desk_.problem());
    const QString icon = pausable ? QStringLiteral("pause") : QStringLiteral("play");
    if (icon != icon_) {
        icon_ = icon;
        painting::Theme onAccent = *theme_;
        onAccent.text = theme_->onAccent;  // the colour of the button's text
        run_->setIcon(themedIcon(icon, onAccent));
    }
    step_->setEnabled(run.canStep() || (desk_.canToggle() && !run.isActive()));
    stop_->setEnabled(run.canStop());
    const bool some = run.settings() && run.best();
    explore_->setEnabled(some);
    save_->setEnabled(some);
    frames_->setEnabled(some && run.epochCount() > 0);
    showProgress();
}

void TrainRunBar::showProgress() {
    const auto& run = desk_.run();
    const double all = std::max(1, run.epochsAtMost());
    const double share = run.phase() == RunPhase::finished ? 1 : (run.epochCount() + run.progress()) / all;
    progress_->setValue(run.settings() ? static_cast<int>(std::lround(1000 * std::min(1.0, share))) : 0);
    QStringList parts;
    const int epochs = run.epochCount();
    switch (run.phase()) {
        case RunPhase::idle:
            parts += desk_.draft()
                         ? tr("Choose a task and press Run: loss, portrait and loadings move while it learns.")
                         : tr("These settings cannot be trained.");
            break;
        case RunPhase::running: parts += tr("Epoch %1 of at most %2").arg(epochs + 1).arg(run.epochsAtMost()); break;
        case RunPhase::paused:
            parts += tr("Paused in epoch %1 of at most %2").arg(epochs + 1).arg(run.epochsAtMost());
            break;
        case RunPhase::stopping: parts += tr("Stopping …"); break;
        case RunPhase::finished: parts += afterEpochs(tr("Finished"), epochs); break;
        case RunPhase::stopped: parts += afterEpochs(tr("Stopped"), epochs); break;
        case RunPhase::failed: parts += afterEpochs(tr("Failed"), epochs); break;
    }
    if (run.isActive() && run.stageCount() > 1)
        parts += tr("stage %1 of %2").arg(run.stage() + 1).arg(run.stageCount());
    if (!run.history().empty()) parts += shareText(run.history().back().accuracy);
    if (run.phase() == RunPhase::running)
        if (const auto left = run.remainingSeconds()) parts += tr("at most %1").arg(leftText(*left));
    const QString text = parts.join(QStringLiteral("  ·  "));
    status_->setText(text);
    status_->setToolTip(text);
}

}  // namespace kappascope::widgets
