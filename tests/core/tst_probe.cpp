// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/simulation/probe.h"
#include "tests/core/fixtures.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;

namespace {

simulation::Trial trialOf(Eigen::Index inputs, int steps, std::uint64_t index) {
    Random random(8, Stream::inputNoise, index);
    simulation::Trial trial;
    trial.inputs = tests::normals(random, inputs, steps);
    return trial;
}

/// Trials of different lengths; z is asked for at steps 3 and last, rates over 2..6.
simulation::Question questionOf(Eigen::Index inputs, Eigen::Index outputs, std::size_t k) {
    simulation::Question question;
    const int steps = 12 + static_cast<int>(k % 5);
    question.trial = trialOf(inputs, steps, k);
    question.weights = Eigen::MatrixXd::Zero(outputs, steps);
    question.weights.col(3).setConstant(0.25);
    question.weights.col(steps - 1).setConstant(0.75);
    question.ratesFirst = 2;
    question.ratesEnd = 7;
    question.noiseIndex = 100 + k;
    return question;
}

std::shared_ptr<network::Network> fullRank() {
    auto network = tests::randomNetwork(60, 2);
    network->networkClass = network::NetworkClass::fullRank;
    network->connectivity = network->m * network->n.transpose() / 60;
    network->m.resize(0, 0);
    network->n.resize(0, 0);
    network->validate();
    return network;
}

}  // namespace

/// Many trials at once against one at a time, in double precision, by another piece of code.
class ProbeTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithTheSimulation_data() {
        QTest::addColumn<bool>("lowRank");
        QTest::addColumn<int>("readout");
        for (const bool lowRank : {true, false})
            for (const int readout : {0, 1, 2}) QTest::addRow("%d %d", lowRank, readout) << lowRank << readout;
    }
    void agreesWithTheSimulation() {
        QFETCH(bool, lowRank);
        QFETCH(int, readout);
        auto network = lowRank ? tests::randomNetwork(70, 2) : fullRank();
        network->readout = static_cast<network::Readout>(readout);
        const Eigen::Vector3d gains(0.5, 1, 1.5);
        const Eigen::VectorXd unitGains = network::unitGains(*network, gains);
        const auto answers = simulation::probe(
            *network, unitGains, 19, [](std::size_t k) { return questionOf(2, 2, k); }, {0.1, 4}, inThisThread());
        for (std::size_t k = 0; k < answers.size(); ++k) {
            const auto question = questionOf(2, 2, k);
            simulation::SimulationOptions options;
            options.noise = 0.1;
            options.seed = 4;
            options.trialIndex = 100 + k;
            options.recordUnits = true;
            const auto expected = simulation::simulateNetwork(*network, gains, question.trial, options);
            const Eigen::VectorXd output = expected.z.cwiseProduct(question.weights).rowwise().sum();
            QVERIFY2((answers[k].output - output).norm() < 1e-4 * (1 + output.norm()),
                     qPrintable(QString::number((answers[k].output - output).norm())));
            Eigen::VectorXd rates = Eigen::VectorXd::Zero(network->units());
            for (int step = 2; step < 7; ++step)
                rates += unitGains.cwiseProduct((expected.units.col(step) + network->bias).array().tanh().matrix()) / 5;
            QVERIFY((answers[k].rates.cast<double>() - rates).norm() < 1e-4);
        }
    }

    void threadsDoNotMatter() {
        const auto network = tests::randomNetwork(50, 1);
        const Eigen::VectorXd gains = Eigen::VectorXd::Ones(50);
        const auto ask = [](std::size_t k) { return questionOf(2, 2, k); };
        const auto a = simulation::probe(*network, gains, 30, ask, {0.2, 1}, inThisThread());
        const auto b = simulation::probe(*network, gains, 30, ask, {0.2, 1}, training::fixtures::manyThreads());
        for (std::size_t k = 0; k < a.size(); ++k) {
            QVERIFY(a[k].output == b[k].output);
            QVERIFY(a[k].rates == b[k].rates);
        }
    }

    void whatIsNotAskedIsNotThere() {
        const auto network = tests::randomNetwork(20, 1);
        const auto answers = simulation::probe(
            *network, Eigen::VectorXd::Ones(20), 3,
            [](std::size_t k) {
                auto question = questionOf(2, 2, k);
                question.weights.resize(0, 0);
                question.ratesEnd = question.ratesFirst;
                return question;
            },
            {}, inThisThread());
        for (const auto& answer : answers) {
            QVERIFY(answer.output.isZero());
            QCOMPARE(answer.rates.size(), Eigen::Index{0});
        }
    }

    void badInputAndStop() {
        const auto network = tests::randomNetwork(20, 1);
        const auto codeOf = [&](Eigen::Index gains, Eigen::Index inputs, Eigen::Index outputs, double noise,
                                std::stop_token stop) {
            try {
                simulation::probe(
                    *network, Eigen::VectorXd::Ones(gains), 1,
                    [&](std::size_t k) { return questionOf(inputs, outputs, k); }, {noise, 1}, inThisThread(), stop);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::outOfMemory;
        };
        std::stop_source source;
        QCOMPARE(codeOf(19, 2, 2, 0, {}), ErrorCode::wrongShape);
        QCOMPARE(codeOf(20, 3, 2, 0, {}), ErrorCode::inputsDoNotMatch);
        QCOMPARE(codeOf(20, 2, 1, 0, {}), ErrorCode::wrongShape);
        QCOMPARE(codeOf(20, 2, 2, -1, {}), ErrorCode::badOption);
        source.request_stop();
        QCOMPARE(codeOf(20, 2, 2, 0, source.get_token()), ErrorCode::stopped);
    }
};

QTEST_APPLESS_MAIN(ProbeTest)
#include "tst_probe.moc"
