// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/simulation/trial.h"
#include "core/training/gradient.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using namespace kappascope::training;
using namespace kappascope::training::fixtures;

namespace {

constexpr std::uint64_t seed = 42;

void shapes() {
    QTest::addColumn<int>("units");
    QTest::addColumn<int>("rank");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    QTest::newRow("rank 1") << 19 << 1 << 1 << 1;
    QTest::newRow("rank 2") << 33 << 2 << 4 << 1;
    QTest::newRow("rank 3") << 16 << 3 << 3 << 3;
    QTest::newRow("rank 5") << 18 << 5 << 2 << 2;
    QTest::newRow("full rank") << 9 << 0 << 2 << 2;
}

Shape fetchedShape() {
    QFETCH(int, units);
    QFETCH(int, rank);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    return {static_cast<std::size_t>(units), static_cast<std::size_t>(rank), static_cast<std::size_t>(inputs),
            static_cast<std::size_t>(outputs)};
}

}  // namespace

class TestTrainingGradients : public QObject {
    Q_OBJECT

private slots:
    void finiteDifferences_data() { shapes(); }
    void finiteDifferences() {
        const Shape shape = fetchedShape();
        auto model = randomModel<double>(shape, seed);
        const auto set = randomSet(static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), 6, 23, seed);
        const auto chosen = allOf(set);
        const Batch batch{set, chosen, seed, 7};
        const auto differentiator = makeDifferentiator<double>(shape, everything);
        std::vector<double> gradient(shape.total());
        const double loss = differentiator->gradient(model, batch, gradient, inThisThread());
        const auto lossAt = [&](std::size_t k, double value) {
            const double kept = std::exchange(model.parameters[k], value);
            const double result = differentiator->score(model, batch, Measure::signOfMean, inThisThread()).loss();
            model.parameters[k] = kept;
            return result;
        };
        QVERIFY(std::abs(loss - lossAt(0, model.parameters[0])) < 1e-13 * loss);
        for (std::size_t p = 0; p < partCount; ++p) {
            const auto part = static_cast<Part>(p);
            double worst = 0;
            for (std::size_t k = shape.offset(part); k < shape.offset(part) + shape.size(part); ++k) {
                // Central differences of fourth order.
                constexpr double h = 2e-3;
                const double x = model.parameters[k];
                const double expected =
                    (8 * (lossAt(k, x + h) - lossAt(k, x - h)) - (lossAt(k, x + 2 * h) - lossAt(k, x - 2 * h))) /
                    (12 * h);
                // What is lost to rounding of the loss itself is no error of the gradient.
                const double error = std::max(0.0, std::abs(gradient[k] - expected) - 1e-12 * loss);
                worst = std::max(worst, error / std::abs(expected));
                QVERIFY2(expected != 0, name(part).data());
            }
            QVERIFY2(worst < 1e-6, qPrintable(QStringLiteral("%1: %2").arg(name(part).data()).arg(worst)));
        }
    }

    void forwardPassIsTheNetwork_data() { shapes(); }
    void forwardPassIsTheNetwork() {
        const Shape shape = fetchedShape();
        const auto single = randomModel<float>(shape, seed);
        Model<double> model;
        model.shape = shape;
        model.noise = single.noise;
        model.parameters.assign(single.parameters.begin(), single.parameters.end());
        model.gains.assign(single.gains.begin(), single.gains.end());
        network::Network network = toNetwork(single);
        network.labels.resize(shape.units);
        std::iota(network.labels.begin(), network.labels.end(), 0);
        Eigen::VectorXd gains(static_cast<Eigen::Index>(shape.units));
        std::copy(single.gains.begin(), single.gains.end(), gains.begin());

        Random random(seed, Stream::trialChoice);
        TrialSet set;
        set.inputs = static_cast<int>(shape.inputs);
        set.outputs = static_cast<int>(shape.outputs);
        double expected = 0;
        for (std::uint64_t k = 0; k < 5; ++k) {
            tasks::TaskTrial trial;
            trial.trial.inputs =
                Eigen::MatrixXd::NullaryExpr(static_cast<Eigen::Index>(shape.inputs), 20 + static_cast<Eigen::Index>(k),
                                             [&] { return random.normal(); });
            const int steps = trial.trial.steps();
            const auto outputs = static_cast<Eigen::Index>(shape.outputs);
            trial.target = Eigen::MatrixXd::NullaryExpr(outputs, steps, [&] { return random.normal(); });
            trial.mask = Eigen::MatrixXd::Zero(outputs, steps);
            trial.mask.rightCols(3).setOnes();
            simulation::SimulationOptions options;
            options.noise = model.noise;
            options.seed = seed;
            options.trialIndex = 1000 + k;
            const auto z = simulation::simulateNetwork(network, gains, trial.trial, options).z;
            expected += ((z - trial.target).array().square() * trial.mask.array()).sum() / trial.mask.sum() / 5;
            set.trials.push_back(prepare(trial, 0.2));
        }
        const auto chosen = allOf(set);
        const auto differentiator = makeDifferentiator<double>(shape, everything);
        const auto score = differentiator->score(model, {set, chosen, seed, 1000}, Measure::signOfMean, inThisThread());
        QVERIFY(std::abs(score.loss() - expected) < 1e-11 * expected);
        QCOMPARE(score.trials, 5.0);
    }

    void singlePrecisionIsClose_data() { shapes(); }
    void singlePrecisionIsClose() {
        const Shape shape = fetchedShape();
        const auto single = randomModel<float>(shape, seed);
        Model<double> model{shape, single.alpha, single.noise, {}, {}};
        model.parameters.assign(single.parameters.begin(), single.parameters.end());
        model.gains.assign(single.gains.begin(), single.gains.end());
        const auto set = randomSet(static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), 32, 60, seed);
        const auto chosen = allOf(set);
        std::vector<double> exact(shape.total());
        std::vector<float> gradient(shape.total());
        makeDifferentiator<double>(shape, everything)->gradient(model, {set, chosen, seed, 7}, exact, inThisThread());
        makeDifferentiator<float>(shape, everything)
            ->gradient(single, {set, chosen, seed, 7}, gradient, inThisThread());
        const Eigen::Map<const Eigen::VectorXd> a(exact.data(), std::ssize(exact));
        const Eigen::Map<const Eigen::VectorXf> b(gradient.data(), std::ssize(gradient));
        QVERIFY((a - b.cast<double>()).norm() < 2e-5 * a.norm());
    }

    void frozenPartsAreZero_data() { shapes(); }
    void frozenPartsAreZero() {
        const Shape shape = fetchedShape();
        const auto model = randomModel<double>(shape, seed);
        const auto set = randomSet(static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), 6, 23, seed);
        const auto chosen = allOf(set);
        std::vector<double> all(shape.total());
        makeDifferentiator<double>(shape, everything)->gradient(model, {set, chosen}, all, inThisThread());
        for (std::size_t p = 0; p < partCount; ++p) {
            Trainable trainable = everything;
            trainable[p] = false;
            std::vector<double> some(shape.total(), 1);
            makeDifferentiator<double>(shape, trainable)->gradient(model, {set, chosen}, some, inThisThread());
            const auto part = static_cast<Part>(p);
            for (std::size_t k = 0; k < all.size(); ++k) {
                const bool frozen = k >= shape.offset(part) && k < shape.offset(part) + shape.size(part);
                QCOMPARE(some[k], frozen ? 0.0 : all[k]);
            }
        }
    }

    // A bias of nothing is left out and the scales of frozen outputs have a way of their own: neither is to be seen.
    void shortWaysAreNotSeen_data() { shapes(); }
    void shortWaysAreNotSeen() {
        const Shape shape = fetchedShape();
        auto model = randomModel<double>(shape, seed);
        const auto set = randomSet(static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), 6, 23, seed);
        const auto chosen = allOf(set);
        const auto bias = model.parameters.begin() + static_cast<std::ptrdiff_t>(shape.offset(Part::bias));
        std::fill_n(bias, shape.size(Part::bias), 0);
        model.parameters[shape.offset(Part::outputScales) + shape.outputs - 1] = 0;
        Trainable frozen = everything;
        frozen[static_cast<std::size_t>(Part::outputWeights)] = false;
        const auto gradientOf = [&](const Trainable& trainable) {
            std::vector<double> gradient(shape.total());
            makeDifferentiator<double>(shape, trainable)->gradient(model, {set, chosen}, gradient, inThisThread());
            std::fill_n(gradient.begin() + static_cast<std::ptrdiff_t>(shape.offset(Part::outputWeights)),
                        shape.size(Part::outputWeights), 0);
            return gradient;
        };
        const auto withoutBias = gradientOf(everything);
        QCOMPARE(gradientOf(frozen), withoutBias);
        *bias = 1e-300;
        QCOMPARE(gradientOf(everything), withoutBias);
    }

    void threadsDoNotMatter_data() { shapes(); }
    void threadsDoNotMatter() {
        const Shape shape = fetchedShape();
        const auto model = randomModel<float>(shape, seed);
        const auto set = randomSet(static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), 37, 30, seed);
        const auto chosen = allOf(set);
        const auto differentiator = makeDifferentiator<float>(shape, everything);
        std::vector<float> one(shape.total());
        std::vector<float> many(shape.total());
        const double loss = differentiator->gradient(model, {set, chosen, seed, 7}, one, inThisThread());
        for (int again = 0; again < 3; ++again) {
            QCOMPARE(differentiator->gradient(model, {set, chosen, seed, 7}, many, manyThreads()), loss);
            QVERIFY(one == many);
        }
    }

    void stops() {
        const Shape shape{64, 2, 1, 1};
        const auto model = randomModel<float>(shape, seed);
        const auto set = randomSet(1, 1, 8, 30, seed);
        const auto chosen = allOf(set);
        std::stop_source source;
        source.request_stop();
        std::vector<float> gradient(shape.total());
        try {
            makeDifferentiator<float>(shape, everything)
                ->gradient(model, {set, chosen}, gradient, inThisThread(), source.get_token());
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
    }

    void measures() {
        // One unit, one mode that is never read: z = 4 tanh(v) with v = 1 - 0.8^k.
        Model<float> model;
        model.shape = {1, 1, 1, 1};
        model.parameters = {0, 0, 4, 1, 1, 1, 0, 0};
        tasks::TaskTrial trial;
        trial.trial.inputs = Eigen::MatrixXd::Ones(1, 4);
        trial.target = Eigen::MatrixXd::Constant(1, 4, 1.0);
        trial.mask = Eigen::MatrixXd::Constant(1, 4, 1.0);
        trial.mask(0, 3) = 0;
        TrialSet set{1, 1, {prepare(trial, 0.2)}};
        QCOMPARE(set.trials[0].steps, 3);
        const std::vector<std::size_t> chosen{0};
        double loss = 0;
        double right = 0;
        for (int k = 1; k <= 3; ++k) {
            const double error = 4 * std::tanh(1 - std::pow(0.8, k)) - 1;
            loss += error * error / 3;
            right += std::abs(error) < 0.5;
        }
        const auto differentiator = makeDifferentiator<float>(model.shape, everything);
        const auto bits = differentiator->score(model, {set, chosen}, Measure::heldBits, inThisThread());
        QVERIFY(std::abs(bits.loss() - loss) < 1e-5);
        QCOMPARE(bits.accuracy(), right / 3);
        QCOMPARE(differentiator->score(model, {set, chosen}, Measure::signOfMean, inThisThread()).accuracy(), 1.0);
        set.trials[0].target = {-1, -1, -1};
        QCOMPARE(differentiator->score(model, {set, chosen}, Measure::signOfMean, inThisThread()).accuracy(), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestTrainingGradients)
#include "tst_training_gradients.moc"
