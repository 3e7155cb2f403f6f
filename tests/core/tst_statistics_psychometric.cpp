// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/statistics/psychometric.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using statistics::Behaviour;
using statistics::BehaviourOptions;
using statistics::Modulation;
using test::codeOf;

namespace {

constexpr double alpha = 0.2;

double normalCdf(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// P(v > 0) after the last step of an rdm trial: v is a weighted sum of normal inputs, so this is exact.
double chanceOfPositive(double coherence) {
    double mean = 0;
    double variance = 0;
    for (int k = 0; k <= 50; ++k) {
        const double weight = alpha * std::pow(1 - alpha, 50 - k);
        if (k >= 5 && k < 45) mean += weight * 0.1 * coherence;
        variance += weight * weight * 0.01;
    }
    return normalCdf(mean / std::sqrt(variance));
}

/// Units without recurrent coupling that all follow the input: z has the sign of v. Two populations, of 100 and 60.
network::Network follower() {
    network::Network network;
    network.m = network.n = Eigen::MatrixXd::Zero(160, 1);
    network.inputWeights = network.outputWeights = Eigen::MatrixXd::Ones(160, 1);
    for (int i = 0; i < 160; ++i) network.labels.push_back(i % 8 < 5 ? 0 : 1);
    network.validate();
    return network;
}

/// The same as a circuit: z = sigma_wI v <phi'>.
reduction::Circuit followingCircuit() {
    reduction::Circuit circuit;
    circuit.rank = circuit.inputs = circuit.outputs = 1;
    reduction::Population population;
    population.mean = Eigen::VectorXd::Zero(4);
    population.covariance = Eigen::Matrix4d::Identity();
    population.covariance(2, 3) = population.covariance(3, 2) = 0.8;
    circuit.populations.push_back(population);
    circuit.validate();
    return circuit;
}

const tasks::Task& rdm() {
    return tasks::task("rdm");
}

bool agrees(const statistics::ChoiceCell& cell, double expected, double error) {
    return std::abs(cell.choice - expected) < 4.5 * error;
}

/// Whether every cell of a curve is the closed form's, to 4.5 standard errors.
bool followsTheInput(const Behaviour& behaviour) {
    const auto& panel = behaviour.panels.at(0);
    for (std::size_t k = 0; k < panel.cells.size(); ++k) {
        const double p = chanceOfPositive(panel.axes[0].values[k]);
        if (!agrees(panel.at(k), p, std::sqrt(p * (1 - p) / panel.at(k).trials))) return false;
    }
    return true;
}

}  // namespace

class StatisticsPsychometricTest : public QObject {
    Q_OBJECT

private slots:
    void aFollowerOfTheInputHasAKnownCurve() {
        const auto network = follower();
        BehaviourOptions options;
        options.values = {-2, -1, -0.5, 0, 0.5, 1, 2};
        options.trials = 2000;
        const auto result = statistics::behaviour(network, Eigen::VectorXd::Ones(160), rdm(), options, inThisThread());
        QCOMPARE(result.panels.size(), std::size_t{1});
        QCOMPARE(result.networks, 1);
        QVERIFY(followsTheInput(result));
        // A curve that is off by an error of four would be told.
        QVERIFY(!agrees(result.panels[0].at(4), chanceOfPositive(1), 0.01));
        const auto& weak = result.panels[0].at(4);
        QVERIFY(std::abs(weak.standardError - std::sqrt(weak.choice * (1 - weak.choice) / 2000)) < 1e-15);
        QVERIFY(weak.judged && weak.right == weak.choice);
        QVERIFY(!result.panels[0].at(3).judged);
        QVERIFY(std::abs(result.panels[0].at(1).right - (1 - result.panels[0].at(1).choice)) < 1e-15);
    }

    void soHasItsCircuit() {
        BehaviourOptions options;
        options.values = {-1, 0, 0.5, 2};
        options.trials = 1000;
        const auto circuit = followingCircuit();
        const auto result =
            statistics::meanFieldBehaviour(circuit, Eigen::VectorXd::Ones(1), alpha, rdm(), options, inThisThread());
        QCOMPARE(result.networks, 0);
        QVERIFY(followsTheInput(result));
        // And networks drawn from it, which read the input with an error: the sign is the input's all the same.
        const auto drawn = statistics::drawnBehaviour(circuit, {}, 500, 7, rdm(), options, inThisThread());
        QCOMPARE(drawn.networks, 7);
        QCOMPARE(drawn.panels[0].at(0).trials, 1000);
        QVERIFY(followsTheInput(drawn));
    }

