// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <set>

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
