// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/simulation/agreement.h"
#include "tests/core/fixtures.h"

using namespace kappascope;
using simulation::Agreement;
using simulation::agreementOf;
using simulation::TrialPair;

namespace {

/// kappa and z constant in time, of the same values in all rows.
TrialPair constantPair(double kappa, double difference, double z, double zReduced, int steps, int rank = 2) {
    TrialPair pair;
    pair.network.kappa = Eigen::MatrixXd::Constant(rank, steps, kappa);
    pair.reduced.kappa = Eigen::MatrixXd::Constant(rank, steps, kappa + difference);
    pair.network.z = Eigen::MatrixXd::Constant(1, steps, z);
    pair.reduced.z = Eigen::MatrixXd::Constant(1, steps, zReduced);
    return pair;
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-14 * (1 + std::abs(b));
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

}  // namespace

class AgreementTest : public QObject {
    Q_OBJECT

private slots:
    void constantDifferencesAreTheirRatio() {
        const auto result = agreementOf(std::vector{constantPair(2, 0.5, -4, -3, 20)});
        QVERIFY(near(result.rmsKappa, 0.25));
        QVERIFY(near(result.rmsZ, 0.25));
        QCOMPARE(result.trials, 1);
        QCOMPARE(result.choices, 1);
        QCOMPARE(result.sameChoice, 1.0);
        QCOMPARE(result.difference.size(), std::size_t{20});
        for (const double value : result.difference) QVERIFY(near(value, 0.25));
        QCOMPARE(result.partsAt, 0);
        QVERIFY(!result.identity);
    }

    void trialsAreWeighedByTheirSquares() {
        // sqrt((20 1^2 + 60 2^2) / (20 3^2 + 60 1^2)): more steps count for more, and so do larger values.
        const auto result = agreementOf(std::vector{constantPair(3, 1, 1, 1, 10), constantPair(1, 2, 1, 1, 30)});
        QVERIFY(near(result.rmsKappa, std::sqrt(260.0 / 240.0)));
        QCOMPARE(result.rmsZ, 0.0);
        // Per step, over the rms of all steps, sqrt(240 / 80): both trials in the first ten, the longer one after.
        QCOMPARE(result.difference.size(), std::size_t{30});
        QVERIFY(near(result.difference[9], std::sqrt(2.5 / 3)));
        QVERIFY(near(result.difference[10], std::sqrt(4.0 / 3)));
    }

    void theDifferenceIsThatOfAnExactReduction() {
        const auto network = *tests::randomNetwork(200, 2, 2);
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Constant(2, 60, 0.4);
        const Eigen::Vector2d gains(1, 0.7);
        TrialPair pair;
        pair.network = simulation::simulateNetwork(network, gains, trial);
        pair.reduced = simulation::simulateExact(network, gains, trial);
        const auto result = agreementOf({&pair, 1});
        QVERIFY(result.rmsKappa < 1e-12);
        QVERIFY(result.rmsZ < 1e-12);
        QCOMPARE(result.sameChoice, 1.0);
        QCOMPARE(result.choices, 2);
        QCOMPARE(result.partsAt, -1);
    }

    void independentChoicesAgreeByChance() {
        // Network: + in 6 of 8. Reduced: + in 4 of 8, three of them where the network has +.
        std::vector<TrialPair> pairs;
        const int network[] = {1, 1, 1, 1, 1, 1, -1, -1};
        const int reduced[] = {1, 1, 1, -1, -1, -1, 1, -1};
        for (int k = 0; k < 8; ++k) pairs.push_back(constantPair(1, 0, network[k], reduced[k], 5));
        const auto result = agreementOf(pairs);
        QCOMPARE(result.sameChoice, 4.0 / 8);
        QCOMPARE(result.chance, 6.0 / 8 * 4 / 8 + 2.0 / 8 * 4 / 8);
    }

    void aSingleChoiceIsNoEvidence() {
        // Both always say yes: the agreement is full, and so is chance.
        const auto result = agreementOf(std::vector{constantPair(1, 0, 1, 2, 5), constantPair(1, 0, 3, 1, 5)});
        QCOMPARE(result.sameChoice, 1.0);
        QCOMPARE(result.chance, 1.0);
    }

    void theChoiceIsReadWhereItSaid() {
        auto pair = constantPair(1, 0, 1, 1, 10);
        pair.reduced.z.row(0).segment(4, 3).setConstant(-2);
        QCOMPARE(agreementOf({&pair, 1}).sameChoice, 1.0);  // the last step
        pair.choiceFirst = 4;
        pair.choiceEnd = 7;
        QCOMPARE(agreementOf({&pair, 1}).sameChoice, 0.0);
        pair.choiceFirst = 0;
        pair.choiceEnd = 1000;  // mean 0.1: beyond the end is the end
        QCOMPARE(agreementOf({&pair, 1}).sameChoice, 1.0);
        pair.choiceFirst = 1;
        pair.choiceEnd = 7;  // mean -0.5
        QCOMPARE(agreementOf({&pair, 1}).sameChoice, 0.0);
        pair.choiceFirst = 7;  // empty: the last step
        QCOMPARE(agreementOf({&pair, 1}).sameChoice, 1.0);
    }

