// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/Geometry>
#include <Eigen/LU>
#include <QTest>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "core/phase/orbit.h"
#include "core/random.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using phase::Census;
using phase::LimitCycle;

namespace {

/// A census of known points, each with its own linearisation.
Census census(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points) {
    Census result;
    for (const Eigen::VectorXd& point : points) result.points.push_back(phase::classify(flow, point));
    return result;
}

std::vector<LimitCycle> find(const reduction::Flow& flow) {
    return phase::findLimitCycles(flow, census(flow, {Eigen::VectorXd::Zero(flow.rank())}));
}

/// r' = -r (r^2 - s_1)(r^2 - s_2)..., cycles of radius sqrt(s_k).
tests::FormulaFlow rings(std::vector<double> squares, double omega) {
    return tests::polarFlow(
        [squares](double s) {
            double product = -1;
            double slope = 0;
            for (double square : squares) {
                slope = slope * (s - square) + product;
                product *= s - square;
            }
            return std::pair{product, slope};
        },
        omega);
}

/// x' = y, y' = x - x^3 + e y (mu - x^2): saddle at 0, foci at +-1, a great cycle around all three for mu above about
/// 0.752.
tests::FormulaFlow doubleWell(double mu) {
    return {2, 3, [mu](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                const double x = k[0];
                const double y = k[1];
                f << y, x - x * x * x + 0.5 * y * (mu - x * x);
                if (j) *j << 0, 1, 1 - 3 * x * x - y * x, 0.5 * (mu - x * x);
            }};
}

}  // namespace

class LimitCyclesTest : public QObject {
    Q_OBJECT
private slots:
    void hopfNormalForm_data() {
        QTest::addColumn<double>("mu");
        QTest::addColumn<double>("omega");
        QTest::addColumn<double>("shear");
        for (double mu : {1.0, 0.3, 0.1, 1e-2, 1e-3, 1e-4})
            for (double omega : {0.2, 1.0, 8.0})
                for (double shear : {0.0, 0.3, -0.1})
                    QTest::addRow("mu %g, omega %g, shear %g", mu, omega, shear) << mu << omega << shear;
    }
    void hopfNormalForm() {
        QFETCH(double, mu);
        QFETCH(double, omega);
        QFETCH(double, shear);
        const auto cycles = find(tests::hopf(mu, omega, shear));
        QCOMPARE(cycles.size(), std::size_t{1});
        const LimitCycle& cycle = cycles[0];
        const double radius = std::sqrt(mu);
        const double period = 2 * std::numbers::pi / (omega + shear * mu);
        QVERIFY2(std::abs(cycle.period / period - 1) < 1e-6, qPrintable(QString::number(cycle.period / period - 1)));
        QVERIFY(cycle.stable);
        for (int r : {0, 1}) {
            QVERIFY(std::abs(cycle.maximum[r] / radius - 1) < 1e-6);
            QVERIFY(std::abs(cycle.minimum[r] / radius + 1) < 1e-6);
        }
        // The nontrivial multiplier is exp of the divergence's integral, -2 mu T.
        QVERIFY(std::abs(cycle.multipliers[0] - 1.0) < 1e-6);
        QVERIFY(std::abs(cycle.multipliers[1] - std::exp(-2 * mu * period)) < 1e-6);
        // Points: on the circle, equally spaced in time, so in angle.
        QCOMPARE(cycle.points.cols(), Eigen::Index{257});
        QCOMPARE(Eigen::VectorXd(cycle.points.col(0)), Eigen::VectorXd(cycle.points.col(256)));
        const Eigen::Rotation2Dd turn(2 * std::numbers::pi / 256);
        for (Eigen::Index k = 0; k < 256; ++k) {
            QVERIFY(std::abs(cycle.points.col(k).norm() / radius - 1) < 1e-6);
            QVERIFY((turn * Eigen::Vector2d(cycle.points.col(k)) - cycle.points.col(k + 1)).norm() < 3e-6 * radius);
        }
    }

    void noCycleBelowTheHopfBifurcation() {
        for (double mu : {-1e-3, -1e-2, -0.1, -1.0}) QVERIFY(find(tests::hopf(mu, 1)).empty());
    }

