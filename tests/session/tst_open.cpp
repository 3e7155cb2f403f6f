// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/phase/fixed_points.h"
#include "core/random.h"
#include "ui/session/edits.h"
#include "ui/session/state.h"

using namespace kappascope;
using session::Level;
using session::OpenOptions;

namespace {

/// A rank-1 network without labels, as a loader gives it.
session::StatePtr plainState(bool fullRank = false) {
    constexpr Eigen::Index units = 60;
    constexpr std::uint64_t seed = 5;
    Random random(seed, Stream::loadings);
    network::Network network;
    const auto column = [&](Eigen::Index columns) {
        Eigen::MatrixXd result(units, columns);
        for (double& value : result.reshaped()) value = random.normal();
        return result;
    };
    network.m = column(1);
    network.n = column(1) + 2 * network.m;
    network.inputWeights = column(1);
    network.outputWeights = column(1);
    auto state = std::make_shared<session::State>();
    if (fullRank) {
        network::Network full = network;
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = network.m * network.n.transpose() / double(units) + 1e-3 * column(units);
        full.m.resize(0, 0);
        full.n.resize(0, 0);
        state->file = std::make_shared<network::Network>(full);
        state->network = std::make_shared<network::Network>(network::truncated(full, 1));
    } else {
        state->file = state->network = std::make_shared<network::Network>(network);
    }
    state->exact = std::make_shared<reduction::ExactReduction>(state->network);
    state->input = Eigen::VectorXd::Constant(1, 0.3);
    state->gains = Eigen::VectorXd::Constant(1, 0.9);
    state->on = {true};
    return state;
}

QString writeText(const QTemporaryDir& folder, const QString& name, const QByteArray& text) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) return {};
    return path;
}

const QByteArray circuitText = R"({"format": "kappascope-circuit", "version": 1, "rank": 1, "inputs": 1, "outputs": 1,
    "input_names": ["stimulus"], "populations": [
    {"name": "a", "fraction": 0.25, "gain": 1, "mean": [0, 0, 0, 0], "covariance": [[1,1,0,0],[1,2,0,0],[0,0,1,0],[0,0,0,1]]},
    {"name": "b", "fraction": 0.75, "gain": 0.5, "mean": [0, 0, 0, 0], "covariance": [[1,0,0,0],[0,2,0,0],[0,0,1,0],[0,0,0,1]]}]})";

}  // namespace

class TestOpen : public QObject {
    Q_OBJECT

private slots:
    void everyExampleOpens_data() {
        QTest::addColumn<QString>("id");
        for (const auto& example : session::examples()) QTest::newRow(qPrintable(example.id)) << example.id;
    }

    void everyExampleOpens() {
        QFETCH(QString, id);
        const auto state = session::open(id);
        QVERIFY(!state->title.isEmpty() && !state->notes.isEmpty());
        QVERIFY(state->has(Level::network) && state->has(Level::exact) && state->has(Level::meanField));
        QVERIFY(state->sampled);
        QCOMPARE(state->network->rank(), state->circuit->rank);
        QCOMPARE(state->network->populationCount(), state->circuit->populationCount());
        QCOMPARE(state->input.size(), state->circuit->inputs);
        QCOMPARE(int(state->gains.size()), state->populations());
        state->network->validate();
        state->circuit->validate();
        // The sample's stable states lie near the circuit's: 1/sqrt(N) apart, with room for the sensitive ones.
        const auto exact = phase::findFixedPoints(*session::flowOf(*state, Level::exact));
        const auto mean = phase::findFixedPoints(*session::flowOf(*state, Level::meanField));
        QCOMPARE(exact.points.size(), mean.points.size());
    }

    void examplesCanBeSampledAgain() {
        OpenOptions options;
        options.units = 300;
        options.seed = 9;
        const auto state = session::open(QStringLiteral("rotation"), options);
        QCOMPARE(qint64(state->network->units()), qint64(300));
        options = {};
        options.sampleCircuits = false;
        const auto bare = session::open(QStringLiteral("rotation"), options);
        QVERIFY(!bare->network && !bare->has(Level::exact) && bare->has(Level::meanField));
        QVERIFY_THROWS_EXCEPTION(Error, session::flowOf(*bare, Level::exact));
    }

