// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/error.h"
#include "core/reduction/couplings.h"
#include "core/reduction/flow.h"
#include "core/reduction/network_couplings.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

const Eigen::Vector2d somewhere(0.7, -0.4);
const Eigen::Vector2d gains(0.8, 1.3);

}  // namespace

/// The couplings of a network at a state, held against derivatives of its flow and readout.
class NetworkCouplingsTest : public QObject {
    Q_OBJECT

private slots:
    void theyAreTheDerivativesOfTheFlow_data() {
        QTest::addColumn<int>("readout");
        QTest::newRow("of rates") << static_cast<int>(network::Readout::rate);
        QTest::newRow("of phi(x) without bias") << static_cast<int>(network::Readout::phi);
        QTest::newRow("of states") << static_cast<int>(network::Readout::state);
    }

    void theyAreTheDerivativesOfTheFlow() {
        QFETCH(int, readout);
        const auto circuit = tests::twoPopulationCircuit();
        const auto network = std::make_shared<network::Network>(reduction::sample(*circuit, 300, 7));
        network->readout = static_cast<network::Readout>(readout);
        network->bias = Eigen::VectorXd::LinSpaced(network->units(), -1, 1.5);
        const Eigen::VectorXd v = Eigen::VectorXd::LinSpaced(network->inputs(), 0.5, -0.3);
        const auto couplings = reduction::networkCouplingsAt(*network, somewhere, v, gains);
        const reduction::ExactReduction exact(network);
        const auto flow = exact.at(v, gains);
        const Eigen::Index rank = network->rank(), inputs = network->inputs(), outputs = network->outputs();
        QVERIFY(inputs > 0 && outputs > 0);
        const auto jacobians = flow->populationJacobians(somewhere);
        QCOMPARE(couplings.byPopulation.size(), jacobians.size());
        for (std::size_t p = 0; p < jacobians.size(); ++p)
            QVERIFY((couplings.byPopulation[p].topLeftCorner(rank, rank) - jacobians[p]).norm() < 1e-12);

        const Eigen::MatrixXd total = couplings.byPopulation[0] + couplings.byPopulation[1];
        constexpr double step = 1e-5;
        for (Eigen::Index s = 0; s < inputs; ++s) {
            Eigen::VectorXd above = v, below = v;
            above[s] += step;
            below[s] -= step;
            const auto up = exact.at(above, gains), down = exact.at(below, gains);
            const Eigen::VectorXd slope = (up->velocity(somewhere) - down->velocity(somewhere)) / (2 * step);
            QVERIFY((total.block(0, rank + s, rank, 1) - slope).norm() < 1e-8);
            const Eigen::VectorXd read = (up->readout(somewhere) - down->readout(somewhere)) / (2 * step);
            QVERIFY((total.block(rank, rank + s, outputs, 1) - read).norm() < 1e-8);
        }
        for (Eigen::Index r = 0; r < rank; ++r) {
            Eigen::VectorXd above = somewhere, below = somewhere;
            above[r] += step;
            below[r] -= step;
            const Eigen::VectorXd read = (flow->readout(above) - flow->readout(below)) / (2 * step);
            QVERIFY((total.block(rank, r, outputs, 1) - read).norm() < 1e-8);
        }
    }

    void noneIsLargerThanAtFullSlopes() {
        const auto network = reduction::sample(*tests::twoPopulationCircuit(), 300, 7);
        const Eigen::VectorXd v = Eigen::VectorXd::Zero(network.inputs());
        const Eigen::Vector2d ones(1, 1);
        // At rest every slope is 1.
        const auto rest = reduction::networkCouplingsAt(network, Eigen::Vector2d(0, 0), v, ones);
        double largest = 0;
        for (const auto& each : rest.byPopulation)
            largest = std::max(largest, each.topRows(network.rank()).cwiseAbs().maxCoeff());
        QVERIFY(std::abs(largest - rest.largestKappa) < 1e-12);
        const auto away = reduction::networkCouplingsAt(network, somewhere, v, ones);
        QVERIFY(std::abs(away.largestKappa - rest.largestKappa) < 1e-12);
        QVERIFY(away.byPopulation[0].norm() < rest.byPopulation[0].norm());
    }

    void anInactivePopulationCouplesNothing() {
        const auto network = reduction::sample(*tests::twoPopulationCircuit(), 300, 7);
        const Eigen::VectorXd v = Eigen::VectorXd::Zero(network.inputs());
        const auto couplings = reduction::networkCouplingsAt(network, somewhere, v, Eigen::Vector2d(0, 1));
        QCOMPARE(couplings.byPopulation[0].norm(), 0.0);
        QVERIFY(couplings.byPopulation[1].norm() > 0);
        auto another = network;
        another.readout = network::Readout::phi;
        QCOMPARE(reduction::networkCouplingsAt(another, somewhere, v, Eigen::Vector2d(0, 1)).byPopulation[0].norm(),
                 0.0);
    }

    void wrongShapesAreNamed() {
        const auto network = reduction::sample(*tests::twoPopulationCircuit(), 300, 7);
        const Eigen::VectorXd v = Eigen::VectorXd::Zero(network.inputs());
        const auto codeOf = [&](const Eigen::VectorXd& kappa, const Eigen::VectorXd& input) {
            try {
                reduction::networkCouplingsAt(network, kappa, input, gains);
            } catch (const Error& error) {
                return std::optional(error.code());
            }
            return std::optional<ErrorCode>();
        };
        QVERIFY(codeOf(Eigen::VectorXd::Zero(3), v) == ErrorCode::wrongShape);
        QVERIFY(codeOf(somewhere, Eigen::VectorXd::Zero(v.size() + 1)) == ErrorCode::inputsDoNotMatch);
    }
};

QTEST_GUILESS_MAIN(NetworkCouplingsTest)
#include "tst_network_couplings.moc"
