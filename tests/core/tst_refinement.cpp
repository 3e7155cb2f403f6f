// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <atomic>
#include <cmath>
#include <thread>

#include "core/error.h"
#include "core/reduction/membership.h"
#include "core/training/refinement.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"
#include "tests/core/two_threads.h"

using namespace kappascope;
using namespace kappascope::training;
using test::codeOf;
using test::twoThreads;

namespace {

/// Two memories that population 1 holds, and an input that population 2 passes on to the output.
reduction::Circuit memories() {
    reduction::Circuit circuit;
    circuit.rank = circuit.inputs = circuit.outputs = 1;
    for (const bool holds : {true, false}) {
        reduction::Population population;
        population.name = holds ? "memory" : "input";
        population.fraction = 0.5;
        population.mean = Eigen::VectorXd::Zero(4);
        population.covariance = Eigen::Vector4d(1, 20, 0.3, 20).asDiagonal();
        if (!holds) population.covariance(0, 0) = 0.2, population.covariance(2, 2) = 4;
        const auto couple = [&](int a, int b, double value) {
            population.covariance(a, b) = population.covariance(b, a) = value;
        };
        couple(1, 0, holds ? 3.2 : 0.2);
        couple(1, 2, holds ? 0.2 : 0.6);
        couple(3, 0, holds ? 2 : 0);
        couple(3, 2, holds ? 0 : 1);
        circuit.populations.push_back(population);
    }
    circuit.validate();
    return circuit;
}

network::Network memoryNetwork() {
    auto result = reduction::sample(memories(), 4000, 6);
    result.labels.clear();
    result.populationNames.clear();
    result.storedGains.resize(0);
    result.name = "memories";
    return result;
}

/// A pulse of either sign.
std::vector<simulation::Trial> pulses() {
    std::vector<simulation::Trial> trials;
    for (const double level : {-1.0, 0.3, 1.0}) {
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Zero(1, 80);
        trial.inputs.middleCols(5, 25).setConstant(level);
        trials.push_back(trial);
    }
    return trials;
}

/// The moments of a partition that says nothing: units with an even number, units with an odd one.
reduction::Circuit evenAndOdd(network::Network network) {
    for (Eigen::Index i = 0; i < network.units(); ++i) network.labels.push_back(static_cast<int>(i % 2));
    return reduction::momentsCircuit(network);
}

Executor backwards() {
    return [](std::size_t count, const std::function<void(std::size_t)>& work) {
        for (std::size_t k = count; k-- > 0;) work(k);
    };
}

}  // namespace

class RefinementTest : public QObject {
    Q_OBJECT

private slots:
    void refinesToTheFlow() {
        const auto given = memoryNetwork();
        const auto start = evenAndOdd(given);
        RefinementOptions options;
        options.starts = 4;
        options.iterations = 100;
        std::atomic<int> steps = 0;
        const auto result = refineCircuit(given, start, pulses(), options, {twoThreads(), [&] { ++steps; }, {}});
        QCOMPARE(steps.load(), 4);
        QCOMPARE(result.starts.size(), std::size_t{4});
        result.circuit.validate();
        const auto& [before, after] = std::tie(result.before, result.after);
        QVERIFY2(after.mismatch < 0.5 * before.mismatch,
                 qPrintable(QStringLiteral("%1 %2").arg(before.mismatch).arg(after.mismatch)));
        QVERIFY2(after.rmsKappa < before.rmsKappa && after.rmsKappa < 0.05,
                 qPrintable(QStringLiteral("%1 %2").arg(before.rmsKappa).arg(after.rmsKappa)));
        // Two memories and a saddle at rest; every one found again.
        QVERIFY(after.points >= 3);
        QCOMPARE(after.circuitPoints, after.points);
        QCOMPARE(after.sameKind, after.points);
        QCOMPARE(result.circuit.origin.kind, reduction::Origin::Kind::refinedToFlow);
        QCOMPARE(QString::fromStdString(result.circuit.origin.network), QStringLiteral("memories"));
        // What it says of the circuit is what anybody finds.
        const auto again = refinementFigures(given, result.circuit, pulses());
        QCOMPARE(again.rmsKappa, after.rmsKappa);
        QCOMPARE(again.mismatch, after.mismatch);
    }

    void doesNotDependOnTheExecutor() {
        const auto given = memoryNetwork();
        const auto start = evenAndOdd(given);
        RefinementOptions options;
        options.starts = 3;
        options.iterations = 15;
        const auto one = refineCircuit(given, start, pulses(), options);
        const auto other = refineCircuit(given, start, pulses(), options, {backwards(), {}, {}});
        QCOMPARE(one.best, other.best);
        for (std::size_t p = 0; p < 2; ++p) {
            QCOMPARE(one.circuit.populations[p].fraction, other.circuit.populations[p].fraction);
            QVERIFY(one.circuit.populations[p].covariance == other.circuit.populations[p].covariance);
        }
    }

    /// Without trials it is followed as it relaxes.
    void needsNoTrials() {
        const auto given = memoryNetwork();
        RefinementOptions options;
        options.starts = 2;
        options.iterations = 60;
        options.freeFractions = false;
        options.means = false;
        const auto result = refineCircuit(given, evenAndOdd(given), {}, options);
        QVERIFY(result.after.rmsKappa < result.before.rmsKappa);
        QVERIFY(!result.means);
        for (const auto& population : result.circuit.populations) {
            QCOMPARE(population.fraction, 0.5);
            QVERIFY(population.mean.isZero(0));
        }
    }

    void stopsAndRefuses() {
        const auto given = memoryNetwork();
        const auto start = evenAndOdd(given);
        std::stop_source stop;
        RefinementOptions options;
        options.starts = 3;
        // After the first start.
        QCOMPARE(codeOf([&] {
                     refineCircuit(given, start, pulses(), options,
                                   {inThisThread(), [&] { stop.request_stop(); }, stop.get_token()});
                 }),
                 ErrorCode::stopped);
        options.starts = 0;
        QCOMPARE(codeOf([&] { refineCircuit(given, start, pulses(), options); }), ErrorCode::badOption);
        auto wide = pulses();
        wide.front().inputs = Eigen::MatrixXd::Zero(2, 80);
        QCOMPARE(codeOf([&] { refineCircuit(given, start, wide); }), ErrorCode::inputsDoNotMatch);
        const auto other = *tests::gaussianCircuit(Eigen::Matrix2d::Identity());
        QCOMPARE(codeOf([&] { refineCircuit(given, other, pulses()); }), ErrorCode::wrongShape);
        auto full = given;
        full.networkClass = network::NetworkClass::fullRank;
        QCOMPARE(codeOf([&] { refineCircuit(full, start, pulses()); }), ErrorCode::needsLowRank);
    }

    /// Populations far apart in what they listen to get their own units back; n and w take no part.
    void likeliestPopulations() {
        auto circuit = memories();
        circuit.populations[0].mean[0] = 6;
        circuit.populations[1].mean[2] = 14;
        const auto given = reduction::sample(circuit, 500, 2);
        const auto labels = reduction::likeliestPopulations(given, circuit);
        QVERIFY(labels == given.labels);
        circuit.populations[0].fraction = 0;
        circuit.populations[1].fraction = 1;
        QVERIFY(reduction::likeliestPopulations(given, circuit) == std::vector<int>(500, 1));
        QCOMPARE(codeOf([&] { reduction::likeliestPopulations(*tests::randomNetwork(20, 2), circuit); }),
                 ErrorCode::wrongShape);
    }
};

QTEST_APPLESS_MAIN(RefinementTest)
#include "tst_refinement.moc"
