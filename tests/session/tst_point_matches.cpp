// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>

#include "core/error.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"
#include "ui/session/point_matches.h"

using namespace kappascope;
using session::Level;
using session::TrialChoice;
using test::codeOf;

namespace {

std::shared_ptr<session::State> stateOf(const network::Network& network) {
    auto state = std::make_shared<session::State>();
    state->network = state->file = std::make_shared<const network::Network>(network);
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    state->input = Eigen::VectorXd::Zero(state->inputs());
    state->gains = network.defaultGains();
    state->on.assign(static_cast<std::size_t>(state->gains.size()), true);
    return state;
}

/// Rank 1 with two memories at rest, so many units, beside its circuit.
std::shared_ptr<session::State> memories(Eigen::Index units) {
    const auto circuit = tests::gaussianCircuit(Eigen::MatrixXd::Constant(1, 1, 2.0), 9);
    auto state = stateOf(reduction::sample(*circuit, units, 3));
    state->circuit = circuit;
    return state;
}

TrialChoice choiceOf(const char* task, const char* condition = "") {
    TrialChoice choice;
    choice.task = QString::fromLatin1(task);
    choice.condition = QString::fromLatin1(condition);
    return choice;
}

}  // namespace

class PointMatchesTest : public QObject {
    Q_OBJECT

private slots:
    void inputsThatTrialsHold() {
        const auto state = memories(50);
        const auto inputs = session::heldInputs(*state, choiceOf("rdm"));
        QCOMPARE(inputs.size(), std::size_t{7});  // rest, and six coherences
        QVERIFY(inputs[0].input.isZero() && inputs[0].where.empty());
        std::vector<double> levels;
        for (const auto& each : inputs) levels.push_back(each.input[0]);
        std::ranges::sort(levels);
        const std::vector<double> expected{-0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4};
        for (std::size_t k = 0; k < 7; ++k) QVERIFY(std::abs(levels[k] - expected[k]) < 1e-12);
        const auto one = session::heldInputs(*state, choiceOf("rdm", "coh 2"));
        QCOMPARE(one.size(), std::size_t{2});
        QCOMPARE(one[1].where, std::vector<std::string>{"coh 2: stimulus"});
        QCOMPARE(one[1].input[0], 0.2);
        QCOMPARE(codeOf([&] { session::heldInputs(*state, choiceOf("mante")); }), ErrorCode::inputsDoNotMatch);
    }

    void inputsOfATrialOfOnesOwn() {
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Zero(1, 20);
        trial.inputs.middleCols(5, 5).setConstant(1);
        trial.inputs.middleCols(12, 4).setConstant(2);  // too short to be held
        const auto inputs = session::heldInputs(trial);
        QCOMPARE(inputs.size(), std::size_t{2});
        QCOMPARE(inputs[1].input[0], 1.0);
        QCOMPARE(inputs[1].where, std::vector<std::string>{"step 5"});
    }

    void aLargeNetworkHasThePointsOfItsCircuit() {
        const auto state = memories(40000);
        const auto inputs = session::heldInputs(*state, choiceOf("rdm", "coh 4"));
        const auto found = session::matchPoints(*state, Level::meanField, inputs);
        QCOMPARE(found.size(), std::size_t{2});
        for (const auto& each : found) {
            QVERIFY(each.proven);
            QVERIFY(!each.matching.matched.empty());
            QVERIFY(each.matching.onlyA.empty() && each.matching.onlyB.empty());
            for (const auto& pair : each.matching.matched) {
                QVERIFY(pair.sameKind);
                // Ten standard errors of the overlap, 3 / sqrt(N).
                QVERIFY(pair.distance > 0 && pair.distance < 30 / std::sqrt(40000.0));
            }
        }
        QCOMPARE(found[0].matching.matched.size(), std::size_t{3});
    }

    void theExactLevelIsTheNetwork() {
        const auto state = memories(100);
        const auto found = session::matchPoints(*state, Level::exact, session::heldInputs(*state, choiceOf("rdm")));
        for (const auto& each : found)
            for (const auto& pair : each.matching.matched) QVERIFY(pair.distance == 0 && pair.sameKind);
    }

    void whatTheGainsLeaveIsMatched() {
        // Silenced, the network has no memories; its circuit has none either.
        auto state = memories(300);
        state->gains = Eigen::VectorXd::Constant(1, 0.1);
        const auto found =
            session::matchPoints(*state, Level::meanField, session::heldInputs(*state, choiceOf("rdm", "coh 1")));
        QCOMPARE(found[0].matching.matched.size(), std::size_t{1});
        QCOMPARE(found[0].network.size(), std::size_t{1});
    }

    void whatCannotBeMatchedIsRefused() {
        auto state = memories(60);
        const auto inputs = session::heldInputs(*state, choiceOf("rdm", "coh 1"));
        std::stop_source source;
        source.request_stop();
        QCOMPARE(codeOf([&] { session::matchPoints(*state, Level::meanField, inputs, source.get_token()); }),
                 ErrorCode::stopped);
        state->circuit.reset();
        QCOMPARE(codeOf([&] { session::matchPoints(*state, Level::meanField, inputs); }), ErrorCode::needsPopulations);
        auto full = *state->network;
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = full.m * full.n.transpose() / 60;
        state->file = std::make_shared<const network::Network>(full);
        QCOMPARE(codeOf([&] { session::matchPoints(*state, Level::exact, inputs); }), ErrorCode::needsLowRank);
        state->network.reset();
        QCOMPARE(codeOf([&] { session::matchPoints(*state, Level::exact, inputs); }), ErrorCode::needsUnits);
    }
};

QTEST_APPLESS_MAIN(PointMatchesTest)
#include "tst_point_matches.moc"
