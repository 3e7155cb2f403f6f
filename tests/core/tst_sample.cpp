// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <vector>

#include "core/statistics/sample.h"

using namespace kappascope::statistics;

class SampleTest : public QObject {
    Q_OBJECT

private slots:
    void smallSamplesByHand() {
        const std::vector<double> values{2, 4, 9};
        QCOMPARE(meanOf(values), 5.0);
        QCOMPARE(deviationOf(values), std::sqrt((9.0 + 1.0 + 16.0) / 2.0));
        QCOMPARE(deviationOf(std::vector<double>{3}), 0.0);
        QVERIFY(std::isnan(meanOf({})));
        QCOMPARE(deviationOf({}), 0.0);
    }

    /// 1..n: mean (n + 1) / 2, variance n (n + 1) / 12.
    void runsOfNumbers() {
        std::vector<double> values(100);
        for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<double>(k + 1);
        QCOMPARE(meanOf(values), 50.5);
        QCOMPARE(deviationOf(values), std::sqrt(100.0 * 101.0 / 12.0));
    }
};

QTEST_GUILESS_MAIN(SampleTest)
#include "tst_sample.moc"
