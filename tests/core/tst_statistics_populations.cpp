// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <atomic>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/reduction/circuit.h"
#include "core/statistics/labels.h"
#include "core/statistics/loadings.h"
#include "core/statistics/populations.h"
#include "tests/core/fixtures.h"
#include "tests/core/synthetic_mixtures.h"

using namespace kappascope;
using namespace kappascope::statistics;

namespace {

/// The mixtures of the table, with as few starts and refits as a test allows.
struct Case {
    const char* name;
    test::KnownMixture mixture;
};

std::vector<Case> cases() {
    return {{"one Gaussian", test::covarianceMixture(6, 1, 1)},
            {"2 by means, 4 sd", test::separatedMixture(6, 2, 4)},
            {"3 by means, 5 sd", test::separatedMixture(6, 3, 5)},
            {"2 by covariance, strength 2", test::covarianceMixture(6, 2, 2)},
            {"3 by covariance, strength 2.5", test::covarianceMixture(6, 3, 2.5)}};
}

PopulationsOptions quick() {
    PopulationsOptions options;
    options.largestCount = 4;
    options.mixture.starts = 10;
    options.subsamples = 10;
    options.subsampleStarts = 9;
    options.epairs.draws = 39;
    return options;
}

CountFigures figures(int count, double evidence, double error, double stability, int occupied = 0) {
    return {count, occupied ? occupied : count, evidence, error, stability, {}};
}

}  // namespace

class StatisticsPopulationsTest : public QObject {
    Q_OBJECT

private slots:
    void theRuleOfTheChoice() {
        using enum CountReason;
        const auto is = [](const Choice& choice, std::size_t index, CountReason reason) {
            return choice.index == index && choice.reason == reason;
        };
        QVERIFY(is(choose({figures(1, -10, 0, 1)}, 0.9, true), 0, onlyOneIsPossible));
        QVERIFY(is(choose({figures(1, -10, 0, 1), figures(2, -20, 1, 1)}, 0.9, false), 0, noStructure));
        QVERIFY(is(choose({figures(1, -10, 0, 1), figures(2, -20, 1, 1)}, 0.9, true), 0, oneByEvidence));
        // Within one standard error of the best: the smaller one.
        const auto one = figures(1, -100, 5, 1);
        QVERIFY(is(choose({one, figures(2, -12, 3, 0.95), figures(3, -10, 0, 0.95)}, 0.9, true), 1, smallestStable));
        QVERIFY(is(choose({one, figures(2, -14, 3, 0.95), figures(3, -10, 0, 0.95)}, 0.9, true), 2, smallestStable));
        // Not stable: the next one.
        QVERIFY(is(choose({one, figures(2, -12, 3, 0.8), figures(3, -10, 0, 0.95)}, 0.9, true), 2, smallestStable));
        QVERIFY(is(choose({one, figures(2, -50, 3, 0.95), figures(3, -10, 0, 0.8)}, 0.9, true), 1, bestOfStable));
        QVERIFY(is(choose({one, figures(2, -12, 3, 0.8), figures(3, -10, 0, 0.8)}, 0.9, true), 0, bestOfStable));
        // Components that are not all occupied repeat a smaller number.
        QVERIFY(is(choose({one, figures(2, -12, 1, 0.95), figures(3, -10, 0, 0.95, 2)}, 0.9, true), 1, smallestStable));
    }

