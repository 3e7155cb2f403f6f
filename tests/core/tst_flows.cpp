// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <array>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "core/reduction/flow.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

/// The definition, unit by unit.
Eigen::VectorXd directVelocity(const network::Network& network, const Eigen::VectorXd& v, const Eigen::VectorXd& gains,
                               const Eigen::VectorXd& kappa) {
    Eigen::VectorXd f = -kappa;
    for (Eigen::Index i = 0; i < network.units(); ++i) {
        const double x = network.m.row(i).dot(kappa) + network.inputWeights.row(i).dot(v) + network.bias[i];
        const double g = network.labels.empty() ? gains[0] : gains[network.labels[static_cast<std::size_t>(i)]];
        f += network.couplingScale() * g * std::tanh(x) * network.n.row(i).transpose();
    }
    return f;
}

void checkJacobian(const reduction::Flow& flow, const Eigen::VectorXd& kappa) {
    Eigen::VectorXd f;
    Eigen::MatrixXd j;
    flow.evaluate(kappa, f, &j);
    constexpr double h = 1e-5;
    for (int s = 0; s < flow.rank(); ++s) {
        Eigen::VectorXd forward = kappa, backward = kappa;
        forward[s] += h;
        backward[s] -= h;
        const Eigen::VectorXd column = (flow.velocity(forward) - flow.velocity(backward)) / (2 * h);
        QVERIFY((column - j.col(s)).norm() < 1e-8 * (1 + column.norm()));
    }

    // The parts of the populations: each the derivative of what it contributes, and J + 1 together.
    const auto parts = flow.populationJacobians(kappa);
    QCOMPARE(static_cast<int>(parts.size()), flow.populations());
    Eigen::MatrixXd sum = -Eigen::MatrixXd::Identity(flow.rank(), flow.rank());
    for (const auto& part : parts) sum += part;
    QVERIFY((sum - j).cwiseAbs().maxCoeff() < 1e-12 * (1 + j.cwiseAbs().maxCoeff()));
    for (int s = 0; s < flow.rank(); ++s) {
        Eigen::VectorXd forward = kappa, backward = kappa;
        forward[s] += h;
        backward[s] -= h;
        const Eigen::MatrixXd change = (flow.contributions(forward) - flow.contributions(backward)) / (2 * h);
        for (int p = 0; p < flow.populations(); ++p)
            QVERIFY((flow.gains()[p] * change.col(p) - parts[static_cast<std::size_t>(p)].col(s)).norm() <
                    1e-8 * (1 + change.norm()));
    }
}

/// F at random points of random boxes stays within the bounds made for the box.
void checkBounds(const reduction::Flow& flow) {
    Random random(21, Stream::starts);
    const Eigen::VectorXd box = flow.box();
    for (int trial = 0; trial < 40; ++trial) {
        const double size = std::pow(0.5, trial % 8);
        Eigen::VectorXd half(flow.rank()), centre(flow.rank()), at(flow.rank());
        for (int r = 0; r < flow.rank(); ++r) {
            half[r] = size * box[r] * (0.2 + random.uniform());
            centre[r] = box[r] * (2 * random.uniform() - 1);
        }
        const auto bounds = flow.boundsFor(half);
        Eigen::VectorXd f, g;
        Eigen::MatrixXd j, k;
        flow.evaluate(centre, f, &j);
        for (int point = 0; point < 20; ++point) {
            for (int r = 0; r < flow.rank(); ++r) at[r] = centre[r] + half[r] * (2 * random.uniform() - 1);
            flow.evaluate(at, g, &k);
            const Eigen::ArrayXd rest = (g - f - j * (at - centre)).array().abs();
            QVERIFY((rest <= bounds.remainder.array() + 1e-12).all());
            QVERIFY(((g - f).array().abs() <= bounds.lipschitz.array() + 1e-12).all());
            QVERIFY(((k - j).array().abs() <= bounds.jacobianChange.array() + 1e-12).all());
        }
    }
    // Outside the box the flow points inward: no fixed point there.
    for (int r = 0; r < flow.rank(); ++r)
        for (double sign : {-1.0, 1.0}) {
            Eigen::VectorXd edge = Eigen::VectorXd::Zero(flow.rank());
            edge[r] = sign * box[r] * 1.001;
            QVERIFY(sign * flow.velocity(edge)[r] < 0);
        }
}

}  // namespace

