// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <vector>

#include "core/network/activation.h"

using namespace kappascope;

class ActivationTest : public QObject {
    Q_OBJECT

private slots:
    void doubleAgreesWithTheLibrary() {
        std::vector<double> x;
        for (double value = -30; value <= 30; value += 1e-3) x.push_back(value);
        x.insert(x.end(), {0.0, -0.0, 1e-300, 1e-9, 700, -1e6, 1e308});
        std::vector<double> y(x.size());
        network::tanhArray(x.data(), y.data(), x.size());
        for (std::size_t i = 0; i < x.size(); ++i)
            QVERIFY2(std::abs(y[i] - std::tanh(x[i])) < 5e-16, qPrintable(QString::number(x[i])));
    }

    void singleIsWithinItsBound() {
        for (float value = -20; value <= 20; value += 1e-3f) {
            float y = 0;
            network::tanhArray(&value, &y, 1);
            QVERIFY(std::abs(static_cast<double>(y) - std::tanh(static_cast<double>(value))) < 5e-7);
            QVERIFY(std::abs(y) <= 1.000001f);
        }
    }

    void everyLengthIsFilledAndNoMore() {
        for (std::size_t count = 0; count < 70; ++count) {
            std::vector<double> x(count + 2, 0.7);
            network::tanhArray(x.data(), x.data(), count);
            for (std::size_t i = 0; i < count; ++i) QVERIFY(std::abs(x[i] - std::tanh(0.7)) < 5e-16);
            QCOMPARE(x[count], 0.7);
            QCOMPARE(x[count + 1], 0.7);
        }
    }

    void curvatureBoundIsTheMaximum() {
        double largest = 0;
        for (double x = -3; x < 3; x += 1e-4) {
            const double t = std::tanh(x);
            largest = std::max(largest, std::abs(2 * t * (1 - t * t)));
        }
        QVERIFY(largest <= network::maximumCurvature);
        QVERIFY(largest > network::maximumCurvature - 1e-7);
    }
};

QTEST_GUILESS_MAIN(ActivationTest)
#include "tst_activation.moc"
