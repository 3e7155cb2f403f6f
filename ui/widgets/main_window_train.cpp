// SPDX-License-Identifier: GPL-3.0-or-later
// How the Train workspace is wired into the window.
#include <QStackedWidget>
#include <QToolButton>
#include <utility>

#include "ui/session/adopt.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/kept_runs.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/train_page.h"

namespace kappascope::widgets {

TrainPage* MainWindow::trainPage() {
    if (train_) return train_;
    session::RunOptions options;
    options.folder = trainingFolder_;
    train_ = new TrainPage(options, pages_);
    train_->setTheme(painting::Theme::of(dark_));
    pages_->addWidget(train_);
    const auto& run = train_->desk().run();
    connect(&run, &session::TrainingRun::phaseChanged, this, &MainWindow::showElsewhere);
    connect(&run, &session::TrainingRun::epochDone, this, &MainWindow::showElsewhere);
    connect(train_, &TrainPage::exploreWanted, this, &MainWindow::openTrained);
    const auto lookForKept = [this] {
        if (!trainingFolder_.isEmpty()) kept_->look(trainingFolder_, false);
    };
    connect(&run, &session::TrainingRun::setAside, kept_, lookForKept);
    connect(&train_->desk(), &session::TrainDesk::heldBack, kept_, lookForKept);
    connect(kept_, &KeptRuns::countChanged, train_, &TrainPage::setKeptRuns);
    connect(train_, &TrainPage::keptRunsWanted, kept_, [this] { kept_->setVisible(!kept_->isVisible()); });
    train_->setKeptRuns(kept_->count());
    // A checkpoint is kept until its network is there.
    connect(explorer_.get(), &session::Explorer::opened, this, [this](const QString& path) {
        const auto adopted = std::exchange(adopting_, nullptr);
        if (path.isEmpty()) train_->desk().run().setAdopted(adopted);
    });
    return train_;
}

void MainWindow::showElsewhere() {
    const QString text = train_ ? train_->desk().progressText() : QString();
    elsewhere_->setText(text);
    elsewhere_->setAccessibleName(text.isEmpty() ? tr("Show the training") : text);
    elsewhere_->setVisible(workspace() != Workspace::train && !text.isEmpty());
}

QString MainWindow::elsewhere() const {
    return elsewhere_->isHidden() ? QString() : elsewhere_->text();
}

void MainWindow::offerTraining() {
    if (!trainingFolder_.isEmpty()) kept_->look(trainingFolder_, true);
}

void MainWindow::openTrained() {
    const auto best = trainPage()->desk().run().best();
    if (!best) return;
    files_->confirm([this, best] {
        adopting_ = best;
        explorer_->adopt([best] { return session::openTrained(*best); });
    });
}

}  // namespace kappascope::widgets
