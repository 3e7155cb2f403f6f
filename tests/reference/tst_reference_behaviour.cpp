// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/io/load.h"
#include "core/reduction/flow.h"
#include "core/reduction/partition.h"
#include "core/statistics/psychometric.h"
#include "core/statistics/selectivity.h"
#include "tests/reference/reference.h"

using namespace kappascope;
using statistics::Behaviour;
using statistics::Modulation;

namespace {

constexpr double trainedNoise = 0.05;

std::shared_ptr<network::Network> published(const char* file) {
    return std::make_shared<network::Network>(*io::load(reference::networkFile(file)).network);
}

Behaviour choices(const network::Network& network, const Modulation& modulation, const char* task,
                  const tasks::TaskOptions& options, double noise, int trials) {
    statistics::BehaviourOptions behaviour;
    behaviour.task = options;
    behaviour.noise = noise;
    behaviour.trials = trials;
    return statistics::behaviour(network, statistics::unitGains(network, modulation), tasks::task(task), behaviour,
                                 inThisThread());
}

}  // namespace

/// What published networks choose, and what is left of it without one of their populations.
class ReferenceBehaviourTest : public QObject {
    Q_OBJECT

private slots:
    void theCurveOfADecisionRises() {
        const auto result = choices(*published("rdm_lr_fig2.pt"), {}, "rdm", {}, trainedNoise, 400);
        const auto& cells = result.panels[0].cells;
        for (std::size_t k = 0; k + 1 < cells.size(); ++k) {
            const double error = std::hypot(cells[k].standardError, cells[k + 1].standardError);
            QVERIFY(cells[k + 1].choice >= cells[k].choice - 3 * error);
        }
        QCOMPARE(cells.front().choice, 0.0);
        QCOMPARE(cells.back().choice, 1.0);
        // At no coherence it has no more than chance, and weak ones lie between.
        const auto& middle = cells[cells.size() / 2];
        QVERIFY(!middle.judged && std::abs(middle.choice - 0.5) < 0.15);
        QVERIFY(cells[cells.size() / 2 + 1].choice < 0.99);
    }

    void matchesAreToldFromOtherPairs() {
        const auto result = choices(*published("dms_rank2_500.pt"), {}, "dms", {{"delay-max", 50}}, trainedNoise, 100);
        const auto& panel = result.panels[0];
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t j = 0; j < 2; ++j)
                QVERIFY(i == j ? panel.at(i, j).choice > 0.9 : panel.at(i, j).choice < 0.1);
    }

    void theLargerFrequencyIsChosen() {
        const auto result = choices(*published("romo_rank2_500.pt"), {}, "romo", {}, 0.005, 40);
        const auto& panel = result.panels[0];
        const auto& f = panel.axes[0].values;
        QVERIFY(panel.accuracy() > 0.95);
        for (std::size_t i = 0; i < f.size(); ++i)
            for (std::size_t j = 0; j < f.size(); ++j)
                if (std::abs(f[i] - f[j]) >= 8) QVERIFY((panel.at(i, j).choice > 0.5) == (f[i] > f[j]));
    }

    /// The size of the loading of the first cue parts the units of mante_rank1_4096: those that it drives hard, and
    /// those that it leaves alone. (Between them, the correlations of n with I_A and I_B change their signs.)
    void thePopulationOfAContextKeepsItsSlope() {
        auto network = published("mante_rank1_4096.pt");
        network->labels = reduction::labelsOf(*network, *reduction::partitionFromText("size:I3"));
        const std::shared_ptr<const network::Network> shared = network;
        const reduction::ExactReduction reduction(shared);
        std::array<Eigen::Index, 2> own{};  // the population of each context
        for (int context = 0; context < 2; ++context) {
            Eigen::VectorXd v = Eigen::VectorXd::Zero(4);
            v[2 + context] = 0.5;
            const Eigen::VectorXd slopes =
                reduction.at(v, Eigen::VectorXd::Ones(2))->meanSlopes(Eigen::VectorXd::Zero(1));
            slopes.maxCoeff(&own[static_cast<std::size_t>(context)]);
            qInfo("context %d: <phi'> = %.3f, %.3f", context + 1, slopes[0], slopes[1]);
            QVERIFY(std::abs(slopes[0] - slopes[1]) > 0.1);
        }
        QVERIFY(own[0] != own[1]);

        const auto accuracies = [&](const Eigen::Vector2d& inactivated) {
            const auto result = choices(*network, {{}, inactivated, 1}, "mante", {{"cue", 0.5}}, trainedNoise, 20);
            return Eigen::Vector2d(result.panels[0].accuracy(), result.panels[1].accuracy());
        };
        const Eigen::Vector2d whole = accuracies({0, 0});
        qInfo("accuracy in contexts 1 and 2: %.3f %.3f", whole[0], whole[1]);
        QVERIFY(whole.minCoeff() > 0.98);
        for (const double share : {0.5, 1.0})
            for (std::size_t context = 0; context < 2; ++context) {
                Eigen::Vector2d inactivated = Eigen::Vector2d::Zero();
                inactivated[own[context]] = share;
                const Eigen::Vector2d left = accuracies(inactivated);
                qInfo("%.0f %% of the population of context %zu inactivated: %.3f %.3f", 100 * share, context + 1,
                      left[0], left[1]);
                const auto its = static_cast<Eigen::Index>(context);
                const Eigen::Vector2d lost = whole - left;
                if (share == 1) QVERIFY(lost[its] > lost[1 - its] + 0.1);
                QVERIFY(lost[its] >= lost[1 - its]);
            }
    }

    void selectivityMovesAgainstThePreferenceForAContext() {
        const auto network = published("mante_rank1_4096.pt");
        statistics::ObservationOptions options;
        options.task = {{"cue", 0.5}};
        options.noise = trainedNoise;
        options.trials = 200;
        const auto change = statistics::contextChange(*network, Eigen::VectorXd::Ones(4096), tasks::task("mante"),
                                                      options, inThisThread());
        qInfo("correlation of change with preference: %.3f %.3f", change.correlation[0], change.correlation[1]);
        QVERIFY(change.correlation.maxCoeff() < -0.2);
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferenceBehaviourTest)
#include "tst_reference_behaviour.moc"