    void vanDerPol_data() {
        QTest::addColumn<double>("mu");
        QTest::addColumn<double>("period");
        QTest::addColumn<double>("tolerance");
        // Published periods; for small mu the series 2 pi (1 + mu^2 / 16 - 5 mu^4 / 3072).
        QTest::newRow("mu 1") << 1.0 << 6.6632868593 << 1e-9;
        QTest::newRow("mu 3") << 3.0 << 8.8590954997 << 1e-9;
        for (double mu : {0.05, 0.1, 0.2})
            QTest::addRow("mu %g", mu) << mu << 2 * std::numbers::pi * (1 + mu * mu / 16 - 5 * std::pow(mu, 4) / 3072)
                                       << 1e-2 * std::pow(mu, 6) + 1e-9;
    }
    void vanDerPol() {
        QFETCH(double, mu);
        QFETCH(double, period);
        QFETCH(double, tolerance);
        const auto cycles = find(tests::vanDerPol(mu));
        QCOMPARE(cycles.size(), std::size_t{1});
        QVERIFY2(std::abs(cycles[0].period / period - 1) < tolerance,
                 qPrintable(QString::number(cycles[0].period, 'g', 12)));
        QVERIFY(std::abs(cycles[0].minimum[0] + cycles[0].maximum[0]) < 1e-7);
    }

    void nestedCycles() {
        // Attracting at radius 0.5 and 1.5, repelling at 1: two are listed.
        for (double omega : {0.3, 1.0, 5.0}) {
            const auto cycles = find(rings({0.25, 1, 2.25}, omega));
            QCOMPARE(cycles.size(), std::size_t{2});
            QVERIFY(std::abs(cycles[0].maximum[0] - 1.5) < 1e-7);
            QVERIFY(std::abs(cycles[1].maximum[0] - 0.5) < 1e-7);
        }
        const auto three = find(rings({0.04, 0.16, 0.49, 1.21, 3.61}, 1));
        QCOMPARE(three.size(), std::size_t{3});
        QVERIFY(std::abs(three[0].maximum[0] - 1.9) < 1e-7);
        QVERIFY(std::abs(three[1].maximum[0] - 0.7) < 1e-7);
        QVERIFY(std::abs(three[2].maximum[0] - 0.2) < 1e-7);
    }

    void bistableWithAFocus() {
        // A stable focus inside a repelling cycle (radius 0.5) inside an attracting one (radius 1).
        const auto flow = tests::polarFlow(
            [](double s) {
                return std::pair{-(s - 0.25) * (s - 1), -(2 * s - 1.25)};
            },
            1);
        const auto cycles = find(flow);
        QCOMPARE(cycles.size(), std::size_t{1});
        QVERIFY(std::abs(cycles[0].maximum[1] - 1) < 1e-7);
    }

    void nothingWhereThereIsNone() {
        // The ghost of a pair of cycles that have just vanished: very slow, no cycle.
        const auto ghost = [](double gap) {
            return tests::polarFlow([gap](double s) { return std::pair{-((s - 1) * (s - 1) + gap), -2 * (s - 1)}; }, 1);
        };
        for (double gap : {1e-2, 1e-4}) QVERIFY(find(ghost(gap)).empty());
        // A centre's closed orbits attract nothing.
        Eigen::Matrix2d a;
        a << 0, -1, 1, 0;
        QVERIFY(find(tests::linearFlow(a)).empty());
        const auto pitchfork = tests::pitchfork(1);
        QVERIFY(phase::findLimitCycles(pitchfork, census(pitchfork, {Eigen::Vector2d(-1, 0), Eigen::Vector2d(0, 0),
                                                                     Eigen::Vector2d(1, 0)}))
                    .empty());
        const tests::FormulaFlow line(1, 3,
                                      [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) { f = -k; });
        QVERIFY(phase::findLimitCycles(line, {}).empty());
    }

    void aroundThreeFixedPoints() {
        for (double mu : {0.76, 0.81, 0.9, 1.2}) {
            const auto flow = doubleWell(mu);
            const auto known = census(flow, {Eigen::Vector2d(-1, 0), Eigen::Vector2d(0, 0), Eigen::Vector2d(1, 0)});
            const auto cycles = phase::findLimitCycles(flow, known);
            QCOMPARE(cycles.size(), std::size_t{1});
            QVERIFY(cycles[0].maximum[0] > 1.2 && cycles[0].minimum[0] < -1.2);
            // It closes: the orbit through its first point is back after one period.
            phase::OrbitOptions options;
            options.duration = cycles[0].period;
            options.absoluteTolerance = options.relativeTolerance = 1e-11;
            const auto orbit = phase::integrateOrbit(flow, cycles[0].points.col(0), options);
            QVERIFY((orbit.points.rightCols(1) - cycles[0].points.col(0)).norm() < 1e-7);
        }
    }