    void labelsAreAsGoodAsTheBest_data() {
        QTest::addColumn<int>("index");
        for (std::size_t k = 0; k < cases().size(); ++k) QTest::newRow(cases()[k].name) << static_cast<int>(k);
    }
    void labelsAreAsGoodAsTheBest() {
        QFETCH(int, index);
        const auto mixture = cases()[static_cast<std::size_t>(index)].mixture;
        const auto populations = static_cast<int>(mixture.fractions.size());
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
            const auto data = test::draw(mixture, 512, seed);
            const double optimal = adjustedRandIndex(data.optimal, data.labels);
            QVERIFY(optimal > 0.9);
            for (const auto method : {MixtureMethod::variationalBayes, MixtureMethod::expectationMaximisation}) {
                MixtureOptions options;
                options.count = populations;
                options.method = method;
                options.starts = 12;
                options.seed = seed;
                const double reached = adjustedRandIndex(fitMixture(data.rows, options).labels, data.labels);
                QVERIFY2(reached >= 0.95 * optimal, qPrintable(QString("%1 of %2").arg(reached).arg(optimal)));
            }
            auto options = quick();
            options.mixture.seed = seed;
            const auto found = findPopulations(data.rows, options);
            QCOMPARE(found.fit.count(), populations);
            QCOMPARE(found.reason, populations == 1 ? CountReason::noStructure : CountReason::smallestStable);
            if (populations > 1) QVERIFY(found.epairs->p <= 0.05 || index < 3);
        }
    }

    void figuresOfAGivenNumber() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 2.5), 300, 5);
        auto options = quick();
        options.count = 2;
        std::atomic<std::size_t> steps = 0;
        const auto found = findPopulations(data.rows, options, {inThisThread(), [&] { ++steps; }, {}});
        QCOMPARE(steps.load(), stepsOf(options, data.rows));
        QCOMPARE(found.reason, CountReason::given);
        QCOMPARE(std::ssize(found.byCount), 1);
        QCOMPARE(std::ssize(found.byCount[0].agreement), 45);
        QVERIFY(found.byCount[0].stability > 0.9);
        QCOMPARE(found.byCount[0].evidence, found.fit.lowerBound);
        // What is not there is not stable.
        options.count = 4;
        options.mixture.method = MixtureMethod::expectationMaximisation;
        QVERIFY(findPopulations(data.rows, options).byCount[0].stability < 0.9);
        options.count = 1;
        QCOMPARE(findPopulations(data.rows, options).byCount[0].stability, 1.0);
    }

    /// Who shows neither stability nor ePAIRS does not wait for them.
    void aFitAloneIsTheSameFit() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 2.5), 300, 5);
        Eigen::MatrixXd rows(300, 6);  // two columns say nothing new: steps go by dimensions
        rows << data.rows, data.rows.col(0) - data.rows.col(2), Eigen::VectorXd::Ones(300);
        auto options = quick();
        options.count = 2;
        const auto whole = findPopulations(rows, options);
        options.fitAlone = true;
        std::size_t steps = 0;
        const auto alone = findPopulations(rows, options, {inThisThread(), [&] { ++steps; }, {}});
        QCOMPARE(steps, std::size_t{10});
        QCOMPARE(stepsOf(options, rows), steps);
        QCOMPARE(alone.fit.labels, whole.fit.labels);
        QVERIFY(!alone.epairs && whole.epairs);
        QVERIFY(alone.byCount[0].agreement.empty());
        // An automatic choice needs them.
        options.count.reset();
        options.largestCount = 50;
        steps = 0;
        const auto chosen = findPopulations(rows.topRows(60), options, {inThisThread(), [&] { ++steps; }, {}});
        QVERIFY(chosen.epairs);
        QCOMPARE(std::ssize(chosen.byCount), 12);  // five units a population in four dimensions
        QCOMPARE(stepsOf(options, rows.topRows(60)), steps);
    }

    void earlierNumbersAreKept() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 2.5), 300, 5);
        auto options = quick();
        options.count = 2;
        options.fitAlone = true;
        const auto first = findPopulations(data.rows, options);
        QVERIFY(first.fit.fractions[0] > first.fit.fractions[1]);
        options.earlier = first.fit.labels;
        for (int& label : options.earlier) label = 1 - label;
        const auto second = findPopulations(data.rows, options);
        QCOMPARE(second.fit.labels, options.earlier);
        QCOMPARE(second.fit.fractions[0], first.fit.fractions[1]);
        QCOMPARE(second.fit.components[0].weight, first.fit.components[1].weight);
        QVERIFY(second.fit.memberships.col(0) == first.fit.memberships.col(1));
    }

    void threadsDoNotMatter() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 1.5), 200, 5);
        auto options = quick();
        options.largestCount = 3;
        const Executor backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
            while (count-- > 0) work(count);
        };
        const auto one = findPopulations(data.rows, options);
        const auto other = findPopulations(data.rows, options, {backwards, {}, {}});
        QCOMPARE(other.fit.labels, one.fit.labels);
        for (std::size_t k = 0; k < one.byCount.size(); ++k) {
            QCOMPARE(other.byCount[k].evidence, one.byCount[k].evidence);
            QCOMPARE(other.byCount[k].error, one.byCount[k].error);
            QVERIFY(other.byCount[k].agreement == one.byCount[k].agreement);
        }
        QCOMPARE(other.epairs->p, one.epairs->p);
    }

    void poorInputGivesSaneResults() {
        const Eigen::MatrixXd some = test::draw(test::covarianceMixture(3, 1, 1), 30, 6).rows;
        for (const Eigen::Index units : {1, 2, 5, 8}) {
            const auto found = findPopulations(some.topRows(units), quick());
            QCOMPARE(std::ssize(found.fit.labels), units);
            if (units < 8) QCOMPARE(found.reason, CountReason::onlyOneIsPossible);
        }
        const auto constant = findPopulations(Eigen::MatrixXd::Ones(30, 3), quick());
        QCOMPARE(constant.fit.count(), 1);
        QVERIFY(!constant.epairs);
        auto options = quick();
        options.count = 0;
        QVERIFY_THROWS_EXCEPTION(Error, findPopulations(some, options));
        options.count = 31;
        QVERIFY_THROWS_EXCEPTION(Error, findPopulations(some, options));
        options.count = 30;
        QVERIFY(findPopulations(some, options).fit.count() >= 1);
        options = quick();
        options.subsamples = 1;
        QVERIFY_THROWS_EXCEPTION(Error, findPopulations(some, options));
        options = quick();
        options.earlier = {1, 2};
        QVERIFY_THROWS_EXCEPTION(Error, findPopulations(some, options));
    }

    void loadingsAreThoseOfTheCircuit() {
        auto network = *tests::randomNetwork(40, 2, 1);
        network.scaling = network::Scaling::none;
        const auto circuit = reduction::momentsCircuit(network);
        const Eigen::MatrixXd rows = loadingsOf(network);
        QCOMPARE(rows.cols(), circuit.loadings());
        const Eigen::RowVectorXd mean = rows.colwise().mean();
        QVERIFY((mean.transpose() - circuit.populations[0].mean).norm() < 1e-10);
        const Eigen::MatrixXd centred = rows.rowwise() - mean;
        QVERIFY((centred.transpose() * centred / 40 - circuit.populations[0].covariance).norm() < 1e-8);
        QCOMPARE(loadingNames(network),
                 (std::vector<std::string>{"m1", "m2", "n1", "n2", "I1", "I2", "b", "w1", "w2"}));
        LoadingChoice choice;
        choice.outputs = choice.bias = false;
        QCOMPARE(loadingNames(network, choice), (std::vector<std::string>{"m1", "m2", "n1", "n2", "I1", "I2"}));
        QVERIFY(loadingsOf(network, choice) == rows.leftCols(6));
        choice.m = choice.n = choice.inputs = false;
        QVERIFY_THROWS_EXCEPTION(Error, loadingsOf(network, choice));
        // Outputs that are the units' own rates are no loadings.
        network.outputWeights = 40 * Eigen::MatrixXd::Identity(40, 40);
        QVERIFY(readsOutRates(network));
        QCOMPARE(loadingsOf(network).cols(), 7);
    }
};

QTEST_GUILESS_MAIN(StatisticsPopulationsTest)
#include "tst_statistics_populations.moc"
