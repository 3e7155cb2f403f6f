// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/windows.h"
#include "tests/ui/window_fixtures.h"
#include "ui/session/choices_csv.h"
#include "ui/session/unit_selection.h"
#include "ui/widgets/behaviour_page.h"
#include "ui/widgets/behaviour_panel.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/plot_export_button.h"
#include "ui/widgets/plot_export_dialog.h"
#include "ui/widgets/population_card.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/selectivity_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/value_slider.h"
#include "ui/widgets/workspace_switch.h"

using namespace kappascope;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// The Behaviour workspace, by hand.
class BehaviourTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        windows_ = std::make_unique<app::Windows>(false, nullptr, QString(), folder_->path());
        window_ = windows_->open(QStringLiteral("effective-connectivity"));
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
    }
    void cleanup() {
        windows_.reset();
        folder_.reset();
    }

    void theEmptyPageOffersTheTasks() {
        behaviour();
        QVERIFY(page().isVisible() && !window_->view(0)->isVisible());
        QVERIFY(!page().emptyText().isEmpty());
        QVERIFY(!page().choices()->isVisible());
        QVERIFY(page().offers().size() >= 1);
        for (QPushButton* offer : page().offers()) QVERIFY(offer->isVisible() && !offer->toolTip().isEmpty());
        QTest::qWait(0);  // its layout
        QTest::mouseClick(page().offers().front(), Qt::LeftButton);
        QVERIFY(page().emptyText().isEmpty());
        QCOMPARE(explorer().state()->trial.task, QStringLiteral("dms"));
        settle();
        QVERIFY(page().choices()->picture().isMatrix());
        QVERIFY(page().status().contains(QStringLiteral("% right")));
        press(window_, Qt::Key_1, Qt::AltModifier);
        QVERIFY(!page().isVisible() && window_->view(0)->isVisible());
    }

    void aSliderIsTheSameAsInExplore() {
        asked();
        QCOMPARE(page().panel()->populationCount(), explorer().state()->populations());
        const auto before = page().choices()->picture();
        QCOMPARE(before.trained, before.modulated);
        ValueSlider* gain = page().panel()->population(0)->gain();
        gain->slider()->setSliderDown(true);
        for (const int at : {1800, 1400, 900, 400, 0}) gain->slider()->setSliderPosition(at);
        gain->slider()->setSliderDown(false);
        QCOMPARE(explorer().state()->gains[0], 0.0);
        QCOMPARE(window_->sidePanel()->population(0)->gain()->value(), 0.0);
        settle();
        const auto after = page().choices()->picture();
        QCOMPARE(after.trained, before.trained);
        QVERIFY(after.modulated != before.modulated);
        QCOMPARE(page().desk().choices()->request.modulation.gains[0], 0.0);
        QVERIFY(after.modulatedTitle.contains(QStringLiteral("gain 0")));
        // One step of undo, here and there.
        explorer().document().undoStack().undo();
        QCOMPARE(gain->value(), 1.0);
        settle();
        QCOMPARE(page().choices()->picture().modulated, before.trained);
        explorer().document().undoStack().redo();
        QCOMPARE(gain->value(), 0.0);
    }

    void silencingAndResetting() {
        asked();
        QVERIFY(!page().panel()->resetButton()->isEnabled());
        ValueSlider* silenced = page().panel()->population(1)->silenced();
        QTest::keyClick(silenced->slider(), Qt::Key_End);
        QCOMPARE(page().desk().inactivated(1), 1.0);
        settle();
        QVERIFY(page().choices()->picture().modulatedTitle.contains(QStringLiteral("100 %")));
        const auto modulation = page().desk().choices()->request.modulation;
        QCOMPARE(modulation.inactivated, Eigen::VectorXd(Eigen::Vector2d(0, 1)));
        QTest::mouseClick(page().panel()->resetButton(), Qt::LeftButton);
        QCOMPARE(silenced->value(), 0.0);
        settle();
        QCOMPARE(page().choices()->picture().modulated, page().choices()->picture().trained);
    }

    void networkOrCircuit() {
        asked();
        auto* level = page().panel()->levelBox();
        QCOMPARE(level->count(), 3);
        choose(level, level->itemText(1));
        QVERIFY(page().desk().asksCircuit());
        settle();
        QVERIFY(page().desk().choices()->request.circuit);
        QCOMPARE(page().desk().choices()->trained->networks, 0);
        QVERIFY(!page().choices()->picture().hasCircuit());
    }

    void networkAndCircuit() {
        asked();
        auto* level = page().panel()->levelBox();
        choose(level, level->itemText(2));
        QVERIFY(page().desk().asksBoth());
        settle();
        QVERIFY(page().choices()->picture().hasCircuit());
        QCOMPARE(page().choices()->picture().circuitTrained->networks, 0);
        QCOMPARE(level->currentIndex(), 2);
    }

    void numbersAreTyped() {
        asked();
        type(page().panel()->trials(), "5");
        settle();
        QCOMPARE(page().desk().choices()->trials, 5);
        type(page().panel()->noise(), "0.3");
        type(page().panel()->seed(), "9");
        settle();
        QCOMPARE(page().desk().choices()->request.setup.noise, 0.3);
        QCOMPARE(page().desk().choices()->request.setup.seed, std::uint64_t{9});
        for (NumberBox* box : {page().panel()->trials(), page().panel()->noise(), page().panel()->seed()})
            QVERIFY(!box->accessibleName().isEmpty() && !box->toolTip().isEmpty());
    }

    void whatTakesLongIsCancelled() {
        asked();
        QVERIFY(!page().cancelButton()->isVisible());
        type(page().panel()->trials(), "2000");
        QTRY_VERIFY_WITH_TIMEOUT(page().cancelButton()->isVisible(), patience);
        QTest::mouseClick(page().cancelButton(), Qt::LeftButton);
        QVERIFY(!page().cancelButton()->isVisible());
        settle();
        QVERIFY(page().status().contains(QStringLiteral("cancelled")));
        QVERIFY(page().desk().choices()->trials < 2000);
    }

    void anotherNetworkIsOpenedMeanwhile() {
        asked();
        type(page().panel()->trials(), "2000");
        explorer().open(QStringLiteral("trained-rdm"));  // past the question about what is not saved
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->inputs() == 1, patience);
        behaviour();
        type(page().panel()->trials(), "10");
        settle();
        QVERIFY(!page().choices()->picture().isMatrix());
        QVERIFY(page().desk().choices()->trained->accuracy() > 0.8);
        // Undo brings back the one before, and its task.
        explorer().document().undoStack().undo();
        settle();
        QVERIFY(page().choices()->picture().isMatrix());
        // A task without a choice: there are networks of others.
        explorer().open(QStringLiteral("trained-flipflop"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->inputs() == 3, patience);
        behaviour();
        QVERIFY(page().emptyText().contains(QStringLiteral("flip-flop")));
        QVERIFY(!page().offers().empty());
        QTest::qWait(0);
        QTest::mouseClick(page().offers().front(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->inputs() != 3, patience);
    }

    void unitsAreLookedAt() {
        asked();
        QTest::mouseClick(page().viewButton(BehaviourPage::View::selectivity), Qt::LeftButton);
        SelectivityView& view = *page().selectivity();
        QVERIFY(view.isVisible() && !page().choices()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(view.desk().isSettled() && view.desk().result(), patience);
        QCOMPARE(static_cast<Eigen::Index>(view.space()->picture().points.size()),
                 explorer().state()->network->units());
        QVERIFY(view.change()->picture().points.empty());  // dms has no contexts
        QVERIFY(!view.change()->picture().empty.isEmpty());
        QVERIFY(view.tuning()->picture().curves.empty());
        QTest::mouseClick(view.space(), Qt::LeftButton, {}, view.space()->positionOf(17).toPoint());
        const int unit = view.desk().unit();
        QVERIFY(unit >= 0);
        QCOMPARE(view.tuning()->picture().curves.size(), std::size_t{2});  // the two stimuli
        QCOMPARE(view.space()->picture().selected, unit);
        QTest::keyClick(view.space(), Qt::Key_Right);
        QCOMPARE(view.desk().unit(), unit + 1);
        // What a lasso chooses stands out in every workspace; a click only asks for tuning curves.
        auto& chosen = session::UnitSelection::of(explorer());
        QCOMPARE(chosen.count(), 0);
        const QRect right(view.space()->rect().center(), view.space()->rect().bottomRight());
        QTest::mousePress(view.space(), Qt::LeftButton, {}, right.topLeft());
        for (const QPoint& corner : {right.topRight(), right.bottomRight(), right.bottomLeft()})
            QTest::mouseMove(view.space(), corner);
        QTest::mouseRelease(view.space(), Qt::LeftButton, {}, right.bottomLeft());
        QVERIFY(chosen.count() > 1 && chosen.count() < explorer().state()->network->units());
        QCOMPARE(view.space()->picture().chosen, chosen.selected());
        QCOMPARE(view.change()->picture().chosen, chosen.selected());
        QCOMPARE(view.desk().unit(), unit + 1);  // whose curves are shown stays
        const auto lassoed = chosen.selected();
        const QPoint corner = view.space()->rect().topLeft() + QPoint(2, 2);
        QTest::mouseClick(view.space(), Qt::LeftButton, {}, view.space()->positionOf(17).toPoint());
        QCOMPARE(view.desk().unit(), unit);
        QTest::keyClick(view.space(), Qt::Key_Right);
        QTest::mouseClick(view.space(), Qt::LeftButton, Qt::ShiftModifier, corner);  // it would have added
        QCOMPARE(chosen.selected(), lassoed);
        QTest::mouseClick(view.space(), Qt::LeftButton, {}, corner);
        QCOMPARE(chosen.count(), 0);
        QCOMPARE(view.desk().unit(), -1);
        chosen.choose(lassoed, session::UnitSelection::Mode::replace);
        QTest::keyClick(view.space(), Qt::Key_Escape);
        QCOMPARE(chosen.count(), 0);
        choose(view.axisBox(0), QStringLiteral("choice"));
        QCOMPARE(view.space()->picture().xLabel, QStringLiteral("choice"));
        QVERIFY(view.verdict().isEmpty());
        choose(view.testBox(), QStringLiteral("selectivity"));
        QTest::mouseClick(view.testButton(), Qt::LeftButton);
        QCOMPARE(view.testButton()->text(), QStringLiteral("Cancel"));
        QTest::mouseClick(view.testButton(), Qt::LeftButton);
        QVERIFY(!view.desk().isTesting() && view.verdict().isEmpty());
        choose(view.testBox(), QStringLiteral("loadings"));
        QTest::mouseClick(view.testButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(view.desk().test(), patience);
        QVERIFY(view.verdict().contains(QStringLiteral("p = ")));
        QCOMPARE(view.epairs()->picture().nullMedians.size(), std::size_t{200});
        page().showView(BehaviourPage::View::choices);
        QVERIFY(page().choices()->isVisible());
    }

    void aPlotIsExported() {
        asked();
        QTest::mouseClick(page().exportButton(), Qt::LeftButton);
        auto* dialog = page().exportButton()->dialog();
        QVERIFY(dialog && dialog->isVisible());
        const QString path = folder_->filePath(QStringLiteral("choices.svg"));
        dialog->save(path);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->status().isEmpty(), patience);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("180mm"));
        dialog->close();
    }

    void itsNumbersAreExported() {
        asked();
        QTest::mouseClick(page().exportButton(), Qt::LeftButton);
        auto* dialog = page().exportButton()->dialog();
        const QString path = folder_->filePath(QStringLiteral("choices.csv"));
        dialog->save(path);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->status().isEmpty(), patience);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().toStdString(), session::choicesToCsv(*page().desk().choices()));
        dialog->close();
    }

    void nothingIsCutOff() {
        asked();
        for (const bool dark : {false, true}) {
            window_->setDark(dark);
            QTest::qWait(0);
            for (QLabel* label : page().findChildren<QLabel*>())
                if (label->isVisible() && !label->wordWrap())
                    QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        }
    }

private:
    session::Explorer& explorer() { return window_->explorer(); }
    BehaviourPage& page() { return *window_->behaviourPage(); }
    void behaviour() { window_->showWorkspace(MainWindow::Workspace::behaviour); }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(page().desk().isSettled() && page().desk().choices(), patience); }

    /// The page with its task, at few trials.
    void asked() {
        behaviour();
        page().desk().setTrials(6);
        choose(page().panel()->taskBox(), QStringLiteral("Delayed match to sample"));
        settle();
    }

    void type(NumberBox* box, const char* text) {
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QLatin1String(text));
        QTest::keyClick(box, Qt::Key_Return);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<app::Windows> windows_;
    MainWindow* window_ = nullptr;
};

QTEST_MAIN(BehaviourTest)
#include "tst_behaviour.moc"
