// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <functional>
#include <mutex>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "core/training/evaluation.h"
#include "tests/core/errors.h"
#include "ui/session/comparison.h"
#include "ui/session/reductions_run.h"
#include "ui/session/reductions_text.h"
#include "ui/session/thread_pool.h"

using namespace kappascope;
using namespace kappascope::session;
using test::codeOf;

namespace {

constexpr int patience = 600'000;  // machines that run sanitizers are slow

StatePtr rdm(const QString& populations = {}) {
    OpenOptions options;
    options.populations = populations;
    return open(QStringLiteral("trained-rdm"), options);
}

/// Small enough for a test.
ReductionsPlan smallPlan() {
    ReductionsPlan plan;
    plan.most = 1;
    plan.trials = 1;
    plan.fresh = 40;
    plan.draws = 2;
    return plan;
}

std::vector<Reduction> measure(const StatePtr& state, const ReductionsPlan& plan, const Executor& executor) {
    std::vector<Reduction> rows;
    ReductionsWork work;
    work.executor = executor;
    work.row = [&rows](Reduction row) { rows.push_back(std::move(row)); };
    measureReductions(state, plan, reductionsGround(*state, plan), work);
    return rows;
}

/// Two modes of a full-rank network of rdm's shape.
StatePtr fullRank() {
    constexpr Eigen::Index units = 60;
    network::Network network;
    network.networkClass = network::NetworkClass::fullRank;
    network.scaling = network::Scaling::none;
    network.task.id = "rdm";
    Random random(3, Stream::loadings);
    const auto normals = [&random](Eigen::Index rows, Eigen::Index columns, double deviation) {
        Eigen::MatrixXd matrix(rows, columns);
        for (double& each : matrix.reshaped()) each = deviation * random.normal();
        return matrix;
    };
    const Eigen::MatrixXd mode = normals(units, 1, 1);
    network.connectivity = normals(units, units, 0.8 / std::sqrt(units)) + 1.4 / units * mode * mode.transpose();
    network.inputWeights = mode + normals(units, 1, 1);
    network.outputWeights = mode;
    auto state = std::make_shared<State>();
    state->file = std::make_shared<const network::Network>(network);
    state->network = std::make_shared<const network::Network>(network::truncated(network, 2));
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    state->input = Eigen::VectorXd::Zero(1);
    state->gains = Eigen::VectorXd::Ones(1);
    state->on = {true};
    return state;
}

StatePtr withTask(const StatePtr& state, const std::string& task) {
    auto next = std::make_shared<State>(*state);
    auto network = std::make_shared<network::Network>(*state->network);
    network->task = {};
    network->task.id = task;
    next->network = next->file = network;
    return next;
}

}  // namespace

class ReductionsTest : public QObject {
    Q_OBJECT

private slots:
    void rowsAreMeasuredAgainstTheNetwork() {
        const auto state = rdm();
        const auto plan = smallPlan();
        const auto ground = reductionsGround(*state, plan);
        ThreadPool pool(2);
        std::mutex mutex;
        double least = 1, most = 0;
        std::vector<Reduction> rows;
        ReductionsWork work;
        work.executor = pool.executor();
        work.row = [&rows](Reduction row) { rows.push_back(std::move(row)); };
        work.progress = [&](double share) {
            const std::scoped_lock lock(mutex);
            least = std::min(least, share);
            most = std::max(most, share);
        };
        measureReductions(state, plan, ground, work);
        QCOMPARE(rows.size(), std::size_t{2});
        QVERIFY(least >= 0 && least < 0.5);
        QCOMPARE(most, 1.0);
        const Reduction &exact = rows[0], &one = rows[1];
        QVERIFY(exact.kind == Reduction::Kind::exact && exact.agreement.identity);
        QVERIFY(exact.agreement.rmsKappa < 1e-9);
        QCOMPARE(exact.agreement.sameChoice, 1.0);
        QCOMPARE(exact.matched, exact.points);
        QCOMPARE(exact.sameKind, exact.points);
        QVERIFY(exact.drawn.empty());
        // What `evaluate` says of the same trials.
        const auto score = training::evaluate(*state->network, *ground.task, ground.taskOptions, ground.noise,
                                              plan.fresh, plan.seed, inThisThread());
        QCOMPARE(*exact.accuracy, score.accuracy());
        QCOMPARE(networkAccuracy(state, plan, ground, {}), score.accuracy());
        QVERIFY(one.kind == Reduction::Kind::fitted && one.populations == 1 && one.origin.isEmpty());
        QVERIFY(one.agreement.rmsKappa > 1e-3);
        QCOMPARE(one.drawn.size(), std::size_t{2});
        // The same numbers, whoever does the work.
        const auto again = measure(state, plan, inThisThread());
        QCOMPARE(again[1].agreement.rmsKappa, one.agreement.rmsKappa);
        QCOMPARE(again[1].drawn, one.drawn);
        QCOMPARE(again[1].largestDistance, one.largestDistance);
    }

