// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <random>

#include "core/training/checkpoint.h"
#include "tests/ui/command_runner.h"

using kappascope::test::asProgram;
using kappascope::test::contents;
using kappascope::test::run;
namespace training = kappascope::training;
using Json = nlohmann::json;

class TrainCommandsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(folder_.isValid()); }

    void trainsAndEvaluates() {
        const auto net = path(QStringLiteral("rdm.npz"));
        const auto log = path(QStringLiteral("rdm.csv"));
        const auto trained = run({"train", "--task", "rdm", "--units", "64", "--until-accuracy", "0.97", "--seed", "3",
                                  "-o", net, "--log", log, "--json"});
        QVERIFY2(trained.exitCode == 0, trained.err);
        const Json result = trained.json();
        QVERIFY(result["accuracy"].get<double>() >= 0.9);
        QVERIFY(result["loss"].get<double>() < 1);
        const int epochs = result["epochs"];
        QVERIFY(epochs > 0 && epochs <= 20);
        QVERIFY(result["seconds"].get<double>() > 0);
        QVERIFY(std::abs(result["seconds_per_epoch"].get<double>() * epochs - result["seconds"].get<double>()) < 1e-6);
        QCOMPARE(contents(log).count('\n'), epochs + 1);

        const auto info = run({"info", net, "--json"}).json();
        QCOMPARE(info["format"].get<std::string>(), std::string("npz"));
        QCOMPARE(info["scaling"].get<std::string>(), std::string("over-n"));
        QCOMPARE(info["units"].get<int>(), 64);

        // The network says what it was trained for; over the same fresh trials it does as well.
        for (const QStringList& task : {QStringList{"--task", "rdm"}, QStringList{}}) {
            const auto evaluated = run(QStringList{"evaluate", net, "--seed", "3", "--json"} + task);
            QVERIFY2(evaluated.exitCode == 0, evaluated.err);
            QCOMPARE(evaluated.json()["trials"].get<int>(), 1000);
            QVERIFY(std::abs(evaluated.json()["loss"].get<double>() - result["loss"].get<double>()) < 1e-4);
            QVERIFY(evaluated.json()["accuracy"] == result["accuracy"]);
        }
        const auto off = run({"evaluate", net, "--gain", "0", "--json"});
        QVERIFY2(off.exitCode == 0, off.err);
        QVERIFY(std::abs(off.json()["loss"].get<double>() - 1) < 1e-6);
    }

    void everyTaskHasATrainedNetwork() {
        for (const char* task : {"rdm", "romo", "mante", "raposo", "dms", "flipflop"}) {
            const auto result = run({"evaluate", QStringLiteral("trained-%1").arg(task), "--seed", "99", "--json"});
            QVERIFY2(result.exitCode == 0, result.err);
            QCOMPARE(result.json()["task"].get<std::string>(), std::string(task));
            QVERIFY2(result.json()["accuracy"].get<double>() >= 0.95, result.out);
            if (task == std::string("romo")) QVERIFY(result.json()["loss"].get<double>() < 0.01);
        }
    }

    /// From full rank to low rank: the leading modes of a trained J, trained on.
    void goesOnFromANetwork() {
        const auto full = path(QStringLiteral("full.npz"));
        const auto low = path(QStringLiteral("low.npz"));
        const auto first =
            run({"train", "--task", "rdm", "--rank", "full", "--units", "32", "--epochs", "3", "-o", full, "--json"});
        QVERIFY2(first.exitCode == 0, first.err);
        QCOMPARE(run({"info", full, "--json"}).json()["class"].get<std::string>(), std::string("full-rank"));
        const auto second = run({"train", "--from", full, "--rank", "1", "--epochs", "3", "-o", low, "--json"});
        QVERIFY2(second.exitCode == 0, second.err);
        const auto info = run({"info", low, "--json"}).json();
        QCOMPARE(info["class"].get<std::string>(), std::string("low-rank"));
        QCOMPARE(info["rank"].get<int>(), 1);
        QCOMPARE(info["units"].get<int>(), 32);
        const auto wrong = run({"train", "--task", "mante", "--from", full, "--rank", "1", "-o", low});
        QCOMPARE(wrong.exitCode, 2);
    }

    void threadsDoNotMatter() {
        QByteArray first;
        for (const char* threads : {"1", "2", "5"}) {
            const auto net = path(QStringLiteral("threads.npz"));
            QCOMPARE(
                run({"train", "--task", "mante", "--units", "48", "--epochs", "2", "--threads", threads, "-o", net})
                    .exitCode,
                0);
            if (first.isEmpty()) first = contents(net);
            QVERIFY(contents(net) == first);
        }
    }

    void wrongUsageIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no task") << QStringList{};
        QTest::newRow("unknown task") << QStringList{"--task", "chess"};
        QTest::newRow("rank 0") << QStringList{"--task", "rdm", "--rank", "0"};
        QTest::newRow("rank 17") << QStringList{"--task", "rdm", "--rank", "17"};
        QTest::newRow("half a unit") << QStringList{"--task", "rdm", "--units", "0.5"};
        QTest::newRow("task option") << QStringList{"--task", "rdm", "--task-option", "cue=1"};
        QTest::newRow("learning rate") << QStringList{"--task", "rdm", "--lr", "nan"};
    }
    void wrongUsageIsRefused() {
        QFETCH(QStringList, arguments);
        const auto net = path(QStringLiteral("none.npz"));
        const auto result = run(QStringList{"train", "-o", net} + arguments);
        QCOMPARE(result.exitCode, 2);
        QCOMPARE(result.err.trimmed().count('\n'), 0);
        QVERIFY(!QFile::exists(net));
    }

    void outputsThatCannotBeWrittenAreKnownBeforeTheTraining() {
        const auto result = run({"train", "--task", "rdm", "--units", "16", "-o", path(QStringLiteral("no/such.npz"))});
        QCOMPARE(result.exitCode, 1);
        QVERIFY(result.err.contains("such.npz"));
    }

    void otherRunsAreNotGoneOnWith() {
        const auto net = path(QStringLiteral("other.npz"));
        const auto checkpoint = net + QStringLiteral(".checkpoint");
        QCOMPARE(run({"train", "--task", "rdm", "--units", "16", "--epochs", "1", "-o", net}).exitCode, 0);
        for (const QStringList& wrong :
             {QStringList{"--task", "romo"}, QStringList{"--units", "17"}, QStringList{"--seed", "2"}}) {
            const auto result = run(QStringList{"train", "--resume", checkpoint, "-o", net} + wrong);
            QCOMPARE(result.exitCode, 1);
            QVERIFY2(result.err.contains("other.npz.checkpoint"), result.err);
        }
        // Three files are three files.
        QCOMPARE(run({"train", "--task", "rdm", "--units", "16", "--checkpoint", net, "-o", net}).exitCode, 2);
        // Longer is no other run: two epochs in two pieces are two epochs.
        const auto whole = path(QStringLiteral("whole.npz"));
        QCOMPARE(run({"train", "--resume", checkpoint, "--epochs", "2", "-o", net}).exitCode, 0);
        QCOMPARE(run({"train", "--task", "rdm", "--units", "16", "--epochs", "2", "-o", whole}).exitCode, 0);
        QVERIFY(contents(net) == contents(whole));
    }

    /// Killed at random moments and gone on with each time, a run ends with the same network to the last bit.
    void nothingOfARunIsOverwritten() {
        const QString net = path(QStringLiteral("n.npz")), checkpoint = net + QStringLiteral(".checkpoint");
        const QStringList small{"train", "--task", "rdm", "--units", "16", "--epochs", "1", "-o", net};
        QCOMPARE(run(small).exitCode, 0);
        // Another way to write the same file.
        const QString alias = path(QStringLiteral("./n.npz.checkpoint"));
        QVERIFY(alias != checkpoint);
        QCOMPARE(run(small + QStringList{"--log", alias}).exitCode, 2);
        QCOMPARE(run({"train", "--resume", checkpoint, "--log", alias, "-o", net}).exitCode, 2);
        QCOMPARE(run({"train", "--resume", checkpoint, "-o", alias}).exitCode, 2);
        // A run that ended is begun anew; one that was interrupted is not replaced by another's first epoch.
        QCOMPARE(run(small).exitCode, 0);
        auto stored = training::loadCheckpoint(checkpoint.toStdString());
        stored.state.finished = false;
        training::saveCheckpoint(training::Trainer(stored.settings, stored.state), checkpoint.toStdString());
        const auto refused = run(small);
        QCOMPARE(refused.exitCode, 2);
        QVERIFY(refused.err.contains("--resume"));
        QVERIFY(!training::loadCheckpoint(checkpoint.toStdString()).state.finished);
        QCOMPARE(run({"train", "--resume", checkpoint, "--epochs", "2", "-o", net}).exitCode, 0);
    }

    void numbersThatAreNoneAreRefused() {
        QVERIFY(run({"evaluate", "trained-rdm", "--noise", "nan"}).exitCode != 0);
        QVERIFY(run({"evaluate", "rotation", "--task", "rdm", "--noise", "nan"}).exitCode != 0);
        QVERIFY(run({"train", "--from", "rotation", "--task", "rdm", "--populations", "0", "--units", "nan", "-o",
                     path(QStringLiteral("x.npz"))})
                    .exitCode != 0);
    }

    void survivesKilling() {
        const QStringList arguments{"train", "--task",       "dms", "--units",      "96", "--epochs",
                                    "6",     "--curriculum", "0",   "--until-loss", "0",  "-o"};
        const auto whole = path(QStringLiteral("uninterrupted.npz"));
        const auto reference = run(arguments + QStringList{whole, "--json"});
        QVERIFY2(reference.exitCode == 0, reference.err);
        const int milliseconds = static_cast<int>(1000 * reference.json()["seconds"].get<double>()) + 1;

        const auto net = path(QStringLiteral("killed.npz"));
        const auto checkpoint = net + QStringLiteral(".checkpoint");
        const unsigned seed = std::random_device()();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        int kills = 0;
        for (; kills < 12; ++kills) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert(asProgram, QStringLiteral("1"));
            process.setProcessEnvironment(environment);
            const bool begun = QFile::exists(checkpoint);
            process.start(
                QCoreApplication::applicationFilePath(),
                begun ? QStringList{"train", "--resume", checkpoint, "-o", net} : arguments + QStringList{net});
            QVERIFY(process.waitForStarted());
            if (process.waitForFinished(
                    std::uniform_int_distribution(milliseconds / 20, milliseconds / 2 + 100)(random)))
                break;
            process.kill();
            QVERIFY(process.waitForFinished());
        }
        qInfo("killed %d times", kills);
        const auto last = run(QFile::exists(checkpoint) ? QStringList{"train", "--resume", checkpoint, "-o", net}
                                                        : arguments + QStringList{net});
        QVERIFY2(last.exitCode == 0, last.err);
        QVERIFY(contents(net) == contents(whole));
        QVERIFY(contents(checkpoint) == contents(whole + QStringLiteral(".checkpoint")));
    }

private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QTemporaryDir folder_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    TrainCommandsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_train_commands.moc"
