// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <vector>

#include "tests/session/training_fixtures.h"
#include "ui/session/training_run.h"

using namespace kappascope;
using session::RunPhase;
using session::TrainingRun;
using tests::endlessRun;
using tests::smallRun;

class TestTrainingRun : public QObject {
    Q_OBJECT

private slots:
    void aRunEndsAsTheTrainerDoes() {
        TrainingRun run;
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
        QTRY_VERIFY(run.examples() && run.examples()->epoch == 3);
    }

    void pausingAndSteppingChangeNothing() {
        TrainingRun run;
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
        TrainingRun run;
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
};

QTEST_GUILESS_MAIN(TestTrainingRun)
#include "tst_training_run.moc"
