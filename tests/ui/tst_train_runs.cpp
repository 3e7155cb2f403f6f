// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QDir>
#include <QFile>
#include <QMessageBox>
#include <QProgressBar>
#include <QSignalSpy>

#include "core/training/checkpoint.h"
#include "tests/ui/train_fixtures.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/train_cards.h"
#include "ui/widgets/train_plots.h"

using namespace kappascope;
using session::RunPhase;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// Runs by hand: their course, and that none is lost unasked.
class TrainRunsTest : public test::TrainHand {
    Q_OBJECT

private slots:
    void init() { open(); }
    void cleanup() { close(); }

    void aRunGoesItsWay() {
        small();
        QSignalSpy epochs(&run(), &session::TrainingRun::epochDone);
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::finished, patience);
        QVERIFY(!epochs.isEmpty());
        QCOMPARE(run().epochCount(), 6);
        QCOMPARE(page().curves()->curves().history.size(), std::size_t{6});
        QCOMPARE(page().runBar()->progress()->value(), page().runBar()->progress()->maximum());
        QVERIFY(page().runBar()->status().contains(QStringLiteral("Finished after 6 epochs")));
        QVERIFY(page().runBar()->exploreButton()->isEnabled() && page().runBar()->framesButton()->isEnabled());
        // The network answers the trial that is shown.
        QTRY_VERIFY_WITH_TIMEOUT(page().desk().preview()->snapshot == page().desk().shown(), patience);
        QVERIFY(page().trialCard()->view()->picture().output.size() > 0);
        // The same seed gives the same run again.
        const auto first = run().history();
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::finished && run().epochCount() == 6, patience);
        QCOMPARE(run().history().back().loss, first.back().loss);
    }

    void pauseStepAndStopByKeyboard() {
        small();
        type("epochs", "5000");
        press(window_, Qt::Key_Period, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::paused && run().epochCount() == 1, patience);
        press(window_, Qt::Key_Period, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::paused && run().epochCount() == 2, patience);
        QVERIFY(!page().form()->taskBox()->isEnabled());
        press(window_, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() >= 4, patience);
        QCOMPARE(page().runBar()->runButton()->text(), QStringLiteral("Pause"));
        press(window_, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::paused, patience);
        QCOMPARE(page().runBar()->runButton()->text(), QStringLiteral("Go on"));
        press(window_, Qt::Key_Backspace, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::stopped, patience);
        QVERIFY(page().form()->taskBox()->isEnabled());
    }

    void theBestNetworkOpensInExplore() {
        finished();
        const auto best = run().best()->network();
        QTest::mouseClick(page().runBar()->exploreButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->workspace() == MainWindow::Workspace::explore, patience);
        const auto state = explorer().state();
        QCOMPARE(state->title, QStringLiteral("Perceptual decision, seed 1"));
        QCOMPARE(state->trial.task, QStringLiteral("rdm"));
        QVERIFY(!state->trial.condition.isEmpty());
        QVERIFY(state->network->m == best.m && state->network->n == best.n);
        QVERIFY(window_->isWindowModified() && explorer().document().path().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled() && explorer().trial(), patience);
        // As any opening, it can be undone.
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(explorer().state()->source, QStringLiteral("effective-connectivity"));
    }

    void closingKeepsARunAndOffersIt() {
        small();
        type("epochs", "5000");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() >= 3, patience);
        QVERIFY(window_->close());  // without a question
        windows_.reset();
        auto left = session::storedRuns(trainings());
        QCOMPARE(left.runs.size(), std::size_t{1});
        const int epoch = left.runs.front().epoch;
        QVERIFY(epoch >= 3);
        left.runs.clear();  // lets go of the lock

        start();
        windows_->offerRestore(*window_);
        QTRY_VERIFY_WITH_TIMEOUT(kept().isVisible(), patience);
        QVERIFY2(kept().title(0).contains(QStringLiteral("%1 epochs").arg(epoch)), qPrintable(kept().title(0)));
        QVERIFY2(kept().title(0).contains(QStringLiteral("N = 32, rank 1")), qPrintable(kept().title(0)));
        train();
        QVERIFY(kept().isVisible());  // in both workspaces
        QTest::mouseClick(kept().goOnButton(0), Qt::LeftButton);
        QCOMPARE(window_->workspace(), MainWindow::Workspace::train);
        QVERIFY(!kept().isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() > epoch, patience);
        QCOMPARE(page().form()->box(QStringLiteral("units"))->value(), 32.0);
        QCOMPARE(run().history().front().epoch, 1);  // curves from the beginning
        page().desk().stop();
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::stopped, patience);
        windows_.reset();

        start();
        windows_->offerRestore(*window_);
        QTRY_VERIFY_WITH_TIMEOUT(kept().isVisible(), patience);
        QTest::mouseClick(kept().discardButton(0), Qt::LeftButton);
        QVERIFY(kept().question());
        kept().question()->button(QMessageBox::Cancel)->click();
        QCOMPARE(kept().count(), 1);
        QTest::mouseClick(kept().discardButton(0), Qt::LeftButton);
        kept().question()->button(QMessageBox::Discard)->click();
        QCOMPARE(kept().count(), 0);
        QVERIFY(!kept().isVisible());
        QVERIFY(session::storedRuns(trainings()).runs.empty());
    }

    /// What another run takes the place of can be seen again, opened and saved.
    void aFinishedRunIsSetAside() {
        finished();
        const auto best = run().best()->network();
        const auto history = run().history();
        type("seed", "2");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished() && run().settings()->seed == 2, patience);
        QTRY_COMPARE_WITH_TIMEOUT(kept().count(), 1, patience);
        QVERIFY(!kept().isVisible());  // nothing jumps while one works
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().count(), 2, patience);
        QCOMPARE(page().runBar()->keptButton()->text(), QStringLiteral("Kept runs: 2"));
        QTest::mouseClick(page().runBar()->keptButton(), Qt::LeftButton);
        QVERIFY(kept().isVisible());
        int row = -1;
        for (int k = 0; k < 2; ++k)
            if (kept().runs()[static_cast<std::size_t>(k)].settings.seed == 1) row = k;
        QVERIFY(row >= 0);
        QCOMPARE(kept().goOnButton(row)->text(), QStringLiteral("Open"));
        QTest::mouseClick(kept().goOnButton(row), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(isFinished(), patience);
        QVERIFY(run().best()->network().m == best.m);
        QCOMPARE(run().history().back().loss, history.back().loss);
        QCOMPARE(kept().count(), 1);
        // Saved, it needs to be kept no more.
        page().saveNetwork(folder_->filePath(QStringLiteral("mine.npz")));
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("mine.npz")), patience);
        type("epochs", "7");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished() && run().epochCount() == 7, patience);
        QTest::qWait(100);
        QCOMPARE(kept().count(), 1);
    }

    void goingOnStopsTheActiveOneAndSaysSo() {
        finished();
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        QTRY_COMPARE_WITH_TIMEOUT(kept().count(), 1, patience);
        small();
        type("epochs", "5000");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() >= 2, patience);
        QTest::mouseClick(page().runBar()->keptButton(), Qt::LeftButton);
        QTest::mouseClick(kept().goOnButton(0), Qt::LeftButton);
        QVERIFY2(page().messageBar()->message().contains(QStringLiteral("was stopped for this one")),
                 qPrintable(page().messageBar()->message()));
        QTRY_VERIFY_WITH_TIMEOUT(isFinished() && run().settings()->task == "rdm", patience);
        QTRY_COMPARE_WITH_TIMEOUT(kept().count(), 1, patience);
        QCOMPARE(kept().runs().front().settings.task, std::string("dms"));
        QVERIFY(kept().runs().front().epoch >= 2);
    }

    void manyAreListedAndDiscardedTogether() {
        for (int k = 0; k < 6; ++k) {
            training::Trainer trainer(training::makeSettings("rdm", {}, {{"units", 16}, {"trials", 32}}, 1 + k));
            trainer.runEpoch(inThisThread());
            QVERIFY(QDir().mkpath(trainings()));
            training::saveCheckpoint(trainer,
                                     QDir(trainings()).filePath(QStringLiteral("%1.checkpoint").arg(k)).toStdString());
        }
        QFile broken(QDir(trainings()).filePath(QStringLiteral("broken.checkpoint")));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.close();
        window_->offerTraining();
        QTRY_COMPARE_WITH_TIMEOUT(kept().count(), 6, patience);
        QVERIFY(kept().isVisible());
        QCOMPARE(kept().heading(), QStringLiteral("6 trainings are kept"));
        QVERIFY(kept().height() < window_->height() / 2);  // more than a few are scrolled
        QTest::mouseClick(kept().closeButton(), Qt::LeftButton);
        QVERIFY(!kept().isVisible());
        train();
        press(window_, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(kept().isVisible());
        QTest::mouseClick(kept().discardAllButton(), Qt::LeftButton);
        kept().question()->button(QMessageBox::Discard)->click();
        QCOMPARE(kept().count(), 0);
        QCOMPARE(QDir(trainings()).entryList({QStringLiteral("*.checkpoint")}).size(), 1);  // the broken one
        QVERIFY(!page().runBar()->keptButton()->isVisible());
    }

    /// Where no checkpoint can be kept, a question stands before the loss.
    void whatIsNotKeptIsAskedAbout() {
        close();
        folder_ = std::make_unique<QTemporaryDir>();
        start(false);
        finished();
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        QVERIFY(page().question());
        page().question()->button(QMessageBox::Cancel)->click();
        QCOMPARE(page().desk().task(), QStringLiteral("rdm"));
        QCOMPARE(page().form()->taskBox()->currentText(), QStringLiteral("Perceptual decision"));
        QVERIFY(run().best());
        pressRun();
        QVERIFY(page().question() && isFinished());
        page().question()->button(QMessageBox::Save)->click();
        QVERIFY(page().fileDialog());
        page().fileDialog()->close();
        page().saveNetwork(folder_->filePath(QStringLiteral("mine.npz")));
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("mine.npz")), patience);
        pressRun();
        QVERIFY(!page().question());  // it is in a file
        QTRY_VERIFY_WITH_TIMEOUT(isFinished(), patience);
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        page().question()->button(QMessageBox::Discard)->click();
        QCOMPARE(page().desk().task(), QStringLiteral("dms"));
        QVERIFY(!run().settings());
    }
};

QTEST_MAIN(TrainRunsTest)
#include "tst_train_runs.moc"
