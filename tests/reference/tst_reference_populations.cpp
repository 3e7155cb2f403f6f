// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/io/load.h"
#include "core/reduction/circuit.h"
#include "core/statistics/loadings.h"
#include "core/statistics/populations.h"
#include "core/training/evaluation.h"
#include "tests/core/two_threads.h"
#include "tests/reference/reference.h"

using namespace kappascope;
using namespace kappascope::statistics;
using test::twoThreads;

namespace {

constexpr double publishedNoise = 0.05;
constexpr int draws = 20;
constexpr int trials = 150;

/// Mean accuracy of networks drawn from the populations that the labels give.
double resampledAccuracy(network::Network network, const std::vector<int>& labels, const tasks::Task& task,
                         const tasks::TaskOptions& options) {
    network.labels = labels;
    const auto circuit = reduction::momentsCircuit(network);
    double sum = 0;
    for (std::uint64_t k = 0; k < draws; ++k) {
        auto drawn = reduction::sample(circuit, network.units(), 1 + k);
        drawn.alpha = network.alpha;
        sum += training::evaluate(drawn, task, options, publishedNoise, trials, 1, twoThreads()).accuracy();
    }
    return sum / draws;
}

}  // namespace

/// Populations of the published networks.
class ReferencePopulationsTest : public QObject {
    Q_OBJECT

private slots:
    /// Context-dependent decision with cues of 0.5: published slopes of n on the two sensory inputs are -0.48 and 0.76
    /// in one population, 0.78 and -0.47 in the other; networks drawn from two populations reach 0.94, from one 0.76.
    void twoPopulationsOfContextDependentDecision() {
        const auto network = *io::load(reference::networkFile("mante_rank1_4096.pt")).network;
        const auto& task = tasks::task("mante");
        const tasks::TaskOptions options{{"cue", 0.5}};
        const Eigen::MatrixXd rows = loadingsOf(network);
        QCOMPARE(rows.cols(), 7);
        for (const bool zeroMean : {false, true}) {
            MixtureOptions fitted;
            fitted.starts = 12;
            fitted.zeroMean = zeroMean;
            const auto fit = fitMixture(rows, fitted, {twoThreads(), {}, {}});
            QCOMPARE(fit.count(), 2);
            std::vector<Eigen::Vector2d> slopes;
            for (const auto& component : fit.components) {
                const auto& s = component.covariance;
                slopes.emplace_back(s(1, 2) / s(2, 2), s(1, 3) / s(3, 3));
            }
            const QString text =
                QString("slopes %1 %2, %3 %4").arg(slopes[0][0]).arg(slopes[0][1]).arg(slopes[1][0]).arg(slopes[1][1]);
            qInfo("%s", qPrintable(text));
            QVERIFY2(slopes[0][0] * slopes[1][0] < 0 && slopes[0][1] * slopes[1][1] < 0, qPrintable(text));
            QVERIFY2(slopes[0][0] * slopes[0][1] < 0, qPrintable(text));
            QVERIFY(fit.fractions[1] > 0.3);
            const double two = resampledAccuracy(network, fit.labels, task, options);
            const double one = resampledAccuracy(network, {}, task, options);
            qInfo("accuracy of draws from two populations %.3f, from one %.3f", two, one);
            QVERIFY2(two >= one + 0.1, qPrintable(QString("%1 %2").arg(two).arg(one)));
        }
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferencePopulationsTest)
#include "tst_reference_populations.moc"
