// SPDX-License-Identifier: GPL-3.0-or-later
// The poster, walked through by hand: a published network, its memories at rest, its cycle and its memories under the
// stimuli, a gain turned and brought back, and everything found again the next day.
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <cmath>

#include "app/windows.h"
#include "tests/session/session_fixtures.h"
#include "tests/ui/window_fixtures.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/population_card.h"
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
using test::press;
using test::stablePoints;

class TestWalk : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(folder_.isValid()); }
    void cleanup() { windows_.reset(); }

    void thePoster() {
        KAPPASCOPE_NEEDS_REFERENCE();
        open(QString::fromStdString(reference::networkFile("dms_rank2_4096.pt").string()));
        if (QTest::currentTestFailed()) return;
        QCOMPARE(explorer().state()->network->units(), Eigen::Index(4096));
        choose(panel()->taskBox(), QStringLiteral("Delayed match to sample"));
        choose(panel()->conditionBox(), QStringLiteral("A-A delay 50"));
        // No circuit yet: the right portrait offers one.
        QTest::mouseClick(window_->view(1)->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->circuit && settled(), patience);

        theTrialIsPlayed();
        memoriesAndCycleAreRead();
        if (QTest::currentTestFailed()) return;
        aGainIsTurnedAndBroughtBack();
        if (QTest::currentTestFailed()) return;
        everythingIsFoundTheNextDay();
    }

