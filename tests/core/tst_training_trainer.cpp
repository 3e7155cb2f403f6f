// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <filesystem>
#include <functional>

#include "core/error.h"
#include "core/io/load.h"
#include "core/io/save.h"
#include "core/training/checkpoint.h"
#include "core/training/evaluation.h"
#include "core/training/trainer.h"
#include "tests/core/io_fixtures.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using namespace kappascope::training;
using namespace kappascope::training::fixtures;
using kappascope::tests::errorOf;

namespace {

constexpr std::uint64_t seed = 5;

/// A run that takes milliseconds.
Settings small(const char* task = "rdm", TrainingOptions options = {}) {
    options.insert({{"units", 40}, {"trials", 64}, {"validation-trials", 20}, {"batch", 16}, {"epochs", 4}});
    return makeSettings(task, {}, options, seed);
}

void runToTheEnd(Trainer& trainer) {
    train(trainer, inThisThread(), [](const Trainer&) { return true; });
}

}  // namespace

class TestTrainingTrainer : public QObject {
    Q_OBJECT

private slots:
    void adamIsThePublishedOne() {
        std::vector<float> parameters{1, -2, 0.5f};
        Adam adam;
        std::vector<double> p{1, -2, 0.5}, m(3), v(3);
        for (int t = 1; t <= 50; ++t) {
            std::vector<float> g;
            for (std::size_t k = 0; k < 3; ++k)
                g.push_back(static_cast<float>(std::sin(t + double(k)) * std::pow(10, k)));
            adam.update(parameters, g, 0.01);
            for (std::size_t k = 0; k < 3; ++k) {
                m[k] = 0.9 * m[k] + 0.1 * g[k];
                v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k];
                p[k] -= 0.01 * (m[k] / (1 - std::pow(0.9, t))) / (std::sqrt(v[k] / (1 - std::pow(0.999, t))) + 1e-8);
            }
        }
        for (std::size_t k = 0; k < 3; ++k) QVERIFY(std::abs(parameters[k] - p[k]) < 1e-5);
        QCOMPARE(adam.steps, std::uint64_t{50});
    }

    // Where a vector begins in memory depends on all that was allocated before it, be it the name of a file.
    void placesInMemoryDoNotMatter() {
        constexpr std::size_t count = 199, places = 16;
        Random random(11, Stream::trialChoice);
        std::vector<float> start(count), gradient(count);
        for (auto* values : {&start, &gradient})
            for (float& value : *values) value = static_cast<float>(random.normal());
        std::vector<float> reference;
        double norm = 0;
        for (std::size_t place = 0; place < places; ++place) {
            std::vector<float> parameters(count + places), moved(count + places);
            std::copy(start.begin(), start.end(), parameters.begin() + static_cast<std::ptrdiff_t>(place));
            std::copy(gradient.begin(), gradient.end(), moved.begin() + static_cast<std::ptrdiff_t>(place));
            const auto here = std::span(parameters).subspan(place, count);
            const auto g = std::span(moved).subspan(place, count);
            Adam adam;
            for (int k = 0; k < 20; ++k) adam.update(here, g, 0.01);
            if (place == 0) {
                reference.assign(here.begin(), here.end());
                norm = normOf(g);
            }
            QVERIFY2(std::equal(here.begin(), here.end(), reference.begin()), qPrintable(QString::number(place)));
            QVERIFY(normOf(g) == norm);
        }
    }

    void clipping() {
        std::vector<float> gradient{3, 4};
        QCOMPARE(normOf(gradient), 5.0);
        clip(gradient, 5, 0);
        QCOMPARE(gradient[1], 4.0f);
        clip(gradient, 5, 10);
        QCOMPARE(gradient[1], 4.0f);
        clip(gradient, 5, 1);
        QVERIFY(std::abs(normOf(gradient) - 1) < 1e-5);
        QVERIFY(std::isnan(normOf(std::vector<float>{1, NAN})));
    }

    void optionsAreChecked() {
        const auto codeOf = [](const TrainingOptions& options) {
            const auto error = errorOf([&] { makeSettings("rdm", {}, options, 1); });
            return error ? std::string(name(error->code())) + " " + error->field() : std::string("none");
        };
        QCOMPARE(codeOf({}), std::string("none"));
        QCOMPARE(codeOf({{"speed", 1}}), std::string("badOption speed"));
        QCOMPARE(codeOf({{"lr", -1}}), std::string("badOption lr"));
        QCOMPARE(codeOf({{"lr", NAN}}), std::string("badOption lr"));
        QCOMPARE(codeOf({{"units", 10.5}}), std::string("badOption units"));
        QCOMPARE(codeOf({{"units", 20000}, {"rank", 0}}), std::string("badOption units"));
        QCOMPARE(codeOf({{"train-m", 0}, {"train-n", 0}, {"train-si", 0}, {"train-so", 0}}),
                 std::string("badOption train-m"));
        QVERIFY(errorOf([] { makeSettings("chess", {}, {}, 1); })->code() == ErrorCode::unknownTask);
        QVERIFY(errorOf([] { makeSettings("rdm", {{"cue", 1}}, {}, 1); })->code() == ErrorCode::badOption);
    }

    void everyTaskHasItsRecipe() {
        for (const auto& task : tasks::registry()) {
            const auto settings = makeSettings(task->id(), {}, {}, 1);
            const Shape shape = settings.shape();
            QCOMPARE(shape.units, std::size_t{512});
            QCOMPARE(shape.inputs, static_cast<std::size_t>(task->inputs()));
            QCOMPARE(settings.stages().back().task, settings.taskOptions);
        }
        QCOMPARE(makeSettings("flipflop", {}, {}, 1).shape().outputs, std::size_t{3});
        const auto stages = makeSettings("dms", {}, {}, 1).stages();
        QVERIFY(stages.size() > 1);
        for (std::size_t k = 1; k < stages.size(); ++k)
            QVERIFY(stages[k].task.at("delay-max") > stages[k - 1].task.at("delay-max"));
        QCOMPARE(makeSettings("dms", {{"delay-max", 30}}, {}, 1).stages().size(), std::size_t{1});
        QCOMPARE(makeSettings("dms", {}, {{"curriculum", 0}}, 1).stages().size(), std::size_t{1});
    }

    void startIsAsPublished() {
        const auto model = initialModel({20000, 2, 1, 1}, {.overlap = 1.5}, seed);
        const auto column = [&](Part part, std::size_t c) {
            return Eigen::Map<const Eigen::VectorXf>(model.part(part).data() + c * 20000, 20000).cast<double>();
        };
        const auto moment = [](const Eigen::VectorXd& a, const Eigen::VectorXd& b) { return a.dot(b) / 20000; };
        const auto m = column(Part::m, 0), n = column(Part::n, 0), w = column(Part::outputWeights, 0);
        QVERIFY(std::abs(moment(m, m) - 1) < 0.05);
        QVERIFY(std::abs(moment(m, n) - 1.5) < 0.05);
        QVERIFY(std::abs(moment(n, n) - 3.25) < 0.15);
        QVERIFY(std::abs(moment(m, column(Part::n, 1))) < 0.06);
        QVERIFY(std::abs(moment(w, w) - 16) < 0.8);
    }

    void startIsDrawnInPiecesAndCanBeStopped() {
        const Shape shape{.units = 600, .rank = 0, .inputs = 2, .outputs = 1};  // more than one piece
        const auto model = initialModel(shape, {.radius = 1}, seed);
        std::vector<float> expected(600 * 600);
        fillNormal(seed, Stream::loadings, static_cast<std::uint64_t>(Part::connectivity), expected);
        const auto drawn = model.part(Part::connectivity);
        for (std::size_t k = 0; k < expected.size(); ++k)
            QCOMPARE(drawn[k], expected[k] * static_cast<float>(1 / std::sqrt(600.0)));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(errorOf([&] { initialModel(shape, {}, seed, stop.get_token()); })->code(), ErrorCode::stopped);
        QCOMPARE(errorOf([&] {
                     Trainer(small("mante", {{"rank", 0}}), stop.get_token());
                 })->code(),
                 ErrorCode::stopped);
    }

    /// The published road to low rank: J of a trained network, cut to its leading modes. Dynamics stay those of the cut
    /// J.
    void beginsWithLeadingModes() {
        Trainer full(small("mante", {{"rank", 0}, {"epochs", 1}}));
        const auto cut = network::truncated(full.current(), 2);
        auto model = fromNetwork(cut);
        balance(model);
        const auto balanced = toNetwork(model);
        const Eigen::MatrixXd expected = cut.couplingScale() * cut.m * cut.n.transpose();
        const Eigen::MatrixXd found = balanced.couplingScale() * balanced.m * balanced.n.transpose();
        QVERIFY((found - expected).norm() < 1e-5 * expected.norm());
        QVERIFY((balanced.readoutScale() * balanced.outputWeights - cut.readoutScale() * cut.outputWeights).norm() <
                1e-6 * cut.outputWeights.norm());
        for (Eigen::Index r = 0; r < 2; ++r) QVERIFY(std::abs(balanced.m.col(r).squaredNorm() / 40 - 1) < 1e-5);
    }

    void learns() {
        auto settings = makeSettings("rdm", {}, {{"units", 128}, {"until-accuracy", 0.97}}, seed);
        Trainer trainer(std::move(settings));
        const auto before = evaluate(trainer.current(), tasks::task("rdm"), {}, 0.05, 500, 9, inThisThread());
        QVERIFY(before.accuracy() < 0.9);
        runToTheEnd(trainer);
        const auto after = evaluate(trainer.best(), tasks::task("rdm"), {}, 0.05, 500, 9, inThisThread());
        QVERIFY2(after.accuracy() >= 0.95, qPrintable(QString::number(after.accuracy())));
        QVERIFY(after.loss() < before.loss());
        QVERIFY(trainer.finished());
        QVERIFY(trainer.state().epoch < 20);
    }

    void bestIsKept() {
        Trainer trainer(small("rdm", {{"lr", 0.5}, {"epochs", 12}}));
        runToTheEnd(trainer);
        const auto& history = trainer.state().history;
        const auto least = std::min_element(history.begin(), history.end(), [](const auto& a, const auto& b) {
            return a.validationLoss < b.validationLoss;
        });
        QCOMPARE(trainer.state().bestEpoch, least->epoch);
        Trainer again(small("rdm", {{"lr", 0.5}, {"epochs", 12}}));
        train(again, inThisThread(), [&](const Trainer& now) { return now.state().epoch < least->epoch; });
        QVERIFY(again.state().parameters == trainer.state().best);
    }

    void threadsDoNotMatter() {
        for (const char* task : {"rdm", "dms"}) {
            Trainer one(small(task)), many(small(task));
            runToTheEnd(one);
            train(many, manyThreads(), [](const Trainer&) { return true; });
            QVERIFY(checkpointBytes(one) == checkpointBytes(many));
        }
    }

    void goesOnFromAnyCheckpoint_data() {
        QTest::addColumn<QString>("task");
        QTest::addColumn<int>("rank");
        QTest::newRow("rdm") << "rdm" << 1;
        QTest::newRow("a curriculum") << "dms" << 2;
        QTest::newRow("full rank") << "mante" << 0;
    }
    void goesOnFromAnyCheckpoint() {
        QFETCH(QString, task);
        QFETCH(int, rank);
        const auto settings = small(task.toUtf8(), {{"rank", rank}, {"epochs", 2}});
        std::vector<std::string> checkpoints;
        Trainer whole(settings);
        checkpoints.push_back(checkpointBytes(whole));
        train(whole, inThisThread(), [&](const Trainer& now) {
            checkpoints.push_back(checkpointBytes(now));
            return checkpoints.size() < 5;
        });
        for (const auto& bytes : checkpoints) {
            auto checkpoint = checkpointFromBytes(bytes, "run");
            Trainer trainer(std::move(checkpoint.settings), std::move(checkpoint.state));
            QVERIFY(checkpointBytes(trainer) == bytes);
            while (checkpointBytes(trainer) != checkpoints.back() && !trainer.finished())
                trainer.runEpoch(inThisThread());
            QVERIFY(checkpointBytes(trainer) == checkpoints.back());
        }
    }

    /// A run that is stopped between any two blocks of trials goes on as if nothing had happened.
    void stopsAnywhere() {
        Trainer whole(small());
        runToTheEnd(whole);
        Trainer trainer(small());
        int stops = 0;
        for (int attempt = 0; !trainer.finished(); ++attempt) {
            const int allowed = 4 + attempt * 7 % 11;
            std::stop_source source;
            int calls = 0;
            const Executor counting = [&](std::size_t count, const std::function<void(std::size_t)>& work) {
                for (std::size_t k = 0; k < count; ++k) {
                    if (++calls > allowed) source.request_stop();
                    work(k);
                }
            };
            try {
                trainer.runEpoch(counting, source.get_token());
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::stopped);
                ++stops;
                auto checkpoint = checkpointFromBytes(checkpointBytes(trainer), "run");
                trainer = Trainer(std::move(checkpoint.settings), std::move(checkpoint.state));
            }
        }
        QVERIFY(stops > 5);
        QVERIFY(checkpointBytes(trainer) == checkpointBytes(whole));
    }

    void observersEndARun() {
        Trainer trainer(small());
        train(trainer, inThisThread(), [](const Trainer& now) { return now.state().epoch < 2; });
        QCOMPARE(trainer.state().epoch, 2);
        QVERIFY(!trainer.finished());
    }

    void divergenceKeepsTheLastGoodWeights() {
        Trainer trainer(small());
        trainer.runEpoch(inThisThread());
        auto state = trainer.state();
        state.parameters[trainer.settings().shape().offset(Part::outputScales)] = 1e30f;
        Trainer broken(trainer.settings(), state);
        const auto error = errorOf([&] { broken.runEpoch(inThisThread()); });
        QVERIFY(error && error->code() == ErrorCode::trainingDiverged);
        QCOMPARE(error->values(), std::vector<std::string>{"2"});
        QVERIFY(broken.state().parameters == state.parameters);
        QVERIFY(broken.state().best == trainer.state().best);
    }

    void brokenCheckpointsAreRefused() {
        Trainer trainer(small());
        trainer.runEpoch(inThisThread());
        const auto bytes = checkpointBytes(trainer);
        for (std::size_t size = 0; size < bytes.size(); size += 997)
            QVERIFY(errorOf([&] { checkpointFromBytes(bytes.substr(0, size), "run"); }));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(errorOf([&] { checkpointFromBytes(bytes, "run", stop.get_token()); })->code(), ErrorCode::stopped);
        // Every byte of the description in turn.
        const auto start = bytes.find('{');
        const auto end = bytes.find("PK", start);
        for (std::size_t k = start; k < end; ++k) {
            auto damaged = bytes;
            damaged[k] = static_cast<char>(damaged[k] ^ 1);
            QVERIFY(errorOf([&] { checkpointFromBytes(damaged, "run"); }));  // the checksum of the zip
        }
        // Well-formed, and nothing that a run can have come to.
        const std::function<void(TrainingState&)> hostile[] = {
            [](TrainingState& s) { s.batch = 9'999'999; },
            [](TrainingState& s) { s.stageEpoch = s.epoch + 1; },
            [](TrainingState& s) { s.optimiser.steps = ~std::uint64_t{0}; },
            [](TrainingState& s) { s.optimiser.second[0] = -1; },
            [](TrainingState& s) { s.history[0].accuracy = -5; },
            [](TrainingState& s) { s.history[0].validationLoss = -1e300; },
        };
        for (const auto& spoil : hostile) {
            auto state = trainer.state();
            spoil(state);
            const auto error = errorOf([&] { checkpointFromBytes(checkpointBytes(trainer.settings(), state), "run"); });
            QVERIFY(error && error->code() == ErrorCode::malformed);
        }
        auto wrong = trainer.state();
        wrong.best.pop_back();
        QVERIFY(errorOf([&] { Trainer(trainer.settings(), wrong); })->code() == ErrorCode::wrongShape);
        const auto network = io::networkBytes(trainer.best());
        QVERIFY(errorOf([&] { checkpointFromBytes(network, "run"); })->code() == ErrorCode::unsupportedFormat);
        // Half of the optimiser's state is none.
        TrainingState half = checkpointFromBytes(bytes, "run").state;
        half.optimiser.second.clear();
        const auto error = errorOf([&] { Trainer(checkpointFromBytes(bytes, "run").settings, half); });
        QVERIFY(error && error->code() == ErrorCode::wrongShape);
    }

    void networksKnowTheirTask() {
        Trainer trainer(makeSettings("mante", {{"cue", 0.5}}, {{"units", 32}}, seed));
        const auto loaded = io::loadBytes(io::networkBytes(trainer.current(), {seed, "test"}), "net.npz");
        QCOMPARE(loaded.network->task.id, std::string("mante"));
        QCOMPARE(loaded.network->task.options.at("cue"), std::string("0.5"));
        QCOMPARE(loaded.network->noise, 0.05);
        QCOMPARE(loaded.network->inputNames, tasks::task("mante").inputNames());
        QVERIFY(loaded.network->scaling == network::Scaling::overN);
        const auto model = fromNetwork(*loaded.network);
        QCOMPARE(model.parameters.size(), trainer.state().parameters.size());
    }

    /// Another readout that means the same (there is no bias) takes the road through simulateNetwork.
    void bothRoadsOfEvaluationAgree() {
        Trainer trainer(small());
        runToTheEnd(trainer);
        for (const char* task : {"rdm", "flipflop"}) {
            Trainer other(small(task));
            other.runEpoch(inThisThread());
            auto network = other.best();
            const auto fast = evaluate(network, tasks::task(task), {}, 0.05, 30, 3, inThisThread());
            network.readout = network::Readout::phi;
            const auto slow = evaluate(network, tasks::task(task), {}, 0.05, 30, 3, manyThreads());
            QVERIFY(std::abs(fast.loss() - slow.loss()) < 1e-4 * slow.loss());
            QVERIFY(std::abs(fast.accuracy() - slow.accuracy()) < 0.02);
            QCOMPARE(fast.judged, slow.judged);
        }
        const auto error =
            errorOf([&] { evaluate(trainer.best(), tasks::task("mante"), {}, 0.05, 30, 3, inThisThread()); });
        QVERIFY(error && error->code() == ErrorCode::inputsDoNotMatch);
    }
};

QTEST_APPLESS_MAIN(TestTrainingTrainer)
#include "tst_training_trainer.moc"
