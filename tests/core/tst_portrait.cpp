// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/phase/portrait.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using phase::Portrait;
using phase::View;

namespace {

phase::Census census(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points) {
    phase::Census result;
    for (const Eigen::VectorXd& point : points) result.points.push_back(phase::classify(flow, point));
    return result;
}

/// An attracting ring as a network flow has it: inward at the box's border. A tanh network in closed form: F = -k + A
/// tanh(k).
tests::FormulaFlow tanhNetwork(const Eigen::MatrixXd& a) {
    return {static_cast<int>(a.rows()), a.cwiseAbs().rowwise().sum().maxCoeff(),
            [a](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                const Eigen::VectorXd r = k.array().tanh();
                f = a * r - k;
                if (j) {
                    *j = a * (1 - r.array().square()).matrix().asDiagonal();
                    j->diagonal().array() -= 1;
                }
            },
            a.cwiseAbs().maxCoeff()};
}

bool isRound(double value, double width) {
    // A multiple of a 1-2-5 step near a twentieth of the width.
    for (double digit : {1, 2, 5}) {
        const double step = digit * std::pow(10, std::floor(std::log10(width / 20)));
        if (std::abs(value / step - std::round(value / step)) < 1e-6) return true;
    }
    return false;
}

}  // namespace

class PortraitTest : public QObject {
    Q_OBJECT
private slots:
    void oscillator() {
        Eigen::Matrix2d a;
        a << 1.8, -1.5, 1.5, 1.8;
        const Portrait portrait = phase::computePortrait(tanhNetwork(a));
        QCOMPARE(portrait.rank, 2);
        QVERIFY(portrait.census.proven);
        QCOMPARE(portrait.census.points.size(), std::size_t{1});
        QCOMPARE(portrait.cycles.size(), std::size_t{1});
        for (Eigen::Index k = 0; k < 257; ++k)
            QVERIFY(portrait.view.contains(portrait.cycles[0].points(0, k), portrait.cycles[0].points(1, k)));
        QCOMPARE(portrait.field.columns, 48);
        QVERIFY(portrait.field.view == portrait.view);
        QVERIFY(!portrait.streamlines.lines.empty());
        QVERIFY(portrait.streamlines.lines[0].closed);
        QCOMPARE(portrait.streamlines.lines[0].points.size(), std::size_t{257});
        // Both nullclines pass through the fixed point.
        for (const auto& nullcline : portrait.nullclines) {
            double nearest = 1;
            for (const auto& line : nullcline)
                for (const auto& p : line) nearest = std::min(nearest, std::hypot(p.x, p.y));
            QVERIFY(nearest < 0.02);
        }
    }

    void multistable() {
        Eigen::Matrix2d a;
        a << 1.6, 0, 0, 1.4;
        const Portrait portrait = phase::computePortrait(tanhNetwork(a), {}, 40, 32);
        QCOMPARE(portrait.census.points.size(), std::size_t{9});
        QVERIFY(portrait.cycles.empty());
        QCOMPARE(portrait.field.columns, 40);
        QCOMPARE(portrait.field.rows, 32);
        for (const auto& point : portrait.census.points) {
            QVERIFY(portrait.view.contains(1.2 * point.kappa[0], 1.2 * point.kappa[1]));
            // Every fixed point lies where both nullclines meet.
            const auto v = portrait.field.at(point.kappa[0], point.kappa[1]);
            QVERIFY(std::hypot(v.x, v.y) < 2e-4);
        }
        // Each component's zeros are three straight lines.
        QCOMPARE(portrait.nullclines[0].size(), std::size_t{3});
        QCOMPARE(portrait.nullclines[1].size(), std::size_t{3});
    }

    void givenViewIsKept() {
        Eigen::Matrix2d a;
        a << 1.5, 0.2, 0, 1.2;
        View view;
        view.axes = {1, 0};
        view.xMin = -3.21;
        view.yMax = 2.5;
        QVERIFY(phase::computePortrait(tanhNetwork(a), view).view == view);
    }

    void rankOne() {
        const Portrait portrait = phase::computePortrait(tanhNetwork(Eigen::MatrixXd::Constant(1, 1, 2.0)));
        QCOMPARE(portrait.rank, 1);
        QCOMPARE(portrait.census.points.size(), std::size_t{3});
        QVERIFY(portrait.line.count() >= 257);
        QCOMPARE(portrait.line.xMin, portrait.view.xMin);
        QVERIFY(portrait.field.x.empty() && portrait.streamlines.lines.empty());
        for (float speed : portrait.line.speed) QVERIFY(portrait.view.contains(0, static_cast<double>(speed)));
        for (const auto& point : portrait.census.points) QVERIFY(portrait.view.contains(1.2 * point.kappa[0], 0));
    }