    /// Sliders of the document move no number: the network is taken at unit gains.
    void gainsOfTheDocumentDoNotCount() {
        auto plan = smallPlan();
        plan.draws = 0;
        auto turned = std::make_shared<State>(*rdm(QStringLiteral("sign:n1")));
        turned->gains = Eigen::Vector2d(0.3, 1.7);
        const auto a = measure(rdm(), plan, inThisThread());
        const auto b = measure(turned, plan, inThisThread());
        QCOMPARE(b[1].agreement.rmsKappa, a[1].agreement.rmsKappa);
        QCOMPARE(*b[0].accuracy, *a[0].accuracy);
        // Nor do those that the file of a network without populations says.
        auto stored = std::make_shared<State>(*rdm());
        auto network = std::make_shared<network::Network>(*stored->network);
        network->storedGains = Eigen::VectorXd::Constant(1, 0.3);
        stored->network = stored->file = network;
        stored->exact = std::make_shared<const reduction::ExactReduction>(stored->network);
        const auto c = measure(stored, plan, inThisThread());
        QCOMPARE(c[1].agreement.rmsKappa, a[1].agreement.rmsKappa);
        QCOMPARE(*c[0].accuracy, *a[0].accuracy);
        QCOMPARE(*c[1].accuracy, *a[1].accuracy);
    }

    void ownCircuitsComeLastUnlessTheyWereFitted() {
        auto plan = smallPlan();
        plan.draws = 0;
        const auto parted = rdm(QStringLiteral("sign:n1"));
        plan.own = parted;
        auto rows = measure(parted, plan, inThisThread());
        QCOMPARE(rows.size(), std::size_t{3});
        QVERIFY(rows[2].kind == Reduction::Kind::own);
        QCOMPARE(rows[2].populations, 2);
        QCOMPARE(rows[2].state->circuit, parted->circuit);
        plan.own = withOneGaussian(parted);
        QCOMPARE(measure(parted, plan, inThisThread()).size(), std::size_t{2});
        // The labels of a fit, numbered the other way round.
        plan.most = 2;
        plan.own = nullptr;
        rows = measure(parted, plan, inThisThread());
        auto labels = rows[2].state->network->labels;
        for (int& label : labels) label = 1 - label;
        plan.own = withLabels(parted, labels);
        QCOMPARE(measure(parted, plan, inThisThread()).size(), std::size_t{3});
    }

    void noiseIsTheNetworksOrThatOfItsTraining() {
        const auto state = rdm();
        const auto& task = tasks::task("rdm");
        QCOMPARE(trainingNoise(0.3, task, {}), 0.3);
        QCOMPARE(trainingNoise(0, task, {}), 0.05);
        auto plan = smallPlan();
        plan.noise = 0.0;
        QCOMPARE(reductionsGround(*state, plan).noise, 0.0);
    }

