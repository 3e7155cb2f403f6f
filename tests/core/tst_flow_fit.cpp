// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <stop_token>

#include "core/error.h"
#include "core/linalg/positive.h"
#include "core/reduction/flow.h"
#include "core/reduction/flow_fit.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"

using namespace kappascope;
using namespace kappascope::reduction;
using kappascope::tests::normals;
using test::codeOf;

namespace {

/// Two populations that turn into each other and part the input; with means and a bias where asked for. The variances
/// of n and w are those that their overlaps demand, and a little more.
Circuit twoPopulations(bool bias, bool means) {
    Circuit circuit;
    circuit.rank = 2;
    circuit.inputs = circuit.outputs = 1;
    circuit.bias = bias;
    Random random(7, Stream::loadings);
    for (const double fraction : {0.4, 0.6}) {
        Population population;
        population.fraction = fraction;
        const Eigen::Index size = circuit.loadings();
        const Eigen::MatrixXd root = 0.8 * normals(random, size, size) + Eigen::MatrixXd::Identity(size, size);
        population.covariance = root * root.transpose();
        population.mean = Eigen::VectorXd::Zero(size);
        if (means) population.mean = normals(random, size, 1);
        circuit.populations.push_back(population);
    }
    circuit.validate();
    return circuit;
}

Eigen::MatrixXd someStates(int count) {
    Random random(3, Stream::loadings);
    return normals(random, 3, count);
}

/// The circuit's own mean field as targets, so that it is one of the best fits.
FlowTargets targetsOf(const Circuit& circuit, const Eigen::MatrixXd& states) {
    FlowTargets targets;
    targets.states = states;
    targets.values.resize(circuit.rank + circuit.outputs, states.cols());
    const auto shared = std::make_shared<const Circuit>(circuit);
    for (Eigen::Index k = 0; k < states.cols(); ++k) {
        const Eigen::VectorXd kappa = states.col(k).head(circuit.rank);
        const auto flow = meanFieldFlow(shared, states.col(k).tail(circuit.inputs), circuit.defaultGains());
        targets.values.col(k) << flow->velocity(kappa) + kappa, flow->readout(kappa);
    }
    targets.weights = Eigen::VectorXd::Constant(states.cols(), 1.0 / static_cast<double>(states.cols()));
    return targets;
}

void shake(Circuit& circuit, double by) {
    Random random(5, Stream::starts);
    for (auto& population : circuit.populations) {
        Eigen::VectorXd factors(population.mean.size());
        for (auto& factor : factors) factor = std::exp(by * random.normal());
        population.covariance = factors.asDiagonal() * population.covariance * factors.asDiagonal();
        population.mean = population.mean.cwiseProduct(factors);
    }
}

}  // namespace

class FlowFitTest : public QObject {
    Q_OBJECT

private slots:
    void lowerRootIsARoot() {
        Random random(1, Stream::loadings);
        const Eigen::MatrixXd root = normals(random, 4, 2);
        const Eigen::MatrixXd singular = root * root.transpose();
        const Eigen::MatrixXd full = singular + Eigen::MatrixXd::Identity(4, 4);
        const Eigen::MatrixXd a = linalg::lowerRoot(full, 1e-6);
        QVERIFY((a * a.transpose() - full).cwiseAbs().maxCoeff() < 1e-12);
        QVERIFY(a.triangularView<Eigen::StrictlyUpper>().toDenseMatrix().isZero(0));
        const Eigen::MatrixXd cut = linalg::lowerRoot(singular, 1e-6);
        QVERIFY((cut * cut.transpose() - singular).cwiseAbs().maxCoeff() < 1e-5);
        const Eigen::MatrixXd b = normals(random, 3, 4);
        QVERIFY((linalg::divideByTransposed(b, a) * a.transpose() - b).cwiseAbs().maxCoeff() < 1e-12);
        Eigen::VectorXd x;
        QVERIFY(linalg::solvePositive(full, b.row(0).transpose(), x));
        QVERIFY((full * x - b.row(0).transpose()).norm() < 1e-12);
        QVERIFY(!linalg::solvePositive(-full, b.row(0).transpose(), x));
        QCOMPARE(codeOf([&] { linalg::lowerRoot(b, 1e-6); }), ErrorCode::wrongShape);
    }