    void aCircuitFileOpensWithANetworkBesideIt() {
        QTemporaryDir folder;
        const auto state = session::open(writeText(folder, QStringLiteral("two.json"), circuitText));
        QCOMPARE(state->title, QStringLiteral("two"));
        QCOMPARE(state->network->units(), 2000);
        QCOMPARE(std::count(state->network->labels.begin(), state->network->labels.end(), 0), 500);
        QCOMPARE(state->gains, Eigen::Vector2d(1, 0.5));
        QCOMPARE(state->inputName(0), QStringLiteral("stimulus"));
        QCOMPARE(state->populationName(1), QStringLiteral("b"));
    }

    void whatIsNoFileSaysSo() {
        try {
            session::open(QStringLiteral("/no/such/file.pt"));
            QFAIL("opened a file that is not there");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::cannotOpen);
            QVERIFY(session::sentence(error).contains(QStringLiteral("file.pt")));
        }
    }

    void labelsComeFromAFile() {
        QTemporaryDir folder;
        OpenOptions options;
        options.units = 6;
        const QString circuit = writeText(folder, QStringLiteral("c.json"), circuitText);
        // A circuit gets its network first; labels belong to networks.
        options.populations = writeText(folder, QStringLiteral("labels.txt"), "0 1, 1\n[0 0 1]");
        QVERIFY_THROWS_EXCEPTION(Error, session::open(circuit, options));
    }

    void oneGaussianGivesTheMeanFieldLevel() {
        const auto before = plainState();
        QVERIFY(!before->has(Level::meanField));
        const auto after = session::withOneGaussian(before);
        QVERIFY(after->has(Level::meanField) && after->circuitIsOneGaussian && after->circuitIsMoments);
        QCOMPARE(after->populations(), 1);
        QCOMPARE(after->gains[0], 0.9);
        QCOMPARE(after->input[0], 0.3);
        // Its covariance of m and n is the sample's.
        const auto& m = before->network->m;
        const auto& n = before->network->n;
        const double covariance =
            (m.array() - m.mean()).matrix().col(0).dot((n.array() - n.mean()).matrix().col(0)) / 60;
        const double found = after->circuit->populations[0].covariance(0, 1);
        QVERIFY2(std::abs(found - covariance) < 1e-12, qPrintable(QString::number(found - covariance)));
    }

    void scalingChangesTheFlowAndItsCircuit() {
        const auto before = session::withOneGaussian(plainState());
        const auto after = session::withScaling(before, network::Scaling::none);
        QVERIFY(after->scalingProposal.reason == io::Reason::chosenByUser);
        const Eigen::VectorXd kappa = Eigen::VectorXd::Constant(1, 0.01);
        // F + kappa is proportional to c, which grew N-fold.
        const double weak = session::flowOf(*before, Level::exact)->velocity(kappa)[0] + kappa[0];
        const double strong = session::flowOf(*after, Level::exact)->velocity(kappa)[0] + kappa[0];
        QVERIFY2(std::abs(strong / weak / 60 - 1) < 1e-12, qPrintable(QString::number(strong / weak)));
        QVERIFY(after->circuit != before->circuit);
        QVERIFY(before->network->scaling == network::Scaling::overN);
        QCOMPARE(session::withScaling(after, network::Scaling::none), after);
    }

    void readoutChangesZ() {
        const auto before = plainState();
        const auto after = session::withReadout(before, network::Readout::state);
        const Eigen::VectorXd kappa = Eigen::VectorXd::Constant(1, 0.4);
        const auto& net = *before->network;
        const Eigen::VectorXd x = net.m * 0.4 + net.inputWeights * 0.3;
        const double expected = net.outputWeights.col(0).dot(x) / 60;
        const double found = session::flowOf(*after, Level::exact)->readout(kappa)[0];
        QVERIFY2(std::abs(found - expected) < 1e-12, qPrintable(QString::number(found - expected)));
    }

    void theTruncatedViewChangesItsRank() {
        const auto before = plainState(true);
        QVERIFY(before->isTruncated());
        const auto after = session::withRank(before, 3);
        QCOMPARE(after->rank(), 3);
        QCOMPARE(after->file, before->file);
        QVERIFY_THROWS_EXCEPTION(Error, session::withRank(before, 0));
    }

    void levelsHaveNames() {
        for (const Level level : {Level::network, Level::exact, Level::meanField})
            QCOMPARE(session::levelFromId(session::id(level)), std::optional(level));
        QVERIFY(!session::levelFromId(QStringLiteral("both")));
    }
};

QTEST_GUILESS_MAIN(TestOpen)
#include "tst_open.moc"
