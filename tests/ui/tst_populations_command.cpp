// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/io/save.h"
#include "core/reduction/circuit.h"
#include "core/statistics/labels.h"
#include "tests/ui/command_runner.h"

using kappascope::test::run;
using Json = nlohmann::json;

namespace {

/// Two populations whose overlaps differ in sign.
kappascope::reduction::Circuit circuit() {
    kappascope::reduction::Circuit result;
    result.name = "two signs";
    result.rank = result.inputs = result.outputs = 1;
    for (const double sign : {1.0, -1.0}) {
        kappascope::reduction::Population population;
        population.fraction = sign > 0 ? 0.6 : 0.4;
        population.mean = Eigen::VectorXd::Zero(4);
        population.covariance = Eigen::MatrixXd::Identity(4, 4);
        population.covariance(0, 1) = population.covariance(1, 0) = 0.96 * sign;
        population.covariance(2, 3) = population.covariance(3, 2) = -0.9 * sign;
        result.populations.push_back(population);
    }
    return result;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class PopulationsCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        const auto network = kappascope::reduction::sample(circuit(), 400, 3);
        truth_ = network.labels;
        kappascope::io::saveNetwork(network, path("known.npz").toStdString());
        auto unknown = network;
        unknown.labels.clear();
        unknown.populationNames.clear();
        unknown.storedGains.resize(0);
        kappascope::io::saveNetwork(unknown, path("net.npz").toStdString());
        kappascope::io::saveCircuit(circuit(), path("circuit.json").toStdString());
    }

    void findsPopulations() {
        for (const char* method : {"vb", "em"}) {
            const auto found = run({"populations", path("net.npz"), "--count", "2", "--method", method, "--starts",
                                    "10", "-o", path("labelled.npz"), "--json"});
            QVERIFY2(found.exitCode == 0, found.err);
            const Json json = found.json();
            QCOMPARE(json["count"].get<int>(), 2);
            QCOMPARE(json["reason"].get<std::string>(), std::string("given"));
            const auto labels = json["labels"].get<std::vector<int>>();
            QVERIFY(kappascope::statistics::adjustedRandIndex(labels, truth_) > 0.8);
            QVERIFY(json["loadings"] == Json({"m1", "n1", "I1", "w1"}));
            QCOMPARE(json["mean"].size(), std::size_t{2});
            QCOMPARE(json["covariance"][0].size(), std::size_t{4});
            // Overlaps of n and m of either sign, in the numbering of falling size.
            QVERIFY(json["covariance"][0][0][1].get<double>() > 0.5);
            QVERIFY(json["covariance"][1][1][0].get<double>() < -0.5);
            QVERIFY(json["fraction"][0].get<double>() > json["fraction"][1].get<double>());
            QVERIFY(std::abs(json["fraction"][0].get<double>() - 0.6) < 0.05);
            QVERIFY(json["stability"].get<double>() > 0.9);
            QVERIFY(json["epairs"]["p"].get<double>() <= 0.05);
            QVERIFY(json["epairs"].contains("effect") && json["epairs"].contains("published_p"));
            QCOMPARE(json["by_count"].size(), std::size_t{1});
            QVERIFY(json["by_count"][0]["log_evidence"] == json["log_evidence"]);
            // The network was saved with its labels, and commands know them.
            QCOMPARE(run({"info", path("labelled.npz"), "--json"}).json()["populations"].get<int>(), 2);
        }
    }

    void findsHowMany() {
        const auto found = run({"populations", path("net.npz"), "--starts", "10", "--json"});
        QVERIFY2(found.exitCode == 0, found.err);
        const Json json = found.json();
        QCOMPARE(json["count"].get<int>(), 2);
        QCOMPARE(json["reason"].get<std::string>(), std::string("smallest-stable"));
        QVERIFY(json["by_count"].size() > 3);
        for (const char* key : {"count", "occupied", "log_evidence", "standard_error", "stability"})
            QVERIFY(json["by_count"][1].contains(key));
        // The same in words.
        const auto text = run({"populations", path("net.npz"), "--starts", "10"});
        QCOMPARE(text.exitCode, 0);
        QVERIFY(text.out.contains("2 population(s)") && text.out.contains("ePAIRS"));
    }

    void threadsDoNotMatter() {
        QByteArray first;
        for (const char* threads : {"1", "3"}) {
            const auto found =
                run({"populations", path("net.npz"), "--count", "2", "--starts", "5", "--threads", threads, "--json"});
            if (first.isEmpty()) first = found.out;
            QVERIFY(!first.isEmpty() && found.out == first);
        }
    }

