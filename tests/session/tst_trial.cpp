// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "ui/session/explorer.h"
#include "ui/session/trial_choices.h"

using namespace kappascope;
using session::Explorer;
using session::Level;
using session::Playback;
using session::TrialChoice;

namespace {

constexpr int patience = 60000;

bool near(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, double tolerance = 0) {
    return a.rows() == b.rows() && a.cols() == b.cols() && (a - b).cwiseAbs().maxCoeff() <= tolerance;
}

TrialChoice choice(const char* condition, double noise = 0, int trials = 1) {
    TrialChoice result;
    result.task = QStringLiteral("dms");
    result.condition = QString::fromLatin1(condition);
    result.noise = noise;
    result.trials = trials;
    return result;
}

}  // namespace

class TestTrial : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        session::OpenOptions options;
        options.units = 300;
        small_ = session::open(QStringLiteral("effective-connectivity"), options);
    }

    void init() {
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        explorer_->document().start(small_);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
    }

    void cleanup() { explorer_.reset(); }

    void tasksAreOfferedByTheirInputs() {
        QCOMPARE(session::tasksFor(*small_), std::vector<QString>{QStringLiteral("dms")});
        QVERIFY(session::proposedTrial(*small_).task.isEmpty());
        session::State named = *small_;
        auto network = std::make_shared<network::Network>(*named.file);
        network->task = {"dms", {{"input-noise", "0.07"}, {"unknown", "x"}}};
        named.file = network;
        const TrialChoice proposed = session::proposedTrial(named);
        QCOMPARE(proposed.task, QStringLiteral("dms"));
        QCOMPARE(proposed.condition, session::conditionsOf(proposed.task).front());
        QCOMPARE(proposed.options.size(), std::size_t(1));
        QCOMPARE(proposed.options.at(QStringLiteral("input-noise")), 0.07);
        network->task.id = "mante";  // four inputs: not this network's
        QVERIFY(session::proposedTrial(named).task.isEmpty());
    }

    void theResultIsTheSimulations() {
        explorer_->document().setTrial(choice("A-B delay 25", 0.05, 3));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto result = explorer_->trial();
        QVERIFY(result && result->complete && result->network && result->reduced);
        QCOMPARE(result->network->runs.size(), std::size_t(3));
        QCOMPARE(result->stepMs, 20.0);
        const auto state = explorer_->state();
        Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(2, result->steps());
        for (int k = 0; k < 3; ++k) {
            const auto trial =
                tasks::task("dms").trial("A-B delay 25", {}, true, 1, static_cast<std::uint64_t>(k)).trial;
            simulation::SimulationOptions options;
            options.noise = 0.05;
            options.trialIndex = static_cast<std::uint64_t>(k);
            const auto network = simulateNetwork(*state->network, state->effectiveGains(), trial, options);
            const auto field = simulateMeanField(*state->circuit, state->effectiveGains(), trial, options);
            const auto& run = result->network->runs[static_cast<std::size_t>(k)];
            QVERIFY(near(run.kappa, network.kappa) && near(run.z, network.z) && near(run.u, trial.inputs));
            QVERIFY(near(result->reduced->runs[static_cast<std::size_t>(k)].kappa, field.kappa));
            QVERIFY(near(result->reduced->runs[static_cast<std::size_t>(k)].u, trial.inputs));
            sum += network.kappa;
        }
        QVERIFY(near(result->network->meanKappa, sum / 3, 1e-12));
        const auto& runs = result->network->runs;
        double squares = 0;
        for (const auto& run : runs) squares += std::pow(run.kappa(1, 60) - sum(1, 60) / 3, 2);
        QVERIFY(std::abs(result->network->spreadKappa(1, 60) - std::sqrt(squares / 3)) < 1e-12);
        QVERIFY(result->sides[0] == result->network && result->sides[1] == result->reduced);
    }

    void withoutNoiseTheExactLevelIsTheNetwork() {
        explorer_->setLevel(1, Level::exact);
        explorer_->document().setTrial(choice("B-B delay 25", 0, 20));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto result = explorer_->trial();
        QCOMPARE(result->network->runs.size(), std::size_t(1));  // all twenty would be the same
        QVERIFY(near(result->network->runs[0].kappa, result->reduced->runs[0].kappa, 1e-12));
        QVERIFY(result->agreement->identity && result->agreement->rmsKappa < 1e-12);
        QCOMPARE(result->agreement->sameChoice, 1.0);
        QVERIFY(result->comparison->of(Level::exact)->identity);
    }

    void theComparisonIsTheCommandLines() {
        explorer_->document().setTrial(choice("A-A delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto first = explorer_->trial();
        QVERIFY(first->comparison && first->agreement);
        TrialChoice all = choice("");
        const auto expected = session::compare(*explorer_->state(), all);
        QCOMPARE(first->comparison->of(Level::meanField)->rmsKappa, expected.of(Level::meanField)->rmsKappa);
        QCOMPARE(first->comparison->of(Level::meanField)->sameChoice, expected.of(Level::meanField)->sameChoice);
        // Another condition is another trial, and the same comparison.
        explorer_->document().setTrial(choice("B-A delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->trial() != first);
        QCOMPARE(explorer_->trial()->comparison, first->comparison);
        // A gain is another one.
        explorer_->document().setGain(1, 0.4);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->trial()->comparison != first->comparison);
    }

    void portraitsAreDrawnAtTheScrubber() {
        explorer_->document().setTrial(choice("A-A delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->scrubber(), -1);
        QCOMPARE(explorer_->result(0)->v, explorer_->state()->input);
        explorer_->setScrubber(25);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const Eigen::VectorXd v = explorer_->trial()->network->runs[0].v.col(25);
        QVERIFY(v[0] > 0.9);
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto result = explorer_->result(side);
            QCOMPARE(result->v, v);
            const auto flow = session::flowOf(*explorer_->state(), result->level, v);
            for (const auto& point : result->portrait->census.points)
                QVERIFY(flow->velocity(point.kappa).norm() < 1e-9);
        }
        // The cross-hair is elsewhere: what is marked is the trial's moment.
        QTRY_COMPARE_WITH_TIMEOUT(explorer_->probe()->kappa,
                                  Eigen::VectorXd(explorer_->trial()->sides[0]->runs[0].kappa.col(25)), patience);
        // A hand on an input takes over; the trial stays.
        explorer_->document().setInput(1, 0.3);
        QCOMPARE(explorer_->scrubber(), -1);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(1)->v, explorer_->state()->input);
        QVERIFY(explorer_->trial());
    }

    void epochsLeaveTheirNullclines() {
        explorer_->setLayers({QStringLiteral("trace"), QStringLiteral("nullclines")});
        explorer_->document().setTrial(choice("A-B delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto trial = explorer_->trial();
        const auto traces =
            session::computeTraces(*explorer_->state(), Level::meanField, explorer_->view(), *trial, {});
        // fixation, A, (delay: as fixation), B, decision: 0.8^50 of B is left, so as fixation again.
        QCOMPARE(traces.size(), std::size_t(3));
        QCOMPARE(traces[0].end, 5);
        QCOMPARE(traces[1].end, 30);
        for (const auto& trace : traces) {
            const auto flow = session::flowOf(*explorer_->state(), Level::meanField, trial->drive(trace.end - 1));
            for (int axis = 0; axis < 2; ++axis) {
                const auto& lines = trace.nullclines[static_cast<std::size_t>(axis)];
                QVERIFY(!lines.empty());
                for (const auto& line : lines)
                    for (const auto& point : line)
                        QVERIFY(std::abs(flow->velocity(Eigen::Vector2d(point.x, point.y))[axis]) < 0.05);
            }
        }
    }

    void thePortraitOfTheMeanFieldFollowsTheNoise() {
        explorer_->document().setTrial(choice("A-A delay 50"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto quiet = explorer_->result(1)->portrait;
        explorer_->document().setTrial(choice("A-A delay 50", 0.4));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto noisy = explorer_->result(1)->portrait;
        const auto flow = reduction::meanFieldFlow(explorer_->state()->circuit, explorer_->state()->input,
                                                   explorer_->state()->effectiveGains(), 0.16 / (1 - 0.64));
        for (const auto& point : noisy->census.points) QVERIFY(flow->velocity(point.kappa).norm() < 1e-9);
        QVERIFY(noisy->census.points.size() != quiet->census.points.size() ||
                (noisy->census.points.back().kappa - quiet->census.points.back().kappa).norm() > 1e-2);
        // The network's flow has none: its noise is in its units.
        for (const auto& point : explorer_->result(0)->portrait->census.points)
            QVERIFY(session::flowOf(*explorer_->state(), Level::exact)->velocity(point.kappa).norm() < 1e-9);
    }

    void undoBringsTheTrialBack() {
        explorer_->document().setTrial(choice("A-A delay 25"));
        explorer_->document().setTrial(choice("A-B delay 25"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(QString::fromStdString(explorer_->trial()->trial.condition), QStringLiteral("A-B delay 25"));
        explorer_->document().undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(QString::fromStdString(explorer_->trial()->trial.condition), QStringLiteral("A-A delay 25"));
        explorer_->document().undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(!explorer_->trial());
    }

    void anotherNetworkForgetsTheTrial() {
        explorer_->document().setTrial(choice("A-A delay 25"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        explorer_->setScrubber(10);
        explorer_->open(QStringLiteral("two-memories"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state()->rank() == 1 && explorer_->isSettled(), patience);
        QVERIFY(!explorer_->trial());
        QCOMPARE(explorer_->scrubber(), -1);
        // Rank 1: the trial lies on the curve of dkappa/dt of its moment.
        TrialChoice rdm;
        rdm.task = QStringLiteral("rdm");
        rdm.condition = QStringLiteral("coh 4");
        explorer_->document().setTrial(rdm);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto& run = explorer_->trial()->reduced->runs[0];
        const QPolygonF path = session::pathOf(run, explorer_->view());
        const auto flow = session::flowOf(*explorer_->state(), Level::meanField, run.v.col(20));
        QVERIFY(std::abs(path[20].y() - flow->velocity(run.kappa.col(20))[0]) < 1e-12);
    }

    void aTrialThatDoesNotFitIsOneSentence() {
        QSignalSpy failed(explorer_.get(), &Explorer::failed);
        explorer_->document().setTrial(choice("C-D delay 25"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patience);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(!explorer_->trial());
    }

    void playbackMovesByTheClock() {
        Playback playback;
        playback.setSteps(101, 20);
        QCOMPARE(playback.position(), -1.0);
        QSignalSpy moved(&playback, &Playback::moved);
        playback.setPosition(0);
        QCOMPARE(playback.speed(), 0.5);
        playback.advance(0.4);  // 200 ms of the trial: 10 steps
        QCOMPARE(playback.position(), 10.0);
        playback.faster();
        playback.advance(0.41);
        QCOMPARE(playback.position(), 30.5);
        QCOMPARE(moved.count(), 3);
        playback.play();
        QVERIFY(playback.isPlaying());
        playback.advance(10);
        QCOMPARE(playback.position(), 100.0);
        QVERIFY(!playback.isPlaying());
        playback.play();  // from the end: from the beginning
        QCOMPARE(playback.position(), 0.0);
        playback.setLoops(true);
        playback.advance(2.1);  // 105 steps round 100
        QCOMPARE(playback.position(), 5.0);
        QVERIFY(playback.isPlaying());
        playback.setSteps(4, 20);
        QCOMPARE(playback.position(), 3.0);
        playback.setSteps(0, 20);
        QVERIFY(!playback.isPlaying());
        QCOMPARE(playback.position(), -1.0);
        for (int k = 0; k < 9; ++k) playback.slower();
        QVERIFY(!playback.canSlower() && playback.speed() == 0.125);
    }

private:
    std::shared_ptr<const session::State> small_;
    std::unique_ptr<Explorer> explorer_;
};

QTEST_GUILESS_MAIN(TestTrial)
#include "tst_trial.moc"
