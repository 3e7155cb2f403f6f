// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "tests/ui/command_runner.h"

using kappascope::test::run;
using kappascope::test::Run;
using Json = nlohmann::json;

namespace {

/// Exit code, and one sentence on standard error that holds the word.
bool fails(const Run& run, int code, const char* word) {
    const auto lines = run.err.trimmed().split('\n');
    const bool good = run.exitCode == code && run.out.isEmpty() && lines.size() == 1 && run.err.contains(word);
    if (!good) qWarning("%d %s", run.exitCode, run.err.constData());
    return good;
}

double sumOf(const Json& list) {
    double sum = 0;
    for (const auto& value : list) sum += value.get<double>();
    return sum;
}

}  // namespace

/// behaviour, selectivity, couplings, and the fixed points of compare, as a program of their own.
class BehaviourCommandsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(folder_.isValid()); }

    void aCurve() {
        const auto result = run({"behaviour", "trained-rdm", "--trials", "40", "--json"});
        QCOMPARE(result.exitCode, 0);
        const auto json = result.json();
        QCOMPARE(json.at("task"), "rdm");
        QCOMPARE(json.at("level"), "network");
        QCOMPARE(json.at("trials_per_cell"), 40);
        QVERIFY(json.at("accuracy") > 0.9);
        QVERIFY(json.at("noise") > 0);
        QCOMPARE(json.at("contexts").size(), std::size_t{1});
        const auto& panel = json.at("contexts")[0];
        const auto& values = panel.at("axes")[0].at("values");
        QCOMPARE(panel.at("axes")[0].at("name"), "coherence");
        QCOMPARE(panel.at("choice").size(), values.size());
        QCOMPARE(panel.at("choice").front(), 0.0);
        QCOMPARE(panel.at("choice").back(), 1.0);
        QCOMPARE(panel.at("standard_error").size(), values.size());
        for (std::size_t k = 0; k < values.size(); ++k) {
            const double p = panel.at("choice")[k];
            QVERIFY(std::abs(panel.at("standard_error")[k].get<double>() - std::sqrt(p * (1 - p) / 40)) < 1e-12);
            QCOMPARE(panel.at("right")[k].is_null(), values[k] == 0.0);
        }
        const auto text = run({"behaviour", "trained-rdm", "--trials", "5"});
        QVERIFY(text.out.contains("coherence") && text.out.contains("±") && text.out.contains("positive"));
    }

    void aMatrixWithValuesOfOnesOwnAndItsCsv() {
        const QString csv = folder_.filePath(QStringLiteral("matrix.csv"));
        const auto result =
            run({"behaviour", "trained-mante", "--trials", "6", "--values=4,-4,2", "--csv", csv, "--json"});
        QCOMPARE(result.exitCode, 0);
        const auto json = result.json();
        QCOMPARE(json.at("contexts").size(), std::size_t{2});
        for (const auto& panel : json.at("contexts")) {
            QCOMPARE(panel.at("axes")[1].at("values"), (Json{-4.0, 2.0, 4.0}));
            QCOMPARE(panel.at("choice").size(), std::size_t{3});
            QCOMPARE(panel.at("choice")[2].size(), std::size_t{3});
            QVERIFY(panel.at("accuracy") > 0.9);
        }
        // Rows are the first stimulus: it decides in context 1, and not in context 2.
        QVERIFY(json.at("contexts")[0].at("choice")[2][0] > 0.5);
        QVERIFY(json.at("contexts")[1].at("choice")[2][0] < 0.5);
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 19);
        QCOMPARE(lines[0], QByteArray("context,coherence 1,coherence 2,choice,standard_error,trials,right"));
        QVERIFY(lines[1].startsWith("ctx1,-4,-4,"));
        QVERIFY(lines[18].startsWith("ctx2,4,4,"));
    }

    void populationsAreInactivatedInPart() {
        const QStringList base{"behaviour", "trained-rdm", "--populations", "sign:n1", "--trials",
                               "20",        "--values",    "1,4",           "--json"};
        const auto json = run(base + QStringList{"--inactivate", "2:0.25"}).json();
        QCOMPARE(json.at("inactivated"), (Json{0.0, 0.25}));
        // All of everything: coins are tossed.
        const auto silent = run(base + QStringList{"--inactivate", "1:1", "--inactivate", "2:1"}).json();
        QCOMPARE(silent.at("contexts")[0].at("choice"), (Json{0.5, 0.5}));
        // A population of gain zero is one that is inactivated whole.
        const auto gain = run(base + QStringList{"--gain", "0,1"}).json();
        const auto whole = run(base + QStringList{"--inactivate", "1:1"}).json();
        QCOMPARE(gain.at("contexts")[0].at("choice"), whole.at("contexts")[0].at("choice"));
    }

    void threadsDoNotMatter() {
        const QStringList base{"behaviour", "trained-dms", "--trials", "9", "--json"};
        const auto one = run(base + QStringList{"--threads", "1"});
        QCOMPARE(one.exitCode, 0);
        QCOMPARE(one.out, run(base + QStringList{"--threads", "4"}).out);
        const auto panel = one.json().at("contexts")[0];
        QCOMPARE(panel.at("axes")[0].at("labels"), (Json{"A", "B"}));
        QCOMPARE(one.json().at("positive_choice"), "match");
    }

    void levelsOfACircuit() {
        const QStringList base{"behaviour", "trained-rdm", "--populations", "1", "--values", "-1,1", "--trials", "20"};
        const auto field = run(base + QStringList{"--level", "mean-field", "--json"});
        QCOMPARE(field.exitCode, 0);
        QCOMPARE(field.json().at("networks"), 0);
        QCOMPARE(field.json().at("level"), "mean-field");
        const auto& choice = field.json().at("contexts")[0].at("choice");
        QVERIFY(choice[0] < 0.5 && choice[1] > 0.5);
    }

    void badBehaviour() {
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--inactivate", "3:0.5"}), 2, "population"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--inactivate", "1:1.5"}), 2, "--inactivate"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--inactivate", "half"}), 2, "--inactivate"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--values", "1,x"}), 2, "--values"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--values", "1,1"}), 2, "twice"));
        QVERIFY(fails(run({"behaviour", "trained-dms", "--values", "1"}), 2, "alues"));
        QVERIFY(fails(run({"behaviour", "trained-flipflop"}), 2, "flipflop"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--task", "mante"}), 2, "mante"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--level", "exact"}), 2, "--level"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--level", "mean-field"}), 1, "populations"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--input", "1"}), 2, "--input"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--trials", "0"}), 2, "--trials"));
        QVERIFY(fails(run({"behaviour", "trained-rdm", "--noise", "nan"}), 2, "--noise"));
    }

    void selectivityOfUnits() {
        const QString csv = folder_.filePath(QStringLiteral("units.csv"));
        const auto result = run({"selectivity", "trained-mante", "--trials", "60", "--unit", "3", "--tuning-trials",
                                 "3", "--csv", csv, "--json"});
        QCOMPARE(result.exitCode, 0);
        const auto json = result.json();
        QCOMPARE(json.at("variables"), (Json{"coherence 1", "coherence 2", "context", "choice"}));
        QCOMPARE(json.at("window"), "stimulus");
        QCOMPARE(json.at("coefficients").size(), std::size_t{512});
        QCOMPARE(json.at("coefficients")[0].size(), std::size_t{4});
        QCOMPARE(json.at("r_squared").size(), std::size_t{512});
        QCOMPARE(json.at("unit").at("unit"), 3);
        QCOMPARE(json.at("unit").at("coefficients"), json.at("coefficients")[2]);
        QCOMPARE(json.at("unit").at("tuning").size(), std::size_t{4});
        QCOMPARE(json.at("unit").at("tuning")[1].at("mean").size(), std::size_t{6});
        QCOMPARE(json.at("context_change").at("contexts"), (Json{"ctx1", "ctx2"}));
        QCOMPARE(json.at("context_change").at("change").size(), std::size_t{512});
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 513);
        QCOMPARE(lines[0], QByteArray("unit,population,intercept,coherence 1,coherence 2,context,choice,r_squared"));
        const auto text = run({"selectivity", "trained-mante", "--trials", "30", "--unit", "1"});
        QVERIFY(text.out.contains("coherence 2") && text.out.contains("R^2") && text.out.contains("Unit 1"));
    }

    void selectivityInAWindowAndAContext() {
        const auto json = run({"selectivity", "trained-mante", "--trials", "40", "--context", "ctx2", "--window",
                               "5:22", "--variable", "coherence 1", "--json"})
                              .json();
        QCOMPARE(json.at("variables"), Json{"coherence 1"});
        QCOMPARE(json.at("context"), "ctx2");
        QVERIFY(!json.contains("context_change"));
    }

    void badSelectivity() {
        QVERIFY(fails(run({"selectivity", "trained-rdm", "--window", "nowhere"}), 2, "nowhere"));
        QVERIFY(fails(run({"selectivity", "trained-mante", "--context", "ctx3"}), 2, "ctx3"));
        QVERIFY(fails(run({"selectivity", "trained-rdm", "--variable", "colour"}), 2, "colour"));
        QVERIFY(fails(run({"selectivity", "trained-rdm", "--unit", "513"}), 2, "513"));
        QVERIFY(fails(run({"selectivity", "trained-rdm", "--level", "mean-field"}), 2, "--level"));
        QVERIFY(fails(run({"selectivity", "trained-rdm", "--trials", "2"}), 2, "trials"));
        QVERIFY(
            fails(run({"selectivity", "trained-mante", "--context", "ctx1", "--variable", "context"}), 1, "context"));
    }

    void couplingsAddUp() {
        const auto result = run({"couplings", "effective-connectivity", "--kappa", "0.3,-0.2", "--input", "0,1",
                                 "--gain", "1,0.5", "--json"});
        QCOMPARE(result.exitCode, 0);
        const auto json = result.json();
        const auto kappa = json.at("kappa");
        double velocity[2] = {};
        for (int r = 0; r < 2; ++r) velocity[r] = -kappa[static_cast<std::size_t>(r)].get<double>();
        const double y[] = {0.3, -0.2, 0, 1};
        const char* columns[] = {"m1", "m2", "I1", "I2"};
        for (const auto& coupling : json.at("couplings")) {
            const double total = coupling.at("total");
            QVERIFY(std::abs(sumOf(coupling.at("by_population")) - total) < 1e-12);
            const std::string name = coupling.at("name");
            for (int r = 0; r < 2; ++r)
                for (int c = 0; c < 4; ++c)
                    if (name == "n" + std::to_string(r + 1) + " " + columns[c]) velocity[r] += total * y[c];
        }
        for (const auto& mean : json.at("means"))
            for (int r = 0; r < 2; ++r)
                if (mean.at("name") == "n" + std::to_string(r + 1)) velocity[r] += mean.at("total").get<double>();
        for (std::size_t r = 0; r < 2; ++r) {
            QVERIFY(std::abs(velocity[r] - json.at("velocity")[r].get<double>()) < 1e-12);
            for (std::size_t s = 0; s < 2; ++s) {
                double sum = r == s ? -1 : 0;
                for (const auto& part : json.at("jacobian_by_population")) sum += part[r][s].get<double>();
                QVERIFY(std::abs(sum - json.at("jacobian")[r][s].get<double>()) < 1e-12);
            }
        }
        const auto text = run({"couplings", "effective-connectivity"});
        QVERIFY(text.out.contains("n1 m2") && text.out.contains("J21") && text.out.contains("w1 I1"));
    }

    void badCouplings() {
        QVERIFY(fails(run({"couplings", "effective-connectivity", "--kappa", "1"}), 2, "--kappa"));
        QVERIFY(fails(run({"couplings", "effective-connectivity", "--kappa", "1,a"}), 2, "--kappa"));
        QVERIFY(fails(run({"couplings", "effective-connectivity", "--level", "exact"}), 2, "--level"));
        QVERIFY(fails(run({"couplings", "trained-rdm"}), 1, "populations"));
    }

    void comparedFixedPoints() {
        const QStringList base{"compare", "trained-dms", "--populations", "1", "--json"};
        const auto plain = run(base);
        QCOMPARE(plain.exitCode, 0);
        QVERIFY(!plain.json().at("levels")[0].contains("fixed_points"));
        const auto json = run(base + QStringList{"--fixed-points"}).json();
        QCOMPARE(json.at("levels").size(), std::size_t{2});
        for (const auto& level : json.at("levels")) {
            const auto& inputs = level.at("fixed_points");
            QCOMPARE(inputs.size(), std::size_t{3});  // rest, A, B
            QCOMPARE(inputs[0].at("input"), (Json{0.0, 0.0}));
            QVERIFY(inputs[0].at("where").empty());
            QCOMPARE(inputs[1].at("where")[0], "A-A delay 50: stimulus A");
            for (const auto& one : inputs) {
                QCOMPARE(one.at("complete"), "proven");
                for (const auto& pair : one.at("matched")) {
                    double square = 0;
                    for (std::size_t r = 0; r < 2; ++r)
                        square += std::pow(
                            pair.at("a").at("kappa")[r].get<double>() - pair.at("b").at("kappa")[r].get<double>(), 2);
                    QVERIFY(std::abs(std::sqrt(square) - pair.at("distance").get<double>()) < 1e-12);
                    QCOMPARE(pair.at("same_kind"), pair.at("a").at("kind") == pair.at("b").at("kind"));
                }
                if (level.at("level") != "exact") continue;
                QVERIFY(one.at("only_network").empty() && one.at("only_reduced").empty());
                for (const auto& pair : one.at("matched")) QCOMPARE(pair.at("distance"), 0.0);
            }
        }
        // The network's points are those of its portrait.
        const auto portrait = run({"portrait", "trained-dms", "--json"}).json();
        QCOMPARE(json.at("levels")[0].at("fixed_points")[0].at("matched").size(), portrait.at("fixed_points").size());
        const auto text = run({"compare", "trained-dms", "--populations", "1", "--fixed-points"});
        QVERIFY(text.out.contains("largest distance"));
    }

private:
    QTemporaryDir folder_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    BehaviourCommandsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_behaviour_commands.moc"
