// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QLineF>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/windows.h"
#include "tests/ui/window_fixtures.h"
#include "ui/widgets/connectivity_form.h"
#include "ui/widgets/connectivity_page.h"
#include "ui/widgets/connectivity_views.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/partition_choices.h"
#include "ui/widgets/plot_export_dialog.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/scatter_matrix_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/workspace_switch.h"

using namespace kappascope;
using test::choose;
using test::patience;
using test::press;
using namespace widgets;

/// The Connectivity workspace, by hand: looking, choosing units, finding populations, undoing, exporting.
class ConnectivityTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        windows_ = std::make_unique<app::Windows>(false, nullptr, QString(), QString());
        window_ = windows_->open(QStringLiteral("context-dependent-decision"));
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_));
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().isSettled(), patience);
    }
    void cleanup() { windows_.reset(); }

    void thePageIsMadeWhenItIsShown() {
        QVERIFY(!window_->hasConnectivityPage());
        press(window_, Qt::Key_3, Qt::AltModifier);
        QCOMPARE(window_->workspace(), MainWindow::Workspace::connectivity);
        settle();
        const auto& network = *window_->explorer().state()->network;
        QCOMPARE(page().form()->populations().size(), network.populationCount());
        QCOMPARE(page().overlapButtonCount(), network.populationCount() + 1);
        QCOMPARE(std::ssize(page().overlap()->plot().labels), std::ssize(page().desk().columns()));
        QCOMPARE(page().spectrum()->plot().spectrum.eigenvalues.size(), network.rank());
        QVERIFY(!page().scatter()->image().isNull());
        // Every control has a name, and what can be pressed says what it does.
        for (const auto* each : page().findChildren<QAbstractButton*>())
            if (each->isVisible()) QVERIFY2(!each->accessibleName().isEmpty(), qPrintable(each->text()));
        for (const auto* each : page().findChildren<QComboBox*>()) QVERIFY(!each->accessibleName().isEmpty());
        press(window_, Qt::Key_1, Qt::AltModifier);
        QVERIFY(!page().desk().isVisible() && window_->view(0)->isVisible());
    }

    void aLassoBecomesAPopulation() {
        show();
        const int count = populations();
        auto* scatter = page().scatter();
        const QRectF cell = scatter->cell(1, 0);
        // The right half of the cell.
        drag({cell.center().x(), cell.top() + 1}, {cell.right() - 1, cell.top() + 1},
             {cell.right() - 1, cell.bottom() - 1}, {cell.center().x(), cell.bottom() - 1});
        const int right = page().desk().selectedCount();
        QVERIFY(right > 0 && right < window_->explorer().state()->network->units());
        for (int unit = 0; unit < window_->explorer().state()->network->units(); ++unit) {
            const double x = scatter->positionOf(unit, 1, 0).x();
            if (std::abs(x - cell.center().x()) < 2) continue;
            QCOMPARE(page().desk().selected()[static_cast<std::size_t>(unit)] != 0, x > cell.center().x());
        }
        // Alt takes the upper quarter away, Shift brings it back.
        const auto upper = [&](Qt::KeyboardModifiers keys) {
            drag({cell.center().x(), cell.top() + 1}, {cell.right() - 1, cell.top() + 1},
                 {cell.right() - 1, cell.center().y()}, {cell.center().x(), cell.center().y()}, keys);
        };
        upper(Qt::AltModifier);
        QVERIFY(page().desk().selectedCount() < right);
        upper(Qt::ShiftModifier);
        QCOMPARE(page().desk().selectedCount(), right);
        QTest::mouseClick(page().makeButton(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(populations(), count + 1, patience);
        settle();
        QCOMPARE(page().form()->populations().size(), count + 1);
        // The cards of Explore follow.
        QCOMPARE(window_->sidePanel()->populationCount(), count + 1);
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(populations(), count);
        settle();
        // Into a population that is there.
        QCOMPARE(page().addButton()->menu()->actions().size(), count);
        page().addButton()->menu()->actions().front()->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().document().undoStack().canUndo(), patience);
        // A click on a unit leaves what was chosen; beside all of them it chooses none, and so does Escape.
        upper({});
        const int chosen = page().desk().selectedCount();
        QVERIFY(chosen > 0);
        const int units = static_cast<int>(window_->explorer().state()->network->units());
        QTest::mouseClick(scatter, Qt::LeftButton, {}, scatter->positionOf(middleUnit(cell), 1, 0).toPoint());
        QCOMPARE(page().desk().selectedCount(), chosen);
        const auto isFree = [&](const QPointF& at) {
            for (int unit = 0; unit < units; ++unit)
                if (QLineF(scatter->positionOf(unit, 1, 0), at).length() < 12) return false;
            return true;
        };
        QPointF ground = cell.topLeft() + QPointF(2, 2);
        while (!isFree(ground) && ground.x() < cell.right() - 2) ground.rx() += 1;
        QVERIFY(isFree(ground));
        QTest::mouseClick(scatter, Qt::LeftButton, {}, ground.toPoint());
        QCOMPARE(page().desk().selectedCount(), 0);
        QVERIFY(!page().makeButton()->isVisible());
        upper({});
        QVERIFY(page().desk().selectedCount() > 0);
        QTest::keyClick(scatter, Qt::Key_Escape);
        QCOMPARE(page().desk().selectedCount(), 0);
    }

    void thePointerNamesAUnit() {
        show();
        auto* scatter = page().scatter();
        QTest::mouseMove(scatter, scatter->positionOf(17, 2, 1).toPoint());
        QTRY_VERIFY_WITH_TIMEOUT(scatter->hovered() >= 0, patience);
        QVERIFY(page().facts().contains(QStringLiteral("unit %1").arg(scatter->hovered() + 1)));
        QTest::mouseMove(scatter, scatter->cell(0, 1).center().toPoint());
        QTRY_COMPARE_WITH_TIMEOUT(scatter->hovered(), -1, patience);
    }

    void populationsAreFound() {
        window_->explorer().useOneGaussian();
        QTRY_COMPARE_WITH_TIMEOUT(populations(), 1, patience);
        show();
        fewStarts();
        choose(page().form()->countBox(), QStringLiteral("2"));
        QTest::mouseClick(page().form()->findButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(page().desk().isUsed(), patience);
        QVERIFY(page().form()->verdict().startsWith(QStringLiteral("2 populations.")));
        QVERIFY(!page().form()->useButton()->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(window_->sidePanel()->populationCount(), 2, patience);
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(populations(), 1);
        QVERIFY(page().form()->useButton()->isEnabled());
        QTest::mouseClick(page().form()->useButton(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(populations(), 2, patience);
    }

    void aFitIsCancelledByHand() {
        show();
        const auto before = window_->explorer().state();
        auto* starts = page().form()->starts();
        starts->setValue(starts->maximum());
        auto* button = page().form()->findButton();
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(page().desk().isFinding() && button->text() == QStringLiteral("Cancel"));
        QVERIFY(!page().form()->countBox()->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!page().desk().isFinding() && page().form()->countBox()->isEnabled());
        QCOMPARE(window_->explorer().state(), before);
        // Another network meanwhile ends one, too, and is shown here.
        QTest::mouseClick(button, Qt::LeftButton);
        window_->explorer().open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().state()->source == QStringLiteral("rotation"), patience);
        QVERIFY(!page().desk().isFinding());
        settle();
        QCOMPARE(window_->workspace(), MainWindow::Workspace::connectivity);
        QCOMPARE(page().spectrum()->plot().spectrum.eigenvalues.size(), 2);
    }

    void unitsArePartedByALoading() {
        show();
        page().form()->partitions()->button(*reduction::partitionFromText("sign:m1"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(populations(), 2, patience);
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(page().form()->populations().front().startsWith(QStringLiteral("m₁ ≥ 0")), patience);
        // Overlaps of the first population alone.
        QTest::mouseClick(page().overlapButton(0), Qt::LeftButton);
        const auto shown = page().desk().shown();
        const auto& columns = page().desk().columns();
        QVERIFY(page().overlap()->plot().correlation == shown->groups[0].correlation(columns, columns));
        // Fewer columns.
        const auto count = columns.size();
        page().columnsButton()->menu()->actions().at(columns[1])->trigger();
        QCOMPARE(page().desk().columns().size(), count - 1);
        QCOMPARE(page().overlap()->plot().labels.size(), count - 1);
    }

    void aCircuitWithoutUnitsHelps() {
        const auto from = window_->explorer().state();
        window_->explorer().adopt([from] {
            auto state = std::make_shared<session::State>(*from);
            state->network = state->file = nullptr;
            state->exact = nullptr;
            return session::OpenedFile{state, {}, {}};
        });
        QTRY_VERIFY_WITH_TIMEOUT(!window_->explorer().state()->network, patience);
        window_->showWorkspace(MainWindow::Workspace::connectivity);
        QVERIFY(page().sampleButton()->isVisible() && !page().scatter()->isVisible());
        QTest::mouseClick(page().sampleButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().state()->network != nullptr, patience);
        settle();
        QVERIFY(page().scatter()->isVisible());
    }

    void plotsAreExportedAndCopied() {
        show();
        QTemporaryDir folder;
        const char* endings[] = {"pdf", "svg", "png"};
        for (int card = 0; card < 3; ++card) {
            QTest::mouseClick(page().exportButton(card), Qt::LeftButton);
            PlotExportDialog* dialog = nullptr;
            for (QWidget* each : QApplication::topLevelWidgets())
                if (auto* found = qobject_cast<PlotExportDialog*>(each); found && found->isVisible()) dialog = found;
            QVERIFY(dialog);
            dialog->width()->setValue(80);
            dialog->height()->setValue(70);
            const QString path = folder.filePath(QStringLiteral("plot.%1").arg(QLatin1String(endings[card])));
            dialog->save(path);
            QTRY_VERIFY_WITH_TIMEOUT(dialog->status().contains(path), patience);
            QVERIFY(QFile(path).size() > 1000);
            if (card == 0) {
                QTest::mouseClick(dialog->copyButton(), Qt::LeftButton);
                QTRY_VERIFY_WITH_TIMEOUT(dialog->status().startsWith(QStringLiteral("Copied")), patience);
                QVERIFY(QGuiApplication::clipboard()->mimeData()->hasFormat(QStringLiteral("image/svg+xml")));
            }
            dialog->save(QStringLiteral("/no such folder/plot.pdf"));
            QTRY_VERIFY_WITH_TIMEOUT(dialog->status().contains(QStringLiteral("no such folder")), patience);
            delete dialog;
        }
    }

private:
    ConnectivityPage& page() { return *window_->connectivityPage(); }
    int populations() { return window_->explorer().state()->populations(); }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(page().isSettled(), patience); }
    /// A unit in the middle half of the cell (1, 0).
    int middleUnit(const QRectF& cell) {
        const QSizeF quarter = cell.size() / 4;
        const QRectF middle = cell.adjusted(quarter.width(), quarter.height(), -quarter.width(), -quarter.height());
        int unit = 0;
        while (!middle.contains(page().scatter()->positionOf(unit, 1, 0))) ++unit;
        return unit;
    }
    void show() {
        QTest::mouseClick(window_->workspaces()->button(2), Qt::LeftButton);
        settle();
    }
    void fewStarts() { page().form()->starts()->setValue(4); }
    void drag(QPointF a, QPointF b, QPointF c, QPointF d, Qt::KeyboardModifiers keys = {}) {
        auto* scatter = page().scatter();
        QTest::mousePress(scatter, Qt::LeftButton, keys, a.toPoint());
        for (const QPointF& each : {b, c, d}) QTest::mouseMove(scatter, each.toPoint());
        QTest::mouseRelease(scatter, Qt::LeftButton, keys, d.toPoint());
    }

    std::unique_ptr<app::Windows> windows_;
    widgets::MainWindow* window_ = nullptr;
};

QTEST_MAIN(ConnectivityTest)
#include "tst_connectivity.moc"
