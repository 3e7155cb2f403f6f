// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QEventLoop>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/random.h"
#include "tests/session/training_fixtures.h"
#include "ui/session/thread_pool.h"
#include "ui/session/training_run.h"

using namespace kappascope;
using session::RunPhase;
using session::TrainingRun;
using tests::endlessRun;
using tests::smallRun;

namespace {

// Idle threads would wait for whatever else this machine does.
constexpr auto usual = session::ThreadPriority::normal;

/// Waits for a phase without polling: hundreds of QTRY_… would take most of a test's time.
bool reaches(const TrainingRun& run, RunPhase phase) {
    if (run.phase() == phase) return true;
    QEventLoop loop;
    QObject::connect(&run, &TrainingRun::phaseChanged, &loop, [&] {
        if (run.phase() == phase) loop.quit();
    });
    QTimer::singleShot(20000, &loop, &QEventLoop::quit);
    loop.exec();
    return run.phase() == phase;
}

}  // namespace

class TestTrainingRun : public QObject {
    Q_OBJECT

private slots:
    void aRunEndsAsTheTrainerDoes() {
        TrainingRun run({.priority = usual});
        QSignalSpy epochs(&run, &TrainingRun::epochDone);
        run.start(smallRun());
        QCOMPARE(run.phase(), RunPhase::running);
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        const auto expected = tests::uninterrupted(smallRun());
        QCOMPARE(*run.latest()->weights, expected.parameters);
        QCOMPARE(*run.best()->weights, expected.best);
        QCOMPARE(run.epochCount(), 3);
        QCOMPARE(run.history()[2].loss, expected.history[2].loss);
        QCOMPARE(run.snapshotEpochs(), (std::vector<int>{0, 1, 2, 3}));
        QVERIFY(epochs.count() > 0);
    }

    void pausingAndSteppingChangeNothing() {
        TrainingRun run({.priority = usual});
        run.start(smallRun(), true);
        QTRY_VERIFY(run.latest());
        QCOMPARE(run.phase(), RunPhase::paused);
        QCOMPARE(run.epochCount(), 0);
        run.stepEpoch();
        QTRY_COMPARE(run.phase(), RunPhase::paused);
        QCOMPARE(run.epochCount(), 1);
        run.goOn();
        for (int k = 0; k < 20 && run.isActive(); ++k) {
            run.pause();
            QTRY_VERIFY(run.phase() == RunPhase::paused || run.phase() == RunPhase::finished);
            run.goOn();
            QTest::qWait(1);
        }
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        QCOMPARE(*run.latest()->weights, tests::uninterrupted(smallRun()).parameters);
    }

    void aRunIsStoppedForGood() {
        TrainingRun run({.priority = usual});
        run.start(endlessRun());
        QTRY_VERIFY(run.epochCount() > 0);
        run.stop();
        QCOMPARE(run.phase(), RunPhase::stopping);
        QTRY_COMPARE(run.phase(), RunPhase::stopped);
        run.goOn();
        run.stepEpoch();
        QCOMPARE(run.phase(), RunPhase::stopped);
        QVERIFY(run.latest());
    }

    void snapshotsComeWithinAnEpochAndInOrder() {
        TrainingRun run({.priority = usual});
        double last = -1;
        bool within = false;
        connect(&run, &TrainingRun::snapshotChanged, &run, [&] {
            const double at = run.latest()->epoch + run.latest()->progress;
            QVERIFY(at >= last);
            QCOMPARE(run.latest()->weights->size(), run.settings()->shape().total());
            within = within || (run.phase() == RunPhase::running && run.latest()->progress > 0);
            last = at;
        });
        // Long epochs: nothing else to show for a while.
        run.start(training::makeSettings("dms", {}, {{"units", 256}, {"curriculum", 0}, {"trials", 20000}}, 1));
        QTRY_VERIFY_WITH_TIMEOUT(within, 30000);
        QVERIFY(run.remainingSeconds() && *run.remainingSeconds() > 0);
        QVERIFY(run.secondsPerEpoch() > 0);
        run.stop();
        QTRY_COMPARE(run.phase(), RunPhase::stopped);
        QVERIFY(!run.remainingSeconds());
        const auto network = run.latest()->network();
        network.validate();
        QCOMPARE(network.task.id, std::string("dms"));
        QCOMPARE(network.units(), 256);
    }