private:
    void theTrialIsPlayed() {
        for (int k = 0; k < 3; ++k) press(window_, Qt::Key_BracketRight);
        press(window_, Qt::Key_K);
        QVERIFY(explorer().playback().isPlaying());
        QTRY_VERIFY_WITH_TIMEOUT(!explorer().playback().isPlaying(), patience);
        QCOMPARE(explorer().scrubber(), explorer().trial()->steps() - 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        // The decision of a match.
        QVERIFY(explorer().trial()->network->runs[0].z.rightCols(50).mean() > 0.5);
    }

    /// At rest, under A by the scrubber, under B by the sliders: every census is complete.
    void memoriesAndCycleAreRead() {
        scrub(2);
        QCOMPARE(stablePoints(*explorer().result(0)), 2);
        QVERIFY(explorer().result(0)->portrait->census.proven && explorer().result(0)->portrait->cycles.empty());
        scrub(29);  // the last step of A
        QCOMPARE(stablePoints(*explorer().result(0)), 0);
        QVERIFY(explorer().result(0)->portrait->census.proven);
        QCOMPARE(explorer().result(0)->portrait->cycles.size(), std::size_t(1));
        QVERIFY(explorer().result(0)->portrait->cycles[0].stable);
        type(window_->sidePanel()->input()->slider(1)->number(), QStringLiteral("1"));
        QCOMPARE(explorer().state()->input, Eigen::VectorXd(Eigen::Vector2d(0, 1)));
        QCOMPARE(explorer().scrubber(), -1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(stablePoints(*explorer().result(0)), 2);
        QVERIFY(explorer().result(0)->portrait->census.proven && explorer().result(0)->portrait->cycles.empty());
    }

    void aGainIsTurnedAndBroughtBack() {
        QSlider* slider = window_->sidePanel()->population(0)->gain()->slider();
        const auto before = explorer().state();
        const auto points = explorer().result(0)->portrait->census.points;
        slider->setFocus();
        for (int k = 0; k < 12; ++k) QTest::keyClick(slider, Qt::Key_PageDown);
        QVERIFY(explorer().state()->gains[0] < 0.7);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(stablePoints(*explorer().result(0)), 1);  // too little gain for a memory
        for (int k = 0; k < 40 && explorer().state() != before; ++k) press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(explorer().state(), before);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        const auto& again = explorer().result(0)->portrait->census.points;
        QCOMPARE(again.size(), points.size());
        for (std::size_t k = 0; k < points.size(); ++k) QVERIFY((again[k].kappa - points[k].kappa).norm() < 1e-8);
    }

    void everythingIsFoundTheNextDay() {
        // Nothing has its default.
        QTest::keyClick(window_->sidePanel()->population(0)->gain()->slider(), Qt::Key_Left);
        choose(window_->view(1)->levelBox(), QStringLiteral("Exact flow"));
        window_->layerBar()->button(QStringLiteral("streamlines"))->click();
        window_->layerBar()->button(QStringLiteral("manifolds"))->click();
        window_->layerBar()->particles()->click();
        PortraitPlot* plot = window_->view(0)->plot();
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->axisRect()->center() + QPoint(41, 57));
        QCOMPARE(explorer().starts().size(), std::size_t(1));
        QTest::keyClick(plot, Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(!explorer().viewIsAutomatic());
        scrub(29);
        const QString path = folder_.filePath(QStringLiteral("poster.kappa"));
        QVERIFY(window_->isWindowModified());
        test::saveAs(window_, path);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isWindowModified() && QFile::exists(path), patience);
        const auto before = explorer().state();
        const auto seen = explorer().viewState();
        const auto found = explorer().result(0)->portrait;
        const Eigen::MatrixXd run = explorer().trial()->network->runs[0].kappa;
        const Eigen::MatrixXd drawn = explorer().trajectories(0)->front().steps;
        QVERIFY(window_->close());
        QTRY_VERIFY(!window_);
        windows_.reset();

        open(path);
        if (QTest::currentTestFailed()) return;
        const auto after = explorer().state();
        QVERIFY(tests::identical(after->network, before->network) && tests::identical(after->circuit, before->circuit));
        QVERIFY(tests::identical(after->input, before->input) && tests::identical(after->gains, before->gains));
        QVERIFY(after->gains[0] < 1 && after->input[1] == 1);
        QVERIFY(after->trial == before->trial);
        isTheSameView(explorer().viewState(), seen);
        if (QTest::currentTestFailed()) return;
        QVERIFY(!window_->isWindowModified());
        // The controls show it.
        QCOMPARE(panel()->conditionBox()->currentText(), QStringLiteral("A-A delay 50"));
        QCOMPARE(explorer().scrubber(), 29);
        QCOMPARE(explorer().level(1), Level::exact);
        QCOMPARE(window_->view(1)->levelBox()->currentText(), QStringLiteral("Exact flow"));
        QCOMPARE(window_->sidePanel()->input()->slider(1)->value(), 1.0);
        QCOMPARE(window_->sidePanel()->population(0)->gain()->value(), after->gains[0]);
        QVERIFY(!window_->layerBar()->button(QStringLiteral("streamlines"))->isChecked());
        QVERIFY(window_->layerBar()->button(QStringLiteral("manifolds"))->isChecked());
        QVERIFY(!window_->layerBar()->particles()->isChecked());
        for (int side = 0; side < Explorer::sides; ++side) QVERIFY(!window_->view(side)->plot()->particlesOn());
        // So do the portraits.
        QVERIFY(tests::identical(explorer().trial()->network->runs[0].kappa, run));
        QVERIFY(tests::identical(explorer().trajectories(0)->front().steps, drawn));
        const auto& again = *explorer().result(0)->portrait;
        QCOMPARE(again.cycles.size(), found->cycles.size());
        QCOMPARE(again.census.points.size(), found->census.points.size());
        for (std::size_t k = 0; k < again.census.points.size(); ++k)
            QVERIFY((again.census.points[k].kappa - found->census.points[k].kappa).norm() < 1e-8);
    }

    /// Equal but for what the room for the portraits makes of it, which another legend leaves a line more or less:
    /// there the same place is in the middle, at the same scale.
    static void isTheSameView(session::ViewState found, const session::ViewState& saved) {
        const phase::View &a = found.view, &b = saved.view;
        QVERIFY(std::abs(a.xMin + a.xMax - b.xMin - b.xMax) < 1e-9 &&
                std::abs(a.yMin + a.yMax - b.yMin - b.yMax) < 1e-9);
        QVERIFY(std::abs(a.width() / found.shape.width() - b.width() / saved.shape.width()) < 1e-12);
        QVERIFY(std::abs(a.height() / found.shape.height() - b.height() / saved.shape.height()) < 1e-12);
        found.view = saved.view;
        found.shape = saved.shape;
        QVERIFY(tests::identical(found, saved));
    }

    void open(const QString& path) {
        windows_ = std::make_unique<app::Windows>(
            false, std::make_unique<QSettings>(folder_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat),
            folder_.filePath(QStringLiteral("autosave")));
        window_ = windows_->open(path);
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state() && settled(), patience);
    }

    /// Presses the mouse where a step is in the time plots.
    void scrub(int step) {
        TimePlot* time = panel()->plot();
        QTest::mouseClick(time, Qt::LeftButton, {}, QPoint(static_cast<int>(std::lround(time->positionOf(step))), 60));
        QCOMPARE(explorer().scrubber(), step);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }

    static void type(QDoubleSpinBox* box, const QString& text) {
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, text);
        QTest::keyClick(box, Qt::Key_Return);
    }

    Explorer& explorer() { return window_->explorer(); }
    TimePanel* panel() { return window_->timePanel(); }
    bool settled() { return explorer().isSettled(); }

    QTemporaryDir folder_;
    std::unique_ptr<app::Windows> windows_;
    QPointer<MainWindow> window_;
};

QTEST_MAIN(TestWalk)
#include "tst_walk.moc"
