// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/tasks/task.h"
#include "tests/reference/reference.h"
#include "tests/ui/command_runner.h"
#include "ui/session/comparison.h"

using namespace kappascope;
using Json = nlohmann::json;
using test::run;

namespace {

const Json& level(const Json& levels, const std::string& id) {
    const auto found =
        std::find_if(levels.begin(), levels.end(), [&](const Json& one) { return one.at("level") == id; });
    static const Json none = nullptr;
    return found == levels.end() ? none : *found;
}

QString published(const std::string& name) {
    return QString::fromStdString(reference::networkFile(name).string());
}

/// Exact to rounding, with the same choices.
void checkIdentity(const Json& json) {
    for (const auto& row : json.at("conditions")) {
        const Json& exact = level(row.at("levels"), "exact");
        QVERIFY(exact.at("identity").get<bool>());
        QVERIFY(exact.at("rms_kappa").get<double>() < 1e-10);
        QVERIFY(exact.at("rms_z").get<double>() < 1e-10);
        QCOMPARE(exact.at("same_choice").get<double>(), 1.0);
        QVERIFY(exact.at("parts_at").is_null());
    }
    QVERIFY(level(json.at("levels"), "exact").at("rms_kappa").get<double>() < 1e-10);
}

}  // namespace

class CompareTest : public QObject {
    Q_OBJECT

private slots:
    void bundledExamples_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("task");
        QTest::newRow("effective connectivity") << "effective-connectivity"
                                                << "dms";
        QTest::newRow("context") << "context-dependent-decision"
                                 << "mante";
        QTest::newRow("two memories") << "two-memories"
                                      << "rdm";
        QTest::newRow("rotation") << "rotation"
                                  << "romo";
        QTest::newRow("six memories") << "six-memories"
                                      << "rdm";
    }
    void bundledExamples() {
        QFETCH(QString, id);
        QFETCH(QString, task);
        const auto result = run({"compare", id, "--task", task, "--units", "600", "--json"});
        QVERIFY2(result.exitCode == 0, result.err.constData());
        const auto json = result.json();
        checkIdentity(json);
        QCOMPARE(json.at("task").get<std::string>(), task.toStdString());
        QCOMPARE(json.at("conditions").size(), tasks::task(task.toStdString()).conditions().size());
        const Json& circuit = level(json.at("levels"), "mean-field");
        QVERIFY(!circuit.at("identity").get<bool>());
        for (const char* key : {"rms_kappa", "rms_z", "same_choice", "chance"}) QVERIFY(circuit.at(key).is_number());
        QVERIFY(circuit.at("rms_kappa").get<double>() > 1e-6);
        if (!circuit.at("parts_at").is_null()) {
            const double step = circuit.at("parts_at").at("step");
            QCOMPARE(circuit.at("parts_at").at("ms").get<double>(), 20 * (step + 1));
        }
    }

    void theWindowSaysTheSameDigitForDigit() {
        session::OpenOptions options;
        options.units = 700;
        auto state = *session::open(QStringLiteral("effective-connectivity"), options);
        state.gains = Eigen::Vector2d(1, 0.6);
        session::TrialChoice choice;
        choice.task = QStringLiteral("dms");
        choice.noise = 0.02;
        choice.trials = 3;
        const auto shown = session::compare(state, choice);
        const auto json = run({"compare", "effective-connectivity", "--units", "700", "--task", "dms", "--noise",
                               "0.02", "--trials", "3", "--gain", "1,0.6", "--threads", "3", "--json"})
                              .json();
        for (const auto& [id, agreement] : shown.levels) {
            const Json& printed = level(json.at("levels"), session::id(id).toStdString());
            QVERIFY(printed.at("rms_kappa").get<double>() == agreement.rmsKappa);
            QVERIFY(printed.at("rms_z").get<double>() == agreement.rmsZ);
            QVERIFY(printed.at("same_choice").get<double>() == agreement.sameChoice);
            QVERIFY(printed.at("chance").get<double>() == agreement.chance);
            QCOMPARE(printed.at("trials").get<int>(), agreement.trials);
        }
        const auto& row = shown.rows[5];
        const Json& printed = json.at("conditions")[5];
        QCOMPARE(printed.at("condition").get<std::string>(), row.condition.toStdString());
        QVERIFY(level(printed.at("levels"), "mean-field").at("rms_z").get<double>() == row.levels[1].agreement.rmsZ);
    }

    void oneConditionAndOneLevel() {
        const auto json = run({"compare", "rotation", "--units", "300", "--task", "rdm", "--condition", "coh 2",
                               "--level", "mean-field", "--noise", "0.1", "--trials", "2", "--seed", "4", "--json"})
                              .json();
        QCOMPARE(json.at("conditions").size(), std::size_t{1});
        QCOMPARE(json.at("levels").size(), std::size_t{1});
        QCOMPARE(json.at("levels")[0].at("level").get<std::string>(), std::string("mean-field"));
        QCOMPARE(json.at("levels")[0].at("trials").get<int>(), 2);
        QCOMPARE(json.at("noise").get<double>(), 0.1);
        QCOMPARE(json.at("seed").get<int>(), 4);
    }

    void aTrialFromAFile() {
        QTemporaryDir folder;
        const auto path = folder.filePath("trial.json");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"dt_over_tau": 0.1, "steps": 60, "inputs": [[[10, 30, 1.0]], []]})");
        file.close();
        const auto json =
            run({"compare", "effective-connectivity", "--units", "300", "--trial", path, "--json"}).json();
        checkIdentity(json);
        QVERIFY(json.at("task").is_null());
        QCOMPARE(json.at("dt_over_tau").get<double>(), 0.1);
        QVERIFY(run({"compare", "rotation", "--trial", path}).exitCode == 2);
        QVERIFY(run({"compare", "effective-connectivity", "--trial", path, "--task", "dms"}).exitCode == 2);
        QVERIFY(run({"compare", "effective-connectivity", "--trial", folder.filePath("absent.json")}).exitCode == 1);
    }

    void aTableForPeople() {
        const auto result = run({"compare", "two-memories", "--units", "300", "--task", "rdm"});
        QCOMPARE(result.exitCode, 0);
        const auto text = QString::fromUtf8(result.out);
        for (const char* word : {"identity", "mean-field", "same choice", "chance", "coh -4", "rms kappa"})
            QVERIFY2(text.contains(QLatin1String(word)), word);
    }

    void waysToPopulations_data() {
        QTest::addColumn<QString>("way");
        QTest::addColumn<int>("populations");
        QTest::newRow("one Gaussian") << "1" << 1;
        QTest::newRow("sign") << "sign:n1" << 2;
        QTest::newRow("size") << "size:m1" << 2;
        QTest::newRow("threshold") << "size:I1:0.5" << 2;
    }
    void waysToPopulations() {
        QFETCH(QString, way);
        QFETCH(int, populations);
        const auto json = run({"compare", "rotation", "--units", "400", "--populations", way, "--task", "rdm",
                               "--condition", "coh 4", "--json"})
                              .json();
        QCOMPARE(json.at("populations").get<int>(), populations);
        QVERIFY(!level(json.at("levels"), "mean-field").is_null());
        checkIdentity(json);
    }

    void whatIsWrongIsSaidInOneSentence_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("word");
        const QStringList net{"compare", "rotation", "--units", "100"};
        QTest::newRow("no task") << net << 2 << "rdm, romo, mante";
        QTest::newRow("unknown task") << net + QStringList{"--task", "juggling"} << 2 << "juggling";
        QTest::newRow("task of other inputs") << net + QStringList{"--task", "mante"} << 2 << "The task mante";
        QTest::newRow("condition") << net + QStringList{"--task", "rdm", "--condition", "loud"} << 2 << "loud";
        QTest::newRow("input") << net + QStringList{"--task", "rdm", "--input", "1"} << 2 << "--input";
        QTest::newRow("level") << net + QStringList{"--task", "rdm", "--level", "network"} << 2
                               << "exact or mean-field";
        QTest::newRow("noise") << net + QStringList{"--task", "rdm", "--noise", "-1"} << 2 << "--noise";
        QTest::newRow("no such column") << net + QStringList{"--task", "rdm", "--populations", "sign:n7"} << 2 << "n7";
        QTest::newRow("no such rule") << net + QStringList{"--task", "rdm", "--populations", "size:q1"} << 2
                                      << "size:q1";
        QTest::newRow("too many fits") << net + QStringList{"--task", "rdm", "--populations", "65"} << 2 << "1 to 64";
        QTest::newRow("nobody on one side")
            << net + QStringList{"--task", "rdm", "--populations", "size:m1:1000"} << 1 << "does not part";
    }
    void whatIsWrongIsSaidInOneSentence() {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QString, word);
        const auto result = run(arguments);
        QCOMPARE(result.exitCode, exitCode);
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err.count('\n'), 1);
        QVERIFY2(QString::fromUtf8(result.err).contains(word), result.err.constData());
    }

    void publishedNetworks_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("task");
        QTest::newRow("rdm 512") << "rdm_lr_fig2.pt"
                                 << "rdm";
        QTest::newRow("romo 500") << "romo_rank2_500.pt"
                                  << "romo";
        QTest::newRow("dms 500") << "dms_rank2_500.pt"
                                 << "dms";
        QTest::newRow("dms 512") << "dms_rank2_512.pt"
                                 << "dms";
        QTest::newRow("mante 512") << "mante_lr_fig1.pt"
                                   << "mante";
        QTest::newRow("bias 96") << "bias_rank2_96.pt"
                                 << "dms";
        QTest::newRow("dms 4096") << "dms_rank2_4096.pt"
                                  << "dms";
    }
    void publishedNetworks() {
        if (!reference::isPresent()) {
            QCOMPARE(reference::absent(), 77);  // a failure where the data are required
            QSKIP("no reference data");
        }
        QFETCH(QString, file);
        QFETCH(QString, task);
        QStringList arguments{"compare", published(file.toStdString()), "--task", task, "--noise", "0", "--json"};
        if (file.contains("4096"))
            arguments << "--condition"
                      << "A-B delay 25";
        const auto result = run(arguments);
        QVERIFY2(result.exitCode == 0, result.err.constData());
        const auto json = result.json();
        checkIdentity(json);
        QVERIFY(level(json.at("levels"), "mean-field").is_null());
        QVERIFY(!json.at("warnings").empty());
    }

    void oneGaussianIsTheWholeStoryOfASimpleDecision() {
        if (!reference::isPresent()) {
            QCOMPARE(reference::absent(), 77);  // a failure where the data are required
            QSKIP("no reference data");
        }
        // The published analysis: a perceptual decision needs no population structure.
        const auto json = run({"compare", published("rdm_lr_fig2.pt"), "--task", "rdm", "--populations", "1", "--noise",
                               "0", "--json"})
                              .json();
        const Json& circuit = level(json.at("levels"), "mean-field");
        QCOMPARE(circuit.at("same_choice").get<double>(), 1.0);
        QVERIFY(circuit.at("rms_kappa").get<double>() < 0.5);
    }

    void gainsReachAFullRankFile() {
        if (!reference::isPresent()) {
            QCOMPARE(reference::absent(), 77);  // a failure where the data are required
            QSKIP("no reference data");
        }
        QTemporaryDir folder;
        const auto labels = folder.filePath("labels.txt");
        QFile file(labels);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 512; ++i) file.write(i % 3 == 0 ? "1 " : "0 ");
        file.close();
        for (const auto& way : {labels, QStringLiteral("sign:n1")}) {
            const auto result = run({"compare", published("mante_fr_fig1.pt"), "--task", "mante", "--populations", way,
                                     "--gain", "1,0.5", "--condition", "ctx1 coh 4,-4", "--noise", "0", "--json"});
            QVERIFY2(result.exitCode == 0, result.err.constData());
            QCOMPARE(result.json().at("populations").get<int>(), 2);
        }
    }

    void aFullRankNetworkIsNoIdentity() {
        if (!reference::isPresent()) {
            QCOMPARE(reference::absent(), 77);  // a failure where the data are required
            QSKIP("no reference data");
        }
        const auto result = run({"compare", published("mante_fr_fig1.pt"), "--rank", "1", "--task", "mante",
                                 "--populations", "1", "--condition", "ctx1 coh 4,-4", "--noise", "0", "--json"});
        QVERIFY2(result.exitCode == 0, result.err.constData());
        const auto json = result.json();
        const Json& exact = level(json.at("levels"), "exact");
        QVERIFY(!exact.at("identity").get<bool>());
        QVERIFY(exact.at("rms_kappa").get<double>() > 1e-3);
        bool said = false;
        for (const auto& warning : json.at("warnings"))
            said = said || warning.get<std::string>().find("no identity") != std::string::npos;
        QVERIFY(said);
    }
};

int main(int argc, char** argv) {
    if (test::runsAsProgram()) return app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    CompareTest compareTest;
    return QTest::qExec(&compareTest, argc, argv);
}
#include "tst_compare.moc"