    void whatCannotBeMeasuredIsRefused() {
        auto alone = std::make_shared<State>(*rdm());
        alone->network = alone->file = nullptr;
        alone->exact = nullptr;
        QCOMPARE(codeOf([&] { reductionsGround(*alone, smallPlan()); }), ErrorCode::needsUnits);
        const auto nameless = withTask(rdm(), {});
        QCOMPARE(codeOf([&] { reductionsGround(*nameless, smallPlan()); }), ErrorCode::needsTask);
        std::stop_source source;
        source.request_stop();
        ReductionsWork work;
        work.stop = source.get_token();
        const auto state = rdm();
        const auto plan = smallPlan();
        QCOMPARE(codeOf([&] { measureReductions(state, plan, reductionsGround(*state, plan), work); }),
                 ErrorCode::stopped);
    }

    void runsDeliverRowsAndAdoptCircuits() {
        Explorer explorer{PaintPortrait()};
        ReductionsRun run(explorer);
        QVERIFY(!run.obstacle().isEmpty());
        run.start();
        QVERIFY(!run.isRunning());
        explorer.document().start(rdm(QStringLiteral("sign:n1")));
        QVERIFY2(run.obstacle().isEmpty(), qPrintable(run.obstacle()));
        run.plan = smallPlan();
        run.start();
        QVERIFY(run.isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!run.isRunning(), patience);
        QVERIFY(run.isComplete());
        QCOMPARE(run.progress(), 1.0);
        QCOMPARE(run.table().rows.size(), std::size_t{3});
        QCOMPARE(*run.table().networkAccuracy, *run.table().rows[0].accuracy);
        QVERIFY(!run.canUse(0) && run.canUse(1) && run.isUsed(2));

        const auto before = explorer.state();
        explorer.document().setInput(0, 0.5);
        run.use(1);
        QCOMPARE(explorer.state()->populations(), 1);
        QCOMPARE(explorer.state()->input[0], 0.5);
        QVERIFY(explorer.state()->circuitIsOneGaussian);
        QVERIFY(run.isUsed(1) && run.canUse(2));
        QVERIFY2(run.outOfDate().isEmpty(), qPrintable(run.outOfDate()));
        auto& undo = explorer.document().undoStack();
        QVERIFY(undo.undoText().contains(QStringLiteral("1 population")));
        undo.undo();
        QCOMPARE(explorer.state()->circuit, before->circuit);

        // Another task, another circuit, another network: old numbers are not shown as new ones.
        TrialChoice other;
        other.task = QStringLiteral("romo");
        explorer.document().setTrial(other);
        QVERIFY(run.outOfDate().contains(QStringLiteral("task")));
        undo.undo();
        QVERIFY(run.outOfDate().isEmpty());
        explorer.usePartition(*reduction::partitionFromText("size:m1"));
        QTRY_VERIFY_WITH_TIMEOUT(run.outOfDate().contains(QStringLiteral("circuit")), patience);
        undo.undo();
        QVERIFY(run.outOfDate().isEmpty());
        explorer.document().replace(withScaling(explorer.state(), network::Scaling::none), QStringLiteral("scaling"));
        QVERIFY(run.outOfDate().contains(QStringLiteral("another network")));
        QVERIFY(!run.canUse(1));
        run.use(1);
        QCOMPARE(explorer.state()->populations(), 2);
    }