    void aCurriculumIsFollowedStageByStage() {
        const auto settings = training::makeSettings(
            "dms", {},
            {{"units", 48}, {"epochs", 3}, {"trials", 64}, {"validation-trials", 32}, {"until-accuracy", 0.01}}, 1);
        TrainingRun run({.priority = usual});
        run.start(settings);
        QCOMPARE(run.stageCount(), 3);
        QCOMPARE(run.epochsAtMost(), 40 + 20 + 3);
        QTRY_COMPARE_WITH_TIMEOUT(run.phase(), RunPhase::finished, 60000);
        QCOMPARE(run.stage(), 2);
        const auto expected = tests::uninterrupted(settings);
        QCOMPARE(run.epochCount(), expected.epoch);
        QCOMPARE(run.best()->epoch, expected.bestEpoch);
        QCOMPARE(*run.best()->weights, expected.best);
    }

    void anotherRunTakesThePlaceOfOneAtWork() {
        TrainingRun run({.priority = usual});
        run.start(endlessRun());
        QTRY_VERIFY(run.epochCount() > 0);
        QSignalSpy begun(&run, &TrainingRun::begun);
        run.start(smallRun(2, 5));
        QCOMPARE(begun.count(), 1);
        QCOMPARE(run.epochCount(), 0);
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        QCOMPARE(run.epochCount(), 2);
        QCOMPARE(*run.latest()->weights, tests::uninterrupted(smallRun(2, 5)).parameters);
    }

    void commandsInAnyOrder() {
        constexpr std::uint64_t seed = 20240607;
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        Random random(seed, Stream::starts);
        QTemporaryDir folder;
        for (int round = 0; round < 200; ++round) {
            auto run = std::make_unique<TrainingRun>(session::RunOptions{
                .folder = random.integer(0, 1) ? folder.path() : QString(), .threads = 2, .priority = usual});
            const int actions = random.integer(1, 8);
            for (int k = 0; k < actions; ++k) {
                switch (random.integer(0, 8)) {
                    case 0: run->start(endlessRun(), random.integer(0, 1) == 1); break;
                    case 1: run->start(smallRun(random.integer(1, 3))); break;
                    case 2: run->pause(); break;
                    case 3: run->goOn(); break;
                    case 4: run->stepEpoch(); break;
                    case 5: run->stop(); break;
                    case 6: run->clear(); break;
                    case 7: run->estimate(smallRun()); break;
                    default: QTest::qWait(random.integer(0, 3)); break;
                }
            }
            if (random.integer(0, 1)) {
                // What was told last is what comes about.
                run->start(endlessRun(), true);
                run->stepEpoch();
                QVERIFY(reaches(*run, RunPhase::paused));
                QCOMPARE(run->epochCount(), 1);
                run->stop();
                QVERIFY(reaches(*run, RunPhase::stopped));
            }
            run.reset();  // closed at any moment, with reports on their way
        }
        QVERIFY(session::storedRuns(folder.path()).problems.empty());
        QVERIFY(QDir(folder.path()).entryList({QStringLiteral(".*.part")}, QDir::Files | QDir::Hidden).isEmpty());
    }

    void theTrainerLeavesTheProcessorToOthers() {
        session::ThreadPool pool(2, session::ThreadPriority::idle);
        std::mutex mutex;
        std::map<std::thread::id, session::ThreadPriority> seen;
        const auto self = std::this_thread::get_id();
        std::latch both(2);  // one index for each of the two
        pool.forEach(2, [&](std::size_t) {
            both.arrive_and_wait();
            const std::scoped_lock lock(mutex);
            seen[std::this_thread::get_id()] = session::priorityOfThisThread();
        });
        QCOMPARE(seen.size(), std::size_t(2));
        QCOMPARE(seen[self], session::ThreadPriority::normal);
        seen.erase(self);
#ifdef __linux__
        QCOMPARE(seen.begin()->second, session::ThreadPriority::idle);
#endif
    }
};

QTEST_GUILESS_MAIN(TestTrainingRun)
#include "tst_training_run.moc"
