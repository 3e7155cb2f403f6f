// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/command_runner.h"

using kappascope::test::contents;
using kappascope::test::run;
using Json = nlohmann::json;

class RefineCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        const auto refined = run({"refine", "trained-dms", "--populations", "size:m1", "--starts", "6", "--iterations",
                                  "120", "-o", path("circuit.json"), "--json"});
        QVERIFY2(refined.exitCode == 0, refined.err);
        refined_ = refined.json();
    }

    void saysWhatItDid() {
        QCOMPARE(refined_["populations"].get<int>(), 2);
        QCOMPARE(refined_["starts"].size(), std::size_t{6});
        QCOMPARE(refined_["trials"].get<int>(), 12);
        QVERIFY(refined_["after"]["rms_kappa"].get<double>() < 0.2);
        QVERIFY(refined_["after"]["rms_kappa"].get<double>() < refined_["before"]["rms_kappa"].get<double>());
        QCOMPARE(refined_["after"]["fixed_points"]["network"].get<int>(), 9);
        QVERIFY(refined_["origin"].get<std::string>().find("refined to the flow of") == 0);
        const Json file = Json::parse(contents(path("circuit.json")).toStdString());
        QVERIFY(file["origin"]["kind"] == "refined-to-flow");
        QVERIFY(file["task"]["id"] == "dms");
        QCOMPARE(file["populations"].size(), std::size_t{2});
    }

    /// The circuit beside the network that it came from, as any other command sees it.
    void circuitsAreHeldAgainstTheirNetwork() {
        const auto compared = run({"compare", "trained-dms", "--circuit", path("circuit.json"), "--level", "mean-field",
                                   "--fixed-points", "--json"});
        QVERIFY2(compared.exitCode == 0, compared.err);
        const Json level = compared.json()["levels"][0];
        QVERIFY(level["rms_kappa"].get<double>() < 0.25);
        QVERIFY(level["same_choice"].get<double>() > 0.9);
        int matched = 0;
        for (const auto& each : level["fixed_points"]) matched += static_cast<int>(each["matched"].size());
        QVERIFY(matched >= 8);
        const auto portrait =
            run({"portrait", "trained-dms", "--circuit", path("circuit.json"), "--level", "mean-field", "--json"});
        QVERIFY2(portrait.exitCode == 0, portrait.err);
        QCOMPARE(portrait.json()["fixed_points"].size(), std::size_t{5});
    }

    /// What is drawn from is that circuit, not the moments of the units that it explains.
    void networksAreDrawnFromIt() {
        const auto drawn = run({"resample", "trained-dms", "--circuit", path("circuit.json"), "--draws", "1",
                                "--trials", "10", "-o", path("again.json"), "--json"});
        QVERIFY2(drawn.exitCode == 0, drawn.err);
        const Json before = Json::parse(contents(path("circuit.json")).toStdString());
        const Json after = Json::parse(contents(path("again.json")).toStdString());
        QVERIFY(after["populations"][0]["covariance"] == before["populations"][0]["covariance"]);
        for (const char* command : {"evaluate", "populations"})
            QCOMPARE(run({command, "trained-dms", "--circuit", path("circuit.json")}).exitCode, 2);
    }

    void infoNamesTheOrigin() {
        const auto said = run({"info", path("circuit.json"), "--json"});
        QVERIFY2(said.exitCode == 0, said.err);
        QCOMPARE(said.json()["origin"].get<std::string>(), refined_["origin"].get<std::string>());
        QVERIFY(!run({"info", "trained-dms", "--json"}).json().contains("origin"));
    }

    /// Before the network is even looked for.
    void filesThatCannotBeWrittenAreNamedFirst() {
        const auto refused = run({"refine", path("no network.npz"), "-o", path("no folder/circuit.json")});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("no folder") && !refused.err.contains("no network"), refused.err);
    }

    void tableOfReductions() {
        const auto measured = run({"reductions", "trained-rdm", "--most", "1", "--refined", "1", "--trials", "2",
                                   "--fresh", "60", "--draws", "3", "--json"});
        QVERIFY2(measured.exitCode == 0, measured.err);
        const auto rows = measured.json()["rows"];
        QCOMPARE(rows.size(), std::size_t{3});
        QVERIFY(rows[0]["identity"].get<bool>());
        QVERIFY(rows[0]["rms_kappa"].get<double>() < 1e-9);
        QVERIFY(rows[0]["drawn"].is_null());
        for (const auto& row : rows) {
            QVERIFY(row["accuracy"].get<double>() > 0.9);
            QVERIFY(row["chance"].get<double>() < 0.8);
        }
        QCOMPARE(rows[1]["drawn"]["draws"].size(), std::size_t{3});
        QVERIFY(rows[1]["origin"].is_null());
        QVERIFY(rows[2]["rms_kappa"].get<double>() < rows[1]["rms_kappa"].get<double>());
        QVERIFY(rows[2]["origin"].is_string());
        const auto text = run({"reductions", "trained-rdm", "--most", "1", "--refined", "0", "--trials", "1", "--fresh",
                               "20", "--draws", "1"});
        QCOMPARE(text.exitCode, 0);
        QVERIFY(text.out.contains("1 population(s)"));
    }

    void wrongUsageIsRefused() {
        const QString out = path("x.json");
        const QList<QStringList> wrong{
            {"refine", "trained-dms"},
            {"refine", "trained-dms", "-o", path("x.npz")},
            {"refine", "trained-dms", "-o", out, "--gain", "1"},
            {"refine", "trained-dms", "-o", out, "--means", "some"},
            {"refine", "trained-dms", "-o", out, "--starts", "0"},
            {"refine", "trained-dms", "-o", out, "--circuit", path("circuit.json"), "--populations", "2"},
            {"compare", "trained-dms", "--circuit", "trained-dms"},
            {"reductions", "trained-dms", "--populations", "2"},
            {"reductions", "trained-dms", "--refined", "-1"},
        };
        for (const auto& arguments : wrong) {
            const auto refused = run(arguments);
            QVERIFY2(refused.exitCode == 2, qPrintable(arguments.join(u' ')));
            QVERIFY(!refused.err.isEmpty() && refused.out.isEmpty());
        }
        QVERIFY(!QFile::exists(out));
        // A circuit of another rank or of other inputs.
        const auto other = run({"compare", "trained-rdm", "--circuit", path("circuit.json")});
        QVERIFY(other.exitCode != 0 && !other.err.isEmpty());
    }

private:
    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }
    QTemporaryDir folder_;
    Json refined_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    RefineCommandTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_refine_command.moc"
