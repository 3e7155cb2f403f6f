// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QProgressBar>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "ui/session/reductions_text.h"
#include "ui/widgets/reductions_dialog.h"
#include "ui/widgets/refine_card.h"

using namespace kappascope;

namespace {

constexpr int patience = 600'000;  // machines that run sanitizers are slow

}  // namespace

/// The table of reductions, clicked.
class ReductionsDialogTest : public QObject {
    Q_OBJECT

private slots:
    void measuresUsesCopiesAndWrites() {
        session::Explorer explorer{session::PaintPortrait()};
        widgets::RefineCard card(explorer);
        card.show();
        QTest::mouseClick(card.compareButton(), Qt::LeftButton);
        auto& dialog = card.openReductions();
        QVERIFY(dialog.isVisible());
        QVERIFY(!dialog.measureButton()->isEnabled());
        QVERIFY(dialog.notice().contains(QStringLiteral("Open a network")));
        QVERIFY(!dialog.copyButton()->isEnabled() && !dialog.exportButton()->isEnabled());

        session::OpenOptions options;
        options.populations = QStringLiteral("sign:n1");
        explorer.document().start(session::open(QStringLiteral("trained-rdm"), options));
        QVERIFY(dialog.measureButton()->isEnabled());
        QVERIFY(dialog.notice().isEmpty());
        auto& plan = dialog.run().plan;
        plan.most = 1;
        plan.trials = 1;
        plan.fresh = 40;
        plan.draws = 10'000;
        QTest::mouseClick(dialog.measureButton(), Qt::LeftButton);
        QVERIFY(dialog.progress()->isVisible());
        QCOMPARE(dialog.measureButton()->text(), QStringLiteral("Cancel"));
        QTRY_COMPARE_WITH_TIMEOUT(dialog.shownRows(), 1, patience);
        QTest::mouseClick(dialog.measureButton(), Qt::LeftButton);
        QVERIFY(!dialog.progress()->isVisible());
        QCOMPARE(dialog.shownRows(), 1);
        QVERIFY(dialog.notice().contains(QStringLiteral("Cancelled")));

        plan.draws = 2;
        QTest::mouseClick(dialog.measureButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.run().isRunning(), patience);
        QCOMPARE(dialog.shownRows(), 3);
        QVERIFY(dialog.notice().isEmpty());
        QCOMPARE(dialog.cell(0, 0), QStringLiteral("0"));
        QVERIFY(!dialog.useButton(0)->isVisible());  // the exact flow is no circuit
        QVERIFY(!dialog.useButton(2)->isVisible());  // the document has it
        QVERIFY(dialog.useButton(1)->isVisible());
        QTest::mouseClick(dialog.useButton(1), Qt::LeftButton);
        QCOMPARE(explorer.state()->populations(), 1);
        QVERIFY(!dialog.useButton(1)->isVisible() && dialog.useButton(2)->isVisible());
        explorer.document().undoStack().undo();
        QCOMPARE(explorer.state()->populations(), 2);

        QTest::mouseClick(dialog.copyButton(), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), session::reductionsToText(dialog.run().table()));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("table.csv"));
        dialog.writeTo(path);
        QTRY_VERIFY_WITH_TIMEOUT(dialog.status().contains(path), patience);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().toStdString(), session::reductionsToCsv(dialog.run().table()));
        const QString nowhere = folder.filePath(QStringLiteral("no/such/table.csv"));
        dialog.writeTo(nowhere);
        QTRY_VERIFY_WITH_TIMEOUT(dialog.status().contains(QStringLiteral("table.csv")) &&
                                     !dialog.status().startsWith(QStringLiteral("Written")),
                                 patience);
        QVERIFY(!QFile::exists(nowhere));

        // Numbers of another network say so.
        explorer.document().replace(session::withScaling(explorer.state(), network::Scaling::none),
                                    QStringLiteral("scaling"));
        QVERIFY(dialog.notice().contains(QStringLiteral("Out of date")));
        QVERIFY(!dialog.useButton(1)->isEnabled());
    }

    void aRefinedCircuitIsOneMoreRow() {
        session::Explorer explorer{session::PaintPortrait()};
        widgets::ReductionsDialog dialog(explorer);
        dialog.refinedBox()->setCurrentIndex(2);
        QCOMPARE(dialog.run().plan.refined, 2);
        dialog.refinedBox()->setCurrentIndex(0);
        QCOMPARE(dialog.run().plan.refined, 0);
    }
};

QTEST_MAIN(ReductionsDialogTest)
#include "tst_reductions_dialog.moc"