class FlowsTest : public QObject {
    Q_OBJECT

private slots:
    void exactFlowIsItsDefinition_data() {
        QTest::addColumn<int>("rank");
        QTest::addColumn<int>("units");
        QTest::addColumn<int>("populations");
        for (int rank : {1, 2, 3, 5})
            for (int units : {7, 257, 1000})
                for (int populations : {1, 3})
                    QTest::addRow("rank %d, N %d, P %d", rank, units, populations) << rank << units << populations;
    }
    void exactFlowIsItsDefinition() {
        QFETCH(int, rank);
        QFETCH(int, units);
        QFETCH(int, populations);
        const auto network = tests::randomNetwork(units, rank, populations);
        const reduction::ExactReduction reduction(network);
        Eigen::VectorXd gains = Eigen::VectorXd::LinSpaced(populations, 0.3, 1.7);
        const Eigen::Vector2d v(0.4, -1.1);
        const auto flow = reduction.at(v, gains);
        Random random(2, Stream::starts);
        for (int k = 0; k < 5; ++k) {
            const Eigen::VectorXd kappa = tests::normals(random, rank, 1);
            const auto direct = directVelocity(*network, v, gains, kappa);
            QVERIFY((flow->velocity(kappa) - direct).norm() < 1e-13 * (1 + direct.norm()));
            QVERIFY((-kappa + flow->contributions(kappa) * gains - direct).norm() < 1e-13 * (1 + direct.norm()));
            checkJacobian(*flow, kappa);
        }
        checkBounds(*flow);
    }

    void singlePrecisionKeepsItsBound() {
        for (int rank : {1, 2, 3}) {
            const auto network = tests::randomNetwork(4096, rank, 2);
            const auto flow = reduction::ExactReduction(network).at(Eigen::Vector2d(2, -1), Eigen::Vector2d(1, 0.5));
            QVERIFY(flow->singleError() < 1e-3);
            Random random(8, Stream::starts);
            for (int k = 0; k < 50; ++k) {
                const Eigen::VectorXd kappa =
                    flow->box().cwiseProduct(tests::normals(random, rank, 1).cwiseMin(1).cwiseMax(-1));
                Eigen::VectorXd f, single;
                Eigen::MatrixXd j, singleJ;
                flow->evaluate(kappa, f, &j);
                flow->evaluateSingle(kappa, single, &singleJ);
                QVERIFY((f - single).cwiseAbs().maxCoeff() <= flow->singleError());
                QVERIFY((j - singleJ).cwiseAbs().maxCoeff() <= flow->singleError());
            }
        }
    }

    void fieldPlanesAreTheContributions() {
        for (int rank : {1, 2, 3, 4}) {
            const auto network = tests::randomNetwork(300, rank, 3);
            const auto flow =
                reduction::ExactReduction(network).at(Eigen::Vector2d(0.1, 0.2), Eigen::Vector3d(1, 1, 1));
            Random random(3, Stream::starts);
            const Eigen::MatrixXd kappas = tests::normals(random, rank, 7);
            const std::array<int, 2> both{rank - 1, 0};
            const std::span<const int> axes(both.data(), rank > 1 ? 2 : 1);
            std::vector<float> planes(axes.size() * 3 * 7);
            flow->contributionsSingle(kappas, axes, planes.data());
            for (Eigen::Index k = 0; k < 7; ++k) {
                const auto c = flow->contributions(kappas.col(k));
                for (std::size_t a = 0; a < axes.size(); ++a)
                    for (int p = 0; p < 3; ++p) {
                        const double plane =
                            planes[(a * 3 + static_cast<std::size_t>(p)) * 7 + static_cast<std::size_t>(k)];
                        QVERIFY(std::abs(plane - c(axes[a], p)) < 1e-5);
                    }
            }
        }
    }

    /// In single precision as in double: every population, gain and way of reading out, odd numbers of points.
    void manyReadoutsAreTheReadout() {
        for (int rank : {1, 2, 3, 4})
            for (const auto kind : {network::Readout::rate, network::Readout::phi, network::Readout::state})
                for (const bool biased : {true, false}) {
                    auto network = std::make_shared<network::Network>(*tests::randomNetwork(300, rank, 3));
                    network->readout = kind;
                    if (!biased) network->bias.resize(0);
                    const auto flow =
                        reduction::ExactReduction(network).at(Eigen::Vector2d(0.1, 0.2), Eigen::Vector3d(0.4, 1, 1.7));
                    Random random(5, Stream::starts);
                    const Eigen::MatrixXd kappas = tests::normals(random, rank, 7);
                    for (int output = 0; output < flow->outputs(); ++output) {
                        std::vector<float> z(7);
                        flow->readoutSingle(kappas, output, z.data());
                        for (Eigen::Index k = 0; k < 7; ++k) {
                            const double exact = flow->readout(kappas.col(k))[output];
                            QVERIFY(std::abs(exact) > 1e-4);
                            QVERIFY(std::abs(static_cast<double>(z[static_cast<std::size_t>(k)]) - exact) < 1e-5);
                        }
                    }
                }
    }