    void everyRunOfTheMaskIsAChoice() {
        auto pair = constantPair(1, 0, 1, 1, 12);
        pair.mask = Eigen::MatrixXd::Zero(1, 12);
        pair.mask.row(0).segment(2, 3).setOnes();
        pair.mask.row(0).segment(7, 5).setOnes();  // up to the end
        pair.reduced.z.row(0).segment(7, 5).setConstant(-1);
        pair.choiceEnd = 1;  // the mask is in its place
        const auto result = agreementOf({&pair, 1});
        QCOMPARE(result.choices, 2);
        QCOMPARE(result.sameChoice, 0.5);
        QCOMPARE(result.chance, 0.5);

        pair.mask.setZero();
        const auto none = agreementOf({&pair, 1});
        QCOMPARE(none.choices, 0);
        QCOMPARE(none.sameChoice, 0.0);
        QCOMPARE(none.chance, 0.0);
    }

    void everyOutputChooses() {
        auto pair = constantPair(1, 0, 1, 1, 6);
        pair.network.z = Eigen::MatrixXd::Ones(3, 6);
        pair.reduced.z = Eigen::MatrixXd::Ones(3, 6);
        pair.reduced.z.row(2).setConstant(-1);
        const auto result = agreementOf({&pair, 1});
        QCOMPARE(result.choices, 3);
        QVERIFY(near(result.sameChoice, 2.0 / 3));
    }

    void nothingOverNothingIsNothing() {
        const auto still = agreementOf(std::vector{constantPair(0, 0, 0, 0, 8)});
        QCOMPARE(still.rmsKappa, 0.0);
        QCOMPARE(still.rmsZ, 0.0);
        QCOMPARE(still.sameChoice, 1.0);  // both sit at zero
        QCOMPARE(still.partsAt, -1);
        const auto moved = agreementOf(std::vector{constantPair(0, 1, 0, 1, 8)});
        QCOMPARE(moved.rmsKappa, infinity);
        QCOMPARE(moved.rmsZ, infinity);
        QCOMPARE(moved.sameChoice, 0.0);
        QCOMPARE(moved.partsAt, 0);
        const auto none = agreementOf({});
        QCOMPARE(none.trials, 0);
        QCOMPARE(none.rmsKappa, 0.0);
        QVERIFY(none.difference.empty());
        QCOMPARE(none.partsAt, -1);
        // A full-rank network has no kappa of its own.
        const auto outputs = agreementOf(std::vector{constantPair(0, 0, 1, 2, 8, 0)});
        QCOMPARE(outputs.rmsKappa, 0.0);
        QVERIFY(near(outputs.rmsZ, 1));
        QCOMPARE(outputs.partsAt, -1);
    }

    void whatIsNotANumberAgreesWithNothing() {
        auto pair = constantPair(1, 0, 1, notANumber, 10);
        pair.network.z.setConstant(notANumber);
        pair.reduced.kappa.rightCols(5).setConstant(notANumber);
        const auto result = agreementOf({&pair, 1});
        QVERIFY(std::isnan(result.rmsKappa));
        QCOMPARE(result.sameChoice, 0.0);
        QCOMPARE(result.chance, 0.0);
        QCOMPARE(result.choices, 1);
        QCOMPARE(result.partsAt, 5);
    }

    void partingNeedsFiveSteps() {
        const auto partsAt = [](int from, int steps) {
            auto pair = constantPair(1, 0, 1, 1, 30);
            pair.reduced.kappa.middleCols(from, steps).array() += 0.2;
            return agreementOf({&pair, 1}).partsAt;
        };
        QCOMPARE(partsAt(10, 4), -1);
        QCOMPARE(partsAt(10, 5), 10);
        QCOMPARE(partsAt(25, 5), 25);
        QCOMPARE(partsAt(26, 4), -1);
        auto pair = constantPair(1, 0.0999, 1, 1, 30);
        QCOMPARE(agreementOf({&pair, 1}).partsAt, -1);
    }

    void talliesAddUpToTheSameDigits() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto network = reduction::sample(*circuit, 300, 4);
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Constant(2, 40, 0.5);
        const Eigen::Vector2d gains(1, 1);
        std::vector<TrialPair> pairs(5);
        simulation::AgreementTally whole;
        std::vector<simulation::AgreementTally> parts(5);
        for (std::size_t k = 0; k < 5; ++k) {
            simulation::SimulationOptions options;
            options.noise = 0.2;
            options.trialIndex = k;
            pairs[k].network = simulation::simulateNetwork(network, gains, trial, options);
            pairs[k].reduced = simulation::simulateMeanField(*circuit, gains, trial, options);
            parts[k].add(pairs[k]);
        }
        for (const auto& part : parts) whole.add(part);
        const Agreement a = agreementOf(pairs);
        const Agreement b = whole.result();
        QVERIFY(a.rmsKappa > 0);
        QVERIFY(a.rmsKappa == b.rmsKappa);
        QVERIFY(a.rmsZ == b.rmsZ);
        QVERIFY(a.difference == b.difference);
        QCOMPARE(b.trials, 5);
    }

    void wrongShapesAreNamed() {
        const auto refused = [](TrialPair pair, const char* field) {
            try {
                agreementOf({&pair, 1});
            } catch (const Error& error) {
                return error.code() == ErrorCode::wrongShape && error.field() == field;
            }
            return false;
        };
        auto pair = constantPair(1, 0, 1, 1, 10);
        pair.reduced.kappa.conservativeResize(1, 10);
        QVERIFY(refused(pair, "kappa"));
        pair = constantPair(1, 0, 1, 1, 10);
        pair.reduced.z.conservativeResize(1, 9);
        QVERIFY(refused(pair, "z"));
        pair = constantPair(1, 0, 1, 1, 10);
        pair.mask = Eigen::MatrixXd::Ones(2, 10);
        QVERIFY(refused(pair, "mask"));
    }
};

QTEST_GUILESS_MAIN(AgreementTest)
#include "tst_agreement.moc"
