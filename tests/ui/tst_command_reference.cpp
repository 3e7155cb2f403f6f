// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/io/text.h"
#include "tests/reference/reference.h"
#include "tests/ui/command_runner.h"

using namespace kappascope;
using Json = nlohmann::json;
using test::run;

namespace {

QString commaList(const Json& numbers) {
    QStringList parts;
    for (const double value : numbers) parts << QString::fromStdString(io::toText(value));
    return parts.join(u',');
}

QString file(const std::string& name) {
    return QString::fromStdString(reference::networkFile(name).string());
}

double distance(const Json& a, const Json& b) {
    double square = 0;
    for (std::size_t r = 0; r < a.size(); ++r) square += std::pow(a[r].get<double>() - b[r].get<double>(), 2);
    return a.size() == b.size() ? std::sqrt(square) : INFINITY;
}

/// Every expected point is found once, with its kind, and none besides.
void compare(const Json& found, const Json& expected, double tolerance, const QByteArray& where) {
    QVERIFY2(found.size() == expected.size(), where);
    for (const auto& point : expected) {
        const Json* match = nullptr;
        for (const auto& candidate : found)
            if (distance(candidate.at("kappa"), point.at("kappa")) < tolerance) match = &candidate;
        QVERIFY2(match, where);
        if (point.contains("kind")) QVERIFY2(match->at("kind") == point.at("kind"), where);
        if (point.contains("unstable_directions"))
            QVERIFY2(match->at("unstable_directions") == point.at("unstable_directions"), where);
    }
}

}  // namespace

/// The commands against the published networks and the circuits with known answers.
class CommandReferenceTest : public QObject {
    Q_OBJECT

private slots:
    void portraitsHaveThePublishedFixedPoints_data() {
        QTest::addColumn<QString>("network");
        for (const auto& [name, network] : reference::networks().at("networks").items())
            if (network.contains("fixed_points")) QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void portraitsHaveThePublishedFixedPoints() {
        QFETCH(QString, network);
        const auto name = network.toStdString();
        for (const auto& answer : reference::networks().at("networks").at(name).at("fixed_points")) {
            const auto result = run({"portrait", file(name), "--input", commaList(answer.at("u")), "--json"});
            QVERIFY2(result.exitCode == 0, result.err.constData());
            const auto json = result.json();
            compare(json.at("fixed_points"), answer.at("points"), 1e-8, network.toUtf8());
            QCOMPARE(json.at("complete").get<std::string>(), std::string("proven"));
            QCOMPARE(json.at("index_sum").get<int>(), 1);
        }
    }

    void circuitsHaveTheirFixedPoints() {
        QTemporaryDir folder;
        const auto& all = reference::circuits();
        const auto path = folder.filePath("circuit.json");
        for (const auto& answer : all.at("cases")) {
            QFile circuit(path);
            QVERIFY(circuit.open(QIODevice::WriteOnly));
            circuit.write(
                QByteArray::fromStdString(all.at("circuits").at(answer.at("circuit").get<std::string>()).dump()));
            circuit.close();
            const auto result = run({"portrait", path, "--input", commaList(answer.at("input")), "--gain",
                                     commaList(answer.at("gains")), "--json"});
            QVERIFY2(result.exitCode == 0, result.err.constData());
            const auto json = result.json();
            const bool degenerate = json.at("complete") != "proven";
            compare(json.at("fixed_points"), answer.at("fixed_points"), degenerate ? 1e-3 : 1e-6,
                    QByteArray::fromStdString(answer.at("circuit")));
            if (degenerate)
                QCOMPARE(json.at("fixed_points")[0].at("kind").get<std::string>(), std::string("degenerate"));
            if (answer.at("circuit") == all.at("limit_cycle").at("circuit")) {
                const auto& cycle = json.at("limit_cycles").at(0);
                const double period = all.at("limit_cycle").at("period_in_tau");
                const double radius = all.at("limit_cycle").at("radius");
                QVERIFY(std::abs(cycle.at("period_tau").get<double>() / period - 1) < 1e-4);
                QVERIFY(std::abs(cycle.at("kappa_max")[0].get<double>() - radius) < 1e-3);
            }
        }
    }

    void simulationsFollowThePublishedTrials_data() {
        QTest::addColumn<QString>("network");
        for (const auto& [name, network] : reference::networks().at("networks").items())
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void simulationsFollowThePublishedTrials() {
        QFETCH(QString, network);
        const auto name = network.toStdString();
        for (const auto& [condition, answer] : reference::networks().at("networks").at(name).at("trials").items()) {
            const auto task = QString::fromStdString(condition.substr(0, condition.find(' ')));
            QStringList arguments{
                "simulate", file(name), "--task", task, "--condition", QString::fromStdString(condition), "--json"};
            // The reference reads r; what the loader proposes for files with b is the other one.
            if (answer.contains("z_phi"))
                arguments << "--readout"
                          << "rate";
            const auto result = run(arguments);
            QVERIFY2(result.exitCode == 0, result.err.constData());
            const auto json = result.json();
            for (std::size_t k = 0; k < answer.at("steps").size(); ++k) {
                const auto step = answer.at("steps")[k].get<std::size_t>();
                const auto& z = answer.at("z")[k];
                QVERIFY(std::abs(json.at("z")[step][0].get<double>() - (z.is_array() ? z[0] : z).get<double>()) < 1e-6);
                if (answer.contains("kappa")) QVERIFY(distance(json.at("kappa")[step], answer.at("kappa")[k]) < 1e-6);
            }
        }
    }

    void aFullRankNetworkShowsItsSpectrum() {
        const auto json = run({"info", file("mante_fr_fig1.pt"), "--json"}).json();
        const auto& expected = reference::networks().at("networks").at("mante_fr_fig1.pt").at("singular_values");
        QCOMPARE(json.at("class").get<std::string>(), std::string("full-rank"));
        QCOMPARE(json.at("rank").get<int>(), 512);
        for (std::size_t k = 0; k < expected.size(); ++k)
            QVERIFY(std::abs(json.at("singular_values")[k].get<double>() - expected[k].get<double>()) < 1e-7);
        const auto portrait = run({"portrait", file("mante_fr_fig1.pt"), "--json"}).json();
        QCOMPARE(portrait.at("rank").get<int>(), 2);
        QVERIFY(!portrait.at("warnings").empty());
    }
};

int main(int argc, char** argv) {
    if (test::runsAsProgram()) return app::runCommand(argc, argv);
    if (!reference::isPresent()) return reference::absent();
    QCoreApplication application(argc, argv);
    CommandReferenceTest commandReference;
    return QTest::qExec(&commandReference, argc, argv);
}
#include "tst_command_reference.moc"
