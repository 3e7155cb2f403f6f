// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <cmath>

#include "tests/ui/window_fixtures.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/time_panel.h"
#include "ui/widgets/time_plot.h"
#include "ui/widgets/value_slider.h"

using namespace kappascope;
using namespace widgets;
using session::Explorer;
using session::Level;
using test::choose;
using test::patience;
using test::stablePoints;

class TestTime : public QObject {
    Q_OBJECT

private slots:
    void init() { open(QStringLiteral("effective-connectivity")); }
    void cleanup() { window_.reset(); }

    void theEmptyViewOffersTheTasks() {
        QVERIFY(!panel()->plot()->isVisible());
        QCOMPARE(panel()->offers().size(), std::size_t(1));
        const int before = panel()->height();
        QTest::mouseClick(panel()->offers().front(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QVERIFY(panel()->plot()->isVisible() && panel()->height() > before + 100);
        QVERIFY(plot(0)->height() > 300);  // the portraits stay large enough
        QCOMPARE(explorer().state()->trial.task, QStringLiteral("dms"));
        QCOMPARE(panel()->taskBox()->currentText(), QStringLiteral("Delayed match to sample"));
        QVERIFY(panel()->agreement()->source().contains(QStringLiteral("same choice")));
        // Folding gives the portraits their room back.
        const int low = plot(0)->height();
        QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
        QVERIFY(panel()->isFolded() && !panel()->plot()->isVisible());
        QTRY_VERIFY(plot(0)->height() > low + 100);
        QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
        QVERIFY(panel()->plot()->isVisible());
        choose(panel()->taskBox(), QStringLiteral("No trial"));
        QTRY_VERIFY_WITH_TIMEOUT(settled() && !explorer().trial(), patience);
        QVERIFY(!panel()->plot()->isVisible());
    }

    void aConditionIsChosenAndUndone() {
        choose(panel()->taskBox(), QStringLiteral("Delayed match to sample"));
        choose(panel()->conditionBox(), QStringLiteral("A-B delay 25"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(QString::fromStdString(explorer().trial()->trial.condition), QStringLiteral("A-B delay 25"));
        choose(panel()->conditionBox(), QStringLiteral("A random trial"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        const auto first = explorer().trial()->trial.inputs;
        const auto seed = explorer().state()->trial.seed;
        choose(panel()->conditionBox(), QStringLiteral("A random trial"));
        QCOMPARE(explorer().state()->trial.seed, seed + 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        const auto& second = explorer().trial()->trial.inputs;
        QVERIFY(second.cols() != first.cols() || second != first);
        for (int k = 0; k < 2; ++k) QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(panel()->conditionBox()->currentText(), QStringLiteral("A-B delay 25"));
    }

    void theScrubberIsDraggedAndBothFollow() {
        startTrial();
        TimePlot* time = panel()->plot();
        const auto at = [&](int step) { return QPoint(static_cast<int>(std::lround(time->positionOf(step))), 60); };
        QTest::mousePress(time, Qt::LeftButton, {}, at(10));
        QCOMPARE(explorer().scrubber(), 10);
        QTest::mouseMove(time, at(20));
        QTest::mouseMove(time, at(25));
        QTest::mouseRelease(time, Qt::LeftButton, {}, at(25));
        QCOMPARE(explorer().scrubber(), 25);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        for (int side = 0; side < Explorer::sides; ++side)
            QCOMPARE(explorer().result(side)->v, Eigen::VectorXd(explorer().trial()->drive(25)));
        // The marker is painted where the trial is, in either portrait.
        QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);  // no particles over it
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto kappa = explorer().trial()->sides[static_cast<std::size_t>(side)]->runs[0].kappa.col(25);
            const QPoint centre = plot(side)->toPosition(kappa[0], kappa[1]).toPoint();
            const QColor marker = painting::Theme::light().trialMarker;
            const QImage picture = plot(side)->grab().toImage();
            int found = 0;
            for (int y = -7; y <= 7; ++y)
                for (int x = -7; x <= 7; ++x)
                    if (picture.pixelColor(centre + QPoint(x, y)) == marker) ++found;
            QVERIFY2(found > 40, qPrintable(QString::number(found)));
        }
        QTest::keyClick(time, Qt::Key_Right);
        QCOMPARE(explorer().scrubber(), 26);
        QTest::keyClick(time, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(explorer().scrubber(), 16);
        QTest::keyClick(time, Qt::Key_End);
        QCOMPARE(explorer().scrubber(), explorer().trial()->steps() - 1);
        QTest::keyClick(time, Qt::Key_Home);
        QTest::keyClick(window_.get(), Qt::Key_Period);
        QCOMPARE(explorer().scrubber(), 1);
        // A slider takes over.
        window_->sidePanel()->input()->slider(0)->number()->setValue(0.4);
        QCOMPARE(explorer().scrubber(), -1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(explorer().result(1)->v, explorer().state()->input);
    }

    void playMovesThePortraits() {
        startTrial();
        std::vector<double> shown;
        connect(&explorer(), &Explorer::portraitChanged, window_.get(), [&](int side) {
            if (side == 1 && explorer().result(1)) shown.push_back(explorer().result(1)->v[0]);
        });
        for (int k = 0; k < 3; ++k) QTest::keyClick(window_.get(), Qt::Key_BracketRight);
        QCOMPARE(explorer().playback().speed(), 4.0);
        QTest::mouseClick(panel()->playButton(), Qt::LeftButton);
        QVERIFY(explorer().playback().isPlaying());
        QTRY_VERIFY_WITH_TIMEOUT(!explorer().playback().isPlaying(), patience);
        QCOMPARE(explorer().scrubber(), explorer().trial()->steps() - 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        // Several moments were seen, the stimulus among them.
        QVERIFY(shown.size() > 3 && *std::max_element(shown.begin(), shown.end()) > 0.5);
        QTest::keyClick(window_.get(), Qt::Key_K);
        QVERIFY(explorer().playback().isPlaying() && explorer().trialPosition() < 20);
        QTest::keyClick(panel()->plot(), Qt::Key_Space);
        QVERIFY(!explorer().playback().isPlaying());
    }

    void noiseMakesABundle() {
        startTrial();
        panel()->noise()->setValue(0.05);
        QVERIFY(panel()->trials()->isEnabled());
        panel()->trials()->setValue(6);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(explorer().trial()->network->runs.size(), std::size_t(6));
        QVERIFY(explorer().trial()->network->spreadKappa.maxCoeff() > 0);
        QVERIFY(panel()->plot()->graphCount() > 6);
    }

    void theExactLevelIsAnIdentity() {
        explorer().setLevel(1, Level::exact);
        startTrial();
        QVERIFY2(panel()->agreement()->source().contains(QStringLiteral("identity")),
                 qPrintable(panel()->agreement()->source()));
    }

    void aTrialOfRankOneIsDrawn() {
        explorer().open(QStringLiteral("context-dependent-decision"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->rank() == 1 && settled(), patience);
        QCOMPARE(panel()->offers().size(), std::size_t(2));
        choose(panel()->taskBox(), QStringLiteral("Context-dependent decision"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        explorer().setScrubber(40);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QVERIFY(explorer().trial()->agreement && window_->messageBar()->message().isEmpty());
    }

    /// The poster: two memories at rest, a cycle under A.
    void thePublishedNetworkTurnsUnderItsStimulus() {
        KAPPASCOPE_NEEDS_REFERENCE();
        window_.reset();
        open(QString::fromStdString(reference::networkFile("dms_rank2_4096.pt").string()));
        choose(panel()->taskBox(), QStringLiteral("Delayed match to sample"));
        choose(panel()->conditionBox(), QStringLiteral("A-A delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        explorer().setScrubber(2);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(stablePoints(*explorer().result(0)), 2);
        QVERIFY(explorer().result(0)->portrait->cycles.empty());
        explorer().setScrubber(29);  // the last step of A
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(stablePoints(*explorer().result(0)), 0);
        QCOMPARE(explorer().result(0)->portrait->cycles.size(), std::size_t(1));
        // The decision is "match".
        const auto& z = explorer().trial()->network->runs[0].z;
        QVERIFY(z.rightCols(50).mean() > 0.5);
    }

private:
    void open(const QString& what) {
        window_ = std::make_unique<MainWindow>(what);
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

    void startTrial() {
        choose(panel()->taskBox(), QStringLiteral("Delayed match to sample"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

    Explorer& explorer() { return window_->explorer(); }
    TimePanel* panel() { return window_->timePanel(); }
    PortraitPlot* plot(int side) { return window_->view(side)->plot(); }
    bool settled() { return explorer().isSettled(); }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestTime)
#include "tst_time.moc"