    void readoutsAndSlopes() {
        auto network = tests::randomNetwork(200, 2, 2);
        const Eigen::Vector2d v(0.3, 0.1), gains(0.5, 1.5), kappa(0.7, -0.2);
        Eigen::VectorXd rate = Eigen::VectorXd::Zero(2), phi = rate, state = rate, slopes = rate, count = rate;
        for (Eigen::Index i = 0; i < 200; ++i) {
            const int p = network->labels[static_cast<std::size_t>(i)];
            const double x = network->m.row(i).dot(kappa) + network->inputWeights.row(i).dot(v);
            const double t = std::tanh(x + network->bias[i]);
            rate += gains[p] * t * network->outputWeights.row(i).transpose() / 200;
            phi += gains[p] * std::tanh(x) * network->outputWeights.row(i).transpose() / 200;
            state += x * network->outputWeights.row(i).transpose() / 200;
            slopes[p] += 1 - t * t;
            count[p] += 1;
        }
        QVERIFY((reduction::ExactReduction(network).at(v, gains)->readout(kappa) - rate).norm() < 1e-13);
        QVERIFY(
            (reduction::ExactReduction(network).at(v, gains)->meanSlopes(kappa) - slopes.cwiseQuotient(count)).norm() <
            1e-13);
        network->readout = network::Readout::phi;
        QVERIFY((reduction::ExactReduction(network).at(v, gains)->readout(kappa) - phi).norm() < 1e-13);
        network->readout = network::Readout::state;
        QVERIFY((reduction::ExactReduction(network).at(v, gains)->readout(kappa) - state).norm() < 1e-13);
    }

    void meanFieldDerivativesAndBounds() {
        const auto circuit = tests::twoPopulationCircuit();
        for (double noise : {0.0, 0.3}) {
            const auto flow =
                reduction::meanFieldFlow(circuit, Eigen::Vector2d(0.5, -0.8), Eigen::Vector2d(1.2, 0.4), noise);
            Random random(4, Stream::starts);
            for (int k = 0; k < 6; ++k) {
                const Eigen::VectorXd kappa = 2 * tests::normals(random, 2, 1);
                checkJacobian(*flow, kappa);
                const Eigen::VectorXd combined = -kappa + flow->contributions(kappa) * flow->gains();
                QVERIFY((combined - flow->velocity(kappa)).norm() < 1e-14);
            }
            checkBounds(*flow);
        }
    }

    void meanFieldIsTheMeanOfNetworks() {
        // Over many units the exact flow of samples approaches the mean field: five standard errors of n tanh.
        const auto circuit = tests::twoPopulationCircuit();
        const Eigen::Vector2d v(0.5, -0.8), gains(1.2, 0.4), kappa(0.6, -1.1);
        const auto expected = reduction::meanFieldFlow(circuit, v, gains)->velocity(kappa);
        const auto z = reduction::meanFieldFlow(circuit, v, gains)->readout(kappa);
        const auto slopes = reduction::meanFieldFlow(circuit, v, gains)->meanSlopes(kappa);
        constexpr int units = 200000;
        const auto network = std::make_shared<network::Network>(reduction::sample(*circuit, units, 17));
        const auto flow = reduction::ExactReduction(network).at(v, gains);
        const double n = std::sqrt(network->n.array().square().colwise().mean().maxCoeff());
        QVERIFY((flow->velocity(kappa) - expected).norm() < 5 * 1.2 * n * std::sqrt(2.0 / units));
        const double w = std::sqrt(network->outputWeights.array().square().mean());
        QVERIFY((flow->readout(kappa) - z).norm() < 5 * 1.2 * w / std::sqrt(units));
        QVERIFY((flow->meanSlopes(kappa) - slopes).norm() < 5 / std::sqrt(0.4 * units));
    }

    void biasIsAConstantInput() {
        // A circuit with bias is the circuit whose last input is held at 1.
        auto plain = *tests::twoPopulationCircuit();
        auto biased = plain;
        biased.inputs = 1;
        biased.bias = true;
        const auto a = reduction::meanFieldFlow(std::make_shared<reduction::Circuit>(plain), Eigen::Vector2d(0.7, 1),
                                                Eigen::Vector2d(1, 1));
        const auto b = reduction::meanFieldFlow(std::make_shared<reduction::Circuit>(biased),
                                                Eigen::VectorXd::Constant(1, 0.7), Eigen::Vector2d(1, 1));
        const Eigen::Vector2d kappa(0.3, -0.9);
        QVERIFY((a->velocity(kappa) - b->velocity(kappa)).norm() < 1e-15);
        QVERIFY((a->readout(kappa) - b->readout(kappa)).norm() < 1e-15);
    }

    void wrongSizesAreRefused() {
        const auto network = tests::randomNetwork(30, 2, 2);
        const reduction::ExactReduction reduction(network);
        QVERIFY_THROWS_EXCEPTION(Error, reduction.at(Eigen::Vector3d(0, 0, 0), Eigen::Vector2d(1, 1)));
        QVERIFY_THROWS_EXCEPTION(Error, reduction.at(Eigen::Vector2d(0, 0), Eigen::Vector3d(1, 1, 1)));
        QVERIFY_THROWS_EXCEPTION(Error, reduction.at(Eigen::Vector2d(0, NAN), Eigen::Vector2d(1, 1)));
        network->networkClass = network::NetworkClass::fullRank;
        QVERIFY_THROWS_EXCEPTION(Error, reduction::ExactReduction{network});
    }
};

QTEST_GUILESS_MAIN(FlowsTest)
#include "tst_flows.moc"
