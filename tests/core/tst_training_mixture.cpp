// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"
#include "core/training/mixture.h"
#include "core/training/trainer.h"
#include "tests/core/io_fixtures.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using namespace kappascope::training;
using namespace kappascope::training::fixtures;
using kappascope::tests::errorOf;

namespace {

constexpr std::uint64_t seed = 11;

const Shape shape{23, 2, 2, 1};

template <class T>
std::vector<T> randomParameters(const Mixture& mixture) {
    Random random(seed, Stream::starts);
    std::vector<T> parameters(mixture.total());
    for (T& value : parameters) value = static_cast<T>(random.normal());
    return parameters;
}

Settings small(TrainingOptions options = {}) {
    options.insert(
        {{"units", 40}, {"trials", 64}, {"validation-trials", 20}, {"batch", 16}, {"epochs", 4}, {"populations", 2}});
    return makeSettings("rdm", {}, options, seed);
}

}  // namespace

class TestTrainingMixture : public QObject {
    Q_OBJECT

private slots:
    /// The loss of one drawn network by the numbers of the mixture: factors, means and scales.
    void finiteDifferences() {
        const Mixture mixture(shape, {0.4, 0.6});
        auto parameters = randomParameters<double>(mixture);
        const auto deviates = mixture.deviates(seed, 3);
        const auto set = randomSet(2, 1, 6, 23, seed);
        const auto chosen = allOf(set);
        const Batch batch{set, chosen, seed, 7};
        const auto differentiator = makeDifferentiator<double>(shape, everything);
        Model<double> model;
        model.shape = shape;
        model.noise = 0.1;
        model.parameters.resize(shape.total());
        const auto lossAt = [&](std::size_t k, double value) {
            const double kept = std::exchange(parameters[k], value);
            mixture.expand<double>(parameters, deviates, model.parameters);
            parameters[k] = kept;
            return differentiator->score(model, batch, Measure::signOfMean, inThisThread()).loss();
        };
        const double loss = lossAt(0, parameters[0]);
        std::vector<double> ofWeights(shape.total()), gradient(mixture.total()), withoutMeans(mixture.total());
        differentiator->gradient(model, batch, ofWeights, inThisThread());
        mixture.pullBack<double>(ofWeights, deviates, true, gradient);
        mixture.pullBack<double>(ofWeights, deviates, false, withoutMeans);
        std::size_t frozen = 0;
        for (std::size_t k = 0; k < parameters.size(); ++k) {
            // Central differences of fourth order.
            constexpr double h = 1e-3;
            const double x = parameters[k];
            const double expected =
                (8 * (lossAt(k, x + h) - lossAt(k, x - h)) - (lossAt(k, x + 2 * h) - lossAt(k, x - 2 * h))) / (12 * h);
            const double error = std::max(0.0, std::abs(gradient[k] - expected) - 1e-11 * loss);
            QVERIFY2(error < 1e-6 * std::abs(expected),
                     qPrintable(QStringLiteral("%1: %2, %3").arg(k).arg(gradient[k]).arg(expected)));
            if (withoutMeans[k] == gradient[k]) continue;
            QCOMPARE(withoutMeans[k], 0.0);
            ++frozen;
        }
        QCOMPARE(frozen, 2 * mixture.loadings());
    }

    /// Units that are drawn have the means and covariances of the circuit.
    void drawsAreOfTheCircuit() {
        const Shape large{40000, 2, 1, 1};
        const Mixture mixture(large, {0.25, 0.75});
        const auto parameters = randomParameters<float>(mixture);
        std::vector<float> weights(large.total());
        mixture.expand<float>(parameters, mixture.deviates(seed, 1), weights);
        Model<float> model;
        model.shape = large;
        model.parameters = weights;
        auto network = toNetwork(model);
        network.labels = mixture.labels();
        const auto measured = reduction::momentsCircuit(network);
        const auto circuit = mixture.circuit(parameters);
        circuit.validate();
        for (std::size_t p = 0; p < 2; ++p) {
            QCOMPARE(measured.populations[p].fraction, circuit.populations[p].fraction);
            const Eigen::MatrixXd& expected = circuit.populations[p].covariance;
            const double tolerance = 6 * expected.diagonal().maxCoeff() / std::sqrt(10000.0);
            QVERIFY((measured.populations[p].covariance - expected).cwiseAbs().maxCoeff() < tolerance);
            QVERIFY((measured.populations[p].mean - circuit.populations[p].mean).cwiseAbs().maxCoeff() < tolerance);
        }
        // Other draws are others; the same are the same.
        QVERIFY(mixture.deviates(seed, 1) == mixture.deviates(seed, 1));
        QVERIFY(mixture.deviates(seed, 1) != mixture.deviates(seed, 2));
    }