    void drawnNetworksScatterAroundTheirMean() {
        // Two networks with one trial each: they agree, or their mean of a half has an error of a half.
        BehaviourOptions options;
        options.values = {-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3};
        options.trials = 2;
        const auto drawn = statistics::drawnBehaviour(followingCircuit(), {}, 200, 2, rdm(), options, inThisThread());
        int apart = 0;
        for (const auto& cell : drawn.panels[0].cells) {
            QCOMPARE(cell.trials, 2);
            QVERIFY(cell.choice == 0 || cell.choice == 0.5 || cell.choice == 1);
            QCOMPARE(cell.standardError, cell.choice == 0.5 ? 0.5 : 0.0);
            apart += cell.choice == 0.5;
        }
        QVERIFY(apart > 0 && apart < 7);
        // More networks than trials: as many as there are trials.
        QCOMPARE(statistics::drawnBehaviour(followingCircuit(), {}, 50, 9, rdm(), options, inThisThread()).networks, 2);
    }

    void noiseAloneIsChance() {
        auto network = follower();
        network.inputWeights.setZero();
        BehaviourOptions options;
        options.values = {-4, 4};
        options.trials = 1500;
        options.noise = 0.05;
        const auto result = statistics::behaviour(network, Eigen::VectorXd::Ones(160), rdm(), options, inThisThread());
        for (const auto& cell : result.panels[0].cells)
            QVERIFY2(agrees(cell, 0.5, 0.5 / std::sqrt(1500.0)), qPrintable(QString::number(cell.choice)));
        QVERIFY(std::abs(result.accuracy() - 0.5) < 4.5 * 0.5 / std::sqrt(3000.0));
    }

    void aSilentNetworkTossesCoins() {
        const auto network = follower();
        Modulation all;
        all.inactivated = Eigen::Vector2d(1, 1);
        BehaviourOptions options;
        options.values = {-4, 4};
        options.trials = 3;
        const auto result =
            statistics::behaviour(network, statistics::unitGains(network, all), rdm(), options, inThisThread());
        QCOMPARE(result.panels[0].at(0).choice, 0.5);
        QCOMPARE(result.accuracy(), 0.5);
    }

    void inactivationIsNestedAndExact() {
        const auto network = follower();
        Modulation modulation;
        modulation.gains = Eigen::Vector2d(1.5, 0.7);
        std::vector<Eigen::Index> before;
        for (const double share : {0.0, 0.1, 0.25, 0.33, 0.8, 1.0}) {
            modulation.inactivated = Eigen::Vector2d(share, 0);
            const Eigen::VectorXd gains = statistics::unitGains(network, modulation);
            std::vector<Eigen::Index> silent;
            for (Eigen::Index i = 0; i < gains.size(); ++i) {
                const bool first = network.labels[static_cast<std::size_t>(i)] == 0;
                if (gains[i] == 0)
                    silent.push_back(i);
                else
                    QCOMPARE(gains[i], first ? 1.5 : 0.7);
                QVERIFY(first || gains[i] != 0);
            }
            QCOMPARE(std::ssize(silent), std::lround(100 * share));
            QVERIFY(std::ranges::includes(silent, before));
            before = silent;
        }
        // Another seed chooses others.
        modulation.inactivated = Eigen::Vector2d(0.5, 0.5);
        const Eigen::VectorXd one = statistics::unitGains(network, modulation);
        QVERIFY(one == statistics::unitGains(network, modulation));
        modulation.seed = 2;
        QVERIFY(one != statistics::unitGains(network, modulation));
    }

    void aShareOfManyUnitsIsAGain() {
        auto circuit = *tests::twoPopulationCircuit();
        circuit.populations[1].gain = 0.6;
        Modulation modulation;
        modulation.inactivated = Eigen::Vector2d(0.25, 0.5);
        QVERIFY((statistics::circuitGains(circuit, modulation) - Eigen::Vector2d(0.75, 0.3)).norm() < 1e-15);
        modulation.gains = Eigen::Vector2d(2, 1);
        QVERIFY((statistics::circuitGains(circuit, modulation) - Eigen::Vector2d(1.5, 0.5)).norm() < 1e-15);
    }

