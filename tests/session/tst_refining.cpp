// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "core/error.h"
#include "tests/core/errors.h"
#include "ui/session/comparison.h"
#include "ui/session/edits.h"
#include "ui/session/refine_run.h"
#include "ui/session/refining.h"
#include "ui/session/session_file.h"

using namespace kappascope;
using namespace kappascope::session;
using test::codeOf;

namespace {

constexpr int patience = 600'000;  // machines that run sanitizers are slow

/// The bundled delayed-match network, parted by the size of a loading.
StatePtr parted() {
    OpenOptions options;
    options.populations = QStringLiteral("size:m1");
    return open(QStringLiteral("trained-dms"), options);
}

}  // namespace

class RefiningTest : public QObject {
    Q_OBJECT

private slots:
    void networksTakeCircuits() {
        const auto state = parted();
        auto circuit = std::make_shared<reduction::Circuit>(*state->circuit);
        circuit->origin = {reduction::Origin::Kind::refinedToFlow, "dms"};
        circuit->populations[0].name = "large";
        const auto next = withCircuit(state, circuit);
        QCOMPARE(next->circuit.get(), circuit.get());
        QVERIFY(!next->circuitIsMoments && !next->circuitIsOneGaussian && !next->sampled);
        QCOMPARE(next->network->populationCount(), 2);
        QCOMPARE(next->populationName(0), QStringLiteral("large"));
        QCOMPARE(title(Level::meanField, *next), QStringLiteral("Refined circuit, 2 populations"));
        // Whoever listens to m1 a lot belongs to the first.
        int same = 0;
        for (std::size_t i = 0; i < next->network->labels.size(); ++i)
            same += next->network->labels[i] == state->network->labels[i];
        QVERIFY(same > static_cast<int>(next->network->labels.size() * 6 / 10));
        // A session keeps it, and where it came from.
        const auto back = openBytes(sessionBytes(next, ViewState()), QStringLiteral("x"), {}).state;
        QVERIFY(back->circuit->origin == circuit->origin);
        QVERIFY(!back->circuitIsMoments);

        circuit = std::make_shared<reduction::Circuit>(*circuit);
        circuit->rank = 1;
        QCOMPARE(codeOf([&] { withCircuit(state, circuit); }), ErrorCode::wrongShape);
    }

    void originsAreSentences() {
        reduction::Circuit circuit;
        QVERIFY(originText(circuit).isEmpty());
        circuit.origin = {reduction::Origin::Kind::refinedToFlow, "net"};
        QCOMPARE(originText(circuit), QStringLiteral("refined to the flow of net"));
        circuit.task.id = "dms";
        circuit.origin.kind = reduction::Origin::Kind::trainedOnTask;
        QVERIFY(originText(circuit).contains(QStringLiteral("retrained on the task dms")));
        circuit.origin.network.clear();
        QCOMPARE(originText(circuit), QStringLiteral("trained on the task dms"));
    }

    void trialsAreTheConditions() {
        const auto state = parted();
        QCOMPARE(refinementTrials(*state).size(), std::size_t{12});
        auto nameless = std::make_shared<State>(*state);
        auto network = std::make_shared<network::Network>(*state->network);
        network->task = {};
        nameless->network = nameless->file = network;
        QVERIFY(refinementTrials(*nameless).empty());
    }

    /// The circuit of a document comes closer to its network, and undo brings the other one back.
    void documentsAreRefined() {
        Explorer explorer{PaintPortrait()};
        explorer.document().start(parted());
        RefineRun run(explorer);
        run.options.starts = 4;
        run.options.iterations = 60;
        QVERIFY(run.isPossible());
        QVERIFY(!run.result());
        const auto before = explorer.state()->circuit;
        run.start();
        QVERIFY(run.isRunning());
        explorer.document().setInput(0, 0.5);
        QTRY_VERIFY_WITH_TIMEOUT(!run.isRunning(), patience);
        QVERIFY(run.result());
        QVERIFY(explorer.state()->circuit != before);
        QCOMPARE(explorer.state()->input[0], 0.5);
        QVERIFY(run.result()->after.rmsKappa < run.result()->before.rmsKappa);
        QCOMPARE(explorer.document().undoStack().undoText(), QStringLiteral("refine the circuit"));
        explorer.document().undoStack().undo();
        QCOMPARE(explorer.state()->circuit, before);
        QVERIFY(!run.result());
        explorer.document().undoStack().redo();
        QVERIFY(run.result());
    }

    /// Their output weights are no loadings, and no circuit has so many outputs.
    void networksThatGiveTheirRatesAreNotRefined() {
        auto state = std::make_shared<State>(*parted());
        auto network = std::make_shared<network::Network>(*state->network);
        network->outputWeights = Eigen::MatrixXd::Identity(network->units(), network->units());
        state->network = state->file = network;
        measureCircuit(*state);
        Explorer explorer{PaintPortrait()};
        explorer.document().start(state);
        QVERIFY(!RefineRun(explorer).isPossible());
    }

    void runsAreCancelled() {
        Explorer explorer{PaintPortrait()};
        RefineRun run(explorer);
        QVERIFY(!run.isPossible());
        run.start();
        QVERIFY(!run.isRunning());
        explorer.document().start(parted());
        run.options.starts = 10'000;
        const auto before = explorer.state();
        QSignalSpy told(&run, &RefineRun::told);
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.progress() > 0, patience);
        run.cancel();
        QVERIFY(!run.isRunning());
        QCOMPARE(explorer.state(), before);
        // Another circuit meanwhile: what would be refined belongs to none.
        run.start();
        QVERIFY(run.isRunning());
        explorer.document().replace(withOneGaussian(before), QStringLiteral("one"));
        QVERIFY(!run.isRunning());
        QCOMPARE(told.count(), 1);
        QCOMPARE(explorer.state()->populations(), 1);
    }
};

QTEST_GUILESS_MAIN(RefiningTest)
#include "tst_refining.moc"