    void cancelledRunsKeepTheirRows() {
        Explorer explorer{PaintPortrait()};
        explorer.document().start(rdm());
        ReductionsRun run(explorer);
        run.plan = smallPlan();
        run.plan.draws = 10'000;
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.table().rows.size() == 1, patience);
        run.cancel();
        QVERIFY(!run.isRunning() && !run.isComplete());
        QCOMPARE(run.table().rows.size(), std::size_t{1});
        // The next one is not disturbed by what the last one still delivers.
        run.plan.draws = 1;
        run.start();
        QCOMPARE(run.table().rows.size(), std::size_t{0});
        QTRY_VERIFY_WITH_TIMEOUT(!run.isRunning(), patience);
        QVERIFY(run.isComplete());
        QCOMPARE(run.table().rows.size(), std::size_t{2});
    }

    void obstaclesSayWhatHelps() {
        Explorer explorer{PaintPortrait()};
        ReductionsRun run(explorer);
        explorer.document().start(withTask(rdm(), {}));
        QVERIFY(run.obstacle().contains(QStringLiteral("Explore")));
        TrialChoice chosen;
        chosen.task = QStringLiteral("rdm");
        explorer.document().setTrial(chosen);
        QVERIFY(run.obstacle().isEmpty());
        auto alone = std::make_shared<State>(*rdm());
        alone->network = alone->file = nullptr;
        alone->exact = nullptr;
        explorer.document().replace(alone, QStringLiteral("alone"));
        QVERIFY(run.obstacle().contains(QStringLiteral("sample")));
    }

    /// Of a full-rank file the network is the file, its view is a reduction, and fixed points are not compared.
    void truncatedViewsAreHeldAgainstTheirFile() {
        Explorer explorer{PaintPortrait()};
        explorer.document().start(fullRank());
        ReductionsRun run(explorer);
        QVERIFY2(run.obstacle().isEmpty(), qPrintable(run.obstacle()));
        run.plan = smallPlan();
        run.plan.fresh = 200;
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(!run.isRunning(), patience);
        QVERIFY(run.isComplete());
        const auto& table = run.table();
        const auto score = training::evaluate(*explorer.state()->file, *table.ground.task, table.ground.taskOptions,
                                              table.ground.noise, 200, table.plan.seed, inThisThread());
        QCOMPARE(*table.networkAccuracy, score.accuracy());
        QVERIFY(!table.rows[0].agreement.identity && table.rows[0].agreement.rmsKappa > 1e-6);
        QVERIFY(!table.rows[0].pointsKnown);
        QCOMPARE(reductionCells(table.rows[0])[4], QStringLiteral("–"));
        run.use(1);
        QVERIFY(explorer.state()->circuitIsOneGaussian && explorer.state()->isTruncated());
        QVERIFY2(run.outOfDate().isEmpty(), qPrintable(run.outOfDate()));
        explorer.document().replace(withRank(explorer.state(), 3), QStringLiteral("rank"));
        QVERIFY(run.outOfDate().contains(QStringLiteral("another network")));
    }

    void tablesAreText() {
        ReductionsTable table;
        Reduction exact, own;
        exact.pointsKnown = true;
        exact.points = exact.reducedPoints = exact.matched = exact.sameKind = 3;
        exact.accuracy = 0.5;
        own.kind = Reduction::Kind::own;
        own.populations = 2;
        own.origin = QStringLiteral("refined to the flow of a, b");
        own.agreement.rmsKappa = 1.0 / 3.0;
        own.drawn = {0.25, 0.75};
        table.rows = {exact, own};
        const auto lines = reductionsToText(table).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 3);
        for (const auto& line : lines) QCOMPARE(line.count(u'\t'), qsizetype(reductionColumns().size()));
        QVERIFY(lines[0].contains(QStringLiteral("rms κ")) && !lines[0].contains(u'$'));
        QVERIFY(lines[1].contains(QStringLiteral("3 of 3")));
        QVERIFY(lines[2].contains(QStringLiteral("50 ± 35.4 %")));
        const auto csv = QString::fromStdString(reductionsToCsv(table)).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(csv.size(), 3);
        QCOMPARE(csv[1].count(u','), csv[0].count(u','));
        const auto names = csv[0].split(u',');
        QVERIFY(csv[2].contains(QStringLiteral("\"refined to the flow of a, b\"")));
        const auto fields = csv[1].split(u',');
        QCOMPARE(fields[names.indexOf(QStringLiteral("points_matched"))], QStringLiteral("3"));
        QCOMPARE(fields[names.indexOf(QStringLiteral("accuracy"))], QStringLiteral("0.5"));
        QVERIFY(csv[2].contains(QString::fromStdString(toText(1.0 / 3.0))));
        QVERIFY(csv[2].endsWith(QStringLiteral(",2")));
    }
};

QTEST_GUILESS_MAIN(ReductionsTest)
#include "tst_reductions.moc"