    void matricesStandByTheirAxes() {
        // z has the sign of u1 in both contexts: rows of one context, and columns of the other, are mistaken.
        network::Network network;
        network.m = network.n = Eigen::MatrixXd::Zero(10, 1);
        network.inputWeights = Eigen::MatrixXd::Zero(10, 4);
        network.inputWeights.col(0).setOnes();
        network.outputWeights = Eigen::MatrixXd::Ones(10, 1);
        BehaviourOptions options;
        options.inputNoise = false;
        options.trials = 2;
        const auto result =
            statistics::behaviour(network, Eigen::VectorXd::Ones(10), tasks::task("mante"), options, inThisThread());
        QCOMPARE(result.panels.size(), std::size_t{2});
        for (const auto& panel : result.panels) {
            for (std::size_t i = 0; i < 6; ++i)
                for (std::size_t j = 0; j < 6; ++j) QCOMPARE(panel.at(i, j).choice, i < 3 ? 0.0 : 1.0);
            QCOMPARE(panel.at(5, 0).condition, panel.name + " coh 4,-4");
        }
        QCOMPARE(result.panels[0].accuracy(), 1.0);
        QCOMPARE(result.panels[1].accuracy(), 0.5);
        QCOMPARE(result.accuracy(), 0.75);
    }

    void threadsDoNotMatter() {
        const auto circuit = followingCircuit();
        const auto network = reduction::sample(circuit, 300, 1);
        BehaviourOptions options;
        options.trials = 13;
        options.noise = 0.05;
        const auto isSame = [](const Behaviour& a, const Behaviour& b) {
            return std::ranges::equal(a.panels[0].cells, b.panels[0].cells, [](const auto& x, const auto& y) {
                return x.choice == y.choice && x.standardError == y.standardError;
            });
        };
        const auto run = [&](const Executor& executor) {
            return std::array{
                statistics::behaviour(network, Eigen::VectorXd::Ones(300), rdm(), options, executor),
                statistics::meanFieldBehaviour(circuit, Eigen::VectorXd::Ones(1), alpha, rdm(), options, executor),
                statistics::drawnBehaviour(circuit, {}, 100, 3, rdm(), options, executor)};
        };
        const auto alone = run(inThisThread());
        const auto together = run(training::fixtures::manyThreads());
        for (std::size_t k = 0; k < 3; ++k) QVERIFY(isSame(alone[k], together[k]));
        options.seed = 2;
        QVERIFY(!isSame(alone[0], run(inThisThread())[0]));
    }

    void badInputAndStop() {
        const auto network = follower();
        const Eigen::VectorXd ones = Eigen::VectorXd::Ones(160);
        const auto run = [&](const char* task, const std::function<void(BehaviourOptions&)>& change,
                             std::stop_token stop = {}) {
            return codeOf([&] {
                BehaviourOptions options;
                options.trials = 2;
                change(options);
                statistics::behaviour(network, ones, tasks::task(task), options, inThisThread(), stop);
            });
        };
        const auto nothing = [](BehaviourOptions&) {};
        BehaviourOptions good;
        good.trials = 2;
        statistics::behaviour(network, ones, rdm(), good, inThisThread());  // throws nothing
        QCOMPARE(run("flipflop", nothing), ErrorCode::badOption);
        QCOMPARE(run("mante", nothing), ErrorCode::inputsDoNotMatch);
        QCOMPARE(run("rdm", [](auto& options) { options.trials = 0; }), ErrorCode::badOption);
        QCOMPARE(run("rdm", [](auto& options) { options.trials = 100'001; }), ErrorCode::badOption);
        QCOMPARE(run("rdm", [](auto& options) { options.noise = NAN; }), ErrorCode::badOption);
        QCOMPARE(run("rdm", [](auto& options) { options.task["nonsense"] = 1; }), ErrorCode::badOption);
        QCOMPARE(run("rdm", [](auto& options) { options.values = {NAN}; }), ErrorCode::badOption);
        std::stop_source source;
        source.request_stop();
        QCOMPARE(run("rdm", nothing, source.get_token()), ErrorCode::stopped);

        Modulation modulation;
        modulation.inactivated = Eigen::Vector2d(0.5, 1.5);
        QCOMPARE(codeOf([&] { statistics::unitGains(network, modulation); }), ErrorCode::badOption);
        modulation.inactivated = Eigen::VectorXd::Zero(3);
        QCOMPARE(codeOf([&] { statistics::unitGains(network, modulation); }), ErrorCode::wrongShape);
        auto two = network;
        two.outputWeights = Eigen::MatrixXd::Ones(160, 2);
        QCOMPARE(codeOf([&] { statistics::behaviour(two, ones, rdm(), {}, inThisThread()); }), ErrorCode::wrongShape);
    }
};

QTEST_APPLESS_MAIN(StatisticsPsychometricTest)
#include "tst_statistics_psychometric.moc"
