// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/Geometry>
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/phase/orbit.h"
#include "tests/core/analytic_flows.h"
#include "tests/core/errors.h"

using namespace kappascope;
using phase::Orbit;
using phase::OrbitOptions;
using test::codeOf;

namespace {

Eigen::Matrix2d spiral(double decay, double omega) {
    Eigen::Matrix2d a;
    a << -decay, -omega, omega, -decay;
    return a;
}

/// Largest distance from the closed form exp(-decay t) R(omega t) start.
double spiralError(const Orbit& orbit, const Eigen::Vector2d& start, double decay, double omega) {
    double largest = 0;
    for (Eigen::Index k = 0; k < orbit.times.size(); ++k) {
        const double t = orbit.times[k];
        const Eigen::Vector2d exact = std::exp(-decay * t) * (Eigen::Rotation2Dd(omega * t) * start);
        largest = std::max(largest, (orbit.points.col(k) - exact).norm());
    }
    return largest;
}

}  // namespace

class OrbitTest : public QObject {
    Q_OBJECT
private slots:
    void followsTheClosedForm() {
        const Eigen::Vector2d start(1, 0.5);
        OrbitOptions options;
        options.duration = 20;
        const Orbit orbit = phase::integrateOrbit(tests::linearFlow(spiral(0.1, 2)), start, options);
        QCOMPARE(orbit.times[0], 0.0);
        QCOMPARE(orbit.times[orbit.times.size() - 1], 20.0);
        QCOMPARE(Eigen::Vector2d(orbit.points.col(0)), start);
        QVERIFY(spiralError(orbit, start, 0.1, 2) < 1e-6);
        QVERIFY(!orbit.cameToRest && !orbit.escaped);
        for (Eigen::Index k = 1; k < orbit.times.size(); ++k) {
            QVERIFY(orbit.times[k] > orbit.times[k - 1]);
            QVERIFY(orbit.times[k] - orbit.times[k - 1] <= options.maximumStep * (1 + 1e-12));
        }
    }

    void toleranceBoundsTheError() {
        const Eigen::Vector2d start(1, 0);
        double before = 1;
        for (double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
            OrbitOptions options;
            options.duration = 10;
            options.maximumStep = 1;
            options.absoluteTolerance = options.relativeTolerance = tolerance;
            const double error =
                spiralError(phase::integrateOrbit(tests::linearFlow(spiral(0, 1)), start, options), start, 0, 1);
            QVERIFY2(error < 100 * tolerance, qPrintable(QString::number(error)));
            QVERIFY(error < before / 5);
            before = error;
        }
    }

    void backwardUndoesForward() {
        const tests::FormulaFlow flow = tests::vanDerPol(1);
        const Eigen::Vector2d start(0.4, -0.3);
        OrbitOptions options;
        options.duration = 6;
        options.absoluteTolerance = options.relativeTolerance = 1e-11;
        const Orbit there = phase::integrateOrbit(flow, start, options);
        options.backward = true;
        const Orbit back = phase::integrateOrbit(flow, there.points.rightCols(1), options);
        QVERIFY((back.points.rightCols(1) - start).norm() < 1e-7);
        QVERIFY(back.times[back.times.size() - 1] == 6);
    }

    void comesToRest() {
        OrbitOptions options;
        options.speedFloor = 1e-4;
        const Orbit orbit =
            phase::integrateOrbit(tests::linearFlow(-Eigen::Matrix2d::Identity()), Eigen::Vector2d(1, 0), options);
        QVERIFY(orbit.cameToRest);
        // |F| = exp(-t) falls below 1e-4 at t = 9.21; the step there ends within maximumStep of it.
        const double end = orbit.times[orbit.times.size() - 1];
        QVERIFY(end >= std::log(1e4) && end <= std::log(1e4) + options.maximumStep);
        const Orbit still =
            phase::integrateOrbit(tests::linearFlow(-Eigen::Matrix2d::Identity()), Eigen::Vector2d::Zero());
        QVERIFY(still.cameToRest);
        QCOMPARE(still.times.size(), Eigen::Index{1});
    }

    void escapes() {
        OrbitOptions options;
        options.escapeRadius = 2;
        const Orbit orbit =
            phase::integrateOrbit(tests::linearFlow(Eigen::Matrix2d::Identity(), 3), Eigen::Vector2d(1, 0.1), options);
        QVERIFY(orbit.escaped && !orbit.cameToRest);
        // exp(t) = 6 at t = 1.79.
        const double end = orbit.times[orbit.times.size() - 1];
        QVERIFY(end >= std::log(6.0) && end <= std::log(6.0) + options.maximumStep);
        options.backward = true;
        QVERIFY(
            phase::integrateOrbit(tests::linearFlow(-Eigen::Matrix2d::Identity(), 3), Eigen::Vector2d(1, 0), options)
                .escaped);
        // A start outside the box may come in.
        options.backward = false;
        options.duration = 30;
        const Orbit inward = phase::integrateOrbit(tests::linearFlow(-Eigen::Matrix2d::Identity(), 0.01),
                                                   Eigen::Vector2d(50, 0), options);
        QVERIFY(inward.cameToRest);
    }

    void infinityInFiniteTimeIsAnEscape() {
        const tests::FormulaFlow flow(
            2, 1, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) { f << k[0] * k[0], 0; });
        OrbitOptions options;
        options.escapeRadius = 1e300;
        const Orbit orbit = phase::integrateOrbit(flow, Eigen::Vector2d(1, 0), options);
        QVERIFY(orbit.escaped);
        QVERIFY(orbit.points.allFinite());
        QVERIFY(std::abs(orbit.times[orbit.times.size() - 1] - 1) < 1e-4);
    }

    void ranksOneAndFive() {
        for (int rank : {1, 5}) {
            const Eigen::MatrixXd a = -0.5 * Eigen::MatrixXd::Identity(rank, rank);
            OrbitOptions options;
            options.duration = 2;
            const Eigen::VectorXd start = Eigen::VectorXd::LinSpaced(rank, 1, 2);
            const Orbit orbit = phase::integrateOrbit(tests::linearFlow(a), start, options);
            QCOMPARE(orbit.points.rows(), Eigen::Index{rank});
            QVERIFY((orbit.points.rightCols(1) - std::exp(-1.0) * start).norm() < 1e-7);
        }
    }

    void wrongArgumentsAreNamed() {
        const tests::FormulaFlow flow = tests::vanDerPol(1);
        QCOMPARE(codeOf([&] { phase::integrateOrbit(flow, Eigen::Vector3d::Zero()); }), ErrorCode::wrongShape);
        QCOMPARE(codeOf([&] { phase::integrateOrbit(flow, Eigen::Vector2d(std::nan(""), 0)); }), ErrorCode::notFinite);
        OrbitOptions options;
        options.duration = -1;
        QCOMPARE(codeOf([&] { phase::integrateOrbit(flow, Eigen::Vector2d(1, 0), options); }), ErrorCode::badOption);
        options = {};
        options.maximumStep = 0;
        QCOMPARE(codeOf([&] { phase::integrateOrbit(flow, Eigen::Vector2d(1, 0), options); }), ErrorCode::badOption);
        std::stop_source source;
        source.request_stop();
        QCOMPARE(codeOf([&] { phase::integrateOrbit(flow, Eigen::Vector2d(1, 0), {}, source.get_token()); }),
                 ErrorCode::stopped);
    }
};

QTEST_GUILESS_MAIN(OrbitTest)
#include "tst_orbit.moc"
