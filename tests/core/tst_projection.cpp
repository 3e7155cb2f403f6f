// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/error.h"
#include "core/simulation/projection.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

simulation::Trial steps(double level) {
    simulation::Trial trial;
    trial.inputs = Eigen::MatrixXd::Constant(2, 70, level);
    trial.inputs.rightCols(30).setConstant(-0.3);
    return trial;
}

}  // namespace

class ProjectionTest : public QObject {
    Q_OBJECT

private slots:
    void aLowRankNetworkFindsItsOwnKappa() {
        const auto network = *tests::randomNetwork(150, 2, 3);
        const Eigen::Vector3d gains(1, 0.4, 1.5);
        simulation::SimulationOptions options;
        options.recordUnits = true;
        for (const double noise : {0.0, 0.1}) {
            options.noise = noise;
            const auto trajectory = simulation::simulateNetwork(network, gains, steps(0.6), options);
            const auto kappa = simulation::recurrentKappa(network, gains, trajectory);
            QVERIFY((kappa - trajectory.kappa).cwiseAbs().maxCoeff() < 1e-12);
        }
    }

    void aRunGoesOnFromWhereItStopped() {
        const auto network = *tests::randomNetwork(150, 2, 3);
        const Eigen::Vector3d gains(1, 0.4, 1.5);
        simulation::SimulationOptions options;
        options.recordUnits = true;
        options.startKappa = Eigen::Vector2d(0.5, -0.2);
        options.startInput = Eigen::Vector2d(0.1, 0.3);
        const auto trajectory = simulation::simulateNetwork(network, gains, steps(0.6), options);
        const Eigen::VectorXd start = network.m * options.startKappa + network.inputWeights * options.startInput;
        const auto kappa = simulation::recurrentKappa(network, gains, trajectory, options.startKappa, start);
        QVERIFY((kappa - trajectory.kappa).cwiseAbs().maxCoeff() < 1e-12);
        QVERIFY_THROWS_EXCEPTION(Error, (void)simulation::recurrentKappa(network, gains, trajectory, start));
        QVERIFY_THROWS_EXCEPTION(Error,
                                 (void)simulation::recurrentKappa(network, gains, trajectory, {}, options.startKappa));
        // Units are a start of full-rank networks alone.
        options = {};
        options.startUnits = start;
        QVERIFY_THROWS_EXCEPTION(Error, (void)simulation::simulateNetwork(network, gains, steps(0.6), options));
    }

    void aFullRankNetworkIsProjectedOnItsModes() {
        auto full = *tests::randomNetwork(80, 2, 1);
        full.networkClass = network::NetworkClass::fullRank;
        Random random(3, Stream::loadings, 1);
        full.connectivity = full.m * full.n.transpose() / 80 + 0.05 * tests::normals(random, 80, 80);
        full.outputWeights /= 80;
        full.initialState.resize(0);
        full.m.resize(0, 0);
        full.n.resize(0, 0);
        const auto view = network::truncated(full, 3);
        const Eigen::VectorXd gains = Eigen::VectorXd::Ones(1);
        simulation::SimulationOptions options;
        options.recordUnits = true;
        const auto trajectory = simulation::simulateNetwork(full, gains, steps(0.6), options);
        const auto kappa = simulation::recurrentKappa(view, gains, trajectory);
        // x = m kappa + (the other modes) + I v, and the modes are orthogonal.
        const Eigen::MatrixXd own = trajectory.units - full.inputWeights * trajectory.v;
        const Eigen::VectorXd squares = view.m.colwise().squaredNorm();
        const Eigen::MatrixXd projected = squares.cwiseInverse().asDiagonal() * (view.m.transpose() * own);
        QVERIFY(kappa.cwiseAbs().maxCoeff() > 0.1);
        QVERIFY((kappa - projected).cwiseAbs().maxCoeff() < 1e-10 * kappa.cwiseAbs().maxCoeff());
    }

    void whatCannotBeProjectedIsRefused() {
        const auto network = *tests::randomNetwork(30, 1, 1);
        const Eigen::VectorXd gains = Eigen::VectorXd::Ones(1);
        const auto trajectory = simulation::simulateNetwork(network, gains, steps(0.2));
        try {
            simulation::recurrentKappa(network, gains, trajectory);
            QFAIL("units were not recorded");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::wrongShape);
            QCOMPARE(error.field(), std::string("units"));
        }
        auto full = network;
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = Eigen::MatrixXd::Zero(30, 30);
        QVERIFY_THROWS_EXCEPTION(Error, simulation::recurrentKappa(full, gains, trajectory));
    }
};

QTEST_GUILESS_MAIN(ProjectionTest)
#include "tst_projection.moc"
