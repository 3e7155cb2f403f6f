// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "tests/core/fixtures.h"
#include "ui/session/edits.h"

using namespace kappascope;
using reduction::partitionFromText;

namespace {

session::StatePtr plainState() {
    auto state = std::make_shared<session::State>();
    state->file = state->network = tests::randomNetwork(200, 2, 1);
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    state->input = Eigen::Vector2d(0.1, 0.2);
    state->gains = Eigen::VectorXd::Constant(1, 0.7);
    state->on = {true};
    return state;
}

session::StatePtr opened(const QString& populations, std::optional<qint64> units = 300) {
    session::OpenOptions options;
    options.units = units;
    options.populations = populations;
    return session::open(QStringLiteral("effective-connectivity"), options);
}

}  // namespace

/// Ways to populations, in documents and when a file is opened.
class PopulationsTest : public QObject {
    Q_OBJECT

private slots:
    void aPartitionGivesTheCircuitOfItsHalves() {
        const auto before = plainState();
        const auto after = session::withPartition(before, *partitionFromText("sign:n2"));
        QCOMPARE(after->populations(), 2);
        QCOMPARE(after->gains, Eigen::VectorXd::Ones(2));
        QCOMPARE(after->input, before->input);
        QVERIFY(after->file == after->network && after->exact->sharedNetwork() == after->network);
        QVERIFY(after->circuitIsMoments && !after->circuitIsOneGaussian);
        // Fractions and means are those of the units on either side.
        const Eigen::VectorXd n = before->network->n.col(1);
        const auto positive = (n.array() >= 0).cast<double>();
        const auto& first = after->circuit->populations[0];
        QVERIFY(std::abs(first.fraction - positive.sum() / 200) < 1e-12);
        QVERIFY(std::abs(first.mean[after->circuit->nIndex(1)] - (n.array() * positive).sum() / positive.sum()) <
                1e-12);
        QVERIFY(after->circuit->populations[1].mean[after->circuit->nIndex(1)] < 0);
        QCOMPARE(after->populationName(0), QStringLiteral("n₂ ≥ 0"));
        QCOMPARE(after->populationName(1), QStringLiteral("n₂ < 0"));
        // What the units are is untouched: with all gains 1 the flow is the same.
        const Eigen::Vector2d kappa(0.4, -0.8);
        const auto a = before->exact->at(before->input, Eigen::VectorXd::Ones(1))->velocity(kappa);
        const auto b = after->exact->at(before->input, Eigen::VectorXd::Ones(2))->velocity(kappa);
        QVERIFY((a - b).cwiseAbs().maxCoeff() < 1e-12);
        QVERIFY(before->network->labels.empty() && !before->circuit);
    }

    void oneGaussianForgetsLabels() {
        const auto parted = session::withPartition(plainState(), *partitionFromText("size:m1"));
        QCOMPARE(parted->populations(), 2);
        const auto whole = session::withOneGaussian(parted);
        QCOMPARE(whole->populations(), 1);
        QVERIFY(whole->network->labels.empty() && whole->circuitIsOneGaussian);
        QCOMPARE(whole->gains.size(), Eigen::Index{1});
        const auto direct = session::withOneGaussian(plainState());
        QVERIFY(direct->circuit->populations[0].covariance == whole->circuit->populations[0].covariance);
        QCOMPARE(direct->gains[0], 0.7);  // kept where there are as many
    }

    void scalingKeepsThePartition() {
        const auto parted = session::withPartition(plainState(), *partitionFromText("sign:m1"));
        const auto scaled = session::withScaling(parted, network::Scaling::none);
        QCOMPARE(scaled->network->labels, parted->network->labels);
        QCOMPARE(scaled->populations(), 2);
    }

    void opensWithAPartition() {
        const auto parted = opened(QStringLiteral("sign:n1"));
        QCOMPARE(parted->populations(), 2);
        QVERIFY(parted->circuitIsMoments);
        QCOMPARE(parted->gains.size(), Eigen::Index{2});
        QCOMPARE(parted->on.size(), std::size_t{2});
        const auto& n = parted->network->n;
        for (Eigen::Index i = 0; i < n.rows(); ++i)
            QCOMPARE(parted->network->labels[static_cast<std::size_t>(i)], n(i, 0) >= 0 ? 0 : 1);
        // The example's own two populations give way to one Gaussian.
        QCOMPARE(opened(QStringLiteral("1"))->populations(), 1);
        QVERIFY(opened(QStringLiteral("1"))->circuitIsOneGaussian);
        QCOMPARE(opened({})->populations(), 2);
    }

    void whatDoesNotPartIsRefused() {
        for (const char* text : {"sign:n3", "size:m1:1000"})
            QVERIFY_THROWS_EXCEPTION(Error, session::withPartition(plainState(), *partitionFromText(text)));
        auto circuit = std::make_shared<session::State>();
        circuit->circuit = tests::twoPopulationCircuit();
        QVERIFY_THROWS_EXCEPTION(Error, session::withPartition(circuit, {}));
    }
};

QTEST_GUILESS_MAIN(PopulationsTest)
#include "tst_populations.moc"
