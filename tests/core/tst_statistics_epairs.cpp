// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <stop_token>

#include "core/error.h"
#include "core/statistics/epairs.h"
#include "tests/core/synthetic_mixtures.h"

using namespace kappascope;
using namespace kappascope::statistics;

namespace {

Eigen::MatrixXd gaussian(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
    // One Gaussian with a mean and strong correlations.
    auto mixture = test::covarianceMixture(columns, 1, 1.2);
    mixture.means[0].setConstant(2);
    return test::draw(mixture, rows, seed).rows;
}

/// Distance of Kolmogorov and Smirnov from the uniform distribution on 1/n, 2/n, ..., 1.
double distanceFromUniform(std::vector<double> values, int n) {
    std::sort(values.begin(), values.end());
    double distance = 0;
    for (int k = 1; k <= n; ++k) {
        const double at = static_cast<double>(k) / n;
        const auto below = std::upper_bound(values.begin(), values.end(), at + 1e-9) - values.begin();
        distance = std::max(distance, std::abs(static_cast<double>(below) / static_cast<double>(values.size()) - at));
    }
    return distance;
}

}  // namespace

class StatisticsEpairsTest : public QObject {
    Q_OBJECT

private slots:
    void anglesByHand() {
        constexpr double degree = std::numbers::pi / 180;
        const std::vector<double> directions{0, 10, 100, 179, 350, 250};
        const std::vector<double> expected{10, 10, 79, 71, 10, 71};
        Eigen::MatrixXd plane(6, 2), space(6, 3);
        for (Eigen::Index i = 0; i < 6; ++i) {
            const double at = directions[static_cast<std::size_t>(i)] * degree;
            plane.row(i) << (1.0 + static_cast<double>(i)) * std::cos(at),
                (1.0 + static_cast<double>(i)) * std::sin(at);
            space.row(i) << plane.row(i), 0;
        }
        const auto inPlane = nearestAngles(plane);
        const auto inSpace = nearestAngles(space);
        for (std::size_t i = 0; i < 6; ++i) {
            QVERIFY2(std::abs(inPlane[i] - expected[i] * degree) < 1e-12,
                     qPrintable(QString::number(inPlane[i] / degree)));
            QVERIFY(std::abs(inSpace[i] - expected[i] * degree) < 1e-12);
        }
        // The same direction, the opposite one, and none.
        Eigen::MatrixXd few(3, 3);
        few << 1, 1, 1, 2, 2, 2, -1, -1, -1;
        const auto angles = nearestAngles(few);
        QVERIFY(angles[0] < 1e-12 && angles[1] < 1e-12);
        QVERIFY(std::abs(angles[2] - std::numbers::pi) < 1e-12);
        few.row(1).setZero();
        QVERIFY(std::abs(nearestAngles(few)[0] - 0.5 * std::numbers::pi) < 1e-12);
    }

    void rankSumByHand() {
        // Ranks of the first 1, 2, 3 of 6: sum 6, mean 10.5, variance 5.25.
        const double z = 4.5 / std::sqrt(5.25);
        QVERIFY(std::abs(rankSumP({1, 2, 3}, {4, 5, 6}) - std::erfc(z / std::numbers::sqrt2)) < 1e-14);
        QCOMPARE(rankSumP({1, 1}, {1, 1, 1}), 1.0);
        // Shared ranks: 1.5 and 1.5 of 3, mean 2, variance 1 * 2 * 4 / 12.
        const double shared = 0.5 / std::sqrt(8.0 / 12);
        QVERIFY(std::abs(rankSumP({2}, {2, 2.5}) - std::erfc(shared / std::numbers::sqrt2)) < 1e-14);
    }

    /// The p values of one Gaussian are uniform: 200 draws, test of Kolmogorov and Smirnov at the level 0.01.
    void oneGaussianGivesUniformP() {
        constexpr int draws = 200;
        constexpr int null = 99;
        std::vector<double> oneSided;
        for (int k = 0; k < draws; ++k) {
            EpairsOptions options;
            options.draws = null;
            options.seed = 1000 + static_cast<std::uint64_t>(k);
            const auto result = epairs(gaussian(60, 3, static_cast<std::uint64_t>(k) + 1), options);
            oneSided.push_back(result.p);
        }
        const double critical = 1.628 / std::sqrt(static_cast<double>(draws));
        const double distance = distanceFromUniform(oneSided, null + 1);
        QVERIFY2(distance < critical, qPrintable(QString("%1 %2").arg(distance).arg(critical)));
    }

