// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <numbers>

#include "core/phase/portrait.h"
#include "ui/session/planar.h"

using namespace kappascope;

namespace {

/// A field given by a function, on 48 x 48 nodes over +-2.
phase::FlowField fieldOf(const std::function<phase::Velocity(double, double)>& f) {
    phase::FlowField field;
    field.view.xMin = field.view.yMin = -2;
    field.view.xMax = field.view.yMax = 2;
    field.columns = field.rows = 48;
    for (int j = 0; j < 48; ++j)
        for (int i = 0; i < 48; ++i) {
            const auto v = f(field.nodeX(i), field.nodeY(j));
            field.x.push_back(float(v.x));
            field.y.push_back(float(v.y));
        }
    return field;
}

/// r' = r (1 - r^2) / 2, theta' = omega: one attracting circle of radius 1 and period 2 pi / omega.
phase::Velocity circle(double x, double y) {
    const double growth = (1 - x * x - y * y) / 2, omega = 0.8;
    return {growth * x - omega * y, growth * y + omega * x};
}

/// Rank 2, one population with independent modes: sigma_nm = diag(a, b).
std::shared_ptr<const reduction::Circuit> diagonalCircuit(double a, double b, double turn = 0) {
    auto circuit = std::make_shared<reduction::Circuit>();
    circuit->rank = 2;
    reduction::Population population;
    population.mean = Eigen::VectorXd::Zero(4);
    Eigen::Matrix2d mn;
    mn << a, -turn, turn, b;  // S_{m,n}
    const double large = 4 * (a * a + b * b + turn * turn);
    population.covariance = Eigen::MatrixXd::Identity(4, 4);
    population.covariance.topRightCorner(2, 2) = mn;
    population.covariance.bottomLeftCorner(2, 2) = mn.transpose();
    population.covariance.bottomRightCorner(2, 2) = large * Eigen::Matrix2d::Identity();
    circuit->populations.push_back(population);
    circuit->validate();
    return circuit;
}

}  // namespace

class TestPlanar : public QObject {
    Q_OBJECT

private slots:
    void crossingsAreTheZeros() {
        // x' = x (1 - x^2), y' = -y + x/4: zeros at x = 0, +-1 with y = x/4.
        const auto field = fieldOf([](double x, double y) { return phase::Velocity{x * (1 - x * x), -y + x / 4}; });
        const auto found = session::crossings(field);
        QCOMPARE(found.size(), std::size_t(3));
        for (const double x : {-1.0, 0.0, 1.0}) {
            const bool there = std::any_of(found.begin(), found.end(), [x](const phase::Point& p) {
                return std::hypot(p.x - x, p.y - x / 4) < 2e-3;
            });
            QVERIFY2(there, qPrintable(QString::number(x)));
        }
    }

    void crossingsOfALine() {
        phase::FlowLine line;
        line.xMin = -2;
        line.xMax = 2;
        for (int k = 0; k < 101; ++k) {
            const double x = -2 + 4 * k / 100.0 + 0.003;
            line.speed.push_back(float(x - x * x * x));
        }
        QCOMPARE(session::crossings(line).size(), std::size_t(3));
    }

    void anAttractingCycleIsFollowed() {
        const auto field = fieldOf(circle);
        phase::Census census;
        phase::FixedPoint origin;
        origin.kappa = Eigen::VectorXd::Zero(2);
        origin.kind = phase::FixedPointKind::unstableFocus;
        census.points.push_back(origin);
        const auto cycles = session::followedCycles(field, census, {});
        QCOMPARE(cycles.size(), std::size_t(1));
        const double period = 2 * std::numbers::pi / 0.8;
        QVERIFY2(std::abs(cycles[0].period / period - 1) < 2e-3, qPrintable(QString::number(cycles[0].period)));
        for (Eigen::Index k = 0; k < cycles[0].points.cols(); ++k)
            QVERIFY(std::abs(cycles[0].points.col(k).norm() - 1) < 5e-3);
        // From the known one it is found too, and only once.
        QCOMPARE(session::followedCycles(field, census, cycles).size(), std::size_t(1));
        QCOMPARE(session::followedCycles(field, {}, cycles).size(), std::size_t(1));
    }

    void aCycleThatDissolvedIsDropped() {
        phase::Census census;
        const auto cycles = session::followedCycles(fieldOf(circle), {}, [] {
            phase::LimitCycle known;
            known.points = Eigen::MatrixXd::Ones(2, 1);
            known.minimum = Eigen::Vector2d(-1, -1);
            known.maximum = Eigen::Vector2d(1, 1);
            return std::vector{known};
        }());
        QCOMPARE(cycles.size(), std::size_t(1));
        const auto sink = fieldOf([](double x, double y) { return phase::Velocity{-x - y, x - y}; });
        QVERIFY(session::followedCycles(sink, census, cycles).empty());
    }

    void pointsAreFollowedThroughABifurcation() {
        // Two uncoupled pitchforks: 9 fixed points when both couplings are above 1, 3 when one is, 1 when none is.
        const auto circuit = diagonalCircuit(1.9, 1.7);
        phase::Census census;
        for (const double gain : {0.4, 0.55, 0.7, 0.9, 1.2, 0.8, 0.5}) {
            const auto flow = reduction::meanFieldFlow(circuit, Eigen::VectorXd(), Eigen::VectorXd::Constant(1, gain));
            phase::View view;
            view.xMin = view.yMin = -2.5;
            view.xMax = view.yMax = 2.5;
            const auto field = phase::computeFlowField(*flow, view);
            std::vector<Eigen::VectorXd> seeds;
            for (const auto& point : session::crossings(field)) seeds.push_back(view.kappa(point.x, point.y, 2));
            census = session::followedCensus(*flow, census.points, seeds);
            const auto complete = phase::findFixedPoints(*flow);
            QVERIFY(complete.proven && !census.proven);
            QCOMPARE(census.points.size(), complete.points.size());
            QCOMPARE(census.indexSum, 1);
            for (const auto& expected : complete.points)
                QVERIFY(std::any_of(census.points.begin(), census.points.end(), [&](const phase::FixedPoint& point) {
                    return (point.kappa - expected.kappa).norm() < 1e-8;
                }));
        }
    }

    void aspectWidensOneDirectionOnly() {
        phase::View view;
        view.xMin = view.yMin = -1;
        view.xMax = view.yMax = 1;
        const auto wide = session::withAspect(view, 2);
        QCOMPARE(wide.width(), 4.0);
        QCOMPARE(wide.height(), 2.0);
        const auto tall = session::withAspect(view, 0.5);
        QCOMPARE(tall.width(), 2.0);
        QCOMPARE(tall.height(), 4.0);
        QCOMPARE((tall.xMin + tall.xMax) / 2, 0.0);
        view.yMax = 9;  // not comparable: each axis keeps its own
        QVERIFY(session::withAspect(view, 1) == view);
    }

    void unitingHoldsBoth() {
        phase::View a, b;
        b.xMin = -3;
        b.yMax = 0.5;
        const auto both = session::unite(a, b);
        QCOMPARE(both.xMin, -3.0);
        QCOMPARE(both.yMax, 1.0);
    }
};

QTEST_GUILESS_MAIN(TestPlanar)
#include "tst_planar.moc"
