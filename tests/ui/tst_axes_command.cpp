// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "tests/ui/command_runner.h"

using kappascope::test::run;
using kappascope::test::Run;
using Json = nlohmann::json;

/// --axes of portrait and figure: the plane of kappa and an input.
class AxesCommandTest : public QObject {
    Q_OBJECT

private slots:
    void thePortraitOfThePlaneHasTheLinesPoints() {
        const QStringList call{"portrait", "two-memories", "--input", "0.05", "--json"};
        const Json line = run(call).json(), plane = run(call + QStringList{"--axes", "1,v1"}).json();
        QVERIFY(plane.at("axes") == Json::array({"kappa1", "v1"}));
        QVERIFY(line.at("axes") == Json::array({"kappa1", "dkappa1/dt"}));
        QCOMPARE(plane.at("complete").get<std::string>(), std::string("proven"));
        QVERIFY(plane.at("index_sum") == line.at("index_sum"));
        const Json &expected = line.at("fixed_points"), &found = plane.at("fixed_points");
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found.size(), expected.size());
        for (std::size_t k = 0; k < found.size(); ++k) {
            QCOMPARE(found[k].at("kappa").size(), std::size_t(1));
            QVERIFY(std::abs(found[k]["kappa"][0].get<double>() - expected[k]["kappa"][0].get<double>()) < 1e-9);
            QVERIFY(std::abs(found[k].at("v").get<double>() - 0.05) < 1e-12);
            QCOMPARE(found[k].at("eigenvalues").size(), std::size_t(2));
            QVERIFY(found[k].at("unstable_directions") == expected[k].at("unstable_directions"));
        }
        QCOMPARE(found[1].at("kind").get<std::string>(), std::string("saddle"));
        QVERIFY(!expected[1].contains("v"));
    }

    void theFigureOfThePlane() {
        const QTemporaryDir folder;
        const auto figure = [&folder](const QString& name, const QStringList& rest) {
            const QString path = folder.filePath(name);
            const Run result = run(QStringList{"figure", "two-memories", "--dpi", "60", "-o", path} + rest);
            QFile file(path);
            return result.exitCode == 0 && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray speed = figure("speed.png", {}), plane = figure("plane.png", {"--axes", "1,v1"});
        const QByteArray start = figure("start.png", {"--axes", "1,v1", "--from", "1,v1=0.2"});
        QVERIFY(!speed.isEmpty() && !plane.isEmpty() && !start.isEmpty());
        QVERIFY(speed != plane && plane != start);
    }

    void whatIsNoAxisIsRefused_data() {
        QTest::addColumn<QStringList>("call");
        QTest::newRow("no such input") << QStringList{"portrait", "two-memories", "--axes", "1,v2"};
        QTest::newRow("input 0") << QStringList{"portrait", "two-memories", "--axes", "1,v0"};
        QTest::newRow("rank 2") << QStringList{"portrait", "effective-connectivity", "--axes", "1,v1"};
        QTest::newRow("no such mode") << QStringList{"portrait", "effective-connectivity", "--axes", "1,3"};
        QTest::newRow("words") << QStringList{"portrait", "two-memories", "--axes", "kappa,v"};
        QTest::newRow("one") << QStringList{"portrait", "two-memories", "--axes", "1"};
        QTest::newRow("a start without value")
            << QStringList{"figure", "two-memories", "--axes", "1,v1", "--from", "1,v1", "-o", "never.png"};
    }
    void whatIsNoAxisIsRefused() {
        QFETCH(QStringList, call);
        const Run result = run(call);
        QCOMPARE(result.exitCode, 2);
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err.count('\n'), 1);
    }
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    AxesCommandTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_axes_command.moc"
