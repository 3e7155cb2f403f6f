// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numbers>

#include "tests/ui/command_runner.h"

using kappascope::test::run;
using kappascope::test::Run;
using Json = nlohmann::json;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

/// Largest difference of two lists of lists of numbers.
double difference(const Json& a, const Json& b) {
    if (a.size() != b.size()) return INFINITY;
    double largest = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        if (a[k].size() != b[k].size()) return INFINITY;
        for (std::size_t c = 0; c < a[k].size(); ++c)
            largest = std::max(largest, std::abs(a[k][c].get<double>() - b[k][c].get<double>()));
    }
    return largest;
}

}  // namespace

class CommandsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(folder_.isValid()); }

    void theVersionIsThatOfTheBuild() {
        const auto cmake = contents(QStringLiteral(KAPPASCOPE_SOURCE_DIR "/CMakeLists.txt"));
        const QRegularExpression version(QStringLiteral("project\\(kappascope VERSION ([0-9.]+)"));
        const auto match = version.match(QString::fromUtf8(cmake));
        QVERIFY(match.hasMatch());
        QCOMPARE(match.captured(1), QString::fromUtf8(kappascope::app::version));
        QCOMPARE(run({"--version"}).out.trimmed(), "kappascope " + match.captured(1).toUtf8());
    }

    void commandsAreToldFromFilesForTheWindow() {
        const auto isCommand = [](std::vector<std::string> words) {
            words.insert(words.begin(), "kappascope");
            std::vector<char*> pointers;
            for (auto& word : words) pointers.push_back(word.data());
            return kappascope::app::isCommand(static_cast<int>(pointers.size()), pointers.data());
        };
        for (const char* word :
             {"info", "portrait", "simulate", "tour", "--list", "--help", "--version", "portrai", "--nonsense"})
            QVERIFY2(isCommand({word}), word);
        for (const char* word :
             {"network.pt", "folder/network", "effective-connectivity", "-platform", "--example", "--screenshot=x.png"})
            QVERIFY2(!isCommand({word}), word);
        QVERIFY(!isCommand({}));
    }

    void theListNamesExamplesThatOpen() {
        const auto list = run({"--list", "--json"}).json();
        QVERIFY(list.size() >= 4);
        for (const auto& example : list) {
            const auto id = QString::fromStdString(example.at("id"));
            const auto info = run({"info", id, "--json"});
            QCOMPARE(info.exitCode, 0);
            const auto json = info.json();
            const bool trained = id.startsWith(QLatin1String("trained-"));
            QCOMPARE(json.at("class").get<std::string>(), std::string(trained ? "low-rank" : "circuit"));
            QCOMPARE(json.at("format").get<std::string>(), std::string(trained ? "npz" : "circuit"));
            for (const char* key :
                 {"units", "rank", "inputs", "outputs", "populations", "scaling", "scaling_reason", "bias", "warnings"})
                QVERIFY2(json.contains(key), key);
            QVERIFY(!run({"info", id}).out.isEmpty());
        }
    }

    // A rank-2 Gaussian with overlaps (1.6, 0.8; -0.8, 1.6): at the origin lambda = 0.6 +- 0.8i; on the cycle the mean
    // slope is 1/1.6, so it turns by 0.8/1.6 per tau: period 4 pi.
    void theRotationHasItsCycle() {
        const auto json = run({"portrait", "rotation", "--json"}).json();
        QCOMPARE(json.at("level").get<std::string>(), std::string("mean-field"));
        QCOMPARE(json.at("fixed_points").size(), std::size_t{1});
        const auto& point = json.at("fixed_points")[0];
        QCOMPARE(point.at("kind").get<std::string>(), std::string("unstable focus"));
        QCOMPARE(point.at("unstable_directions").get<int>(), 2);
        QVERIFY(std::abs(point.at("eigenvalues")[0][0].get<double>() - 0.6) < 1e-9);
        QVERIFY(std::abs(point.at("eigenvalues")[0][1].get<double>() - 0.8) < 1e-9);
        QVERIFY(point.at("residual").get<double>() < 1e-10);
        QCOMPARE(json.at("complete").get<std::string>(), std::string("proven"));
        QCOMPARE(json.at("index_sum").get<int>(), 1);
        QCOMPARE(json.at("limit_cycles").size(), std::size_t{1});
        const auto& cycle = json.at("limit_cycles")[0];
        QVERIFY(cycle.at("stable").get<bool>());
        QVERIFY(std::abs(cycle.at("period_tau").get<double>() / (4 * std::numbers::pi) - 1) < 1e-4);
        QVERIFY(std::abs(cycle.at("kappa_max")[0].get<double>() + cycle.at("kappa_min")[0].get<double>()) < 1e-3);
        // All of it is in the view.
        for (std::size_t axis = 0; axis < 2; ++axis) {
            QVERIFY(json.at("range")[axis][0].get<double>() < cycle.at("kappa_min")[axis].get<double>());
            QVERIFY(json.at("range")[axis][1].get<double>() > cycle.at("kappa_max")[axis].get<double>());
        }
    }

    // At the origin the slope of a zero-mean circuit is g sigma - 1.
    void gainsScaleTheSlopeAtTheOrigin() {
        const auto slope = [](const char* gain) {
            const auto json = run({"portrait", "rotation", "--gain", gain, "--json"}).json();
            for (const auto& point : json.at("fixed_points"))
                if (std::abs(point.at("kappa")[0].get<double>()) < 1e-6)
                    return point.at("eigenvalues")[0][0].get<double>();
            return std::nan("");
        };
        QVERIFY(std::abs(slope("1.5") - (1.5 * 1.6 - 1)) < 1e-9);
        QVERIFY(std::abs(slope("0.25") - (0.25 * 1.6 - 1)) < 1e-9);
    }

    void sampledNetworksApproachTheCircuit() {
        const auto distance = [](const char* units) {
            const auto json = run({"portrait", "two-memories", "--units", units, "--json"}).json();
            const auto meanField = run({"portrait", "two-memories", "--json"}).json();
            if (json.at("fixed_points").size() != 3 || meanField.at("fixed_points").size() != 3) return 1.0;
            return std::abs(json.at("fixed_points")[2].at("kappa")[0].get<double>() -
                            meanField.at("fixed_points")[2].at("kappa")[0].get<double>());
        };
        // Ten standard errors of the overlap, 4 / sqrt(N), move the point by no more.
        QVERIFY(distance("100000") < 10 * 4 / std::sqrt(100000.0));
    }

    void wrongUsageIsExitCode2_data() {
        QTest::addColumn<QStringList>("arguments");
        const QString net = QStringLiteral("rotation");
        const std::vector<QStringList> wrong{
            {"portrait"},
            {"portrai", net},
            {"--nonsense"},
            {"info", net, "--nonsense"},
            {"portrait", net, "--input", "nan"},
            {"portrait", net, "--input", "inf"},
            {"portrait", net, "--input", "1,"},
            {"portrait", net, "--input", "0,0,0"},
            {"portrait", net, "--gain", "-1"},
            {"portrait", net, "--gain", "1,1,1"},
            {"portrait", net, "--level", "deep"},
            {"portrait", net, "--scaling", "half"},
            {"portrait", net, "--populations", "0"},
            {"portrait", net, "--rank", "0"},
            {"portrait", net, "--rank", "2"},
            {"portrait", net, "--units", "0"},
            {"simulate", net},
            {"simulate", net, "--task", "nothing", "--condition", "A"},
            {"simulate", net, "--task", "rdm", "--condition", "coh"},
            {"simulate", net, "--task", "dms", "--condition", "A-A"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--task-option", "cue"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--task-option", "input-noise=-1"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--noise", "-1"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--noise", "nan"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--trial", "x.json"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--trials", "0"},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--input", "0"},
            {"tour"},
        };
        for (const auto& arguments : wrong) QTest::addRow("%s", qPrintable(arguments.join(u' '))) << arguments;
    }
    void wrongUsageIsExitCode2() {
        QFETCH(QStringList, arguments);
        const auto result = run(arguments);
        QCOMPARE(result.exitCode, 2);
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err.count('\n'), 1);
        QVERIFY(result.err.size() > 20);
    }

    void otherFailuresAreExitCode1_data() {
        QTest::addColumn<QStringList>("arguments");
        write(path("nonsense.pt"), "this is no network");
        write(path("trial.json"), R"({"dt_over_tau": 0.2, "steps": 10, "inputs": [[[0, 5]]]})");
        write(path("nan.json"), R"({"dt_over_tau": 0.2, "steps": 10, "inputs": [[[0, 5, NaN]]]})");
        write(path("long.json"), R"({"dt_over_tau": 0.2, "steps": 1e9, "inputs": [[]]})");
        write(path("late.json"), R"({"dt_over_tau": 0.2, "steps": 10, "inputs": [[[0, 11, 1]]]})");
        write(path("still.json"), R"({"dt_over_tau": 0, "steps": 10, "inputs": [[]]})");
        write(path("bare.json"), R"({"dt_over_tau": 0.2, "inputs": [[]]})");
        const QString net = QStringLiteral("rotation");
        std::vector<QStringList> failing{
            {"info", path("absent.pt")},
            {"info", path("nonsense.pt")},
            {"info", folder_.path()},
            {"simulate", net, "--task", "rdm", "--condition", "coh 1", "--csv", path("absent/x.csv")},
            {"simulate", net, "--trial", path("absent.json")},
            {"tour", "-o", path("nonsense.pt") + "/folder"},
        };
        for (const char* trial : {"trial", "nan", "long", "late", "still", "bare"})
            failing.push_back({"simulate", net, "--trial", path(QString(trial) + ".json"), "--csv", path("never.csv")});
        for (const auto& arguments : failing) QTest::addRow("%s", qPrintable(arguments.join(u' '))) << arguments;
    }
    void otherFailuresAreExitCode1() {
        QFETCH(QStringList, arguments);
        const auto result = run(arguments);
        QVERIFY2(result.exitCode == 1, result.err.constData());
        QVERIFY(result.out.isEmpty());
        QCOMPARE(result.err.count('\n'), 1);
        QVERIFY(!QFile::exists(path("never.csv")));
    }

    void simulateWritesTheSameToJsonAndCsv() {
        const auto csv = path("trial.csv");
        const auto result =
            run({"simulate", "two-memories", "--task", "rdm", "--condition", "coh 4", "--json", "--csv", csv});
        QCOMPARE(result.exitCode, 0);
        const auto json = result.json();
        QCOMPARE(json.at("steps").get<int>(), 51);
        for (const char* key : {"u", "kappa", "z"}) QCOMPARE(json.at(key).size(), std::size_t{51});
        QCOMPARE(json.at("u")[4][0].get<double>(), 0.0);
        QCOMPARE(json.at("u")[5][0].get<double>(), 0.4);
        const auto lines = contents(csv).trimmed().split('\n');
        QCOMPARE(lines.size(), 52);
        QCOMPARE(lines[0], QByteArray("t_ms,u1,kappa1,z1"));
        for (int k = 0; k < 51; ++k) {
            const auto cells = lines[k + 1].split(',');
            QCOMPARE(cells.size(), 4);
            QVERIFY(std::abs(cells[0].toDouble() - 20 * (k + 1)) < 1e-9);
            const auto at = static_cast<std::size_t>(k);
            QCOMPARE(cells[1].toDouble(), json.at("u")[at][0].get<double>());
            QCOMPARE(cells[2].toDouble(), json.at("kappa")[at][0].get<double>());
            QCOMPARE(cells[3].toDouble(), json.at("z")[at][0].get<double>());
        }
    }

    void networkAndExactLevelAgreeToRounding() {
        const auto at = [](const char* level) {
            return run({"simulate", "rotation", "--units", "500", "--task", "rdm", "--condition", "coh 2", "--level",
                        level, "--json"})
                .json();
        };
        const auto network = at("network");
        const auto exact = at("exact");
        QCOMPARE(network.at("level").get<std::string>(), std::string("network"));
        QVERIFY(difference(network.at("kappa"), exact.at("kappa")) < 1e-12);
        QVERIFY(difference(network.at("z"), exact.at("z")) < 1e-12);
    }

    void aTrialFileIsWhatItSays() {
        write(path("own.json"), R"({"dt_over_tau": 0.1, "steps": 8, "inputs": [[[2, 4, 0.5], [4, 6, -1]]]})");
        const auto json = run({"simulate", "rotation", "--trial", path("own.json"), "--json"}).json();
        QCOMPARE(json.at("steps").get<int>(), 8);
        QCOMPARE(json.at("dt_over_tau").get<double>(), 0.1);
        const double expected[] = {0, 0, 0.5, 0.5, -1, -1, 0, 0};
        for (std::size_t k = 0; k < 8; ++k) QCOMPARE(json.at("u")[k][0].get<double>(), expected[k]);
    }

    void trialsRepeatWhateverTheThreads() {
        const QStringList arguments{"simulate", "rotation", "--units",  "200", "--task", "rdm", "--condition", "coh 2",
                                    "--noise",  "0.1",      "--trials", "5",   "--seed", "9",   "--json"};
        const auto one = run(arguments + QStringList{"--threads", "1"});
        const auto three = run(arguments + QStringList{"--threads", "3"});
        QCOMPARE(one.exitCode, 0);
        QCOMPARE(one.out, three.out);
        const auto json = one.json();
        QCOMPARE(json.at("trials").size(), std::size_t{5});
        QVERIFY(json.at("trials")[0].at("kappa") == json.at("kappa"));
        QVERIFY(json.at("trials")[1].at("kappa") != json.at("kappa"));
        auto other = arguments;
        other[other.indexOf("9")] = "10";
        QVERIFY(run(other).json().at("kappa") != json.at("kappa"));
    }

    void numbersKeepTheirPointInEveryLocale() {
        const QStringList arguments{"portrait", "two-memories", "--input", "0.1", "--json"};
        QCOMPARE(run(arguments, "de_DE.UTF-8").out, run(arguments, "C.UTF-8").out);
    }

    void labelsOfUnitsArePopulations() {
        // Labels need a network: take one from a session that the tour wrote.
        QByteArray labels = "[";
        for (int i = 0; i < 300; ++i) labels += (i ? "," : "") + QByteArray::number(i % 3);
        write(path("labels.json"), labels + "]");
        const auto tour = run({"tour", "-o", path("small"), "--units", "300", "--json"});
        QVERIFY2(tour.exitCode == 0, tour.err.constData());
        const auto session = path("small/tour.kappa");
        const auto json =
            run({"portrait", session, "--populations", path("labels.json"), "--gain", "1,1,0.5", "--json"}).json();
        QCOMPARE(json.at("gain").size(), std::size_t{3});
        write(path("short.json"), "0 1 2");
        QVERIFY(run({"portrait", session, "--populations", path("short.json")}).exitCode != 0);
    }

    void theTourLeavesFiguresDataAndASession() {
        const auto folder = path("tour");
        const auto result = run({"tour", "-o", folder, "--json"});
        QVERIFY2(result.exitCode == 0, result.err.constData());
        const auto json = result.json();
        int figures = 0;
        for (const auto& file : json.at("files")) {
            const auto name = QString::fromStdString(file);
            const auto bytes = contents(QDir(folder).filePath(name));
            QVERIFY2(bytes.size() > 200, qPrintable(name));
            if (name.endsWith(".pdf")) QVERIFY(bytes.startsWith("%PDF"));
            if (name.endsWith(".png")) QVERIFY(bytes.startsWith("\x89PNG"));
            figures += name.endsWith(".pdf") || name.endsWith(".png") || name.endsWith(".svg");
        }
        QVERIFY(figures >= 9);
        QCOMPARE(static_cast<std::size_t>(QDir(folder).entryList(QDir::Files).size()), json.at("files").size());
        QVERIFY(json.at("situations").size() >= 4);
        for (const auto& situation : json.at("situations"))
            for (const char* level : {"network", "mean-field"})
                QCOMPARE(situation.at(level).at("complete").get<std::string>(), std::string("proven"));
        // Input B leaves no memory, only a cycle; the circuit's own landscape, whatever network was drawn.
        const auto& inputB = json.at("situations")[2];
        QCOMPARE(inputB.at("mean-field").at("limit_cycles").size(), std::size_t{1});
        for (const auto& agreement : json.at("agreement")) {
            QVERIFY(agreement.at("rms_kappa").get<double>() < 0.5);
            QVERIFY(agreement.at("rms_z").get<double>() < 0.5);
        }
        const auto session = run({"info", folder + "/tour.kappa", "--json"});
        QCOMPARE(session.exitCode, 0);
        QCOMPARE(session.json().at("format").get<std::string>(), std::string("session"));
        QCOMPARE(session.json().at("units").get<int>(), 4096);
        otherProgramsReadTheFigures(QDir(folder));
        // Once more into the same folder.
        QCOMPARE(run({"tour", "-o", folder, "--json"}).out, result.out);
    }