    void rankThreeShowsASlice() {
        Eigen::Matrix3d a = Eigen::Vector3d(1.5, 1.3, 1.2).asDiagonal();
        View view;
        view.axes = {2, 0};
        view.xMin = view.yMin = -2;
        view.xMax = view.yMax = 2;
        view.held = Eigen::Vector3d(0, 0.3, 0);
        const Portrait portrait = phase::computePortrait(tanhNetwork(a), view);
        QCOMPARE(portrait.census.points.size(), std::size_t{27});
        const double x = portrait.field.nodeX(10);
        const double y = portrait.field.nodeY(40);
        QVERIFY(std::abs(static_cast<double>(portrait.field.x[40 * 48 + 10]) - (1.2 * std::tanh(x) - x)) < 1e-5);
        QVERIFY(std::abs(static_cast<double>(portrait.field.y[40 * 48 + 10]) - (1.5 * std::tanh(y) - y)) < 1e-5);
        QVERIFY(!portrait.streamlines.lines.empty());
    }

    void viewHoldsEverythingInRoundNumbers_data() {
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        for (double x : {0.013, 0.7, 1.52, 40.0})
            for (double y : {0.0, 0.2 * x, x, 2.1 * x}) QTest::addRow("+-(%g, %g)", x, y) << x << y;
    }
    void viewHoldsEverythingInRoundNumbers() {
        QFETCH(double, x);
        QFETCH(double, y);
        const auto flow = tests::linearFlow(-Eigen::Matrix2d::Identity(), 3);
        const View view = phase::chooseView(
            flow, census(flow, {Eigen::Vector2d(-x, -y), Eigen::Vector2d(0, 0), Eigen::Vector2d(x, y)}), {});
        QVERIFY(view.contains(1.2 * x, 1.2 * y) && view.contains(-1.2 * x, -1.2 * y));
        QVERIFY(std::abs(view.width() / view.height() - 1) < 1e-9);
        QVERIFY(view.width() >= 0.2 * 3 - 1e-12);
        QVERIFY(view.width() < std::max(2.2 * 2 * std::max(x, y), 0.8));
        for (double end : {view.xMin, view.xMax, view.yMin, view.yMax}) QVERIFY(isRound(end, view.width()));
        // Symmetric things are shown symmetrically.
        QVERIFY(std::abs(view.xMin + view.xMax) < 1e-9 * view.width());
    }

    void axesOfDifferentScalesAreNotEqual() {
        // The second mode's box is a fiftieth of the first's.
        class Flat : public tests::FormulaFlow {
        public:
            using FormulaFlow::FormulaFlow;
            Eigen::VectorXd box() const override { return Eigen::Vector2d(3, 0.06); }
        };
        const Flat flow(2, 3, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
            f = -k;
            if (j) *j = -Eigen::Matrix2d::Identity();
        });
        const View view =
            phase::chooseView(flow, census(flow, {Eigen::Vector2d(-1, -0.03), Eigen::Vector2d(1, 0.03)}), {});
        QVERIFY(view.contains(1.2, 0.036));
        QVERIFY(view.width() > 10 * view.height());
        const View swapped =
            phase::chooseView(flow, census(flow, {Eigen::Vector2d(-1, -0.03), Eigen::Vector2d(1, 0.03)}), {}, {1, 0});
        QCOMPARE(swapped.width(), view.height());
        QCOMPARE(swapped.height(), view.width());
    }

    void oneFixedPointAlone() {
        const auto flow = tests::linearFlow(-Eigen::Matrix2d::Identity(), 2.5);
        const View centred = phase::chooseView(flow, census(flow, {Eigen::Vector2d(0, 0)}), {});
        QVERIFY(centred.width() >= 1.2 * 2.5 && centred.width() <= 1.2 * 2.5 * 1.15);
        QVERIFY(centred.contains(0, 0));
        // Away from the origin, both are shown: trials start at the origin.
        const View away = phase::chooseView(flow, census(flow, {Eigen::Vector2d(1.9, -0.3)}), {});
        QVERIFY(away.contains(0, 0) && away.contains(2, -0.3));
        const View nothing = phase::chooseView(flow, {}, {});
        QVERIFY(nothing.width() > 0 && nothing.height() > 0);
    }

    void stops() {
        std::stop_source source;
        source.request_stop();
        Eigen::Matrix2d a;
        a << 1.8, -1.5, 1.5, 1.8;
        try {
            phase::computePortrait(tanhNetwork(a), {}, 48, 48, source.get_token());
            QFAIL("was not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
    }
};

QTEST_GUILESS_MAIN(PortraitTest)
#include "tst_portrait.moc"