    /// Units that are each other's nearest neighbours have one angle between them, but count as two. On a sphere these
    /// are a share of 6 pi / (8 pi + 3 sqrt 3) = 0.62 (Clark and Evans 1955), so that the variance of the rank sum is
    /// about 1.62 of what the published test takes, and p <= 0.05 in erfc(1.96 / sqrt(2 * 1.62)) = 12 % of draws: 25 of
    /// 200. Centring and whitening take some of it away where units are few. Were it 5 %, 18 or more of 200 would be
    /// seen once in 70 times.
    void publishedPIsTooSmall() {
        int small = 0;
        for (std::uint64_t k = 0; k < 200; ++k) {
            EpairsOptions options;
            options.draws = 50;
            options.seed = 1000 + k;
            if (epairs(gaussian(200, 3, k + 1), options).publishedP <= 0.05) ++small;
        }
        QVERIFY2(small >= 18 && small <= 40, qPrintable(QString::number(small)));
    }

    void clusteredDirectionsAreFound() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 1.5), 300, 3);
        const auto result = epairs(data.rows);
        QCOMPARE(std::ssize(result.nullMedians), 200);
        QCOMPARE(std::ssize(result.angles), 300);
        QCOMPARE(result.p, 1.0 / 201);
        QCOMPARE(result.twoSidedP, 2.0 / 201);
        QVERIFY(result.effect > 3);
        QVERIFY(result.publishedP < 1e-3);
        QVERIFY(result.median < *std::min_element(result.nullMedians.begin(), result.nullMedians.end()));
        // Directions spread more evenly than those of a Gaussian: the other tail.
        Eigen::MatrixXd even(300, 2);
        for (Eigen::Index i = 0; i < 300; ++i) {
            const double at = 2 * std::numbers::pi * static_cast<double>(i) / 300;
            even.row(i) << std::cos(at), std::sin(at);
        }
        const auto other = epairs(even);
        QCOMPARE(other.p, 1.0);
        QCOMPARE(other.twoSidedP, 2.0 / 201);
        QVERIFY(other.effect < -3);
    }

    void unitsOfTheColumnsDoNotMatter() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 1.0), 200, 3);
        Eigen::Matrix4d map = Eigen::Vector4d(1e3, 1e-2, 3, -7).asDiagonal();
        map(0, 2) = 40;
        const auto one = epairs(data.rows);
        const auto other = epairs((data.rows * map).rowwise() + Eigen::RowVector4d(5, -300, 0.1, 2));
        QVERIFY(std::abs(one.median - other.median) < 1e-6);
        QCOMPARE(other.p, one.p);
        // Columns that say nothing new are left out.
        Eigen::MatrixXd more(200, 6);
        more << data.rows, data.rows.col(1) * 2, Eigen::VectorXd::Ones(200);
        QCOMPARE(epairs(more).dimensions, 4);
        QCOMPARE(epairs(more).p, one.p);
    }

    void threadsDoNotMatter() {
        const auto data = test::draw(test::covarianceMixture(4, 2, 0.3), 100, 3);
        const auto one = epairs(data.rows);
        std::atomic<int> steps = 0;
        const Executor backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
            while (count-- > 0) work(count);
        };
        const auto other = epairs(data.rows, {}, {backwards, [&] { ++steps; }, {}});
        QCOMPARE(steps.load(), 200);
        QVERIFY(other.nullMedians == one.nullMedians);
        QCOMPARE(other.publishedP, one.publishedP);
        EpairsOptions seeded;
        seeded.seed = 2;
        QVERIFY(epairs(data.rows, seeded).nullMedians != one.nullMedians);
    }

    void manyRowsAreThinned() {
        EpairsOptions options;
        options.draws = 19;
        options.largestRows = 100;
        const auto result = epairs(gaussian(1000, 3, 5), options);
        QCOMPARE(result.rows, 100);
        QCOMPARE(std::ssize(result.angles), 100);
    }

    void badInputIsRefused() {
        const auto codeOf = [](const Eigen::MatrixXd& rows, EpairsOptions options = {}) {
            try {
                epairs(rows, options);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::outOfMemory;
        };
        Eigen::MatrixXd rows = gaussian(20, 3, 1);
        QCOMPARE(codeOf(rows.topRows(2)), ErrorCode::wrongShape);
        QCOMPARE(codeOf(rows.topRows(0)), ErrorCode::wrongShape);
        QCOMPARE(codeOf(rows.leftCols(1)), ErrorCode::wrongShape);
        QCOMPARE(codeOf(Eigen::MatrixXd::Ones(20, 3)), ErrorCode::wrongShape);
        EpairsOptions none;
        none.draws = 0;
        QCOMPARE(codeOf(rows, none), ErrorCode::badOption);
        rows(2, 2) = std::nan("");
        QCOMPARE(codeOf(rows), ErrorCode::notFinite);
        // Rows twice: angles of zero, no error.
        Eigen::MatrixXd twice(40, 3);
        twice << gaussian(20, 3, 1), gaussian(20, 3, 1);
        const auto result = epairs(twice);
        QVERIFY(result.median < 1e-7);
        QCOMPARE(result.p, 1.0 / 201);
        std::stop_source source;
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Error, epairs(gaussian(20, 3, 1), {}, {inThisThread(), {}, source.get_token()}));
    }
};

QTEST_GUILESS_MAIN(StatisticsEpairsTest)
#include "tst_statistics_epairs.moc"
