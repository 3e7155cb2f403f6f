// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/LU>
#include <QTest>
#include <atomic>
#include <cmath>
#include <numbers>
#include <stop_token>
#include <thread>

#include "core/error.h"
#include "core/statistics/gamma.h"
#include "core/statistics/labels.h"
#include "core/statistics/mixture.h"
#include "core/statistics/mixture_run.h"
#include "core/statistics/whitening.h"
#include "tests/core/synthetic_mixtures.h"

using namespace kappascope;
using namespace kappascope::statistics;

namespace {

/// Runs work backwards over several threads: nothing may depend on order or threads.
Executor backwards() {
    return [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 3; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t k = count; k-- > 0;)
                    if (k % 3 == t) work(k);
            });
    };
}

MixtureOptions quick(int count, MixtureMethod method = MixtureMethod::variationalBayes) {
    MixtureOptions options;
    options.count = count;
    options.method = method;
    options.starts = 6;
    return options;
}

std::vector<MixtureMethod> methods() {
    return {MixtureMethod::variationalBayes, MixtureMethod::expectationMaximisation};
}

}  // namespace

class StatisticsMixtureTest : public QObject {
    Q_OBJECT

private slots:
    void gammaAgainstClosedForms() {
        QVERIFY(std::abs(logGamma(1)) < 1e-14);
        QVERIFY(std::abs(logGamma(0.5) - 0.5 * std::log(std::numbers::pi)) < 1e-14);
        QVERIFY(std::abs(logGamma(11) - std::log(3628800.0)) < 1e-13);
        QVERIFY(std::abs(digamma(1) + std::numbers::egamma) < 1e-14);
        QVERIFY(std::abs(digamma(0.5) + std::numbers::egamma + 2 * std::numbers::ln2) < 1e-13);
        for (const double x : {0.1, 0.7, 3.2, 40.0, 1e4})
            QVERIFY(std::abs((logGamma(x * 1.0001) - logGamma(x / 1.0001)) / (x * (1.0001 - 1 / 1.0001)) - digamma(x)) <
                    1e-6 * std::max(1.0, std::abs(digamma(x))));
    }