    /// The model is the mean field: same flow and readout, with biases, means and noise.
    void modelIsTheMeanField() {
        for (const bool bias : {false, true})
            for (const bool means : {false, true}) {
                const Circuit circuit = twoPopulations(bias, means);
                const double noise = 0.3;
                const FlowModel model(circuit, true, noise);
                const Eigen::VectorXd parameters = model.parametersOf(circuit);
                const auto back = std::make_shared<const Circuit>(model.circuit(parameters));
                back->validate();
                const auto shared = std::make_shared<const Circuit>(circuit);
                Eigen::VectorXd f;
                const Eigen::MatrixXd states = someStates(20);
                for (const auto& state : states.colwise()) {
                    const Eigen::VectorXd kappa = state.head(2);
                    for (const auto& each : {shared, back}) {
                        const auto flow = meanFieldFlow(each, state.tail(1), circuit.defaultGains(), noise);
                        model.evaluate(parameters, state, f, nullptr);
                        QVERIFY((f.head(2) - kappa - flow->velocity(kappa)).norm() < 1e-9);
                        QVERIFY((f.tail(1) - flow->readout(kappa)).norm() < 1e-9);
                    }
                }
            }
    }

    void derivativesAreThoseOfDifferences() {
        for (const bool means : {false, true}) {
            const Circuit circuit = twoPopulations(true, means);
            const FlowModel model(circuit, means, 0.1);
            const Eigen::VectorXd at = model.parametersOf(circuit);
            Eigen::VectorXd f, up, down;
            Eigen::MatrixXd derivatives;
            const double step = 1e-5;
            const Eigen::MatrixXd states = someStates(5);
            for (const auto& state : states.colwise()) {
                model.evaluate(at, state, f, &derivatives);
                for (Eigen::Index k = 0; k < model.parameters(); ++k) {
                    Eigen::VectorXd moved = at;
                    moved[k] += step;
                    model.evaluate(moved, state, up, nullptr);
                    moved[k] -= 2 * step;
                    model.evaluate(moved, state, down, nullptr);
                    const Eigen::VectorXd difference = (up - down) / (2 * step);
                    QVERIFY2((difference - derivatives.col(k)).norm() < 1e-7, qPrintable(QString::number(k)));
                }
            }
        }
    }

    /// Other fractions, the same flow, smaller second moments; and these are those of the circuit.
    void balancingKeepsTheFlow() {
        const Circuit circuit = twoPopulations(false, true);
        FlowModel model(circuit, true);
        Eigen::VectorXd parameters = model.parametersOf(circuit);
        const Eigen::VectorXd before = model.secondMoments(parameters);
        Eigen::VectorXd f, after;
        const Eigen::VectorXd state = someStates(1);
        model.evaluate(parameters, state, f, nullptr);
        model.balance(parameters, Eigen::VectorXd::Ones(3), 0.02);
        model.evaluate(parameters, state, after, nullptr);
        QVERIFY((f - after).norm() < 1e-12);
        QVERIFY(model.secondMoments(parameters).sum() < before.sum());
        QVERIFY(std::abs(model.fractions()[0] + model.fractions()[1] - 1) < 1e-12);
        const Circuit balanced = model.circuit(parameters);
        balanced.validate();
        double n1 = 0;
        for (const auto& p : balanced.populations) n1 += p.fraction * (p.covariance(2, 2) + p.mean[2] * p.mean[2]);
        QVERIFY(std::abs(n1 - model.secondMoments(parameters)[0]) < 1e-9 * n1);
    }

    /// A circuit that is shaken comes back to the same flow, if not to the same parameters.
    void findsTheFlowOfACircuit() {
        const Circuit circuit = twoPopulations(false, false);
        const auto targets = targetsOf(circuit, someStates(150));
        Circuit start = circuit;
        shake(start, 0.2);
        const double before = flowMismatch(start, targets);
        QVERIFY2(before > 0.05, qPrintable(QString::number(before)));
        FlowFitOptions options;
        options.means = false;
        options.iterations = 1000;
        options.tolerance = 1e-12;
        const FlowFit fit = fitFlow(start, targets, options);
        QVERIFY2(fit.mismatch < 1e-3 * before, qPrintable(QString::number(fit.mismatch)));
        QVERIFY(std::abs(flowMismatch(fit.circuit, targets) - fit.mismatch) < 1e-6);
        QCOMPARE(fit.circuit.populations[0].fraction, 0.4);
        QVERIFY(fit.circuit.populations[0].mean.isZero(0));
    }

