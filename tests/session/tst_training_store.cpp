// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints of the window's runs: offered after a stop or a crash, to one window at a time, and to the same bits.
// With "--train FOLDER" this program is the one that gets killed.
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <cstring>
#include <filesystem>
#include <memory>

#include "core/io/save.h"
#include "core/training/checkpoint.h"
#include "tests/session/training_fixtures.h"
#include "ui/session/state.h"
#include "ui/session/training_run.h"

using namespace kappascope;
using session::RunPhase;
using session::storedRuns;
using session::TrainingRun;
using tests::endlessRun;
using tests::smallRun;

namespace {

// Idle threads would wait for whatever else this machine does.
constexpr auto usual = session::ThreadPriority::normal;

training::Settings killedRun() {
    return smallRun(400, 7);
}

int filesIn(const QString& folder, const QString& pattern) {
    return static_cast<int>(QDir(folder).entryList({pattern}, QDir::Files | QDir::Hidden).size());
}

std::filesystem::path systemPath(const QString& path) {
    return {path.toStdU16String()};
}

}  // namespace

class TestTrainingStore : public QObject {
    Q_OBJECT

private slots:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aRunThatWasClosedIsOfferedAndGoesOnToTheSameBits() {
        const auto settings = smallRun(500);
        {
            TrainingRun run(options());
            run.start(settings);
            QTRY_VERIFY(run.epochCount() > 0);
        }
        auto found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        QVERIFY(found.problems.empty());
        QVERIFY(found.runs[0].epoch >= 1 && found.runs[0].newest);
        QVERIFY(found.runs[0].title().contains(QString::number(found.runs[0].epoch)));
        const int epoch = found.runs[0].epoch;
        const int batch = loaded(found.runs[0].path).state.batch;
        TrainingRun run(options());
        run.resume(found.runs[0]);
        found.runs.clear();
        QVERIFY2(storedRuns(path()).runs.empty(), "a run that is at work is not offered");
        QTRY_VERIFY(run.latest());
        QCOMPARE(run.phase(), RunPhase::paused);
        QCOMPARE(run.epochCount(), epoch);
        QCOMPARE(run.firstSnapshot(), epoch);
        QCOMPARE(run.progress(), batch / 4.0);  // 64 trials, 16 a batch
        QCOMPARE(run.snapshotAt(0)->epoch, epoch);
        run.goOn();
        QTRY_COMPARE_WITH_TIMEOUT(run.phase(), RunPhase::finished, 60000);
        const auto expected = tests::uninterrupted(settings);
        QCOMPARE(*run.latest()->weights, expected.parameters);
        QCOMPARE(*run.best()->weights, expected.best);
        QCOMPARE(run.history().front().loss, expected.history.front().loss);
        QCOMPARE(run.history().back().validationLoss, expected.history.back().validationLoss);
        // An earlier network of the run is not all there is to lose.
        run.setAdopted(run.snapshotAt(epoch));
        QCOMPARE(filesIn(path(), QStringLiteral("*.checkpoint")), 1);
        QVERIFY(!run.isAdopted() && run.isKept());
        run.setAdopted(run.best());
        QCOMPARE(filesIn(path(), QStringLiteral("*.checkpoint")), 0);
        QVERIFY(run.isAdopted() && !run.isKept());
    }

    void pauseKeepsThePlaceWithinABatch() {
        TrainingRun run(options());
        run.start(endlessRun());
        QTRY_VERIFY(run.epochCount() > 0);
        for (int k = 0; k < 10; ++k) {
            run.pause();
            QTRY_COMPARE(run.phase(), RunPhase::paused);
            QTRY_COMPARE(filesIn(path(), QStringLiteral("*.checkpoint")), 1);
            const auto weights = *run.latest()->weights;
            const int epoch = run.latest()->epoch;
            // The file holds the very weights that are shown, once it is written.
            const auto isWritten = [&] {
                const auto state = loaded(run.checkpointPath()).state;
                return state.epoch == epoch && state.parameters == weights;
            };
            QTRY_VERIFY(isWritten());
            run.goOn();
            QTest::qWait(3);
        }
    }

    void aStoppedRunIsKeptUntilItIsDiscarded() {
        {
            TrainingRun run(options());
            run.start(endlessRun());
            QTRY_VERIFY(run.epochCount() > 0);
            run.stop();
            QTRY_COMPARE(run.phase(), RunPhase::stopped);
            QTRY_COMPARE(filesIn(path(), QStringLiteral("*.checkpoint")), 1);
            QTRY_COMPARE(loaded(run.checkpointPath()).state.parameters, *run.latest()->weights);
            run.clear();
            QCOMPARE(run.phase(), RunPhase::idle);
            QVERIFY(!run.latest() && !run.settings());
        }
        auto found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        QVERIFY2(storedRuns(path()).runs.empty(), "offered to one window at a time");
        found = {};
        found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        found.runs[0].discard();
        QVERIFY(storedRuns(path()).runs.empty());
    }

