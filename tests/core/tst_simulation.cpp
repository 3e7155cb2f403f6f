// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/reduction/flow.h"
#include "core/simulation/trial.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

simulation::Trial pulses(int inputs, int steps) {
    simulation::Trial trial;
    trial.inputs = Eigen::MatrixXd::Zero(inputs, steps);
    trial.inputs.row(0).segment(5, steps / 3).setConstant(0.8);
    if (inputs > 1) trial.inputs.row(1).tail(steps / 3).setConstant(-0.6);
    return trial;
}

}  // namespace

class SimulationTest : public QObject {
    Q_OBJECT

private slots:
    void networkAndExactFlowAgree_data() {
        QTest::addColumn<double>("noise");
        QTest::addColumn<bool>("click");
        QTest::newRow("from x0, no noise") << 0.0 << false;
        QTest::newRow("from a click, no noise") << 0.0 << true;
        QTest::newRow("from x0, noise") << 0.05 << false;
        QTest::newRow("from a click, noise") << 0.05 << true;
    }
    void networkAndExactFlowAgree() {
        QFETCH(double, noise);
        QFETCH(bool, click);
        for (auto readout : {network::Readout::rate, network::Readout::phi, network::Readout::state})
            for (auto scaling : {network::Scaling::overN, network::Scaling::none}) {
                auto network = *tests::randomNetwork(400, 2, 3);
                network.readout = readout;
                network.scaling = scaling;
                if (scaling == network::Scaling::none) network.n /= 400;
                simulation::SimulationOptions options;
                options.noise = noise;
                if (click) {
                    options.startKappa = Eigen::Vector2d(1.5, -0.7);
                    options.startInput = Eigen::Vector2d(0.2, 0.1);
                }
                const Eigen::Vector3d gains(1, 0.4, 1.6);
                const auto trial = pulses(2, 150);
                const auto a = simulation::simulateNetwork(network, gains, trial, options);
                const auto b = simulation::simulateExact(network, gains, trial, options);
                QVERIFY((a.kappa - b.kappa).cwiseAbs().maxCoeff() < 1e-12);
                QVERIFY((a.z - b.z).cwiseAbs().maxCoeff() < 1e-12 * (1 + a.z.cwiseAbs().maxCoeff()));
                QVERIFY((a.v - b.v).isZero(1e-15));
            }
    }

    void lowRankIsFullRankWithTheProduct() {
        const auto low = *tests::randomNetwork(120, 2, 2);
        auto full = low;
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = low.m * low.n.transpose() / 120;
        full.outputWeights /= 120;
        const auto trial = pulses(2, 80);
        const Eigen::Vector2d gains(1, 0.5);
        const auto a = simulation::simulateNetwork(low, gains, trial);
        const auto b = simulation::simulateNetwork(full, gains, trial);
        QVERIFY((a.z - b.z).cwiseAbs().maxCoeff() < 1e-12);
        QCOMPARE(b.kappa.rows(), Eigen::Index{0});
        QVERIFY_THROWS_EXCEPTION(Error, simulation::simulateExact(full, gains, trial));
    }

    void filteredInputIsItsClosedForm() {
        const auto network = *tests::randomNetwork(20, 1, 1);
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Constant(2, 30, 0.7);
        const auto result = simulation::simulateNetwork(network, Eigen::VectorXd::Ones(1), trial);
        for (int k = 0; k < 30; ++k) QVERIFY(std::abs(result.v(0, k) - 0.7 * (1 - std::pow(0.8, k + 1))) < 1e-14);
    }

    void noiseHasTheStationaryVariance() {
        // Without coupling and input, x is the filtered noise alone.
        network::Network network;
        network.m = network.n = Eigen::MatrixXd::Zero(20000, 1);
        network.inputWeights = network.outputWeights = Eigen::MatrixXd::Zero(20000, 1);
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Zero(1, 60);
        simulation::SimulationOptions options;
        options.noise = 0.3;
        options.recordUnits = true;
        const auto result = simulation::simulateNetwork(network, Eigen::VectorXd::Ones(1), trial, options);
        const double variance = result.units.col(59).squaredNorm() / 20000;
        const double expected = reduction::stationaryNoiseVariance(0.3, 0.2);
        QVERIFY(std::abs(variance / expected - 1) < 5 * std::sqrt(2.0 / 20000));
        QVERIFY(std::abs(expected - 0.09 / 0.36) < 1e-15);
    }

    void meanFieldIsTheLimitOfNetworks() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto trial = pulses(2, 60);
        const Eigen::Vector2d gains(1, 0.5);
        const auto limit = simulation::simulateMeanField(*circuit, gains, trial);
        double previous = 0;
        for (Eigen::Index units : {1000, 16000, 256000}) {
            // Root mean square over seeds falls as 1/sqrt(N): by 4 for 16 times the units; 2.2 leaves room for chance.
            double sum = 0;
            constexpr int seeds = 6;
            for (int seed = 1; seed <= seeds; ++seed)
                sum += (simulation::simulateExact(reduction::sample(*circuit, units, static_cast<std::uint64_t>(seed)),
                                                  gains, trial)
                            .kappa -
                        limit.kappa)
                           .squaredNorm();
            const double error = std::sqrt(sum / seeds);
            if (previous > 0)
                QVERIFY2(error < previous / 2.2, qPrintable(QString("%1 after %2").arg(error).arg(previous)));
            previous = error;
        }
    }

    void noiseDoesNotDependOnWhatElseIsDrawn() {
        const auto network = *tests::randomNetwork(50, 1, 1);
        simulation::SimulationOptions options;
        options.noise = 0.1;
        const auto trial = pulses(2, 20);
        const auto a = simulation::simulateNetwork(network, Eigen::VectorXd::Ones(1), trial, options);
        const auto b = simulation::simulateNetwork(network, Eigen::VectorXd::Ones(1), trial, options);
        options.trialIndex = 1;
        const auto c = simulation::simulateNetwork(network, Eigen::VectorXd::Ones(1), trial, options);
        QVERIFY(a.z == b.z);
        QVERIFY(a.z != c.z);
    }

    void wrongTrialsAreRefused() {
        const auto network = *tests::randomNetwork(10, 1, 1);
        const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);
        QVERIFY_THROWS_EXCEPTION(Error, simulation::simulateNetwork(network, one, pulses(3, 20)));
        auto trial = pulses(2, 20);
        trial.inputs(1, 3) = NAN;
        QVERIFY_THROWS_EXCEPTION(Error, simulation::simulateNetwork(network, one, trial));
        trial = pulses(2, 20);
        trial.alpha = 0;
        QVERIFY_THROWS_EXCEPTION(Error, simulation::simulateNetwork(network, one, trial));
        simulation::SimulationOptions options;
        options.noise = -1;
        QVERIFY_THROWS_EXCEPTION(Error, simulation::simulateNetwork(network, one, pulses(2, 20), options));
        std::stop_source stop;
        stop.request_stop();
        try {
            simulation::simulateNetwork(network, one, pulses(2, 20), {}, stop.get_token());
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
    }
};

QTEST_GUILESS_MAIN(SimulationTest)
#include "tst_simulation.moc"
