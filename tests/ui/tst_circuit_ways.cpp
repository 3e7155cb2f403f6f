// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QTest>
#include <QUndoStack>

#include "ui/widgets/main_window.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/partition_choices.h"
#include "ui/widgets/population_card.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/regroup_button.h"
#include "ui/widgets/side_panel.h"

using namespace kappascope;
using namespace widgets;
using reduction::partitionFromText;

/// From a network without populations to its circuit, by hand.
class CircuitWaysTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("effective-connectivity"));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(state() && settled(), patience);
        auto plain = std::make_shared<session::State>(*state());
        auto network = std::make_shared<network::Network>(*plain->network);
        network->labels.clear();
        network->populationNames.clear();
        network->storedGains.resize(0);
        plain->network = plain->file = network;
        plain->exact = std::make_shared<reduction::ExactReduction>(plain->network);
        plain->circuit = nullptr;
        plain->gains = Eigen::VectorXd::Ones(1);
        plain->on = {true};
        window_->explorer().document().replace(plain, QStringLiteral("open"));
        QVERIFY(window_->view(1)->isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }
    void cleanup() { window_.reset(); }

    void aLoadingPartsTheUnits_data() {
        QTest::addColumn<QByteArray>("way");
        QTest::addColumn<QString>("first");
        QTest::newRow("sign of n2") << QByteArray("sign:n2") << QStringLiteral("n₂ ≥ 0");
        QTest::newRow("size of I1") << QByteArray("size:I1") << QStringLiteral("|I₁| > ");
    }
    void aLoadingPartsTheUnits() {
        QFETCH(QByteArray, way);
        QFETCH(QString, first);
        const auto before = state();
        QPushButton* button = window_->view(1)->partitions()->button(*partitionFromText(way.toStdString()));
        QVERIFY(button && button->isVisible());
        QVERIFY(!button->accessibleName().isEmpty() && !button->toolTip().isEmpty());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(state()->circuit && settled(), patience);
        QVERIFY(!window_->view(1)->isEmpty() && window_->explorer().result(1));
        QCOMPARE(state()->populations(), 2);
        QCOMPARE(window_->sidePanel()->populationCount(), 2);
        QVERIFY2(state()->populationName(0).startsWith(first), qPrintable(state()->populationName(0)));

        // A formula in the card, at the height that the other portrait has.
        QVERIFY(mathName(state()->populationName(0)).startsWith(u'$'));
        QCOMPARE(window_->view(0)->plot()->height(), window_->view(1)->plot()->height());
        // A gain of the new population acts on both levels.
        window_->explorer().document().setGain(1, 0.2);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        window_->explorer().document().undoStack().undo();
        window_->explorer().document().undoStack().undo();
        QVERIFY(window_->view(1)->isEmpty());
        QCOMPARE(window_->sidePanel()->populationCount(), 1);
        QVERIFY(state()->network == before->network);
        QCOMPARE(state()->gains.size(), Eigen::Index{1});
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

    void theKeyboardReachesEveryWay() {
        QPushButton* button = window_->view(1)->partitions()->button(*partitionFromText("sign:m1"));
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(state()->circuit && settled(), patience);
        QCOMPARE(state()->populations(), 2);
    }

    void aMeasuredCircuitCanBeRegrouped() {
        RegroupButton* regroup = window_->view(1)->regroup();
        QVERIFY(!regroup->isVisible());
        QTest::mouseClick(window_->view(1)->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(state()->circuit && settled(), patience);
        QVERIFY(regroup->isVisible() && !window_->view(0)->regroup()->isVisible());
        QCOMPARE(state()->populations(), 1);
        regroup->choices()->button(*partitionFromText("size:n1"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(state()->populations() == 2 && settled(), patience);
        const auto labels = state()->network->labels;
        regroup->choices()->button(*partitionFromText("sign:n1"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(state()->network->labels != labels && settled(), patience);
        QCOMPARE(state()->populations(), 2);
        regroup->oneGaussian()->click();
        QTRY_VERIFY_WITH_TIMEOUT(state()->populations() == 1 && settled(), patience);
        QVERIFY(state()->network->labels.empty() && state()->circuitIsOneGaussian);
        QCOMPARE(window_->sidePanel()->populationCount(), 1);
        window_->explorer().setLevel(1, session::Level::exact);
        QVERIFY(!regroup->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

    void namesOfPartedPopulationsAreMathematics() {
        QCOMPARE(mathName(QStringLiteral("n₁ ≥ 0")), QStringLiteral("$n_{1} \\ge 0$"));
        QCOMPARE(mathName(QStringLiteral("|I₁₂| > 0.207")), QStringLiteral("$|\\,I_{12}\\,|\\,>\\,0.207$"));
        QCOMPARE(mathName(QStringLiteral("u_1")), QStringLiteral("$u_{1}$"));
        for (const char* word : {"population 1", "memory 2", "integrates A", "a > b"})
            QCOMPARE(mathName(QString::fromLatin1(word)), QString::fromLatin1(word));
    }

    void oneGaussianIsOneCard() {
        QTest::mouseClick(window_->view(1)->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(state()->circuit && settled(), patience);
        QCOMPARE(window_->sidePanel()->populationCount(), 1);
        QVERIFY(state()->circuitIsOneGaussian);
    }

    void anotherLevelOffersNoPartition() {
        QVERIFY(window_->view(1)->partitions()->isVisible());
        auto circuit = std::make_shared<session::State>(*state());
        session::measureCircuit(*circuit);
        circuit->network = circuit->file = nullptr;
        circuit->exact = nullptr;
        window_->explorer().document().replace(circuit, QStringLiteral("open"));
        QVERIFY(window_->view(0)->isEmpty() && window_->view(0)->remedy()->isVisible());
        QVERIFY(!window_->view(0)->partitions()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

private:
    static constexpr int patience = 60000;
    std::shared_ptr<const session::State> state() const { return window_->explorer().state(); }
    bool settled() const { return window_->explorer().isSettled(); }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(CircuitWaysTest)
#include "tst_circuit_ways.moc"
