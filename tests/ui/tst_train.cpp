// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QImage>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/windows.h"
#include "core/io/load.h"
#include "tests/ui/window_fixtures.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/train_form.h"
#include "ui/widgets/train_history_bar.h"
#include "ui/widgets/train_page.h"
#include "ui/widgets/train_plots.h"
#include "ui/widgets/train_run_bar.h"
#include "ui/widgets/workspace_switch.h"

using namespace kappascope;
using session::RunPhase;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// The Train workspace, by hand: choosing, typing, running, looking back, taking the network along.
class TrainTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        start();
    }
    void cleanup() {
        windows_.reset();
        folder_.reset();
    }

    void workspacesAreSwitched() {
        QVERIFY(!window_->hasTrainPage());  // nothing of it is made at the start
        explorer().document().setInput(0, 0.5);
        press(window_, Qt::Key_2, Qt::AltModifier);
        QCOMPARE(window_->workspace(), MainWindow::Workspace::train);
        QVERIFY(page().isVisible() && !window_->view(0)->isVisible());
        // Keys of Explore do nothing to what is not seen.
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(explorer().state()->input[0], 0.5);
        press(window_, Qt::Key_1, Qt::AltModifier);
        QVERIFY(!page().isVisible() && window_->view(0)->isVisible());
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(explorer().state()->input[0], 0.0);
        QTest::mouseClick(window_->workspaces()->button(1), Qt::LeftButton);
        QVERIFY(page().isVisible());
        // What is opened is looked at.
        window_->files()->open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->workspace() == MainWindow::Workspace::explore, patience);
    }

    void theEmptyPageHelps() {
        train();
        QVERIFY(page().runBar()->runButton()->isEnabled());
        QVERIFY(page().runBar()->status().contains(QStringLiteral("Run")));
        QTRY_VERIFY_WITH_TIMEOUT(page().trial()->picture().trial.trial.steps() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!page().loadings()->plot().points.empty(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().result() != nullptr,
                                 patience);  // of the network that it begins with
        QTRY_VERIFY_WITH_TIMEOUT(page().form()->estimate().contains(QStringLiteral("epoch")), patience);
        QVERIFY(!page().runBar()->stopButton()->isEnabled() && !page().runBar()->exploreButton()->isEnabled());
    }

    void theFormIsTheSchema() {
        train();
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        const auto& task = tasks::task("dms");
        for (const auto& schema : task.options()) {
            const auto* box = page().form()->box(QString::fromStdString(schema.id));
            QVERIFY2(box, schema.id.c_str());
            QCOMPARE(box->value(), schema.value);
            QCOMPARE(box->minimum(), schema.minimum);
            QCOMPARE(box->maximum(), schema.maximum);
        }
        for (const auto& schema : training::optionsFor(task)) {
            const auto id = QString::fromStdString(schema.id);
            const auto* box = page().form()->box(id);
            const auto* check = page().form()->check(id);
            QVERIFY2(box || check, schema.id.c_str());
            if (box) QCOMPARE(box->value(), schema.value);
            if (check) QCOMPARE(check->isChecked(), schema.value != 0);
            QVERIFY(!(box ? box->accessibleName() : check->accessibleName()).isEmpty());
        }
        type("units", "64");
        type("lr", "0.002");
        type("delay-max", "60");
        const auto draft = page().desk().draft();
        QVERIFY(draft);
        QCOMPARE(draft->task, std::string("dms"));
        QCOMPARE(draft->value("units"), 64.0);
        QCOMPARE(draft->value("lr"), 0.002);
        QCOMPARE(draft->taskOptions.at("delay-max"), 60.0);
        QTest::mouseClick(page().form()->copyCommand(), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("kappascope train --task dms --lr 0.002 --units 64 --task-option delay-max=60 "
                                "-o dms-seed-1.npz"));
        // What was typed for a task is there when one comes back to it.
        choose(page().form()->taskBox(), QStringLiteral("Perceptual decision"));
        QCOMPARE(page().form()->box(QStringLiteral("units"))->value(), 512.0);
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        QCOMPARE(page().form()->box(QStringLiteral("units"))->value(), 64.0);
        QTest::mouseClick(page().form()->defaults(), Qt::LeftButton);
        QCOMPARE(page().form()->box(QStringLiteral("units"))->value(), 512.0);
        QVERIFY(!page().form()->defaults()->isEnabled());
    }

    void wrongSettingsAreSaid() {
        train();
        for (const char* id : {"train-m", "train-n", "train-si", "train-so"})
            page().form()->check(QLatin1String(id))->click();
        QVERIFY(page().form()->problem().contains(QStringLiteral("Nothing is trained")));
        QVERIFY(!page().runBar()->runButton()->isEnabled());
        QVERIFY(!page().form()->copyCommand()->isEnabled());
        page().form()->check(QStringLiteral("train-m"))->click();
        QVERIFY(page().form()->problem().isEmpty() && page().runBar()->runButton()->isEnabled());
        choose(page().form()->taskBox(), QStringLiteral("Parametric working memory"));
        type("delay-min", "90");
        QVERIFY(page().form()->problem().contains(QStringLiteral("longer")));
        page().form()->check(QStringLiteral("full-rank"))->click();
        QTest::mouseClick(page().form()->defaults(), Qt::LeftButton);
        QVERIFY(page().form()->problem().isEmpty());
        page().form()->check(QStringLiteral("full-rank"))->click();
        QCOMPARE(page().desk().draft()->value("rank"), 0.0);
        QCOMPARE(page().form()->box(QStringLiteral("lr"))->value(), 1e-3);
        type("units", "20000");
        QVERIFY(page().form()->problem().contains(QStringLiteral("20000")));
        type("units", "64");
        page().form()->check(QStringLiteral("full-rank"))->click();
        QCOMPARE(page().desk().draft()->value("rank"), 2.0);
    }

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
        QVERIFY(page().trial()->picture().output.size() > 0);
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

    void thePastIsScrubbed() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().isSettled(), patience);
        const QImage now = page().portrait().result()->image;
        const auto points = page().loadings()->plot().points;
        const auto view = page().portrait().view();
        page().historyBar()->slider()->setValue(1);
        QCOMPARE(page().desk().shownEpoch(), 1);
        QCOMPARE(page().curves()->curves().marker, 1.0);
        QVERIFY(page().loadings()->plot().points != points);
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().isSettled(), patience);
        QVERIFY(page().portrait().result()->image != now);
        // Axes may grow, never shrink.
        QVERIFY(page().portrait().view().xMin <= view.xMin && page().portrait().view().xMax >= view.xMax);
        // A click into the curves does the same, and arrow keys go on from there.
        QTest::mouseClick(page().curves(), Qt::LeftButton, {}, page().curves()->positionOf(3));
        QCOMPARE(page().historyBar()->slider()->value(), 3);
        page().curves()->setFocus();
        QTest::keyClick(page().curves(), Qt::Key_Right);
        QCOMPARE(page().desk().shownEpoch(), 4);
        QTest::mouseClick(page().historyBar()->liveButton(), Qt::LeftButton);
        QVERIFY(page().desk().isLive());
        QCOMPARE(page().loadings()->plot().points, points);
        // Playing goes through all epochs and ends at now.
        QTest::mouseClick(page().historyBar()->playButton(), Qt::LeftButton);
        QVERIFY(page().desk().isPlaying() && !page().desk().isLive());
        QTRY_VERIFY_WITH_TIMEOUT(!page().desk().isPlaying() && page().desk().isLive(), patience);
    }

    void heldInputsAndLoadingsAreChosen() {
        finished();
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().isSettled(), patience);
        QVERIFY(page().heldBox()->count() > 2);
        page().heldBox()->setCurrentIndex(1);
        emit page().heldBox()->activated(1);
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().isSettled(), patience);
        QCOMPARE(page().portrait().result()->v, page().desk().held()[1].u);
        QVERIFY(page().portrait().result()->v.norm() > 0);
        choose(page().loadingBox(1), QStringLiteral("I₁"));
        QCOMPARE(page().loadings()->plot().yLabel, QStringLiteral("$I_{1}$"));
        choose(page().conditionBox(), QStringLiteral("coh 4"));
        QTRY_VERIFY_WITH_TIMEOUT(page().trial()->picture().trial.trial.condition == "coh 4", patience);
        const Eigen::MatrixXd inputs = page().trial()->picture().trial.trial.inputs;
        QTest::mouseClick(page().anotherTrial(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page().trial()->picture().trial.trial.inputs != inputs, patience);
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
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().result() && page().portrait().isSettled(), patience);
        QCOMPARE(page().loadings()->plot().points.size(), std::size_t{32});  // of the units that were drawn
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
        QTRY_VERIFY_WITH_TIMEOUT(page().portrait().isSettled(), patience);
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

    void aRunGoesOnUnseen() {
        small();
        type("epochs", "5000");
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() >= 1, patience);
        press(window_, Qt::Key_1, Qt::AltModifier);
        QVERIFY(!page().desk().isVisible());
        const int before = run().epochCount();
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() > before + 2, patience);
        QVERIFY2(window_->elsewhere().contains(QStringLiteral("Training rdm: epoch")),
                 qPrintable(window_->elsewhere()));
        press(window_, Qt::Key_2, Qt::AltModifier);
        QVERIFY(window_->elsewhere().isEmpty());
    }

    void closingKeepsARunAndOffersIt() {
        small();
        type("epochs", "5000");
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
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
        QTRY_VERIFY_WITH_TIMEOUT(!window_->trainingOffer()->message().isEmpty(), patience);
        QVERIFY2(window_->trainingOffer()->message().contains(QStringLiteral("epoch %1").arg(epoch + 1)),
                 qPrintable(window_->trainingOffer()->message()));
        QTest::mouseClick(window_->trainingOffer()->answers().front(), Qt::LeftButton);
        QCOMPARE(window_->workspace(), MainWindow::Workspace::train);
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() > epoch, patience);
        QCOMPARE(page().form()->box(QStringLiteral("units"))->value(), 32.0);
        QCOMPARE(run().history().front().epoch, 1);  // curves from the beginning
        page().desk().stop();
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::stopped, patience);
        windows_.reset();

        start();
        windows_->offerRestore(*window_);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->trainingOffer()->message().isEmpty(), patience);
        QTest::mouseClick(window_->trainingOffer()->answers().back(), Qt::LeftButton);
        QVERIFY(window_->trainingOffer()->message().isEmpty());
        QVERIFY(session::storedRuns(trainings()).runs.empty());
    }

    void everyControlHasANameAndATooltip() {
        finished();
        for (const QWidget* each : page().findChildren<QWidget*>()) {
            if (each->focusPolicy() == Qt::NoFocus || !each->isVisible() || qobject_cast<const QLabel*>(each)) continue;
            if (each->objectName().startsWith(QStringLiteral("qt_")) || qobject_cast<const QLineEdit*>(each)) continue;
            const auto* button = qobject_cast<const QAbstractButton*>(each);
            const bool named = !each->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            QVERIFY2(named, each->metaObject()->className());
        }
    }

