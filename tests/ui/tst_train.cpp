// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>

#include "tests/ui/train_fixtures.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/train_cards.h"
#include "ui/widgets/train_plots.h"

using namespace kappascope;
using session::RunPhase;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// The Train workspace by hand: its form, and how it stands beside Explore.
class TrainTest : public test::TrainHand {
    Q_OBJECT

private slots:
    void init() { open(); }
    void cleanup() { close(); }

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
        QTRY_VERIFY_WITH_TIMEOUT(page().trialCard()->view()->picture().trial.trial.steps() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!page().loadingsCard()->view()->plot().points.empty(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(page().portraitCard()->portrait().result() != nullptr,
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

    void whatCannotBeANumberStaysAndIsExplained() {
        train();
        NumberBox* units = page().form()->box(QStringLiteral("units"));
        type("units", "0");
        QCOMPARE(units->findChild<QLineEdit*>()->text(), QStringLiteral("0"));
        QVERIFY(units->isRejected());
        QVERIFY2(page().form()->problem().contains(
                     QStringLiteral("“units N” cannot be 0; it can be a whole number from 1 to 65536.")),
                 qPrintable(page().form()->problem()));
        QVERIFY(!page().runBar()->runButton()->isEnabled());
        // It stays when the hand goes on to another field, which still takes what is typed.
        type("batch", "16");
        QCOMPARE(page().desk().option(QStringLiteral("batch")), 16.0);
        QCOMPARE(units->findChild<QLineEdit*>()->text(), QStringLiteral("0"));
        QVERIFY(page().form()->problem().contains(QStringLiteral("units")));
        type("seed", "99999999999");
        type("units", "64");
        QVERIFY(!units->isRejected());
        QVERIFY(page().form()->problem().contains(QStringLiteral("99999999999")));
        type("seed", "5");
        QVERIFY(page().form()->problem().isEmpty() && page().runBar()->runButton()->isEnabled());
        QCOMPARE(page().desk().draft()->value("units"), 64.0);
        // The old value, typed again, mends it too; so do the defaults, and arrow keys.
        type("units", "0");
        type("units", "64");
        QVERIFY(page().form()->problem().isEmpty());
        type("units", "0");
        QTest::mouseClick(page().form()->defaults(), Qt::LeftButton);
        QVERIFY(page().form()->problem().isEmpty() && !units->isRejected());
        QCOMPARE(units->findChild<QLineEdit*>()->text(), QStringLiteral("512"));
        type("units", "0");
        QTest::keyClick(units, Qt::Key_Up);
        QVERIFY(page().form()->problem().isEmpty());
        QCOMPARE(page().desk().draft()->value("units"), 1000.0);
    }

    /// What steers and ends a run is seen in a small window, without scrolling.
    void whatEndsARunIsInSight() {
        window_->resize(1280, 800);
        train();
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        small();
        type("epochs", "5000");
        press(window_, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().epochCount() >= 1, patience);
        const auto* bar = page().runBar();
        for (const QWidget* each :
             {static_cast<const QWidget*>(bar->runButton()), static_cast<const QWidget*>(bar->stopButton()),
              static_cast<const QWidget*>(bar->stepButton()), static_cast<const QWidget*>(bar->progress()),
              static_cast<const QWidget*>(page().form()->box(QStringLiteral("epochs"))),
              static_cast<const QWidget*>(page().form()->box(QStringLiteral("until-accuracy"))),
              static_cast<const QWidget*>(page().form()->box(QStringLiteral("until-loss")))})
            QCOMPARE(each->visibleRegion().boundingRect(), each->rect());
        QVERIFY2(bar->status().contains(QStringLiteral("Epoch")), qPrintable(bar->status()));
        QTRY_VERIFY_WITH_TIMEOUT(page().form()->estimate().contains(QStringLiteral("an epoch")), patience);
        press(window_, Qt::Key_Backspace, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(run().phase() == RunPhase::stopped, patience);
    }

    void everyTaskHasItsOwnRankToGoBackTo() {
        train();
        auto* full = page().form()->check(QStringLiteral("full-rank"));
        type("rank", "3");
        full->click();
        choose(page().form()->taskBox(), QStringLiteral("Delayed match to sample"));
        full->click();
        full->click();
        QCOMPARE(page().desk().draft()->value("rank"), 2.0);
        choose(page().form()->taskBox(), QStringLiteral("Perceptual decision"));
        QVERIFY(full->isChecked());
        full->click();
        QCOMPARE(page().desk().draft()->value("rank"), 3.0);
    }

    void keysActWhereTheHelpSays() {
        explorer().document().setInput(0, 0.5);
        train();
        press(window_, Qt::Key_S, Qt::ControlModifier);
        QVERIFY(window_->files()->fileDialog());  // saving is for everywhere
        window_->files()->fileDialog()->close();
        press(window_, Qt::Key_Q);
        QVERIFY(!window_->equations());
        press(window_, Qt::Key_E, Qt::ControlModifier);
        QVERIFY(!window_->findChild<ExportDialog*>());
        press(window_, Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(explorer().state()->input[0], 0.5);
    }
};

QTEST_MAIN(TrainTest)
#include "tst_train.moc"
