// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProgressBar>
#include <QPushButton>
#include <QTest>

#include "ui/session/explorer.h"
#include "ui/session/refining.h"
#include "ui/widgets/refine_card.h"

using namespace kappascope;

namespace {

constexpr int patience = 600'000;  // machines that run sanitizers are slow

}  // namespace

/// The card that refines the circuit of what is open, clicked.
class RefineCardTest : public QObject {
    Q_OBJECT

private slots:
    void buttonRefinesAndCancels() {
        session::Explorer explorer{session::PaintPortrait()};
        widgets::RefineCard card(explorer);
        card.show();
        QVERIFY(!card.button()->isEnabled());
        QVERIFY(card.origin().contains(QStringLiteral("populations")));

        session::OpenOptions options;
        options.populations = QStringLiteral("size:m1");
        explorer.document().start(session::open(QStringLiteral("trained-dms"), options));
        QVERIFY(card.button()->isEnabled());
        QVERIFY(card.origin().startsWith(QStringLiteral("Measured on the loadings")));
        auto* bar = card.findChild<QProgressBar*>();
        QVERIFY(bar->isHidden());

        card.run().options.starts = 10'000;
        QTest::mouseClick(card.button(), Qt::LeftButton);
        QVERIFY(card.run().isRunning());
        QVERIFY(!bar->isHidden());
        QCOMPARE(card.button()->text(), QStringLiteral("Cancel"));
        QTest::mouseClick(card.button(), Qt::LeftButton);
        QVERIFY(!card.run().isRunning());
        QVERIFY(bar->isHidden());

        card.run().options.starts = 2;
        card.run().options.iterations = 20;
        QTest::mouseClick(card.button(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!card.run().isRunning(), patience);
        QVERIFY(card.run().result());
        QVERIFY(card.origin().startsWith(QStringLiteral("Refined to the flow of")));
        explorer.document().undoStack().undo();
        QVERIFY(card.origin().startsWith(QStringLiteral("Measured on the loadings")));
    }
};

QTEST_MAIN(RefineCardTest)
#include "tst_refine_card.moc"