    // Stopped before it was read, or anywhere on the way: the file is as it was, and is offered again.
    void aRunThatIsStoppedWhileItIsReadIsStillThere() {
        {
            TrainingRun run(options());
            run.start(endlessRun());
            QTRY_VERIFY(run.epochCount() > 0);
        }
        const auto bytesOf = [this] {
            QFile file(storedRuns(path()).runs.at(0).path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray before = bytesOf();
        QVERIFY(!before.isEmpty());
        for (int k = 0; k < 20; ++k) {
            auto found = storedRuns(path());
            TrainingRun run(options());
            run.resume(found.runs.at(0));
            found.runs.clear();
            QThread::usleep(static_cast<unsigned long>(50 * k));
            run.stop();
            QTRY_COMPARE(run.phase(), RunPhase::stopped);
        }
        QCOMPARE(bytesOf(), before);
    }

    void aFinishedRunThatNobodyOpenedIsStillThere() {
        {
            TrainingRun run(options());
            run.start(smallRun());
            QTRY_COMPARE(run.phase(), RunPhase::finished);
        }
        const auto found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        QVERIFY(found.runs[0].finished);
        TrainingRun run(options());
        run.resume(found.runs[0]);
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        QCOMPARE(*run.best()->weights, tests::uninterrupted(smallRun()).best);
    }

    void aRunThatDidNothingLeavesNothing() {
        {
            TrainingRun run(options());
            run.start(endlessRun(), true);
            QTRY_VERIFY(run.latest());
        }
        QCOMPARE(filesIn(path(), QStringLiteral("*")), 0);
    }

    void brokenFilesAreNamedAndLeftAlone() {
        training::Trainer trainer(smallRun());
        const std::string good = training::checkpointBytes(trainer);
        io::writeAtomically(systemPath(file("a")), good);
        io::writeAtomically(systemPath(file("b")), good.substr(0, good.size() / 2));
        io::writeAtomically(systemPath(file("c")), "no checkpoint");
        QFile(file("d")).open(QIODevice::WriteOnly);
        const auto found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        QCOMPARE(found.runs[0].path, file("a"));
        QCOMPARE(found.problems.size(), std::size_t(3));
        for (const QString& problem : found.problems) QVERIFY2(problem.contains(path()), qPrintable(problem));
        QVERIFY(QFile::exists(file("b")));
        QVERIFY(storedRuns(path() + QStringLiteral("/missing")).runs.empty());
    }

    /// Of a folder that may hold gigabytes only the headers are read.
    void weightsAreNotRead() {
        training::Trainer trainer(smallRun());
        trainer.runEpoch(inThisThread());
        const std::string good = training::checkpointBytes(trainer);
        std::string other = good;
        const std::size_t middle = other.size() * 2 / 3;
        other[middle] = static_cast<char>(other[middle] ^ 1);  // among the numbers that are trained
        io::writeAtomically(systemPath(file("a")), other);
        auto found = storedRuns(path());
        QCOMPARE(found.runs.size(), std::size_t(1));
        const auto& run = found.runs[0];
        QCOMPARE(run.epoch, 1);
        QCOMPARE(run.settings.options, smallRun().options);
        QCOMPARE(run.newest->accuracy, trainer.state().history.back().accuracy);
        QVERIFY2(run.title().contains(QStringLiteral("N = 40, rank 1")), qPrintable(run.title()));
        QVERIFY2(run.title().contains(QStringLiteral("1 epoch ")), qPrintable(run.title()));
        QVERIFY_EXCEPTION_THROWN(loaded(file("a")), Error);  // whoever goes on with it sees it
        found = {};
        // What is too short for its numbers, or not what was written, is named.
        io::writeAtomically(systemPath(file("a")), good.substr(0, good.size() / 2));
        QCOMPARE(storedRuns(path()).problems.size(), std::size_t(1));
        other = good;
        const auto letter = other.find("kappascope-checkpoint");
        const auto seed = other.find("\"seed\"", letter);
        QVERIFY(seed != std::string::npos);
        const auto digit = other.find('1', seed);
        other[digit] = '2';
        io::writeAtomically(systemPath(file("a")), other);
        QCOMPARE(storedRuns(path()).problems.size(), std::size_t(1));
        // Who quits does not wait.
        io::writeAtomically(systemPath(file("a")), good);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(storedRuns(path(), stop.get_token()), Error);
    }

    void whatAnotherRunReplacesIsSetAside() {
        TrainingRun run(options());
        QSignalSpy aside(&run, &TrainingRun::setAside);
        run.start(smallRun());
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        QVERIFY(run.isKept() && aside.isEmpty());
        run.start(endlessRun());
        QCOMPARE(aside.count(), 1);
        QCOMPARE(storedRuns(path()).runs.size(), std::size_t(1));
        QTRY_VERIFY(run.epochCount() > 0);
        // One that is active writes its checkpoint first.
        run.start(smallRun(3, 9));
        QTRY_COMPARE(aside.count(), 2);
        QCOMPARE(storedRuns(path()).runs.size(), std::size_t(2));
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        run.clear();
        QCOMPARE(aside.count(), 3);
        QCOMPARE(storedRuns(path()).runs.size(), std::size_t(3));
    }

    void divergenceIsATypedFailureThatKeepsTheLastGoodWeights() {
        training::Trainer trainer(smallRun());
        trainer.runEpoch(inThisThread());
        auto state = trainer.state();
        const auto shape = trainer.settings().shape();
        state.parameters[shape.offset(training::Part::outputScales)] = 1e30f;
        const auto kept = state.parameters;
        io::writeAtomically(systemPath(file("a")), training::checkpointBytes(trainer.settings(), state));
        TrainingRun run(options());
        run.resume(storedRuns(path()).runs.at(0), false);
        QTRY_COMPARE(run.phase(), RunPhase::failed);
        QVERIFY(run.failure() && run.failure()->code() == ErrorCode::trainingDiverged);
        QVERIFY(session::sentence(*run.failure()).contains(QStringLiteral("learning rate")));
        QCOMPARE(*run.latest()->weights, kept);
        QCOMPARE(*run.best()->weights, trainer.state().best);
        run.goOn();
        run.stop();
        QCOMPARE(run.phase(), RunPhase::failed);
        // Another run begins where one failed.
        run.start(smallRun());
        QVERIFY(!run.failure());
        QTRY_COMPARE(run.phase(), RunPhase::finished);
    }

    void aFileThatBecameUnreadableFails() {
        training::Trainer trainer(smallRun());
        io::writeAtomically(systemPath(file("a")), training::checkpointBytes(trainer));
        auto found = storedRuns(path());
        QVERIFY(QFile::remove(file("a")));
        TrainingRun run(options());
        run.resume(found.runs.at(0));
        QTRY_COMPARE(run.phase(), RunPhase::failed);
        QCOMPARE(run.failure()->code(), ErrorCode::cannotOpen);
    }

    void aRunThatCannotBeKeptSaysSoOnceAndGoesOn() {
        QFile(file("a")).open(QIODevice::WriteOnly);
        TrainingRun run({.folder = file("a") + QStringLiteral("/below"), .priority = usual});
        QSignalSpy said(&run, &TrainingRun::notKept);
        run.start(smallRun());
        QTRY_COMPARE(run.phase(), RunPhase::finished);
        QCOMPARE(said.count(), 1);
        QVERIFY(said[0][0].toString().contains(path()));
        QVERIFY(run.checkpointPath().isEmpty() && !run.isKept());
    }

    void whatIsKilledGoesOnToTheSameBits() {
        const auto expected = tests::uninterrupted(killedRun());
        for (int round = 0; round < 4; ++round) {
            folder_ = std::make_unique<QTemporaryDir>();
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--train"), path()});
            QVERIFY(child.waitForStarted());
            QTRY_VERIFY(filesIn(path(), QStringLiteral("*.checkpoint")) == 1 || child.state() == QProcess::NotRunning);
            if (round == 0 && child.state() == QProcess::Running)
                QVERIFY2(storedRuns(path()).runs.empty(), "another living process is at it");
            QTest::qWait(20 * round);
            child.kill();
            QVERIFY(child.waitForFinished());
            auto found = storedRuns(path());
            QCOMPARE(found.runs.size(), std::size_t(1));
            QVERIFY(found.problems.empty());
            TrainingRun run(options());
            run.resume(found.runs[0], false);
            QTRY_COMPARE_WITH_TIMEOUT(run.phase(), RunPhase::finished, 60000);
            QCOMPARE(*run.latest()->weights, expected.parameters);
            QCOMPARE(*run.best()->weights, expected.best);
            QCOMPARE(run.epochCount(), static_cast<int>(expected.history.size()));
        }
    }

private:
    QString path() const { return folder_->path(); }
    session::RunOptions options() const { return {.folder = path(), .priority = usual}; }
    QString file(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name) + QStringLiteral(".checkpoint"));
    }
    static training::Checkpoint loaded(const QString& path) { return training::loadCheckpoint(systemPath(path)); }

    std::unique_ptr<QTemporaryDir> folder_;
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc == 3 && std::strcmp(argv[1], "--train") == 0) {
        TrainingRun run({.folder = QString::fromLocal8Bit(argv[2]), .priority = usual});
        run.start(killedRun());
        return QCoreApplication::exec();
    }
    TestTrainingStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_training_store.moc"