private:
    MainWindow& window() { return *window_; }
    session::Explorer& explorer() { return window_->explorer(); }
    TrainPage& page() { return *window_->trainPage(); }
    session::TrainingRun& run() { return page().desk().run(); }
    QString trainings() const { return folder_->filePath(QStringLiteral("training")); }

    void start() {
        windows_ = std::make_unique<app::Windows>(false, nullptr, QString(), trainings());
        window_ = windows_->open(QStringLiteral("effective-connectivity"));
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_));
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().isSettled(), patience);
    }

    void train() { QTest::mouseClick(window_->workspaces()->button(1), Qt::LeftButton); }

    /// Types into a field of the form.
    void type(const char* id, const char* text) {
        NumberBox* box = page().form()->box(QLatin1String(id));
        QVERIFY2(box, id);
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QLatin1String(text));
        QTest::keyClick(box, Qt::Key_Return);
    }

    /// A task and a network that take milliseconds an epoch.
    void small() {
        train();
        type("units", "32");
        type("trials", "64");
        type("validation-trials", "32");
        type("epochs", "6");
    }

    void finished() {
        small();
        QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::finished, patience);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<app::Windows> windows_;
    QPointer<MainWindow> window_;
};

QTEST_MAIN(TrainTest)
#include "tst_train.moc"
