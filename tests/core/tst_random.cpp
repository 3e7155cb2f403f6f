// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "core/random.h"

using namespace kappascope;

class RandomTest : public QObject {
    Q_OBJECT

private slots:
    void sameKeySameNumbers() {
        Random a(7, Stream::loadings, 3), b(7, Stream::loadings, 3);
        for (int k = 0; k < 100; ++k) QCOMPARE(a.normal(), b.normal());
    }

    void everyPartOfTheKeyMatters() {
        std::set<double> first;
        for (std::uint64_t seed : {1ull, 2ull, 1ull << 40})
            for (Stream stream : {Stream::loadings, Stream::stateNoise, Stream::inputNoise})
                for (std::uint64_t index : {0ull, 1ull, 1ull << 33})
                    first.insert(Random(seed, stream, index).uniform());
        QCOMPARE(first.size(), std::size_t{27});
    }

    void normalHasNormalMoments() {
        constexpr int draws = 400000;
        double sum = 0, square = 0, fourth = 0;
        Random random(3, Stream::stateNoise);
        for (int k = 0; k < draws; ++k) {
            const double x = random.normal();
            sum += x;
            square += x * x;
            fourth += x * x * x * x;
        }
        // Five standard errors: 1, sqrt(2) and sqrt(96) over sqrt(draws).
        const double error = 5 / std::sqrt(static_cast<double>(draws));
        QVERIFY(std::abs(sum / draws) < error);
        QVERIFY(std::abs(square / draws - 1) < std::sqrt(2.0) * error);
        QVERIFY(std::abs(fourth / draws - 3) < std::sqrt(96.0) * error);
    }

    void manyNormalsAreBoxMullerOfPhilox() {
        const std::uint64_t seed = 0x123456789abcdef0ull, index = (5ull << 32) + 77;
        std::vector<float> out(64 * 7 + 13);
        fillNormal(seed, Stream::stateNoise, index, out);
        double error = 0;
        for (std::size_t k = 0; k < out.size(); ++k) {
            const auto block = static_cast<std::uint32_t>(k / 64 * 16 + k % 16);
            const std::size_t word = k % 64 / 16;
            r123::Philox4x32_R<7> philox;
            const auto words = philox({{block, static_cast<std::uint32_t>(Stream::stateNoise),
                                        static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32)}},
                                      {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}});
            const std::uint32_t first = words[word / 2 * 2], second = words[word / 2 * 2 + 1];
            const double radius = std::sqrt(-2 * std::log((std::floor(first / 2.0) + 0.5) * 0x1p-31));
            const double angle = std::numbers::pi / 2 * static_cast<std::int32_t>(second << 2) * 0x1p-32;
            const double along = radius * std::cos(angle) * (second >> 31 ? -1 : 1), across = radius * std::sin(angle);
            const bool swapped = (second >> 30) & 1;
            const double expected = (word % 2 == 0) != swapped ? along : across;
            error = std::max(error, std::abs(static_cast<double>(out[k]) - expected));
        }
        QVERIFY2(error < 2e-6, qPrintable(QString::number(error)));
    }

    void manyNormalsDoNotDependOnHowMany() {
        std::vector<float> all(1000), some(301);
        fillNormal(4, Stream::stateNoise, 9, all);
        fillNormal(4, Stream::stateNoise, 9, some);
        QVERIFY(std::equal(some.begin(), some.end(), all.begin()));
        std::vector<float> later(1000 - 192);
        fillNormal(4, Stream::stateNoise, 9, later, 192);
        QVERIFY(std::equal(later.begin(), later.end(), all.begin() + 192));
        fillNormal(4, Stream::stateNoise, 10, some);
        QVERIFY(!std::equal(some.begin(), some.end(), all.begin()));
        fillNormal(4, Stream::stateNoise, 10, {});
    }

    /// Moments to the sixth within five standard errors, and the largest distance between the distributions
    /// (Kolmogorov-Smirnov) below what one sample in 10^4 exceeds, for 10^7 draws.
    void manyNormalsAreNormal() {
        constexpr std::size_t draws = 10'000'000;
        std::vector<float> x(draws);
        constexpr std::size_t rows = 100;
        for (std::size_t k = 0; k < rows; ++k)
            fillNormal(11, Stream::stateNoise, k, std::span(x).subspan(k * (draws / rows), draws / rows));
        double moment[7] = {}, product = 0;
        for (std::size_t k = 0; k < draws; ++k) {
            double power = 1;
            for (double& sum : moment) {
                sum += power;
                power *= static_cast<double>(x[k]);
            }
            // The partners of one Box-Muller pair, and neighbours.
            if (k + 16 < draws) product += static_cast<double>(x[k]) * static_cast<double>(x[k + 16] + x[k + 1]);
        }
        const double error = 5 / std::sqrt(static_cast<double>(draws));
        const double expected[] = {1, 0, 1, 0, 3, 0, 15};
        const double variance[] = {0, 1, 2, 15, 96, 945, 10170};  // E x^2q - (E x^q)^2
        for (int q = 1; q <= 6; ++q) {
            const double mean = moment[q] / static_cast<double>(draws);
            QVERIFY2(std::abs(mean - expected[q]) < error * std::sqrt(variance[q]),
                     qPrintable(QStringLiteral("moment %1: %2").arg(q).arg(mean, 0, 'g', 9)));
        }
        QVERIFY(std::abs(product / static_cast<double>(draws)) < std::sqrt(2.0) * error);

        std::sort(x.begin(), x.end());
        double distance = 0;
        for (std::size_t k = 0; k < draws; ++k) {
            const double p = 0.5 * std::erfc(-static_cast<double>(x[k]) / std::numbers::sqrt2);
            distance = std::max({distance, std::abs(p - static_cast<double>(k) / draws),
                                 std::abs(p - static_cast<double>(k + 1) / draws)});
        }
        // P(sqrt(n) D > 2.2) = 2 exp(-2 * 2.2^2) = 1.2e-4.
        QVERIFY2(distance * std::sqrt(static_cast<double>(draws)) < 2.2, qPrintable(QString::number(distance)));
        QVERIFY(x.front() < -5 && x.front() > -6.7f && x.back() > 5 && x.back() < 6.7f);
    }

    void integersAreEvenlySpreadAndInRange() {
        int counts[5] = {};
        Random random(9, Stream::trialChoice);
        for (int k = 0; k < 50000; ++k) {
            const int value = random.integer(-2, 2);
            QVERIFY(value >= -2 && value <= 2);
            ++counts[value + 2];
        }
        for (int count : counts) QVERIFY(std::abs(count - 10000) < 5 * std::sqrt(10000 * 0.8));
    }
};

QTEST_GUILESS_MAIN(RandomTest)
#include "tst_random.moc"