    void nearAHomoclinicOrbit() {
        // x' = 1 - cos-like slow passage: a circle of radius 1 whose angular speed 1 - c sin(theta) nearly stops, T = 2
        // pi / sqrt(1 - c^2).
        const double c = 0.99;
        const tests::FormulaFlow flow(2, 3, [c](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
            const double x = k[0];
            const double y = k[1];
            const double g = 1 - x * x - y * y;
            const double w = 1 - c * y;
            f << g * x - w * y, g * y + w * x;
            if (j) *j << g - 2 * x * x, -2 * x * y - w + c * y, -2 * x * y + w, g - 2 * y * y - c * x;
        });
        const auto cycles = find(flow);
        QCOMPARE(cycles.size(), std::size_t{1});
        const double period = 2 * std::numbers::pi / std::sqrt(1 - c * c);
        QVERIFY(std::abs(cycles[0].period / period - 1) < 1e-6);
    }

    void higherRanks_data() {
        QTest::addColumn<int>("rank");
        for (int rank : {3, 4, 6}) QTest::addRow("rank %d", rank) << rank;
    }
    void higherRanks() {
        // A Hopf normal form with slaved, damped modes in oblique coordinates: kappa = B y.
        QFETCH(int, rank);
        Random random(7, Stream::starts);
        qInfo("seed 7");
        Eigen::MatrixXd b = Eigen::MatrixXd::Identity(rank, rank);
        for (Eigen::Index i = 0; i < rank; ++i)
            for (Eigen::Index j = 0; j < rank; ++j) b(i, j) += 0.15 * random.normal();
        const Eigen::MatrixXd inverse = b.inverse();
        const tests::FormulaFlow flow(rank, 3, [&](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
            const Eigen::VectorXd y = inverse * k;
            const double g = 0.64 - y[0] * y[0] - y[1] * y[1];
            Eigen::VectorXd v = -y;
            v[0] = g * y[0] - 1.5 * y[1];
            v[1] = g * y[1] + 1.5 * y[0];
            v[2] += y[0] * y[0];
            f = b * v;
            if (!j) return;
            Eigen::MatrixXd d = -Eigen::MatrixXd::Identity(rank, rank);
            d(0, 0) = g - 2 * y[0] * y[0];
            d(0, 1) = -2 * y[0] * y[1] - 1.5;
            d(1, 0) = -2 * y[0] * y[1] + 1.5;
            d(1, 1) = g - 2 * y[1] * y[1];
            d(2, 0) = 2 * y[0];
            *j = b * d * inverse;
        });
        const auto cycles = find(flow);
        QCOMPARE(cycles.size(), std::size_t{1});
        QVERIFY(std::abs(cycles[0].period / (2 * std::numbers::pi / 1.5) - 1) < 1e-7);
        QCOMPARE(cycles[0].multipliers.size(), Eigen::Index{rank});
        QVERIFY(std::abs(std::abs(cycles[0].multipliers[1]) - std::exp(-cycles[0].period)) < 1e-6);
        for (Eigen::Index k = 0; k < 257; ++k) {
            const Eigen::VectorXd y = inverse * cycles[0].points.col(k);
            QVERIFY(std::abs(std::hypot(y[0], y[1]) - 0.8) < 1e-6);
        }
    }

    void stopsSoon() {
        std::stop_source source;
        source.request_stop();
        try {
            phase::findLimitCycles(tests::vanDerPol(1), {}, {}, source.get_token());
            QFAIL("was not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
        // Asked to stop at any moment, it takes few evaluations more.
        for (int moment : {100, 5000, 8000, 9500, 11000}) {
            std::stop_source late;
            int calls = 0;
            const auto plain = tests::vanDerPol(1);
            const tests::FormulaFlow counted(2, 8,
                                             [&](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                                                 if (++calls == moment) late.request_stop();
                                                 plain.evaluate(k, f, j);
                                             });
            const auto known = census(plain, {Eigen::Vector2d::Zero()});
            try {
                phase::findLimitCycles(counted, known, {}, late.get_token());
                QFAIL("was not stopped");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::stopped);
                QVERIFY2(calls - moment < 1000, qPrintable(QString::number(calls - moment)));
            }
        }
    }

    void wrongArgumentsAreNamed() {
        phase::CycleOptions options;
        options.startsPerAxis = -1;
        QVERIFY_EXCEPTION_THROWN(phase::findLimitCycles(tests::vanDerPol(1), {}, options), Error);
    }
};

QTEST_GUILESS_MAIN(LimitCyclesTest)
#include "tst_limit_cycles.moc"