    /// Numbers that the network has already are kept.
    void knownNumbersAreKept() {
        const auto labelsFile = path("labels.txt");
        QFile file(labelsFile);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const int label : truth_) file.write(QByteArray::number(1 - label) + "\n");
        file.close();
        const auto found = run({"populations", path("net.npz"), "--populations", labelsFile, "--count", "2", "--starts",
                                "5", "--json"})
                               .json();
        QVERIFY(found["fraction"][0].get<double>() < found["fraction"][1].get<double>());
    }

    void otherCommandsFitToo() {
        const auto portrait = run(
            {"portrait", path("net.npz"), "--populations", "2", "--gain", "1,0.5", "--level", "mean-field", "--json"});
        QVERIFY2(portrait.exitCode == 0, portrait.err);
        QVERIFY(portrait.json()["gain"] == Json({1.0, 0.5}));
    }

    void resamples() {
        const auto drawn = path("drawn.npz");
        const auto fitted = run({"resample", path("net.npz"), "--populations", "2", "--units", "300", "--starts", "5",
                                 "--task", "rdm", "--draws", "3", "--trials", "20", "-o", drawn, "--json"});
        QVERIFY2(fitted.exitCode == 0, fitted.err);
        const Json json = fitted.json();
        QCOMPARE(json["populations"].get<int>(), 2);
        for (const char* key : {"accuracy", "loss"}) {
            QVERIFY(json[key]["trained"].is_number());
            const auto draws = json[key]["resampled"]["draws"].get<std::vector<double>>();
            QCOMPARE(draws.size(), std::size_t{3});
            const double mean = (draws[0] + draws[1] + draws[2]) / 3;
            QVERIFY(std::abs(json[key]["resampled"]["mean"].get<double>() - mean) < 1e-12);
            QVERIFY(json[key]["resampled"]["sd"].get<double>() >= 0);
        }
        const auto info = run({"info", drawn, "--json"}).json();
        QCOMPARE(info["units"].get<int>(), 300);
        QCOMPARE(info["populations"].get<int>(), 2);
        // The circuit of the same fit; networks of one seed are the same.
        const auto circuitFile = path("fitted.json");
        QCOMPARE(run({"resample", path("net.npz"), "--populations", "2", "--starts", "5", "-o", circuitFile}).exitCode,
                 0);
        const Json written = Json::parse(contents(circuitFile).toStdString());
        QVERIFY(std::abs(written["populations"][0]["fraction"].get<double>() - 0.6) < 0.05);
        QVERIFY(run({"resample", circuitFile, "--units", "50", "-o", path("a.npz")}).exitCode == 0);
        QVERIFY(run({"resample", circuitFile, "--units", "50", "-o", path("b.npz")}).exitCode == 0);
        QVERIFY(contents(path("a.npz")) == contents(path("b.npz")));
        QCOMPARE(run({"info", path("a.npz"), "--json"}).json()["units"].get<int>(), 50);
    }

    void oneGaussianAndKnownLabels() {
        const auto one = run({"resample", path("known.npz"), "--populations", "1", "-o", path("one.npz"), "--json"});
        QVERIFY2(one.exitCode == 0, one.err);
        QCOMPARE(one.json()["populations"].get<int>(), 1);
        QVERIFY(one.json()["task"].is_null());
        const auto known = run({"resample", path("known.npz"), "-o", path("two.npz"), "--json"});
        QVERIFY2(known.exitCode == 0, known.err);
        QCOMPARE(known.json()["populations"].get<int>(), 2);
        QVERIFY(known.json()["fraction"] == Json({0.6, 0.4}));
        QCOMPARE(known.json()["units"].get<int>(), 400);
        // A trained network of one Gaussian still does an easy task.
        const auto trained = run({"resample", "trained-rdm", "--populations", "1", "--draws", "3", "--trials", "100",
                                  "-o", path("rdm.npz"), "--json"});
        QVERIFY2(trained.exitCode == 0, trained.err);
        QCOMPARE(trained.json()["task"].get<std::string>(), std::string("rdm"));
        QVERIFY(trained.json()["accuracy"]["trained"].get<double>() > 0.95);
        QVERIFY(trained.json()["accuracy"]["resampled"]["mean"].get<double>() > 0.9);
        QVERIFY(run({"evaluate", path("rdm.npz"), "--json"}).json()["accuracy"].get<double>() > 0.8);
    }

    void wrongUsageIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        const QString net = path("net.npz");
        QTest::newRow("count 0") << QStringList{"populations", net, "--count", "0"};
        QTest::newRow("count 65") << QStringList{"populations", net, "--count", "65"};
        QTest::newRow("count word") << QStringList{"populations", net, "--count", "many"};
        QTest::newRow("method") << QStringList{"populations", net, "--method", "guess"};
        QTest::newRow("input") << QStringList{"populations", net, "--input", "1"};
        QTest::newRow("fit of a fit") << QStringList{"populations", net, "--populations", "2"};
        QTest::newRow("no network file") << QStringList{"populations", net, "-o", path("none.txt")};
        QTest::newRow("no output") << QStringList{"resample", net, "--populations", "1"};
        QTest::newRow("no populations") << QStringList{"resample", net, "-o", path("none.npz")};
        QTest::newRow("population 0") << QStringList{"resample", net, "--populations", "0", "-o", path("none.npz")};
        QTest::newRow("wrong ending") << QStringList{"resample", net, "--populations", "1", "-o", path("none.txt")};
        QTest::newRow("draws") << QStringList{"resample", net, "--draws", "0", "-o", path("none.npz")};
        QTest::newRow("task") << QStringList{"resample", net,  "--populations", "1", "--task",
                                             "chess",    "-o", path("none.npz")};
    }
    void wrongUsageIsRefused() {
        QFETCH(QStringList, arguments);
        const auto result = run(arguments);
        QCOMPARE(result.exitCode, 2);
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err.trimmed().count('\n'), 0);
        QVERIFY(!QFile::exists(path("none.npz")));
        QVERIFY(!QFile::exists(path("none.txt")));
    }

    void moreComponentsThanUnitsIsOneSentence() {
        const auto few = kappascope::reduction::sample(circuit(), 5, 3);
        kappascope::io::saveNetwork(few, path("few.npz").toStdString());
        const auto result = run({"populations", path("few.npz"), "--count", "6"});
        QVERIFY(result.exitCode != 0);
        QVERIFY2(result.err.contains("1..5"), result.err);
        QCOMPARE(run({"populations", path("few.npz")}).exitCode, 0);
    }

private:
    QString path(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    QTemporaryDir folder_;
    std::vector<int> truth_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    PopulationsCommandTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_populations_command.moc"
