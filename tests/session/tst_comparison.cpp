// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>
#include <thread>

#include "core/error.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"
#include "ui/session/comparison.h"
#include "ui/session/edits.h"

using namespace kappascope;
using session::Level;
using session::TrialChoice;
using test::codeOf;

namespace {

/// A document's state around a network, with the circuit that its labels measure.
std::shared_ptr<session::State> stateOf(const network::Network& network, bool measured = true) {
    auto state = std::make_shared<session::State>();
    state->network = state->file = std::make_shared<const network::Network>(network);
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    if (measured) session::measureCircuit(*state);
    state->input = Eigen::VectorXd::Zero(state->inputs());
    state->gains = network.defaultGains();
    state->on.assign(static_cast<std::size_t>(state->gains.size()), true);
    return state;
}

/// Two populations, two inputs, one output, drawn from a circuit.
std::shared_ptr<session::State> sampledState(Eigen::Index units, std::uint64_t seed) {
    const auto circuit = tests::twoPopulationCircuit();
    auto state = stateOf(reduction::sample(*circuit, units, seed), false);
    state->circuit = circuit;
    state->sampled = true;
    return state;
}

TrialChoice delayedMatch(const QString& condition = {}) {
    TrialChoice choice;
    choice.task = QStringLiteral("dms");
    choice.condition = condition;
    return choice;
}

void onFourThreads(int count, const std::function<void(int)>& work) {
    std::atomic<int> next{count - 1};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int index = next--; index >= 0; index = next--) work(index);
        });
}

}  // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private slots:
    void theExactLevelIsAnIdentity_data() {
        QTest::addColumn<double>("noise");
        QTest::newRow("no noise") << 0.0;
        QTest::newRow("noise") << 0.1;
    }
    void theExactLevelIsAnIdentity() {
        QFETCH(double, noise);
        const auto state = stateOf(*tests::randomNetwork(300, 2, 3));
        auto choice = delayedMatch();
        choice.noise = noise;
        const auto result = session::compare(*state, choice);
        QCOMPARE(result.levels.size(), std::size_t{2});
        const auto* exact = result.of(Level::exact);
        QVERIFY(exact && exact->identity);
        QVERIFY(exact->rmsKappa < 1e-10 && exact->rmsZ < 1e-10);
        QCOMPARE(exact->sameChoice, 1.0);
        QCOMPARE(exact->partsAt, -1);
        const auto* circuit = result.of(Level::meanField);
        QVERIFY(circuit && !circuit->identity);
        QVERIFY(circuit->rmsKappa > 1e-6);
        QCOMPARE(exact->trials, int(tasks::task("dms").conditions().size()));
    }

    void everyConditionHasItsRow() {
        const auto state = sampledState(200, 1);
        auto choice = delayedMatch();
        choice.trials = 3;
        const auto result = session::compare(*state, choice);
        const auto names = tasks::task("dms").conditions();
        QCOMPARE(result.rows.size(), names.size());
        for (std::size_t c = 0; c < names.size(); ++c) {
            QCOMPARE(result.rows[c].condition.toStdString(), names[c]);
            QCOMPARE(result.rows[c].levels.size(), std::size_t{2});
            QCOMPARE(result.rows[c].levels[1].agreement.trials, 3);
        }
        // Shares of choices average over the rows.
        double mean = 0;
        for (const auto& row : result.rows)
            mean += row.levels[1].agreement.sameChoice / static_cast<double>(result.rows.size());
        QVERIFY(std::abs(result.of(Level::meanField)->sameChoice - mean) < 1e-12);
        QCOMPARE(result.of(Level::meanField)->choices, int(3 * names.size()));

        const auto one = session::compare(*state, delayedMatch(QStringLiteral("a-b DELAY 25")));
        QCOMPARE(one.rows.size(), std::size_t{1});
        QCOMPARE(one.rows[0].condition, QStringLiteral("A-B delay 25"));
    }

    void itIsTheAgreementOfTheTrialsThemselves() {
        const auto state = sampledState(400, 2);
        state->gains = Eigen::Vector2d(0.8, 1.3);
        state->on[1] = false;
        auto choice = delayedMatch(QStringLiteral("A-B delay 25"));
        choice.noise = 0.05;
        choice.trials = 2;
        choice.seed = 9;
        std::vector<simulation::TrialPair> pairs;
        for (std::uint64_t k = 0; k < 2; ++k) {
            const auto trial = tasks::task("dms").trial("A-B delay 25", {}, true, 9, k);
            simulation::SimulationOptions options;
            options.noise = 0.05;
            options.seed = 9;
            options.trialIndex = k;
            const Eigen::Vector2d gains(0.8, 0);
            pairs.push_back({simulation::simulateNetwork(*state->network, gains, trial.trial, options),
                             simulation::simulateMeanField(*state->circuit, gains, trial.trial, options), 0, 0,
                             trial.mask});
            // The decision's 50 steps, then the steps that pad a short delay.
            QCOMPARE(trial.mask.sum(), 50.0);
        }
        const auto expected = simulation::agreementOf(pairs);
        const auto found = *session::compare(*state, choice).of(Level::meanField);
        QVERIFY(found.rmsKappa == expected.rmsKappa);
        QVERIFY(found.rmsZ == expected.rmsZ);
        QVERIFY(found.difference == expected.difference);
        QCOMPARE(found.sameChoice, expected.sameChoice);
        QCOMPARE(found.partsAt, expected.partsAt);
    }

    void threadsChangeNoDigit() {
        const auto state = sampledState(150, 3);
        auto choice = delayedMatch();
        choice.noise = 0.1;
        choice.trials = 25;  // 300 trials: several blocks
        const auto a = session::compare(*state, choice);
        const auto b = session::compare(*state, choice, {}, onFourThreads);
        for (std::size_t l = 0; l < a.levels.size(); ++l) {
            QVERIFY(a.levels[l].agreement.rmsKappa == b.levels[l].agreement.rmsKappa);
            QVERIFY(a.levels[l].agreement.rmsZ == b.levels[l].agreement.rmsZ);
            QVERIFY(a.levels[l].agreement.difference == b.levels[l].agreement.difference);
            QCOMPARE(a.levels[l].agreement.sameChoice, b.levels[l].agreement.sameChoice);
        }
        for (std::size_t c = 0; c < a.rows.size(); ++c)
            QVERIFY(a.rows[c].levels[1].agreement.rmsZ == b.rows[c].levels[1].agreement.rmsZ);
    }

    void theCircuitIsTheLimitOfItsSamples() {
        // Root mean square over seeds falls as 1/sqrt(N): by 4 for 16 times the units; 2.5 leaves room for chance.
        const auto error = [](Eigen::Index units) {
            double sum = 0;
            constexpr int seeds = 6;
            for (int seed = 1; seed <= seeds; ++seed) {
                const auto state = sampledState(units, static_cast<std::uint64_t>(seed));
                const auto result = session::compare(*state, delayedMatch(QStringLiteral("A-B delay 25")));
                sum += std::pow(result.of(Level::meanField)->rmsKappa, 2);
            }
            return std::sqrt(sum / seeds);
        };
        const double few = error(500);
        const double many = error(8000);
        QVERIFY2(many < few / 2.5, qPrintable(QStringLiteral("%1 after %2").arg(many).arg(few)));
        QVERIFY2(many > few / 7, qPrintable(QStringLiteral("%1 after %2").arg(many).arg(few)));
    }

    void everyBitOfAFlipFlopIsAChoice() {
        Random random(4, Stream::loadings, 1);
        network::Network network;
        network.m = tests::normals(random, 100, 3);
        network.n = 2 * network.m;
        network.inputWeights = tests::normals(random, 100, 3);
        network.outputWeights = tests::normals(random, 100, 3);
        TrialChoice choice;
        choice.task = QStringLiteral("flipflop");
        choice.condition = QStringLiteral("1+ 2- 3+ 1-");
        const auto result = session::compare(*stateOf(network), choice);
        QCOMPARE(result.of(Level::exact)->choices, 4);  // bit 1 twice, bits 2 and 3 once
        QCOMPARE(result.of(Level::exact)->sameChoice, 1.0);
    }

    void aFullRankFileIsSteppedItself() {
        auto full = *tests::randomNetwork(90, 2, 1);
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = full.m * full.n.transpose() / 90;
        full.outputWeights = full.outputWeights.leftCols(1).eval() / 90;
        full.m.resize(0, 0);
        full.n.resize(0, 0);
        const auto view = [&](int rank) {
            auto state = stateOf(network::truncated(full, rank));
            state->file = std::make_shared<const network::Network>(full);
            return state;
        };
        // J has rank 2: its view of rank 2 is the network itself, that of rank 1 is not.
        const auto whole = session::compare(*view(2), delayedMatch());
        QVERIFY(whole.of(Level::exact)->rmsKappa < 1e-8);
        QVERIFY(whole.of(Level::exact)->rmsZ < 1e-8);
        QVERIFY(!whole.of(Level::exact)->identity);
        QVERIFY(!whole.warnings.isEmpty());
        const auto half = session::compare(*view(1), delayedMatch());
        QVERIFY(half.of(Level::exact)->rmsKappa > 1e-3);

        // Populations by a loading reach the full network too.
        auto parted = std::make_shared<session::State>(
            *session::withPartition(view(2), *reduction::partitionFromText("sign:n1")));
        QCOMPARE(parted->file->labels, parted->network->labels);
        parted->gains = Eigen::Vector2d(1, 0.5);
        QVERIFY(session::compare(*parted, delayedMatch()).of(Level::exact)->rmsKappa < 1e-8);
    }

    void aTrialOfOnesOwn() {
        const auto state = sampledState(300, 5);
        tasks::TaskTrial trial;
        trial.trial.inputs = Eigen::MatrixXd::Constant(2, 40, 0.3);
        trial.trial.alpha = 0.1;
        trial.trial.condition = "mine";
        const auto result = session::compare(*state, trial, 0.05, 4, 7);
        QVERIFY(result.task.isEmpty());
        QCOMPARE(result.rows.size(), std::size_t{1});
        QCOMPARE(result.rows[0].condition, QStringLiteral("mine"));
        QCOMPARE(result.alpha, 0.1);
        QCOMPARE(result.of(Level::exact)->trials, 4);
        QCOMPARE(result.of(Level::exact)->choices, 4);
        QVERIFY(result.of(Level::exact)->rmsKappa < 1e-10);
        QVERIFY(result.of(Level::meanField)->rmsKappa > 1e-4);
    }

    void theNetworkKnowsItsTask() {
        auto network = reduction::sample(*tests::twoPopulationCircuit(), 100, 1);
        const auto without = stateOf(network);
        QCOMPARE(codeOf([&] { session::compare(*without, {}); }), ErrorCode::needsTask);
        network.task.id = "dms";
        network.task.options = {{"input-noise", "0"}, {"unknown", "3"}, {"delay-max", "many"}};
        const auto state = stateOf(network);
        const auto choice = session::completed(*state, {});
        QCOMPARE(choice.task, QStringLiteral("dms"));
        QCOMPARE(choice.options, (std::map<QString, double>{{QStringLiteral("input-noise"), 0.0}}));
        TrialChoice own;
        own.options[QStringLiteral("input-noise")] = 0.2;
        QCOMPARE(session::completed(*state, own).options.at(QStringLiteral("input-noise")), 0.2);
        QVERIFY(session::compare(*state, {}).of(Level::exact)->rmsKappa < 1e-10);
    }

    void whatCannotBeComparedIsRefused() {
        const auto state = sampledState(50, 1);
        TrialChoice choice;
        choice.task = QStringLiteral("nothing");
        QCOMPARE(codeOf([&] { session::compare(*state, choice); }), ErrorCode::unknownTask);
        choice.task = QStringLiteral("rdm");
        QCOMPARE(codeOf([&] { session::compare(*state, choice); }), ErrorCode::inputsDoNotMatch);
        QCOMPARE(codeOf([&] { session::compare(*state, delayedMatch(QStringLiteral("C-D"))); }),
                 ErrorCode::unknownCondition);
        choice = delayedMatch();
        choice.trials = 0;
        QCOMPARE(codeOf([&] { session::compare(*state, choice); }), ErrorCode::badOption);
        choice.trials = 1;
        choice.options[QStringLiteral("nonsense")] = 1;
        QCOMPARE(codeOf([&] { session::compare(*state, choice); }), ErrorCode::badOption);
        auto circuit = std::make_shared<session::State>(*state);
        circuit->network = circuit->file = nullptr;
        circuit->exact = nullptr;
        QCOMPARE(codeOf([&] { session::compare(*circuit, delayedMatch()); }), ErrorCode::needsUnits);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(codeOf([&] { session::compare(*state, delayedMatch(), stop.get_token()); }), ErrorCode::stopped);
    }

    void withoutPopulationsThereIsNoCircuit() {
        const auto state = stateOf(*tests::randomNetwork(80, 2, 1), false);
        const auto result = session::compare(*state, delayedMatch());
        QCOMPARE(result.levels.size(), std::size_t{1});
        QVERIFY(!result.of(Level::meanField));
        QCOMPARE(result.warnings.size(), 1);
    }
};

QTEST_GUILESS_MAIN(ComparisonTest)
#include "tst_comparison.moc"
