// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QImage>
#include <QLineEdit>
#include <QSlider>
#include <QWheelEvent>

#include "core/io/load.h"
#include "tests/ui/train_fixtures.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/axis_choice.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/train_cards.h"
#include "ui/widgets/train_history_bar.h"
#include "ui/widgets/train_plots.h"

using namespace kappascope;
using session::RunPhase;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// What the Train workspace shows of a run, and what can be taken from it.
class TrainViewsTest : public test::TrainHand {
    Q_OBJECT

private slots:
    void init() { open(); }
    void cleanup() { close(); }

    void thePastIsScrubbed() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().isSettled(), patience);
        const QImage now = page().portraitCard()->portrait().result()->image;
        const auto points = page().loadingsCard()->view()->plot().points;
        const auto view = page().portraitCard()->portrait().view();
        page().historyBar()->slider()->setValue(1);
        QCOMPARE(page().desk().shownEpoch(), 1);
        QCOMPARE(page().curves()->curves().marker, 1.0);
        QVERIFY(page().loadingsCard()->view()->plot().points != points);
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().isSettled(), patience);
        QVERIFY(page().portraitCard()->portrait().result()->image != now);
        // Axes may grow, never shrink.
        QVERIFY(page().portraitCard()->portrait().view().xMin <= view.xMin &&
                page().portraitCard()->portrait().view().xMax >= view.xMax);
        // A click into the curves does the same, and arrow keys go on from there.
        QTest::mouseClick(page().curves(), Qt::LeftButton, {}, page().curves()->positionOf(3));
        QCOMPARE(page().historyBar()->slider()->value(), 3);
        page().curves()->setFocus();
        QTest::keyClick(page().curves(), Qt::Key_Right);
        QCOMPARE(page().desk().shownEpoch(), 4);
        QTest::mouseClick(page().historyBar()->liveButton(), Qt::LeftButton);
        QVERIFY(page().desk().isLive());
        QCOMPARE(page().loadingsCard()->view()->plot().points, points);
        // Playing goes through all epochs and ends at now.
        QTest::mouseClick(page().historyBar()->playButton(), Qt::LeftButton);
        QVERIFY(page().desk().isPlaying() && !page().desk().isLive());
        QTRY_VERIFY_WITH_TIMEOUT(!page().desk().isPlaying() && page().desk().isLive(), patience);
    }

    void heldInputsAndLoadingsAreChosen() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().isSettled(), patience);
        QVERIFY(page().portraitCard()->heldBox()->count() > 2);
        page().portraitCard()->heldBox()->setCurrentIndex(1);
        emit page().portraitCard()->heldBox()->activated(1);
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().isSettled(), patience);
        QCOMPARE(page().portraitCard()->portrait().result()->v, page().desk().held()[1].u);
        QVERIFY(page().portraitCard()->portrait().result()->v.norm() > 0);
        choose(page().loadingsCard()->box(1), QStringLiteral("I₁"));
        QCOMPARE(page().loadingsCard()->view()->plot().yLabel, QStringLiteral("$I_{1}$"));
        // Axes of one kind are equal; w has four times the size of m, and an axis of its own.
        choose(page().loadingsCard()->box(1), QStringLiteral("n₁"));
        QCOMPARE(page().loadingsCard()->view()->plot().xReach, page().loadingsCard()->view()->plot().yReach);
        choose(page().loadingsCard()->box(1), QStringLiteral("w₁"));
        QVERIFY(page().loadingsCard()->view()->plot().yReach > 2 * page().loadingsCard()->view()->plot().xReach);
        choose(page().trialCard()->condition(), QStringLiteral("coh 4"));
        QTRY_VERIFY_WITH_TIMEOUT(page().trialCard()->view()->picture().trial.trial.condition == "coh 4", patience);
        const Eigen::MatrixXd inputs = page().trialCard()->view()->picture().trial.trial.inputs;
        QTest::mouseClick(page().trialCard()->another(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page().trialCard()->view()->picture().trial.trial.inputs != inputs, patience);
    }

    void aMixtureIsTrainedAndHasPopulations() {
        small();
        QVERIFY(!page().form()->check(QStringLiteral("train-means"))->isVisible());
        type("populations", "2");
        QVERIFY(page().form()->check(QStringLiteral("train-means"))->isVisible());
        QCOMPARE(page().form()->box(QStringLiteral("lr"))->value(), 3e-2);  // its own usual one
        page().form()->check(QStringLiteral("train-bias"))->click();
        QVERIFY(page().form()->problem().contains(QStringLiteral("neither b nor")));
        page().form()->check(QStringLiteral("train-bias"))->click();
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::finished, patience);
        QTRY_VERIFY_WITH_TIMEOUT(
            page().portraitCard()->portrait().result() && page().portraitCard()->portrait().isSettled(), patience);
        QCOMPARE(page().loadingsCard()->view()->plot().points.size(), std::size_t{32});  // of the units that were drawn
        QVERIFY(page().form()->command().contains(QStringLiteral("--populations 2")));
        QVERIFY(page().form()->command().endsWith(QStringLiteral("-o rdm-seed-1.json")));
        QTest::mouseClick(page().runBar()->exploreButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->workspace() == MainWindow::Workspace::explore, patience);
        QCOMPARE(explorer().state()->populations(), 2);
        QVERIFY(explorer().state()->circuit);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
    }

    void theNetworkIsSaved() {
        finished();
        const auto best = run().best()->network();
        const QString path = folder_->filePath(QStringLiteral("mine.npz"));
        QTest::mouseClick(page().runBar()->saveButton(), Qt::LeftButton);
        auto* dialog = page().fileDialog();
        QVERIFY(dialog);
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(path);
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("mine.npz")), patience);
        const auto loaded = io::load(path.toStdString());
        QVERIFY(loaded.network->m == best.m && loaded.network->outputWeights == best.outputWeights);
        QCOMPARE(loaded.network->task.id, std::string("rdm"));
        page().saveNetwork(folder_->filePath(QStringLiteral("no/such/folder/mine.npz")));
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("cannot be written")),
                                 patience);
    }

    void framesAreWritten() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().isSettled(), patience);
        QTest::mouseClick(page().runBar()->framesButton(), Qt::LeftButton);
        auto* dialog = window_->findChild<FramesDialog*>();
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview().isNull(), patience);
        dialog->width()->setValue(60);
        const QString folder = folder_->filePath(QStringLiteral("frames"));
        dialog->writeTo(folder);
        QVERIFY(dialog->isBusy() && dialog->cancelButton()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->isBusy(), patience);
        const QStringList files = QDir(folder).entryList({QStringLiteral("*.png")}, QDir::Files, QDir::Name);
        QCOMPARE(files.size(), 7);  // the start and six epochs
        QCOMPARE(files.front(), QStringLiteral("rdm-seed-1-epoch-000.png"));
        QVERIFY(dialog->status().contains(QStringLiteral("7 frames")));
        const QImage first(QDir(folder).filePath(files.front()));
        QVERIFY(!first.isNull());
        for (const QString& file : files) {
            const QImage each(QDir(folder).filePath(file));
            QCOMPARE(each.size(), first.size());
            // Frame and numbers of the axes stand where they stood: the columns left of the portrait are the same.
            const QRect numbers(0, first.height() / 8, first.width() / 12, first.height() / 4);
            QCOMPARE(each.copy(numbers), first.copy(numbers));
        }
        QVERIFY(QImage(QDir(folder).filePath(files.back())) != first);
        dialog->writeTo(folder_->filePath(QStringLiteral("half")));
        QTest::mouseClick(dialog->cancelButton(), Qt::LeftButton);
        QVERIFY(!dialog->isBusy() && dialog->exportButton()->isEnabled());
    }

    void theRangeIsTheHands() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        auto* plot = page().portraitCard()->plot();
        QVERIFY(plot->toolTip().contains(QStringLiteral("Double-click")));
        const auto before = portrait().view();
        const QPoint middle = plot->rect().center();
        QTest::mousePress(plot, Qt::LeftButton, {}, middle);
        QTest::mouseMove(plot, middle + QPoint(30, 0));
        QTest::mouseMove(plot, middle + QPoint(60, 0));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, middle + QPoint(60, 0));
        const auto panned = portrait().view();
        QVERIFY(panned.xMin < before.xMin && std::abs(panned.width() - before.width()) < 1e-9 * before.width());
        // The wheel zooms, and what is under the cursor stays there.
        const QPointF under = plot->toData(middle + QPoint(40, 20));
        QWheelEvent wheel(middle + QPoint(40, 20), plot->mapToGlobal(middle + QPoint(40, 20)), {}, {0, 120},
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot, &wheel);
        QVERIFY(portrait().view().width() < panned.width());
        const QPointF after = plot->toData(middle + QPoint(40, 20));
        QVERIFY(std::abs(after.x() - under.x()) < 1e-6 * panned.width());
        const auto manual = portrait().view();
        // It stays while the weights move, and frames have it.
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled(), patience);
        for (int epoch = 0; epoch <= 6; ++epoch) {
            page().historyBar()->slider()->setValue(epoch);
            QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled(), patience);
            QVERIFY(portrait().view() == manual && portrait().result()->view == manual);
        }
        QTest::mouseDClick(plot, Qt::LeftButton, {}, middle);
        QVERIFY(portrait().viewIsAutomatic());
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && !(portrait().view() == manual), patience);
        for (const auto& point : portrait().result()->portrait->census.points)
            QVERIFY(point.kappa[0] > portrait().view().xMin && point.kappa[0] < portrait().view().xMax);
    }

    void ofRankOneAnInputCanBeTheOtherAxis() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        auto* axes = page().portraitCard()->axes();
        QVERIFY(axes->isVisible() && !axes->horizontal()->isVisible());
        axes->vertical()->setCurrentIndex(1);
        emit axes->vertical()->activated(1);
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        QCOMPARE(portrait().view().input, 0);
        QCOMPARE(portrait().result()->portrait->rank, 2);  // kappa and v
        QVERIFY(!portrait().result()->image.isNull());
        // At a fixed point v has come to u.
        page().portraitCard()->heldBox()->setCurrentIndex(2);
        emit page().portraitCard()->heldBox()->activated(2);
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        const double u = page().desk().heldInput()[0];
        QVERIFY(u != 0 && !portrait().result()->portrait->census.points.empty());
        for (const auto& point : portrait().result()->portrait->census.points)
            QVERIFY(std::abs(point.kappa[1] - u) < 1e-8);
        // A run with the same task keeps the plane; one of rank 2 has none to keep.
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished() && portrait().isSettled() && portrait().result(), patience);
        QCOMPARE(portrait().view().input, 0);
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result() && portrait().rank() == 2, patience);
        QCOMPARE(portrait().view().input, -1);
        QVERIFY(!axes->isVisible());
    }

    void aboveRankTwoTheAxesAreChosen() {
        small();
        choose(page().form()->taskBox(), QStringLiteral("3-bit flip-flop"));
        small();
        type("epochs", "1");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished() && portrait().isSettled() && portrait().rank() == 3, patience);
        auto* axes = page().portraitCard()->axes();
        QVERIFY(axes->isVisible() && axes->others()->isVisible());
        QCOMPARE(portrait().view().axes, (std::array{0, 1}));
        choose(axes->horizontal(), QStringLiteral("κ₃"));
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        QCOMPARE(portrait().result()->view.axes, (std::array{2, 1}));
        choose(axes->vertical(), QStringLiteral("κ₃"));  // the other one's mode: they change places
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled() && portrait().result(), patience);
        QCOMPARE(portrait().result()->view.axes, (std::array{1, 2}));
        QCOMPARE(axes->horizontal()->currentText(), QStringLiteral("κ₂"));
        const QImage atZero = portrait().result()->image;
        choose(axes->others(), QStringLiteral("at trial end"));
        QTRY_VERIFY_WITH_TIMEOUT(portrait().isSettled(), patience);
        QCOMPARE(portrait().view().held.size(), 3);
        QCOMPARE(portrait().view().held, page().desk().preview()->end);
        QVERIFY(portrait().result()->image != atZero);
        // Frames take these axes.
        auto* dialog = page().openFramesDialog();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview().isNull(), patience);
        dialog->close();
    }

    void framesFollowTheRunAndEndWithIt() {
        small();
        type("epochs", "5000");
        press(window_, Qt::Key_Period, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::paused && run().epochCount() == 1, patience);
        QPointer<FramesDialog> dialog = page().openFramesDialog();
        QVERIFY(dialog->status().startsWith(QStringLiteral("2 frames")));
        page().desk().step();
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::paused && run().epochCount() == 2, patience);
        QVERIFY2(dialog->status().startsWith(QStringLiteral("3 frames")), qPrintable(dialog->status()));
        page().desk().stop();
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::stopped, patience);
        pressRun();
        QVERIFY2(dialog->status().contains(QStringLiteral("Another run")), qPrintable(dialog->status()));
        QVERIFY(!dialog->exportButton()->isEnabled());
        dialog->writeTo(folder_->filePath(QStringLiteral("never")));
        QVERIFY(!dialog->isBusy());
    }

    void thinnedWeightsAreNamed() {
        session::RunOptions options;
        options.historyBytes = 20000;  // of some dozens of networks
        TrainPage page(options);
        page.resize(1200, 760);
        page.show();
        auto& desk = page.desk();
        for (const auto& [id, value] :
             {std::pair{"units", 32}, {"trials", 64}, {"validation-trials", 32}, {"epochs", 80}})
            desk.setOption(QLatin1String(id), value);
        desk.toggle();
        QTRY_VERIFY_WITH_TIMEOUT(desk.run().phase() == RunPhase::finished, patience);
        const auto epochs = desk.run().snapshotEpochs();
        QVERIFY(epochs.size() < 80);
        const int gone = epochs[3] + 1;
        QVERIFY(gone < epochs[4]);
        page.historyBar()->slider()->setValue(gone);
        QCOMPARE(desk.shownEpoch(), gone);
        QCOMPARE(page.historyBar()->label(), QStringLiteral("epoch %1 (for %2)").arg(epochs[3]).arg(gone));
        QCOMPARE(page.curves()->curves().marker, static_cast<double>(epochs[3]));
        page.historyBar()->slider()->setValue(epochs[4]);
        QCOMPARE(page.historyBar()->label(), QStringLiteral("epoch %1").arg(epochs[4]));
    }

    void aCircuitIsSavedAsOne() {
        small();
        type("populations", "2");
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished(), patience);
        QTest::mouseClick(page().runBar()->saveButton(), Qt::LeftButton);
        auto* dialog = page().fileDialog();
        QVERIFY(dialog);
        QCOMPARE(dialog->nameFilters().size(), 2);
        QVERIFY(dialog->nameFilters().front().contains(QStringLiteral("*.json")));
        const QString path = folder_->filePath(QStringLiteral("mine"));
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(path);
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("mine.json")), patience);
        const auto loaded = io::load((path + QStringLiteral(".json")).toStdString());
        QVERIFY(loaded.circuit);
        QCOMPARE(loaded.circuit->populations.size(), std::size_t{2});
        QCOMPARE(loaded.circuit->task.id, std::string("rdm"));
        const auto expected = run().best()->circuit();
        for (std::size_t p = 0; p < 2; ++p)
            QVERIFY(loaded.circuit->populations[p].covariance == expected.populations[p].covariance);
        page().saveNetwork(path + QStringLiteral(".npz"));
        QTRY_VERIFY_WITH_TIMEOUT(page().messageBar()->message().contains(QStringLiteral("mine.npz")), patience);
        const auto drawn = io::load((path + QStringLiteral(".npz")).toStdString());
        QVERIFY(drawn.network->m == run().best()->network().m);
    }

private:
    session::TrainPortrait& portrait() { return page().portraitCard()->portrait(); }
};

QTEST_MAIN(TrainViewsTest)
#include "tst_train_views.moc"
