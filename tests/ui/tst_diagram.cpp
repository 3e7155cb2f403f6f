// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <QToolButton>

#include "app/windows.h"
#include "tests/ui/window_fixtures.h"
#include "ui/widgets/diagram_view.h"
#include "ui/widgets/plot_export_button.h"
#include "ui/widgets/plot_export_dialog.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"

using namespace kappascope;
using test::patience;
using namespace widgets;

/// The circuit as a diagram in Explore.
class DiagramTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        windows_ = std::make_unique<app::Windows>(false, nullptr, QString(), QString());
        window_ = windows_->open(QStringLiteral("effective-connectivity"));
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_));
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().isSettled(), patience);
    }
    void cleanup() { windows_.reset(); }

    void aClickShowsItAndAnotherThePortrait() {
        PortraitView* right = window_->view(1);
        QVERIFY(right->plot()->isVisible());
        QTest::mouseClick(right->diagramButton(), Qt::LeftButton);
        QVERIFY(right->diagram()->isVisible());
        QVERIFY(right->diagramExport()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(right->diagram()->values(), patience);
        const auto& diagram = right->diagram()->diagram();
        QCOMPARE(diagram.rank, 2);
        QCOMPARE(diagram.byPopulation.size(), 2u);
        QVERIFY(window_->view(0)->plot()->isVisible());
        test::press(window_, Qt::Key_D);
        QVERIFY(right->plot()->isVisible());
        QVERIFY(!right->diagramExport()->isVisible());
        test::press(window_, Qt::Key_D, Qt::ShiftModifier);
        QVERIFY(window_->view(0)->diagram()->isVisible());
    }

    void itFollowsTheGain() {
        DiagramView* diagram = shown();
        window_->explorer().clearTrajectories();  // so that it stays at kappa = 0
        QTRY_VERIFY_WITH_TIMEOUT(diagram->values() && diagram->values()->kappa.isZero(0), patience);
        const Eigen::MatrixXd before = diagram->diagram().byPopulation[1];
        const double scale = diagram->diagram().fullKappa;
        window_->explorer().document().setGain(1, 0.5);
        QTRY_VERIFY_WITH_TIMEOUT((diagram->diagram().byPopulation[1] - 0.5 * before).cwiseAbs().maxCoeff() < 1e-12,
                                 patience);
        QCOMPARE(diagram->diagram().fullKappa, scale);
        window_->explorer().document().setOn(1, false);
        QTRY_VERIFY_WITH_TIMEOUT(diagram->diagram().byPopulation[1].isZero(0), patience);
    }

    void itFollowsTheCrossHair() {
        DiagramView* diagram = shown();
        window_->explorer().setCross(0, QPointF(0.5, -0.25));
        QTRY_VERIFY_WITH_TIMEOUT(
            diagram->values() && (diagram->values()->kappa - Eigen::Vector2d(0.5, -0.25)).norm() < 1e-12, patience);
    }

    void itFollowsTheScrubber() {
        DiagramView* diagram = shown();
        session::TrialChoice trial = window_->explorer().state()->trial;
        trial.task = QStringLiteral("dms");
        trial.condition = QStringLiteral("A-B delay 50");
        window_->explorer().document().setTrial(trial);
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().trial(), patience);
        window_->explorer().setScrubber(20);
        const Eigen::VectorXd v = window_->explorer().trial()->drive(20);
        QVERIFY(v.norm() > 0.1);
        QTRY_VERIFY_WITH_TIMEOUT((diagram->values()->state->input - v).norm() < 1e-12, patience);
    }

    void thePointerReadsACoupling() {
        DiagramView* diagram = shown();
        QTRY_VERIFY_WITH_TIMEOUT(diagram->values(), patience);
        QVERIFY(diagram->wordsAt(QPoint(0, 0)).contains(QStringLiteral("⟨φ′⟩")));
        const auto layout = painting::layOutDiagram(diagram->diagram(), diagram->rect(), 1);
        QVERIFY(!layout.arrows.empty());
    }

    void itExports() {
        shown();
        QTRY_VERIFY_WITH_TIMEOUT(window_->view(1)->diagram()->values(), patience);
        QTest::mouseClick(window_->view(1)->diagramExport(), Qt::LeftButton);
        QVERIFY(window_->view(1)->diagramExport()->dialog());
    }

private:
    DiagramView* shown() {
        PortraitView* right = window_->view(1);
        if (!right->diagramButton()->isChecked()) right->diagramButton()->click();
        return right->diagram();
    }

    std::unique_ptr<app::Windows> windows_;
    MainWindow* window_ = nullptr;
};

QTEST_MAIN(DiagramTest)
#include "tst_diagram.moc"
