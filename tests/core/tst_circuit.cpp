// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <functional>

#include "core/error.h"
#include "core/reduction/circuit.h"
#include "core/reduction/flow.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

class CircuitTest : public QObject {
    Q_OBJECT

private slots:
    void badCircuitsAreRefused() {
        struct Case {
            ErrorCode code;
            std::function<void(reduction::Circuit&)> spoil;
        };
        const Case cases[] = {
            {ErrorCode::fractionsDoNotAddUp, [](auto& c) { c.populations[0].fraction = 0.5; }},
            {ErrorCode::covarianceNotPositive, [](auto& c) { c.populations[1].covariance(0, 0) = -1; }},
            {ErrorCode::covarianceNotPositive, [](auto& c) { c.populations[1].covariance(0, 1) += 1; }},
            {ErrorCode::wrongShape, [](auto& c) { c.populations[0].mean.conservativeResize(3); }},
            {ErrorCode::wrongShape, [](auto& c) { c.populations[0].covariance.conservativeResize(3, 3); }},
            {ErrorCode::notFinite, [](auto& c) { c.populations[0].mean[2] = NAN; }},
            {ErrorCode::notFinite, [](auto& c) { c.populations[0].gain = INFINITY; }},
            {ErrorCode::missingField, [](auto& c) { c.populations.clear(); }},
            {ErrorCode::badOption, [](auto& c) { c.rank = 0; }},
        };
        for (const auto& test : cases) {
            auto circuit = *tests::twoPopulationCircuit();
            test.spoil(circuit);
            try {
                circuit.validate();
                QFAIL("accepted");
            } catch (const Error& error) {
                QCOMPARE(error.code(), test.code);
            }
        }
    }

    void singularCovarianceIsFine() {
        auto circuit = *tests::gaussianCircuit(Eigen::MatrixXd::Identity(1, 1));
        circuit.populations[0].covariance.setZero();
        circuit.validate();
        const auto network = reduction::sample(circuit, 10, 1);
        QVERIFY(network.m.isZero());
    }

    void sizesAreTheFractionsToWithinOneUnit() {
        auto circuit = *tests::twoPopulationCircuit();
        for (Eigen::Index units : {1, 2, 3, 7, 101, 1000}) {
            const auto network = reduction::sample(circuit, units, 4);
            QCOMPARE(network.units(), units);
            const auto first = std::count(network.labels.begin(), network.labels.end(), 0);
            QVERIFY(std::abs(static_cast<double>(first) - 0.4 * static_cast<double>(units)) <= 1);
        }
    }

    void momentsOfASampleAreTheCircuits() {
        const auto circuit = tests::twoPopulationCircuit();
        constexpr Eigen::Index units = 200000;
        const auto back = reduction::momentsCircuit(reduction::sample(*circuit, units, 23));
        back.validate();
        QCOMPARE(back.populations[1].name, std::string("second"));
        for (std::size_t p = 0; p < 2; ++p) {
            const auto& truth = circuit->populations[p];
            const double count = truth.fraction * units;
            QVERIFY(std::abs(back.populations[p].fraction - truth.fraction) < 1e-5);
            for (Eigen::Index a = 0; a < truth.mean.size(); ++a) {
                QVERIFY(std::abs(back.populations[p].mean[a] - truth.mean[a]) <
                        5 * std::sqrt(truth.covariance(a, a) / count));
                for (Eigen::Index b = 0; b < truth.mean.size(); ++b) {
                    // Variance of a sample covariance: (S_aa S_bb + S_ab^2) / N.
                    const double error = std::sqrt((truth.covariance(a, a) * truth.covariance(b, b) +
                                                    truth.covariance(a, b) * truth.covariance(a, b)) /
                                                   count);
                    QVERIFY(std::abs(back.populations[p].covariance(a, b) - truth.covariance(a, b)) < 5.5 * error);
                }
            }
        }
    }

    void scalingAndBiasAreAbsorbed() {
        auto network = *tests::randomNetwork(500, 2, 2);
        const auto over = reduction::momentsCircuit(network);
        QVERIFY(over.bias);
        network.scaling = network::Scaling::none;
        network.n /= 500;
        network.outputWeights /= 500;
        const auto none = reduction::momentsCircuit(network);
        for (std::size_t p = 0; p < 2; ++p)
            QVERIFY((over.populations[p].covariance - none.populations[p].covariance).norm() < 1e-10);
    }

    void sameSeedSameNetwork() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto a = reduction::sample(*circuit, 300, 5), b = reduction::sample(*circuit, 300, 5),
                   c = reduction::sample(*circuit, 300, 6);
        QVERIFY(a.m == b.m && a.n == b.n && a.outputWeights == b.outputWeights);
        QVERIFY(a.m != c.m);
        QVERIFY_THROWS_EXCEPTION(Error, reduction::sample(*circuit, 0, 1));
    }
};

QTEST_GUILESS_MAIN(CircuitTest)
#include "tst_circuit.moc"
