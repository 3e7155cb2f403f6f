// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QTest>
#include <algorithm>

#include "tests/ui/command_runner.h"

using kappascope::test::run;
using Json = nlohmann::json;

/// The bundled network of delayed match to sample tells the story of its task: what one stimulus leaves in memory is
/// still there under one second stimulus, and turned into motion by the other.
class TrainedDmsTest : public QObject {
    Q_OBJECT

private slots:
    void census_data() {
        QTest::addColumn<QString>("held");
        QTest::addColumn<int>("points");
        QTest::addColumn<int>("cycles");
        QTest::newRow("at rest: two memories") << "0,0" << 2 << 0;
        QTest::newRow("A held on: a limit cycle") << "1,0" << 0 << 1;
        QTest::newRow("B held on: bistable") << "0,1" << 2 << 0;
    }
    void census() {
        QFETCH(QString, held);
        QFETCH(int, points);
        QFETCH(int, cycles);
        const auto result = run({"portrait", "trained-dms", "--input", held, "--json"});
        QVERIFY2(result.exitCode == 0, result.err);
        const Json portrait = result.json();
        QCOMPARE(portrait["complete"].get<std::string>(), std::string("proven"));
        const auto count = [](const Json& list, auto isStable) {
            return static_cast<int>(std::count_if(list.begin(), list.end(), isStable));
        };
        QCOMPARE(count(portrait["fixed_points"], [](const Json& each) { return each["unstable_directions"] == 0; }),
                 points);
        QCOMPARE(count(portrait["limit_cycles"], [](const Json& each) { return each["stable"].get<bool>(); }), cycles);
    }

    /// Memories last: from 25 to 150 steps of delay, over fresh noisy trials.
    void doesItsTask() {
        for (const char* delay : {"25", "150"}) {
            const auto result =
                run({"evaluate", "trained-dms", "--task-option", QStringLiteral("delay-min=%1").arg(delay),
                     "--task-option", QStringLiteral("delay-max=%1").arg(delay), "--seed", "7", "--json"});
            QVERIFY2(result.exitCode == 0, result.err);
            QVERIFY2(result.json()["accuracy"].get<double>() >= 0.95, result.out);
        }
    }
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    TrainedDmsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_trained_dms.moc"
