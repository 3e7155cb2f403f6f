// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#if __has_include(<sys/file.h>)
#include <sys/file.h>
#endif

#include "tests/ui/command_runner.h"

using kappascope::test::asProgram;
using kappascope::test::contents;
using kappascope::test::run;
using Json = nlohmann::json;

/// train with circuits, from networks, and what it refuses.
class TrainCircuitsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(folder_.isValid()); }

    void trainsACircuit() {
        const auto circuit = path("rdm.json");
        const auto trained = run({"train", "--task", "rdm", "--populations", "1", "--units", "256", "--seed", "3",
                                  "--until-accuracy", "0.97", "-o", circuit, "--json"});
        QVERIFY2(trained.exitCode == 0, trained.err);
        QVERIFY2(trained.json()["accuracy"].get<double>() >= 0.95, trained.out);
        const auto info = run({"info", circuit, "--json"}).json();
        QCOMPARE(info["format"].get<std::string>(), std::string("circuit"));
        QCOMPARE(info["populations"].get<int>(), 1);

        // It is judged by networks that are drawn from it, of any size, under the gains that are asked for.
        for (const char* units : {"256", "1000"}) {
            const auto evaluated =
                run({"evaluate", circuit, "--units", units, "--seed", "3", "--trials", "500", "--json"});
            QVERIFY2(evaluated.exitCode == 0, evaluated.err);
            QVERIFY2(evaluated.json()["accuracy"].get<double>() >= 0.95, evaluated.out);
            QCOMPARE(evaluated.json()["noise"].get<double>(), 0.05);
        }
        const auto off = run({"evaluate", circuit, "--units", "64", "--gain", "0", "--trials", "20", "--json"});
        QVERIFY2(off.exitCode == 0, off.err);
        QVERIFY(std::abs(off.json()["loss"].get<double>() - 1) < 1e-6);
    }

    void aDrawnNetworkKeepsItsPopulations() {
        const auto net = path("drawn.npz");
        const QStringList arguments{"train", "--task",   "dms", "--populations", "2", "--units",
                                    "41",    "--epochs", "2",   "--curriculum",  "0", "-o"};
        QCOMPARE(run(arguments + QStringList{net}).exitCode, 0);
        const auto info = run({"info", net, "--json"}).json();
        QCOMPARE(info["units"].get<int>(), 41);
        QCOMPARE(info["populations"].get<int>(), 2);

        // Gone on with, one epoch and one make two.
        const auto pieces = path("pieces.npz");
        auto shorter = arguments;
        shorter[shorter.indexOf("2", 6)] = "1";
        QCOMPARE(run(shorter + QStringList{pieces}).exitCode, 0);
        QCOMPARE(run({"train", "--resume", pieces + ".checkpoint", "--epochs", "2", "-o", pieces}).exitCode, 0);
        QVERIFY(contents(pieces) == contents(net));
        QVERIFY(contents(pieces + ".checkpoint") == contents(net + ".checkpoint"));

        // A network with populations gives a circuit to begin with.
        const auto circuit = path("moments.json");
        QCOMPARE(
            run({"train", "--from", net, "--populations", "2", "--epochs", "1", "--curriculum", "0", "-o", circuit})
                .exitCode,
            0);
        QCOMPARE(run({"info", circuit, "--json"}).json()["populations"].get<int>(), 2);
    }

    void beginsWithACircuit() {
        const QStringList begin{"train",    "--from", "effective-connectivity", "--task", "dms", "--units", "40",
                                "--epochs", "1",      "--curriculum",           "0"};
        const auto circuit = path("circuit.json");
        QCOMPARE(run(begin + QStringList{"-o", circuit}).exitCode, 0);
        const auto info = run({"info", circuit, "--json"}).json();
        QCOMPARE(info["populations"].get<int>(), 2);
        // The weights of units drawn from it.
        const auto net = path("weights.npz");
        QCOMPARE(run(begin + QStringList{"--populations", "0", "-o", net}).exitCode, 0);
        QCOMPARE(run({"info", net, "--json"}).json()["units"].get<int>(), 40);
    }

    void wrongUsageIsRefused() {
        const auto net = path("net.npz");
        const auto full = path("full.npz");
        QCOMPARE(run({"train", "--task", "rdm", "--units", "16", "--epochs", "1", "-o", net}).exitCode, 0);
        QCOMPARE(
            run({"train", "--task", "rdm", "--rank", "full", "--units", "16", "--epochs", "1", "-o", full}).exitCode,
            0);
        const auto output = path("none.npz");
        const QList<QStringList> wrong{
            {"--from", net, "--units", "17"},
            {"--from", net, "--rank", "2"},
            {"--from", net, "--overlap", "1"},
            {"--from", net, "--populations", "2"},
            {"--from", net, "--rank", "full"},
            {"--from", net, "--resume", net + ".checkpoint"},
            {"--from", "effective-connectivity", "--task", "dms", "--populations", "3"},
            {"--from", "effective-connectivity", "--task", "dms", "--rank", "1"},
            {"--task", "rdm", "--rank", "full", "--populations", "1"},
            {"--task", "flipflop", "--task-option", "probability=0"},
            {"--task", "rdm", "--rank", "full", "--units", "4096", "--batch", "4096"},
        };
        for (const auto& arguments : wrong) {
            const auto result = run(QStringList{"train", "-o", output} + arguments);
            QVERIFY2(result.exitCode == 2, qPrintable(arguments.join(' ') + ": " + result.err));
            QCOMPARE(result.err.trimmed().count('\n'), 0);
            QVERIFY(!QFile::exists(output));
        }
        // Weights are no circuit.
        QCOMPARE(run({"train", "--task", "rdm", "-o", path("weights.json")}).exitCode, 2);
        QCOMPARE(run({"evaluate", net, "--level", "mean-field"}).exitCode, 2);
        QCOMPARE(run({"evaluate", net, "--level", "network", "--trials", "20"}).exitCode, 0);
    }

    /// Neither the network nor the log: known before the first epoch.
    void whatCannotBeWrittenIsKnownAtTheStart() {
        QDir(folder_.path()).mkdir("folder.npz");
        const auto checkpoint = path("elsewhere.checkpoint");
        const QStringList train{"train", "--task", "rdm", "--units", "16", "--checkpoint", checkpoint, "-o"};
        for (const QStringList& wrong : {QStringList{path("folder.npz")}, QStringList{path("no/such.npz")},
                                         QStringList{path("fine.npz"), "--log", path("no/such.csv")}}) {
            const auto result = run(train + wrong);
            QCOMPARE(result.exitCode, 1);
            QVERIFY2(!QFile::exists(checkpoint), result.err);
        }
    }

    /// What a killed run left beside its output goes when the next one begins; nothing else does.
    void leftoversAreRemoved() {
        const auto net = path("left.npz");
        const auto touch = [&](const char* name) {
            QFile file(path(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        };
        touch(".left.npz.123.part");
        touch(".left.npz.checkpoint.77.part");
        touch(".left.npz.mine.part");
        touch(".other.npz.5.part");
#if __has_include(<sys/file.h>)
        // Somebody is writing this one.
        touch(".left.npz.9.part");
        QFile busy(path(".left.npz.9.part"));
        QVERIFY(busy.open(QIODevice::ReadWrite));
        QCOMPARE(::flock(busy.handle(), LOCK_EX), 0);
#endif
        QCOMPARE(run({"train", "--task", "rdm", "--units", "16", "--epochs", "1", "-o", net}).exitCode, 0);
        const auto parts = QDir(folder_.path()).entryList({"*.part"}, QDir::Files | QDir::Hidden, QDir::Name);
        QStringList kept{".left.npz.mine.part", ".other.npz.5.part"};
#if __has_include(<sys/file.h>)
        kept.prepend(".left.npz.9.part");
#endif
        QCOMPARE(parts, kept);
    }

private:
    QString path(const char* name) const {
        return folder_.filePath(QString::fromLatin1(name));
    }
    QTemporaryDir folder_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    TrainCircuitsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_train_circuits.moc"