    /// Of N units the flow has an error of order 1/sqrt(N) in it; what is found is closer to the circuit than that.
    void seesThroughASample() {
        constexpr Eigen::Index units = 16384;
        const Circuit circuit = twoPopulations(false, false);
        const auto network = sample(circuit, units, 4);
        const Eigen::MatrixXd states = someStates(150);
        const auto targets = flowTargets(network, states, Eigen::VectorXd::Ones(150));
        QVERIFY(std::abs(targets.weights.sum() - 1) < 1e-12);
        const double own = flowMismatch(circuit, targets);
        Circuit start = circuit;
        shake(start, 0.2);
        FlowFitOptions options;
        options.means = false;
        const FlowFit fit = fitFlow(start, targets, options);
        QVERIFY2(fit.mismatch < own, qPrintable(QStringLiteral("%1 %2").arg(fit.mismatch).arg(own)));
        const double toCircuit = flowMismatch(fit.circuit, targetsOf(circuit, states));
        QVERIFY2(toCircuit < 2 * own && toCircuit < 10 / std::sqrt(double(units)),
                 qPrintable(QStringLiteral("%1 %2").arg(toCircuit).arg(own)));
    }

    /// The targets are the exact flow, in any scaling.
    void targetsAreTheExactFlow() {
        for (const auto scaling : {network::Scaling::overN, network::Scaling::none}) {
            auto network = tests::randomNetwork(200, 2, 1);
            network->scaling = scaling;
            network->initialState.resize(0);
            Random random(9, Stream::loadings);
            const Eigen::MatrixXd states = 0.3 * normals(random, 4, 70);
            const auto targets = flowTargets(*network, states, Eigen::VectorXd::Ones(70));
            const ExactReduction exact(network);
            for (Eigen::Index k = 0; k < states.cols(); ++k) {
                const Eigen::VectorXd kappa = states.col(k).head(2);
                const auto flow = exact.at(states.col(k).tail(2), Eigen::VectorXd::Ones(1));
                QVERIFY((targets.values.col(k).head(2) - kappa - flow->velocity(kappa)).norm() < 1e-9);
                QVERIFY((targets.values.col(k).tail(2) - flow->readout(kappa)).norm() < 1e-9);
            }
        }
    }

    /// Networks that are drawn scatter less where the fit is told for how many units it is.
    void scatterIsKeptSmall() {
        const Circuit circuit = twoPopulations(false, false);
        const auto targets = targetsOf(circuit, someStates(100));
        FlowFitOptions options;
        options.iterations = 40;
        options.freeFractions = true;
        options.units = 100;
        const FlowFit few = fitFlow(circuit, targets, options);
        options.units = 1e6;
        const FlowFit many = fitFlow(circuit, targets, options);
        QVERIFY(few.mismatch > many.mismatch);
        QVERIFY(few.scatter * few.scatter * 100 < many.scatter * many.scatter * 1e6);
        // The bound holds for networks that are drawn.
        double squares = 0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto drawn = sample(few.circuit, 100, seed);
            const auto own = flowTargets(drawn, targets.states, targets.weights);
            const auto mean = targetsOf(few.circuit, targets.states);
            const Eigen::VectorXd scales = (targets.values.cwiseAbs2() * targets.weights).cwiseSqrt();
            for (Eigen::Index q = 0; q < 3; ++q)
                squares += ((own.values.row(q) - mean.values.row(q)) / scales[q]).cwiseAbs2() * targets.weights;
        }
        QVERIFY(std::sqrt(squares / 20) < 1.2 * few.scatter);
    }

    void refusesWhatDoesNotFit() {
        const Circuit circuit = twoPopulations(false, false);
        auto targets = targetsOf(circuit, someStates(10));
        FlowFitOptions options;
        options.iterations = 0;
        QCOMPARE(codeOf([&] { fitFlow(circuit, targets, options); }), ErrorCode::badOption);
        options = {};
        options.units = -1;
        QCOMPARE(codeOf([&] { fitFlow(circuit, targets, options); }), ErrorCode::badOption);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(codeOf([&] { fitFlow(circuit, targets, {}, stop.get_token()); }), ErrorCode::stopped);
        targets.states.conservativeResize(2, 10);
        QCOMPARE(codeOf([&] { fitFlow(circuit, targets); }), ErrorCode::wrongShape);
        auto network = tests::randomNetwork(50, 2, 1);
        QCOMPARE(codeOf([&] { flowTargets(*network, someStates(3), Eigen::VectorXd::Ones(3)); }),
                 ErrorCode::wrongShape);
    }
};

QTEST_APPLESS_MAIN(FlowFitTest)
#include "tst_flow_fit.moc"