    void circuitsComeBack() {
        const Mixture mixture(shape, {0.5, 0.5});
        const auto circuit = mixture.circuit(randomParameters<float>(mixture));
        const auto again = mixture.circuit(mixture.parametersOf(circuit));
        for (std::size_t p = 0; p < 2; ++p) {
            const auto& before = circuit.populations[p];
            QVERIFY((again.populations[p].covariance - before.covariance).norm() < 1e-5 * before.covariance.norm());
            QVERIFY((again.populations[p].mean - before.mean).norm() < 1e-6 * before.mean.norm());
        }
        auto other = circuit;
        other.populations[1].gain = 0.5;
        QVERIFY(errorOf([&] { mixture.parametersOf(other); })->code() == ErrorCode::badOption);
        QVERIFY(errorOf([&] { Mixture(shape, {1.0}).parametersOf(circuit); })->code() == ErrorCode::wrongShape);
        QVERIFY(errorOf([&] { Mixture(shape, {0.5, 0.4}); })->code() == ErrorCode::fractionsDoNotAddUp);
        QVERIFY(errorOf([&] { Mixture({20, 0, 1, 1}, {1.0}); })->code() == ErrorCode::needsLowRank);
    }

    void optionsAreChecked() {
        const auto codeOf = [](const TrainingOptions& options) {
            const auto error = errorOf([&] { small(options); });
            return error ? std::string(name(error->code())) + " " + error->field() : std::string("none");
        };
        QCOMPARE(codeOf({}), std::string("none"));
        QCOMPARE(codeOf({{"rank", 0}}), std::string("badOption populations"));
        QCOMPARE(codeOf({{"train-bias", 1}}), std::string("badOption train-bias"));
        QCOMPARE(codeOf({{"units", 1}}), std::string("badOption units"));
        QVERIFY(errorOf([] {
                    makeSettings("rdm", {}, {{"populations", 2}}, 1, {1.0});
                })->code() == ErrorCode::badOption);
    }

    /// Bit for bit, from any checkpoint, and whatever the number of threads.
    void goesOnFromAnyCheckpoint() {
        std::vector<std::string> checkpoints;
        Trainer whole(makeSettings("rdm", {}, small().options, seed, {0.3, 0.7}));
        checkpoints.push_back(checkpointBytes(whole));
        train(whole, manyThreads(), [&](const Trainer& now) {
            checkpoints.push_back(checkpointBytes(now));
            return true;
        });
        for (const auto& bytes : checkpoints) {
            auto checkpoint = checkpointFromBytes(bytes, "run");
            QCOMPARE(checkpoint.settings.fractions, (std::vector<double>{0.3, 0.7}));
            Trainer trainer(std::move(checkpoint.settings), std::move(checkpoint.state));
            QVERIFY(checkpointBytes(trainer) == bytes);
            while (!trainer.finished()) trainer.runEpoch(inThisThread());
            QVERIFY(checkpointBytes(trainer) == checkpoints.back());
        }
    }

    /// What is frozen stays: rows of w and all means.
    void trainsWhatItShould() {
        Trainer trainer(small());
        const auto before = trainer.state().parameters;
        trainer.runEpoch(inThisThread());
        const auto& after = trainer.state().parameters;
        constexpr std::size_t loadings = 4;  // m, n, I, w
        for (std::size_t p = 0; p < 2; ++p) {
            const std::size_t first = p * loadings * (loadings + 1);
            for (std::size_t k = 0; k < loadings * (loadings + 1); ++k)
                QCOMPARE(before[first + k] != after[first + k], k < 2 * loadings);
        }
        QVERIFY(before.back() != after.back());
        const auto network = trainer.best();
        QCOMPARE(network.populationCount(), 2);
        QCOMPARE(network.task.id, std::string("rdm"));
        QCOMPARE(trainer.bestCircuit()->populationCount(), 2);
        QVERIFY(!Trainer(makeSettings("rdm", {}, {{"units", 16}}, 1)).bestCircuit());
    }

    void learns() {
        auto settings = makeSettings("rdm", {}, {{"units", 256}, {"populations", 1}, {"until-accuracy", 0.97}}, seed);
        Trainer trainer(std::move(settings));
        const auto scoreOf = [&](Eigen::Index units) {
            return evaluate(*trainer.bestCircuit(), units, tasks::task("rdm"), {}, 0.05, 500, 9, inThisThread());
        };
        const double before = scoreOf(256).accuracy();
        train(trainer, inThisThread(), [](const Trainer&) { return true; });
        const auto after = scoreOf(256);
        QCOMPARE(after.trials, 500.0);
        QVERIFY2(after.accuracy() >= 0.95 && before < 0.9,
                 qPrintable(QStringLiteral("%1 before, %2 after").arg(before).arg(after.accuracy())));
        // It is the mixture that does the task, not these units: others, and more of them, do it too.
        QVERIFY(scoreOf(1024).accuracy() >= 0.95);
    }
};

QTEST_APPLESS_MAIN(TestTrainingMixture)
#include "tst_training_mixture.moc"