    void randIndexByHand() {
        // Hubert and Arabie: pairs together in both 2, in rows 3 + 1 = 4, in columns 3, of 15.
        const std::vector<int> a{0, 0, 0, 1, 1, 2}, b{5, 5, 6, 6, 6, 7};
        const double expected = 4.0 * 4.0 / 15;
        QVERIFY(std::abs(adjustedRandIndex(a, b) - (2 - expected) / (4 - expected)) < 1e-15);
        QCOMPARE(adjustedRandIndex(a, {7, 7, 7, -1, -1, 3}), 1.0);
        QCOMPARE(adjustedRandIndex({1, 1, 1}, {2, 2, 2}), 1.0);
        QVERIFY(adjustedRandIndex({0, 0, 1, 1}, {0, 1, 0, 1}) < 0);
        QVERIFY_THROWS_EXCEPTION(Error, adjustedRandIndex({0}, {0, 1}));
        // Independent labels: zero on average.
        Random random(3, Stream::starts, 1);
        double sum = 0;
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<int> x, y;
            for (int i = 0; i < 60; ++i) {
                x.push_back(random.integer(0, 2));
                y.push_back(random.integer(0, 1));
            }
            sum += adjustedRandIndex(x, y) / 200;
        }
        QVERIFY(std::abs(sum) < 0.01);
    }

    void numbersAreKept() {
        const std::vector<int> labels{2, 2, 2, 0, 0, 1};
        QCOMPARE(orderBySize(labels, 3), (std::vector<int>{1, 2, 0}));
        // Equal sizes: by the first unit.
        QCOMPARE(orderBySize({1, 0, 1, 0}, 2), (std::vector<int>{1, 0}));
        QCOMPARE(orderBySize({1, 1}, 3), (std::vector<int>{1, 0, 2}));
        QCOMPARE(orderAs(labels, 3, {0, 0, 0, 1, 1, 2}), (std::vector<int>{1, 2, 0}));
        QCOMPARE(orderAs(labels, 3, {1, 1, 1, 0, 2, 2}), (std::vector<int>{0, 2, 1}));
        // Two merged into one: the larger overlap decides, the other takes what is left.
        QCOMPARE(orderAs({0, 0, 0, 1, 1, 1}, 2, {1, 1, 1, 1, 1, 1}), (std::vector<int>{1, 0}));
        // Earlier populations that are no more.
        QCOMPARE(orderAs({0, 0, 1}, 2, {7, 7, 0}), (std::vector<int>{1, 0}));
        auto renumbered = labels;
        renumber(renumbered, {1, 2, 0});
        QCOMPARE(renumbered, (std::vector<int>{0, 0, 0, 1, 1, 2}));
    }

    void whiteRowsAreWhite() {
        const auto mixture = test::separatedMixture(5, 2, 3);
        Eigen::MatrixXd rows = test::draw(mixture, 300, 4).rows;
        Eigen::MatrixXd more(rows.rows(), 8);
        more << rows, rows.col(0) - 2 * rows.col(3), Eigen::VectorXd::Constant(rows.rows(), 3.7), 5 * rows.col(1);
        const auto whitening = whiteningOf(more);
        QCOMPARE(whitening.columns, (std::vector<Eigen::Index>{0, 1, 2, 3, 4}));
        const Eigen::MatrixXd white = whitened(more, whitening);
        const Eigen::MatrixXd covariance = white.transpose() * white / 300;
        QVERIFY(white.colwise().mean().cwiseAbs().maxCoeff() < 1e-12);
        QVERIFY((covariance - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff() < 1e-10);
        QVERIFY(std::abs(whitening.logDeterminant - std::log(whitening.transform.determinant())) < 1e-10);
        const auto aboutZero = whiteningOf(rows, true);
        const Eigen::MatrixXd raw = whitened(rows, aboutZero);
        QVERIFY((raw.transpose() * raw / 300 - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff() < 1e-10);
        QCOMPARE(aboutZero.centre.norm(), 0.0);
    }

    void theLowerBoundNeverFalls() {
        const auto data = test::draw(test::covarianceMixture(4, 3, 1.5), 400, 5);
        for (const auto method : methods())
            for (const bool zeroMean : {false, true})
                for (const auto start : {StartKind::random, StartKind::kMeans, StartKind::directions})
                    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                        auto options = quick(5, method);
                        options.zeroMean = zeroMean;
                        options.start = start;
                        options.starts = 1;
                        options.seed = seed;
                        options.tolerance = 1e-6;
                        options.regularisation = 1e-3;
                        const auto history = fitMixture(data.rows, options).boundHistory;
                        QVERIFY(history.size() > 3);
                        for (std::size_t k = 1; k < history.size(); ++k)
                            QVERIFY2(
                                history[k] >= history[k - 1] - 1e-8 * std::abs(history[k]),
                                qPrintable(
                                    QString("seed %1, step %2: %3").arg(seed).arg(k).arg(history[k] - history[k - 1])));
                    }
    }

    /// One component: maximum likelihood and the exact evidence of a Gaussian-Wishart model are known.
    void oneGaussianInClosedForm() {
        const auto data = test::draw(test::covarianceMixture(3, 1, 1), 200, 6);
        const auto& rows = data.rows;
        auto options = quick(1, MixtureMethod::expectationMaximisation);
        options.regularisation = 0;
        const auto fit = fitMixture(rows, options);
        const Eigen::RowVectorXd mean = rows.colwise().mean();
        const Eigen::MatrixXd centred = rows.rowwise() - mean;
        const Eigen::MatrixXd covariance = centred.transpose() * centred / 200;
        const double expected = -100 * (3 * std::log(2 * std::numbers::pi) + std::log(covariance.determinant()) + 3);
        QVERIFY(std::abs(fit.lowerBound - expected) < 1e-8 * std::abs(expected));
        QVERIFY(std::abs(fit.evidence - (expected - 4.5 * std::log(200.0))) < 1e-8 * std::abs(expected));
        QVERIFY((fit.components[0].mean - mean.transpose()).norm() < 1e-12);
        QVERIFY((fit.components[0].covariance - covariance).norm() < 1e-12);

        // In one dimension, by numerical integration over mean and precision: prior nu = 1, W = 1 / variance, beta = 1.
        const Eigen::MatrixXd column = rows.topRows(12).col(0);
        const double evidence = fitMixture(column, quick(1)).lowerBound;
        const double mu = column.mean();
        const double sd = std::sqrt((column.array() - mu).square().mean());
        double sum = 0;
        constexpr double step = 0.01;
        for (double logPrecision = -4; logPrecision < 4; logPrecision += step)
            for (double m = -4; m < 4; m += step) {
                const double precision = std::exp(logPrecision);
                double log = 0.5 * std::log(precision / (2 * std::numbers::pi)) - 0.5 * precision * m * m;
                log += -0.5 * logPrecision - 0.5 * precision - 0.5 * std::log(2.0) - logGamma(0.5) + logPrecision;
                for (const double x : column.reshaped()) {
                    const double y = (x - mu) / sd - m;
                    log += 0.5 * std::log(precision / (2 * std::numbers::pi)) - 0.5 * precision * y * y;
                }
                sum += std::exp(log) * step * step;
            }
        QVERIFY2(std::abs(evidence - (std::log(sum) - 12 * std::log(sd))) < 1e-4,
                 qPrintable(QString("%1 %2").arg(evidence).arg(std::log(sum) - 12 * std::log(sd))));
    }

    /// Two populations 3 standard deviations apart. The bound of the variational fit is higher for one population and a
    /// fragment of it; asked for two, the fit gives both, as likely as one that begins with the true labels, and labels
    /// as good as that one's.
    void overlappingPopulationsAreFound() {
        for (const auto method : methods()) {
            double reached = 0, begunAtTheTruth = 0;
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                const auto data = test::draw(test::separatedMixture(6, 2, 3), 512, seed);
                const Eigen::MatrixXd white = whitened(data.rows, whiteningOf(data.rows));
                MixtureOptions options;
                options.method = method;
                options.starts = 20;
                options.seed = seed;
                options.keepCount = true;
                MixtureRun run(white, options);
                Eigen::MatrixXd truth = Eigen::MatrixXd::Zero(512, 2);
                for (Eigen::Index i = 0; i < 512; ++i) truth(i, data.labels[static_cast<std::size_t>(i)]) = 1;
                const auto best = run.from(truth, 200);
                std::vector<RunResult> runs;
                for (std::uint64_t k = 0; k < 20; ++k)
                    runs.push_back(run.from(firstMemberships(white, options, k), 200));
                QVERIFY2(bestOf(runs).likelihood > best.likelihood - 0.5, qPrintable(QString::number(seed)));
                const auto fit = fitMixture(data.rows, options);
                QCOMPARE(fit.count(), 2);
                const auto index = [&](const std::vector<int>& labels) {
                    return adjustedRandIndex(labels, data.labels) / adjustedRandIndex(data.optimal, data.labels) / 5;
                };
                reached += index(fit.labels);
                begunAtTheTruth += index(labelsOf(membershipsOf(white, best.kernels)));
            }
            QVERIFY2(reached > 0.95 && reached > begunAtTheTruth - 0.02,
                     qPrintable(QString("%1 %2").arg(reached).arg(begunAtTheTruth)));
        }
        // With more units the labels are the best possible ones.
        const auto data = test::draw(test::separatedMixture(6, 2, 3), 4096, 1);
        MixtureOptions options;
        options.starts = 9;
        options.keepCount = true;
        QVERIFY(adjustedRandIndex(fitMixture(data.rows, options).labels, data.labels) >
                0.97 * adjustedRandIndex(data.optimal, data.labels));
    }

    void unitsOfTheLoadingsDoNotMatter() {
        const auto data = test::draw(test::separatedMixture(4, 2, 3), 300, 7);
        Eigen::Matrix4d map = Eigen::Vector4d(1e3, 1e-2, 3, -7).asDiagonal();
        map(0, 2) = 40;
        const Eigen::RowVector4d shift(5, -300, 0.1, 2);
        for (const auto method : methods()) {
            const auto fit = fitMixture(data.rows, quick(2, method));
            const auto other = fitMixture((data.rows * map).rowwise() + shift, quick(2, method));
            QCOMPARE(other.labels, fit.labels);
            const double jacobian = 300 * std::log(std::abs(map.determinant()));
            QVERIFY(std::abs(other.lowerBound + jacobian - fit.lowerBound) < 1e-6 * std::abs(fit.lowerBound));
            const Eigen::MatrixXd moved = map.transpose() * fit.components[0].covariance * map;
            QVERIFY((other.components[0].covariance - moved).norm() < 1e-6 * moved.norm());
        }
    }

    void threadsDoNotMatter() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 1.5), 300, 8);
        for (const auto method : methods()) {
            std::atomic<int> steps = 0;
            const auto one = fitMixture(data.rows, quick(3, method));
            const auto several = fitMixture(data.rows, quick(3, method), {backwards(), [&] { ++steps; }, {}});
            QCOMPARE(steps.load(), 6);
            QCOMPARE(several.labels, one.labels);
            QCOMPARE(several.lowerBound, one.lowerBound);
            QVERIFY(several.memberships == one.memberships);
            auto other = quick(3, method);
            other.seed = 2;
            QVERIFY(fitMixture(data.rows, other).boundHistory != one.boundHistory);
        }
    }

    void zeroMeansAreZero() {
        // Two populations on either side of zero, at the same distance: with means held at zero nothing tells them
        // apart.
        auto mixture = test::separatedMixture(2, 2, 6);
        mixture.means[0][0] = -3;
        mixture.means[1][0] = 3;
        const auto data = test::draw(mixture, 400, 9);
        auto options = quick(2);
        QVERIFY(adjustedRandIndex(fitMixture(data.rows, options).labels, data.labels) > 0.95);
        for (const auto method : methods()) {
            options = quick(2, method);
            options.zeroMean = true;
            QVERIFY(adjustedRandIndex(fitMixture(data.rows, options).labels, data.labels) < 0.2);
        }
    }

    void surplusComponentsAreEmptied() {
        const auto data = test::draw(test::separatedMixture(3, 2, 8), 500, 10);
        auto options = quick(6);
        options.maximumIterations = 1000;
        const auto fit = fitMixture(data.rows, options);
        QCOMPARE(fit.count(), 2);
        QVERIFY(adjustedRandIndex(fit.labels, data.labels) > 0.95);
        double sum = 0;
        for (const double fraction : fit.fractions) sum += fraction;
        QVERIFY(std::abs(sum - 1) < 1e-12);
        QVERIFY(fit.fractions[0] >= fit.fractions[1]);
        QVERIFY((fit.memberships.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
        // A component with less than the smallest share goes, and its units with it.
        auto strict = quick(2);
        strict.smallestFraction = 0.5;
        QCOMPARE(fitMixture(data.rows, strict).count(), 1);
    }

    void stopsAtOnce() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 1.5), 300, 8);
        std::stop_source source;
        int steps = 0;
        const auto step = [&] {
            if (++steps == 2) source.request_stop();
        };
        try {
            fitMixture(data.rows, quick(3), {inThisThread(), step, source.get_token()});
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
        QCOMPARE(steps, 2);
    }

    void badInputIsRefused_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("nan") << static_cast<int>(ErrorCode::notFinite);
        QTest::newRow("no rows") << static_cast<int>(ErrorCode::wrongShape);
        QTest::newRow("more components than units") << static_cast<int>(ErrorCode::badOption);
        QTest::newRow("no components") << static_cast<int>(ErrorCode::badOption);
        QTest::newRow("a million components") << static_cast<int>(ErrorCode::badOption);
        QTest::newRow("no starts") << static_cast<int>(ErrorCode::badOption);
        QTest::newRow("tolerance") << static_cast<int>(ErrorCode::badOption);
    }
    void badInputIsRefused() {
        QFETCH(int, code);
        const QString name = QTest::currentDataTag();
        Eigen::MatrixXd rows = test::draw(test::covarianceMixture(3, 1, 1), 20, 6).rows;
        auto options = quick(2);
        if (name == "nan") rows(3, 1) = std::nan("");
        if (name == "no rows") rows.resize(0, 3);
        if (name == "more components than units") options.count = 21;
        if (name == "no components") options.count = 0;
        if (name == "a million components") options.count = 1'000'000;
        if (name == "no starts") options.starts = 0;
        if (name == "tolerance") options.tolerance = std::nan("");
        try {
            fitMixture(rows, options);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(static_cast<int>(error.code()), code);
            QVERIFY(!error.field().empty());
        }
    }

    void poorInputGivesSaneFits() {
        const Eigen::MatrixXd some = test::draw(test::covarianceMixture(3, 1, 1), 12, 6).rows;
        const auto sane = [](const MixtureFit& fit, Eigen::Index units) {
            double sum = 0;
            for (const double fraction : fit.fractions) sum += fraction;
            return std::ssize(fit.labels) == units && fit.count() >= 1 && std::abs(sum - 1) < 1e-12 &&
                   std::isfinite(fit.lowerBound) && fit.memberships.allFinite() &&
                   fit.components[0].covariance.allFinite();
        };
        for (const auto method : methods()) {
            QVERIFY(sane(fitMixture(some, quick(12, method)), 12));
            QVERIFY(sane(fitMixture(some.topRows(2), quick(2, method)), 2));
            QVERIFY(sane(fitMixture(some.topRows(1), quick(1, method)), 1));
            QVERIFY(sane(fitMixture(Eigen::MatrixXd::Constant(9, 3, 2.5), quick(3, method)), 9));
            QVERIFY(sane(fitMixture(Eigen::MatrixXd::Zero(9, 3), quick(3, method)), 9));
            // Ten times two points.
            Eigen::MatrixXd twice(20, 2);
            for (Eigen::Index i = 0; i < 20; ++i) twice.row(i) << (i % 2 ? 1 : -1), (i % 2 ? 3 : 0);
            const auto fit = fitMixture(twice, quick(2, method));
            QVERIFY(sane(fit, 20));
            QCOMPARE(fit.count(), 2);
            // A constant column and a copy beside a real one.
            Eigen::MatrixXd constant(12, 4);
            constant << some.leftCols(2), some.col(0), Eigen::VectorXd::Ones(12);
            const auto beside = fitMixture(constant, quick(2, method));
            QVERIFY(sane(beside, 12));
            QCOMPARE(beside.labels, fitMixture(some.leftCols(2), quick(2, method)).labels);
            QCOMPARE(beside.components[0].mean[3], 1.0);
        }
        for (const double size : {1e-150, 1e150}) QVERIFY(sane(fitMixture(size * some, quick(2)), 12));
        // Squares of these are zero.
        QCOMPARE(fitMixture(1e-200 * some, quick(2)).labels, fitMixture(some, quick(2)).labels);
    }
};

QTEST_GUILESS_MAIN(StatisticsMixtureTest)
#include "tst_statistics_mixture.moc"
