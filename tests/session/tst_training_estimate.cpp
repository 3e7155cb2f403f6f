// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <optional>
#include <thread>

#include "core/error.h"
#include "tests/session/training_fixtures.h"
#include "ui/session/state.h"
#include "ui/session/training_run.h"

using namespace kappascope;
using session::RunPhase;
using session::TrainingRun;

namespace {

training::Settings settingsOf(const char* task, double units, double rank) {
    return training::makeSettings(task, {}, {{"units", units}, {"rank", rank}}, 1);
}

}  // namespace

class TestTrainingEstimate : public QObject {
    Q_OBJECT

private slots:
    void memoryGrowsWithWhatIsKept() {
        // J of 4096 units is 64 MiB in single precision: weights, gradient and moments alone are four of them.
        const auto full = session::runBytes(settingsOf("mante", 4096, 0), 2);
        QVERIFY(full > std::size_t{6} << 26);
        QVERIFY(full < session::mostRunBytes);
        // Rank 2, N = 4096, 255 steps: design says below 1 GiB for the trainer; the window's history comes on top.
        const auto low = session::runBytes(settingsOf("dms", 4096, 2), 2);
        QVERIFY(low < (std::size_t{1} << 30) + session::WeightHistory::usualLimit);
        // The rates of all steps of the trials at work are there.
        QVERIFY(low > std::size_t{2} * 235 * 4 * 4096 * sizeof(float));
        QVERIFY(session::runBytes(settingsOf("dms", 8192, 2), 2) > low);
        QVERIFY(session::runBytes(settingsOf("dms", 4096, 2), 8) > low);
    }

    void whatDoesNotFitIsRefused() {
        const auto huge = training::makeSettings("mante", {}, {{"units", 8192}, {"rank", 0}, {"batch", 256}}, 1);
        QVERIFY(session::runBytes(huge, 2) > session::mostRunBytes);
        TrainingRun run;
        run.estimate(huge);
        QTRY_VERIFY(run.estimateFailure());
        QCOMPARE(run.estimateFailure()->code(), ErrorCode::runTooLarge);
        const QString text = session::sentence(*run.estimateFailure());
        QVERIFY2(text.contains(QStringLiteral("8 GiB")), qPrintable(text));
        run.start(huge);
        QTRY_COMPARE(run.phase(), RunPhase::failed);
        QCOMPARE(run.failure()->code(), ErrorCode::runTooLarge);
        QVERIFY(!run.latest());
    }

    void timeCountsEveryStageAndEpoch() {
        const auto settings = training::makeSettings("dms", {}, {{"units", 32}, {"epochs", 10}}, 1);
        const auto estimate = session::estimateRun(settings, 1);
        QCOMPARE(estimate.epochs, 40 + 20 + 10);
        QVERIFY(estimate.secondsPerEpoch > 0);
        // The last stage has the longest trials: all of its epochs are part of the whole.
        QVERIFY(estimate.seconds > 10 * estimate.secondsPerEpoch);
        QCOMPARE(estimate.bytes, session::runBytes(settings, 1));
    }

    /// It hurries for some milliseconds; whoever asked at idle priority goes on at idle priority.
    void priorityIsGivenBack() {
        std::optional<session::ThreadPriority> before, after;
        std::thread([&] {
            session::setThisThread(session::ThreadPriority::idle);
            before = session::priorityOfThisThread();
            session::estimateRun(settingsOf("rdm", 64, 1), 1);
            after = session::priorityOfThisThread();
        }).join();
        QVERIFY(before && before == after);
    }

    void theNewestQuestionIsAnswered() {
        TrainingRun run;
        QSignalSpy changed(&run, &TrainingRun::estimateChanged);
        for (const double units : {100, 200, 50}) run.estimate(settingsOf("rdm", units, 1));
        QVERIFY(!run.estimate());
        QTRY_VERIFY(run.estimate());
        QCOMPARE(run.estimate()->bytes, session::runBytes(settingsOf("rdm", 50, 1), 0));
        QCOMPARE(changed.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestTrainingEstimate)
#include "tst_training_estimate.moc"
