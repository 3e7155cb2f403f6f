// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/io/load.h"
#include "core/phase/fixed_points.h"
#include "core/phase/matching.h"
#include "core/random.h"
#include "core/reduction/flow.h"
#include "core/reduction/partition.h"
#include "core/simulation/agreement.h"
#include "core/tasks/task.h"
#include "core/training/evaluation.h"
#include "core/training/refinement.h"
#include "tests/core/two_threads.h"
#include "tests/reference/reference.h"

using namespace kappascope;
using namespace kappascope::training;
using test::twoThreads;

namespace {

constexpr double publishedNoise = 0.05;

/// The task's named conditions without input noise, in steps of the network.
std::vector<simulation::Trial> conditionsOf(const tasks::Task& task, const tasks::TaskOptions& options, double alpha) {
    std::vector<simulation::Trial> trials;
    for (const auto& condition : task.conditions()) {
        trials.push_back(task.trial(condition, options).trial);
        trials.back().alpha = alpha;
    }
    return trials;
}

/// A network, and the circuit of two populations that is refined to its flow; it begins with a plain partition.
struct Refined {
    network::Network network;
    Refinement refinement;

    Refined(const char* file, const char* partition, const tasks::Task& task, const tasks::TaskOptions& options) {
        network = *io::load(reference::networkFile(file)).network;
        auto parted = network;
        parted.labels = reduction::labelsOf(network, *reduction::partitionFromText(partition));
        RefinementOptions refine;
        refine.starts = 8;
        refinement = refineCircuit(network, reduction::momentsCircuit(parted),
                                   conditionsOf(task, options, network.alpha), refine, {twoThreads(), {}, {}});
    }
};

/// Noisy trials of every named condition through the network and the circuit, with the same input noise.
simulation::Agreement agreementOf(const Refined& refined, const tasks::Task& task, const tasks::TaskOptions& options,
                                  int trials) {
    const auto& circuit = refined.refinement.circuit;
    const auto conditions = task.conditions();
    std::vector<simulation::AgreementTally> tallies(conditions.size() * static_cast<std::size_t>(trials));
    twoThreads()(tallies.size(), [&](std::size_t k) {
        auto trial = task.trial(conditions[k / static_cast<std::size_t>(trials)], options, true, 5, k);
        trial.trial.alpha = refined.network.alpha;
        simulation::SimulationOptions simulation;
        simulation.noise = publishedNoise;
        simulation.seed = 5;
        simulation.trialIndex = k;
        simulation::TrialPair pair;
        pair.network =
            simulation::simulateNetwork(refined.network, refined.network.defaultGains(), trial.trial, simulation);
        pair.reduced = simulation::simulateMeanField(circuit, circuit.defaultGains(), trial.trial, simulation);
        pair.mask = trial.mask;
        tallies[k].add(pair);
    });
    simulation::AgreementTally total;
    for (const auto& tally : tallies) total.add(tally);
    return total.result();
}

}  // namespace

/// Circuits of two populations that are refined to the flow of published networks.
class ReferenceRefinementTest : public QObject {
    Q_OBJECT

private slots:
    /// Delayed match to sample: the network's fixed points, one to one and of the same kinds, at rest and under each
    /// stimulus; its kappa within a fifth; its choices.
    void twoPopulationsOfDelayedMatchToSample() {
        const auto& task = tasks::task("dms");
        const Refined refined("dms_rank2_4096.pt", "size:m1", task, {});
        const auto circuit = std::make_shared<const reduction::Circuit>(refined.refinement.circuit);
        QCOMPARE(circuit->populationCount(), 2);
        const reduction::ExactReduction exact(std::make_shared<const network::Network>(refined.network));
        const std::vector<std::size_t> counts{5, 1, 5};
        for (int s = -1; s < 2; ++s) {
            Eigen::VectorXd u = Eigen::VectorXd::Zero(2);
            if (s >= 0) u[s] = 1;
            const auto own = phase::findFixedPoints(*exact.at(u, refined.network.defaultGains()));
            const auto found = phase::findFixedPoints(*reduction::meanFieldFlow(circuit, u, circuit->defaultGains()));
            QVERIFY(own.proven && found.proven);
            QCOMPARE(own.points.size(), counts[static_cast<std::size_t>(s + 1)]);
            QCOMPARE(found.points.size(), own.points.size());
            const auto matching = phase::matchFixedPoints(own.points, found.points);
            for (const auto& pair : matching.matched) {
                qInfo("input %d: %s, distance %.4f", s, std::string(phase::name(own.points[pair.a].kind)).c_str(),
                      pair.distance);
                QVERIFY(pair.sameKind);
                // The memories are 0.58 from the origin.
                QVERIFY(pair.distance < 0.06);
            }
        }
        const auto agreement = agreementOf(refined, task, {}, 4);
        qInfo("rms kappa %.4f, rms z %.4f, same choice %.3f, chance %.3f", agreement.rmsKappa, agreement.rmsZ,
              agreement.sameChoice, agreement.chance);
        QVERIFY(agreement.rmsKappa < 0.2);
        QVERIFY(agreement.sameChoice >= 0.95);
        QVERIFY(agreement.chance < 0.6);
        QVERIFY(refined.refinement.before.rmsKappa > 0.5);
        const double accuracy = evaluateMeanField(*circuit, task, {{"delay-max", 50}}, publishedNoise,
                                                  refined.network.alpha, 100, 1, twoThreads())
                                    .accuracy();
        qInfo("accuracy of the circuit %.3f", accuracy);
        QVERIFY(accuracy >= 0.95);
        // Finite networks drawn from it, as they are.
        for (std::uint64_t k = 0; k < 20; ++k) {
            const auto drawn = reduction::sample(*circuit, refined.network.units(), derivedSeed(1, k));
            qInfo("drawn network %d: accuracy %.2f", static_cast<int>(k),
                  evaluate(drawn, task, {{"delay-max", 50}}, publishedNoise, 50, 1, twoThreads()).accuracy());
        }
    }

    /// Context-dependent decision with cues of 0.5: the circuit does the task, and agrees with the network.
    void twoPopulationsOfContextDependentDecision() {
        const auto& task = tasks::task("mante");
        const tasks::TaskOptions options{{"cue", 0.5}};
        const Refined refined("mante_rank1_4096.pt", "size:I3", task, options);
        const auto& circuit = refined.refinement.circuit;
        const auto agreement = agreementOf(refined, task, options, 2);
        const double accuracy =
            evaluateMeanField(circuit, task, options, publishedNoise, refined.network.alpha, 200, 1, twoThreads())
                .accuracy();
        qInfo("rms kappa %.4f, same choice %.3f, accuracy %.3f", agreement.rmsKappa, agreement.sameChoice, accuracy);
        QVERIFY(agreement.rmsKappa < 0.2);
        QVERIFY(accuracy >= 0.95);
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferenceRefinementTest)
#include "tst_reference_refinement.moc"
