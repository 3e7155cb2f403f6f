// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "ui/widgets/layer_bar.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/selection_card.h"

using namespace kappascope;
using session::Explorer;
using session::Selection;
using namespace widgets;

namespace {

constexpr int patience = 60000;

}  // namespace

class TestCards : public QObject {
    Q_OBJECT

private slots:
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("effective-connectivity"));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }
    void cleanup() { window_.reset(); }

    void aClickOnAPointOpensItsCard() {
        const auto& points = explorer().result(0)->portrait->census.points;
        QCOMPARE(points.size(), std::size_t(5));
        const auto before = explorer().starts().size();
        for (std::size_t i = 0; i < points.size(); ++i) {
            QTest::keyClick(plot(0), Qt::Key_Escape);
            QVERIFY(card(0)->isHidden());
            click(0, points[i].kappa, QPoint(3, -2));
            QTRY_VERIFY_WITH_TIMEOUT(selection().point() && selection().point()->index == i, patience);
            QVERIFY(card(0)->isVisible() && card(1)->isHidden());
            // No card hides the point that it is about.
            const QPoint at = plot(0)->toPosition(points[i].kappa[0], points[i].kappa[1]).toPoint();
            QVERIFY(!card(0)->geometry().contains(plot(0)->mapTo(window_.get(), at)));
            QVERIFY(window_->rect().contains(card(0)->geometry()));
            // Nor the sliders.
            QVERIFY(card(0)->geometry().left() >= plot(0)->mapTo(window_.get(), QPoint()).x());
        }
        QCOMPARE(explorer().starts().size(), before);  // no trajectory starts there
        QTest::mouseClick(plot(0), Qt::LeftButton, {}, plot(0)->toPosition(-1.2, -2.2).toPoint());
        QCOMPARE(explorer().starts().size(), before + 1);
    }

    void theCardSaysKindAndNumbers() {
        const auto& points = explorer().result(0)->portrait->census.points;
        const auto saddle = std::find_if(points.begin(), points.end(),
                                         [](const auto& p) { return p.kind == phase::FixedPointKind::saddle; });
        QVERIFY(saddle != points.end());
        click(0, saddle->kappa);
        QTRY_VERIFY_WITH_TIMEOUT(selection().point(), patience);
        const auto facts = selection().point();
        QVERIFY2(card(0)->text().startsWith(QStringLiteral("Saddle")), qPrintable(card(0)->text()));
        QVERIFY(card(0)->text().contains(QStringLiteral("of 5")));
        // J + 1 is the sum of the parts; the factors are those of one Euler step.
        Eigen::MatrixXd sum = -Eigen::MatrixXd::Identity(2, 2);
        for (const auto& part : facts->parts) sum += part;
        QCOMPARE(facts->parts.size(), std::size_t(2));
        QVERIFY((sum - saddle->jacobian).cwiseAbs().maxCoeff() < 1e-10);
        for (std::size_t k = 0; k < 2; ++k) {
            const auto lambda = saddle->eigenvalues[static_cast<Eigen::Index>(k)];
            QVERIFY(std::abs(facts->eulerFactors[k] - std::abs(1.0 + 0.2 * lambda)) < 1e-12);
        }
        QVERIFY(!facts->eulerUnstable);
        QCOMPARE(facts->gains, Eigen::VectorXd(Eigen::Vector2d(1, 1)));
    }

    /// At a moment of a trial a card is about the flow at v(t), and follows it.
    void theCardIsOfTheScrubbersMoment() {
        session::TrialChoice trial;
        trial.task = QStringLiteral("dms");
        trial.condition = QStringLiteral("A-B delay 50");
        explorer().document().setTrial(trial);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        Eigen::VectorXd before;
        for (const int step : {25, 12}) {
            explorer().setScrubber(step);
            QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
            if (step == 25) selection().step(1);
            const Eigen::VectorXd v = explorer().trial()->drive(step);
            QVERIFY(v.norm() > 0.5);
            const auto flow = session::flowOf(*explorer().state(), session::Level::meanField, v);
            const auto isOfThisMoment = [&] {
                const auto facts = selection().point();
                return facts && flow->velocity(facts->point.kappa).norm() < 1e-9 &&
                       (facts->z - flow->readout(facts->point.kappa)).norm() < 1e-12 &&
                       (facts->slopes - flow->meanSlopes(facts->point.kappa)).norm() < 1e-12;
            };
            QTRY_VERIFY_WITH_TIMEOUT(isOfThisMoment(), patience);
            QVERIFY(card(1)->isVisible());
            // The sliders' flow has no such point.
            const auto atRest = session::flowOf(*explorer().state(), session::Level::meanField);
            QVERIFY(atRest->velocity(selection().point()->point.kappa).norm() > 1e-3);
            if (before.size() > 0) QVERIFY((selection().point()->point.kappa - before).norm() > 1e-3);
            before = selection().point()->point.kappa;
        }
    }

    /// A focus that turns so fast that the network's own steps leave it: heading and card say so.
    void whatEulerStepsLeaveIsSaid() {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("turning.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        // At 0: lambda = -0.4 +- 3i, and |1 + 0.2 lambda| = 1.098.
        file.write(R"({"format": "kappascope-circuit", "version": 1, "rank": 2, "inputs": 0, "outputs": 0,
            "populations": [{"name": "a", "fraction": 1, "gain": 1, "mean": [0,0,0,0], "covariance":
            [[1,0,0.6,3],[0,1,-3,0.6],[0.6,-3,12,0],[3,0.6,0,12]]}]})");
        file.close();
        QVERIFY(!window_->view(1)->facts().contains(QStringLiteral("Euler")));
        explorer().open(path);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->populations() == 1 && settled(), patience);
        const auto result = explorer().result(1);
        QCOMPARE(result->portrait->census.points.size(), std::size_t(1));
        QVERIFY(result->portrait->census.points[0].unstableDirections == 0 && result->eulerUnstable);
        QVERIFY2(window_->view(1)->facts().contains(QStringLiteral("Euler steps unstable")),
                 qPrintable(window_->view(1)->facts()));
        selection().step(1);
        QTRY_VERIFY_WITH_TIMEOUT(selection().point(), patience);
        QVERIFY(selection().point()->eulerUnstable);
        QVERIFY(std::abs(selection().point()->eulerFactors[0] - std::hypot(0.92, 0.6)) < 1e-9);
        QVERIFY2(card(1)->text().contains(QStringLiteral("Euler")), qPrintable(card(1)->text()));
    }

    void escapeAndTheCrossCloseIt() {
        const Eigen::VectorXd kappa = explorer().result(1)->portrait->census.points[1].kappa;
        click(1, kappa);
        QTRY_VERIFY_WITH_TIMEOUT(card(1)->isVisible(), patience);
        plot(1)->setFocus();
        QTest::keyClick(plot(1), Qt::Key_Escape);
        QVERIFY(card(1)->isHidden() && selection().kind() == Selection::Kind::none);
        click(1, kappa);
        QTRY_VERIFY_WITH_TIMEOUT(card(1)->isVisible(), patience);
        QTest::mouseClick(card(1)->closeButton(), Qt::LeftButton);
        QVERIFY(card(1)->isHidden());
        // A click onto the card is none into the portrait.
        click(1, kappa);
        QTRY_VERIFY_WITH_TIMEOUT(card(1)->isVisible(), patience);
        const auto before = explorer().starts().size();
        QTest::mouseClick(card(1), Qt::LeftButton, {}, QPoint(30, 40));
        QCOMPARE(explorer().starts().size(), before);
    }

    void theCardFollowsTheSlider() {
        const Eigen::VectorXd kappa = explorer().result(0)->portrait->census.points.back().kappa;
        click(0, kappa);
        QTRY_VERIFY_WITH_TIMEOUT(selection().point(), patience);
        const QString text = card(0)->text();
        for (const double gain : {1.1, 1.2, 1.3, 1.4}) {
            explorer().document().setGain(0, gain);
            QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        }
        QTRY_COMPARE_WITH_TIMEOUT(selection().point()->gains[0], 1.4, patience);
        const auto& facts = *selection().point();
        QVERIFY(facts.point.residual < 1e-9);
        QVERIFY((facts.point.kappa - kappa).norm() > 0.05);
        QVERIFY(card(0)->isVisible() && card(0)->text() != text);
    }

    void aKeyStepsThroughThePoints() {
        plot(0)->setFocus();
        std::vector<std::size_t> seen;
        for (int k = 0; k < 6; ++k) {
            const auto before = selection().point();
            QTest::keyClick(plot(0), Qt::Key_N);
            QTRY_VERIFY_WITH_TIMEOUT(selection().point() && selection().point() != before, patience);
            seen.push_back(selection().point()->index);
        }
        QCOMPARE(seen, std::vector<std::size_t>({0, 1, 2, 3, 4, 0}));
        QTest::keyClick(plot(0), Qt::Key_N, Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(selection().point() ? selection().point()->index : 9, std::size_t(4), patience);
    }

    void aCycleHasACardToo() {
        explorer().open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(settled() && !explorer().result(0)->portrait->cycles.empty(), patience);
        const auto& cycle = explorer().result(0)->portrait->cycles[0];
        explorer().clearTrajectories();
        click(0, cycle.points.col(40));
        QCOMPARE(selection().kind(), Selection::Kind::cycle);
        const auto facts = selection().cycle();
        QVERIFY(facts.has_value());
        QCOMPARE(facts->periodMs(), cycle.period * explorer().state()->network->tauMs);
        QVERIFY2(card(0)->text().contains(QStringLiteral("Stable limit cycle")), qPrintable(card(0)->text()));
        QVERIFY(card(0)->text().contains(QStringLiteral("ms")));
    }

    void anotherFileClosesTheCard() {
        click(0, explorer().result(0)->portrait->census.points[0].kappa);
        QTRY_VERIFY_WITH_TIMEOUT(card(0)->isVisible(), patience);
        explorer().open(QStringLiteral("two-memories"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->rank() == 1 && settled(), patience);
        QVERIFY(card(0)->isHidden());
        // Of rank 1 the points lie on the line of zero.
        const auto& point = explorer().result(0)->portrait->census.points[0];
        QTest::mouseClick(plot(0), Qt::LeftButton, {}, plot(0)->toPosition(point.kappa[0], 0).toPoint());
        QTRY_VERIFY_WITH_TIMEOUT(card(0)->isVisible(), patience);
    }

    void bothPortraitsShareTheScaleOfSpeed() {
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto result = explorer().result(side);
            const double scale = std::max(explorer().result(0)->speed, explorer().result(1)->speed);
            QVERIFY(scale > 0 && std::abs(result->speedScale - scale) <= 0.006 * scale);
            QCOMPARE(result->speed, result->portrait->maximumSpeed());
        }
        explorer().document().setGain(0, 0.3);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        const double scale = std::max(explorer().result(0)->speed, explorer().result(1)->speed);
        QVERIFY(std::abs(explorer().result(0)->speedScale / explorer().result(1)->speedScale - 1) <= 0.012);
        QVERIFY(std::abs(explorer().result(0)->speedScale - scale) <= 0.006 * scale);
    }

    void layersReachPortraitAndLegend() {
        auto* legend = window_->findChild<Legend*>();
        QVERIFY(legend && !legend->texts().contains(QStringLiteral("stable manifold")));
        window_->layerBar()->setLayers({QStringLiteral("manifolds"), QStringLiteral("readout")});
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto& portrait = *explorer().result(side)->portrait;
            QCOMPARE(portrait.manifolds.size(), std::size_t(8));  // two saddles, four branches each
            QVERIFY(portrait.manifoldDetail == phase::Manifolds::exact);
            QCOMPARE(portrait.readout.columns, phase::readoutNodes);
        }
        QVERIFY(legend->texts().contains(QStringLiteral("stable manifold")));
        QVERIFY(legend->texts().contains(QStringLiteral("equal readout $z$")));
        QVERIFY(!legend->texts().contains(QStringLiteral("saddle")));
    }

private:
    Explorer& explorer() { return window_->explorer(); }
    Selection& selection() { return explorer().selection(); }
    PortraitPlot* plot(int side) { return window_->view(side)->plot(); }
    SelectionCard* card(int side) { return window_->view(side)->card(); }
    bool settled() { return explorer().isSettled(); }
    void click(int side, const Eigen::VectorXd& kappa, QPoint beside = {}) {
        QTest::mouseClick(plot(side), Qt::LeftButton, {},
                          plot(side)->toPosition(kappa[0], kappa[1]).toPoint() + beside);
    }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestCards)
#include "tst_cards.moc"