private:
    /// With poppler's and librsvg's tools, where they are installed (packaging/test.sh does).
    static void otherProgramsReadTheFigures(const QDir& folder) {
        const auto output = [](const QString& program, const QStringList& arguments) {
            QProcess process;
            process.start(program, arguments);
            process.waitForFinished();
            return process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
        };
        const auto pdftotext = QStandardPaths::findExecutable("pdftotext");
        const auto rsvg = QStandardPaths::findExecutable("rsvg-convert");
        if (pdftotext.isEmpty() || rsvg.isEmpty()) {
            qInfo("pdftotext or rsvg-convert is absent: the figures were not read by them");
            return;
        }
        for (const auto& name : folder.entryList({"*.pdf"})) {
            const auto text = output(pdftotext, {folder.filePath(name), "-"});
            QVERIFY2(text.contains("Network") && text.contains("Circuit") && text.contains("trajectory"),
                     qPrintable(name + ": " + text));
        }
        for (const auto& name : folder.entryList({"*.svg"})) {
            QImage image;
            QVERIFY2(image.loadFromData(output(rsvg, {"--width", "600", folder.filePath(name)}), "png"),
                     qPrintable(name));
            QCOMPARE(image.width(), 600);
        }
    }

    QString path(const QString& name) const { return folder_.filePath(name); }

    QTemporaryDir folder_;
};

int main(int argc, char** argv) {
    if (kappascope::test::runsAsProgram()) return kappascope::app::runCommand(argc, argv);
    QCoreApplication application(argc, argv);
    CommandsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_commands.moc"
