// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <array>

#include "ui/session/csv.h"

using namespace kappascope;
using session::CsvPortrait;
using session::Level;

/// Data as text, against what was written out by hand.
class CsvTest : public QObject {
    Q_OBJECT

private slots:
    void aTrajectoryHasItsTimeAfterEachStep() {
        simulation::Trajectory trajectory;
        trajectory.alpha = 0.25;
        trajectory.u = Eigen::MatrixXd::Constant(1, 2, 0.5);
        trajectory.kappa.resize(2, 2);
        trajectory.kappa << 0.1, 0.2, -1, 1e-20;
        trajectory.z = Eigen::MatrixXd::Zero(1, 2);
        const std::string one = "t_ms,u1,kappa1,kappa2,z1\n25,0.5,0.1,-1,0\n50,0.5,0.2,1e-20,0\n";
        QCOMPARE(session::trajectoriesToCsv(std::array<const simulation::Trajectory*, 1>{&trajectory}, 100), one);
        const std::string two =
            "trial,t_ms,u1,kappa1,kappa2,z1\n1,25,0.5,0.1,-1,0\n1,50,0.5,0.2,1e-20,0\n"
            "2,25,0.5,0.1,-1,0\n2,50,0.5,0.2,1e-20,0\n";
        QCOMPARE(
            session::trajectoriesToCsv(std::array<const simulation::Trajectory*, 2>{&trajectory, &trajectory}, 100),
            two);
        QVERIFY(session::trajectoriesToCsv({}, 100).empty());
    }

    void pointsAndCyclesNameTheirLevel() {
        phase::Portrait portrait;
        portrait.rank = 2;
        phase::FixedPoint point;
        point.kappa = Eigen::Vector2d(0.5, -0.25);
        point.kind = phase::FixedPointKind::saddle;
        point.unstableDirections = 1;
        point.eigenvalues = Eigen::Vector2cd(0.75, -2);
        portrait.census.points = {point};
        phase::LimitCycle cycle;
        cycle.period = 12.5;
        cycle.stable = true;
        cycle.points.resize(2, 2);
        cycle.points << 1, 0, 0, 1;
        portrait.cycles = {cycle};

        QCOMPARE(session::fixedPointsToCsv(std::array{CsvPortrait{{}, Level::meanField, &portrait}}),
                 std::string("level,kappa1,kappa2,kind,unstable_directions,re1,im1,re2,im2\n"
                             "mean-field,0.5,-0.25,saddle,1,0.75,0,-2,0\n"));
        QCOMPARE(session::cyclesToCsv(std::array{CsvPortrait{"rest", Level::network, &portrait}}),
                 std::string("situation,level,cycle,stable,period_tau,point,kappa1,kappa2\n"
                             "rest,network,1,1,12.5,1,1,0\nrest,network,1,1,12.5,2,0,1\n"));
        portrait.view.input = 1;  // the plane of kappa and v_2
        const std::string plane = session::fixedPointsToCsv(std::array{CsvPortrait{{}, Level::meanField, &portrait}});
        QVERIFY(plane.starts_with("level,kappa1,v2,kind,"));
    }
};

QTEST_GUILESS_MAIN(CsvTest)
#include "tst_csv.moc"
