// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <functional>
#include <numbers>

#include "core/reduction/gaussian_moments.h"

using namespace kappascope;

namespace {

/// The integral in x = mean + delta xi by a fine trapezoidal rule in long double: an independent road.
double reference(const std::function<long double(long double)>& f, double mean, double delta) {
    const long double width = std::max(1.0, delta);
    const long double step = 0.002L / width;
    long double sum = 0;
    for (long double xi = -9.5L; xi <= 9.5L; xi += step)
        sum += std::exp(-0.5L * xi * xi) * f(mean + static_cast<long double>(delta) * xi);
    return static_cast<double>(sum * step / std::sqrt(2 * std::numbers::pi_v<long double>));
}

long double slope(long double x) {
    return 1 / (std::cosh(x) * std::cosh(x));
}

}  // namespace

class GaussianMomentsTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithAFineRule() {
        for (double delta : {0.0, 0.1, 0.7, 0.99, 1.0, 1.7, 5.0, 10.0, 40.0})
            for (double mean : {0.0, 0.3, -1.4, 4.0}) {
                const auto moments = reduction::gaussianMoments(mean, delta);
                QVERIFY(std::abs(moments.phi - reference([](auto x) { return std::tanh(x); }, mean, delta)) < 1e-12);
                QVERIFY(std::abs(moments.slope - reference(slope, mean, delta)) < 1e-12);
                QVERIFY(std::abs(moments.second -
                                 reference([](auto x) { return -2 * std::tanh(x) * slope(x); }, mean, delta)) < 1e-12);
                QVERIFY(std::abs(moments.third -
                                 reference([](auto x) { return slope(x) * (4 - 6 * slope(x)); }, mean, delta)) < 2e-12);
            }
    }

    void noSpreadIsTheFunctionItself() {
        for (double x : {-3.0, 0.0, 0.4, 2.5})
            QVERIFY(std::abs(reduction::gaussianMoments(x, 0).phi - std::tanh(x)) < 1e-13);
    }

    void hugeSpreadIsTheSign() {
        // <tanh> -> erf(mean / (delta sqrt 2)), <phi'> -> 2 N(0; mean, delta).
        const auto moments = reduction::gaussianMoments(3e3, 1e4);
        QVERIFY(std::abs(moments.phi - std::erf(0.3 / std::numbers::sqrt2)) < 1e-7);
        const double density = std::exp(-0.045) / (1e4 * std::sqrt(2 * std::numbers::pi));
        QVERIFY(std::abs(moments.slope / (2 * density) - 1) < 1e-6);
        QVERIFY(std::isfinite(reduction::gaussianMoments(1e9, 1e3).third));
    }

    void theTwoRulesMeet() {
        const auto below = reduction::gaussianMoments(0.6, std::nextafter(1.0, 0.0));
        const auto above = reduction::gaussianMoments(0.6, 1.0);
        QVERIFY(std::abs(below.phi - above.phi) < 1e-13);
        QVERIFY(std::abs(below.slope - above.slope) < 1e-13);
        QVERIFY(std::abs(below.third - above.third) < 2e-12);
    }
};

QTEST_GUILESS_MAIN(GaussianMomentsTest)
#include "tst_gaussian_moments.moc"
