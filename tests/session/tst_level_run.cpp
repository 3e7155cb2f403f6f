// SPDX-License-Identifier: GPL-3.0-or-later
// What "Network" means for a full-rank file: all of its units, seen along the modes of its truncated view.
#include <QTest>
#include <cmath>

#include "core/simulation/projection.h"
#include "tests/core/fixtures.h"
#include "ui/session/edits.h"
#include "ui/session/level_run.h"
#include "ui/session/trajectory_worker.h"
#include "ui/session/trial_choices.h"
#include "ui/session/trial_worker.h"

using namespace kappascope;
using session::Level;

namespace {

/// A full-rank file of 120 units: two strong modes, and a random rest that the view leaves out.
std::shared_ptr<session::State> fullRank() {
    auto full = *tests::randomNetwork(120, 2, 1);
    full.networkClass = network::NetworkClass::fullRank;
    Random random(5, Stream::loadings, 1);
    full.connectivity = full.m * full.n.transpose() / 40 + 0.06 * tests::normals(random, 120, 120);
    full.outputWeights /= 120;
    full.initialState.resize(0);
    full.m.resize(0, 0);
    full.n.resize(0, 0);
    auto state = std::make_shared<session::State>();
    state->file = std::make_shared<const network::Network>(full);
    state->network = std::make_shared<const network::Network>(network::truncated(full, 2));
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    state->input = Eigen::Vector2d(0.3, -0.1);
    state->gains = Eigen::VectorXd::Constant(1, 0.9);
    state->on = {true};
    return state;
}

/// m_r^T (x - I v) / |m_r|^2.
Eigen::VectorXd projected(const network::Network& view, const Eigen::VectorXd& x, const Eigen::VectorXd& v) {
    return (view.m.transpose() * (x - view.inputWeights * v)).array() /
           view.m.colwise().squaredNorm().transpose().array();
}

Eigen::VectorXd eulerStep(const session::State& state, const Eigen::VectorXd& x, const Eigen::VectorXd& u) {
    const auto& net = *state.file;
    Eigen::VectorXd rates = x;
    if (net.bias.size() > 0) rates += net.bias;
    rates = rates.array().tanh() * state.gains[0];
    return x + net.alpha * (net.connectivity * rates + net.inputWeights * u - x);
}

}  // namespace

class TestLevelRun : public QObject {
    Q_OBJECT

private slots:
    void aTrialOfAFullRankFileStepsAllOfIt() {
        const auto state = fullRank();
        state->trial.task = QStringLiteral("dms");
        state->trial.condition = QStringLiteral("A-B delay 25");
        const auto result = session::computeTrial({state, {Level::network, Level::exact}}, {});
        const auto& run = result.network->runs[0];
        const auto trial = session::makeTrial(*state, state->trial).trial;
        Eigen::VectorXd x = Eigen::VectorXd::Zero(120), v = Eigen::VectorXd::Zero(2);
        double apart = 0, apartFromView = 0;
        for (int k = 0; k < trial.steps(); ++k) {
            x = eulerStep(*state, x, trial.inputs.col(k));
            v += state->file->alpha * (trial.inputs.col(k) - v);
            apart = std::max(apart, (run.kappa.col(k) - projected(*state->network, x, v)).norm());
            apartFromView = std::max(apartFromView, (run.kappa.col(k) - result.reduced->runs[0].kappa.col(k)).norm());
        }
        QVERIFY2(apart < 1e-10, qPrintable(QString::number(apart)));
        QVERIFY2(apartFromView > 1e-3, qPrintable(QString::number(apartFromView)));  // it is another system
        QCOMPARE(run.units.size(), Eigen::Index(0));
        QVERIFY(!result.agreement->identity);
        // The agreement is the comparison's, whose inputs are noisy as those of a noisy trial.
        state->trial.noise = 0.05;
        const auto noisy = session::computeTrial({state, {Level::network, Level::exact}}, {});
        const auto compared = session::compare(*state, state->trial);
        QVERIFY(noisy.agreement->rmsKappa == compared.of(Level::exact)->rmsKappa);
        QVERIFY(noisy.agreement->rmsZ == compared.of(Level::exact)->rmsZ);
    }

    void aClickedTrajectoryDoesToo() {
        const auto state = fullRank();
        const Eigen::Vector2d start(0.7, -0.4);
        const auto result =
            session::computeTrajectories({state, {Level::network, Level::exact}, {{start, false, 0}}}, {});
        const Eigen::MatrixXd& steps = result.trajectories[0]->front().steps;
        const Eigen::MatrixXd& view = result.trajectories[1]->front().steps;
        Eigen::VectorXd x = state->network->m * start + state->network->inputWeights * state->input;
        double apart = 0;
        // Beyond the fiftieth step, too, where the run is taken up again.
        QVERIFY(steps.cols() > 90);
        for (Eigen::Index k = 0; k < steps.cols(); ++k) {
            apart = std::max(apart, (steps.col(k) - projected(*state->network, x, state->input)).norm());
            x = eulerStep(*state, x, state->input);
        }
        QVERIFY2(apart < 1e-10, qPrintable(QString::number(apart)));
        const Eigen::Index both = std::min(steps.cols(), view.cols()) - 1;
        QVERIFY((steps.col(both) - view.col(both)).norm() > 1e-3);
    }

    void aLowRankFileIsSteppedAsBefore() {
        auto state = fullRank();
        state->file = state->network;
        simulation::Trial trial;
        trial.inputs = Eigen::MatrixXd::Constant(2, 80, 0.4);
        simulation::SimulationOptions options;
        options.startKappa = Eigen::Vector2d(0.2, 0.3);
        const auto run = session::simulateLevel(*state, Level::network, trial, options);
        const auto direct = simulation::simulateNetwork(*state->network, state->gains, trial, options);
        QVERIFY(run.kappa == direct.kappa && run.z == direct.z);
        QVERIFY(!session::isCostly(*state, Level::network));
    }

    /// With noise, the mean field of a portrait is that of units which carry the noise.
    void thePortraitsMeanFieldKnowsTheNoise() {
        session::OpenOptions options;
        options.units = 300;
        auto state = *session::open(QStringLiteral("effective-connectivity"), options);
        const Eigen::Vector2d kappa(0.8, -0.5);
        const Eigen::VectorXd quiet = session::flowOf(state, Level::meanField)->velocity(kappa);
        state.trial.noise = 0.4;
        QVERIFY(session::flowOf(state, Level::meanField)->velocity(kappa) == quiet);  // no trial, no noise
        state.trial.task = QStringLiteral("dms");
        state.trial.condition = QStringLiteral("A-A delay 150");
        const double variance = 0.4 * 0.4 / (1 - 0.8 * 0.8);
        QVERIFY(std::abs(session::noiseVariance(state) - variance) < 1e-14);
        const Eigen::VectorXd noisy = session::flowOf(state, Level::meanField)->velocity(kappa);
        const auto expected = reduction::meanFieldFlow(state.circuit, state.input, state.effectiveGains(), variance);
        QVERIFY(noisy == expected->velocity(kappa) && (noisy - quiet).norm() > 1e-2);
        // A trial's last steps rest where this flow has a stable point: v and the noise have settled by then.
        const auto trial = session::makeTrial(state, state.trial).trial;
        simulation::SimulationOptions run;
        run.noise = 0.4;
        simulation::Trial still = trial;
        still.inputs = Eigen::MatrixXd::Zero(2, 600);
        run.startKappa = kappa;
        run.startInput = Eigen::Vector2d::Zero();
        const auto path = session::simulateLevel(state, Level::meanField, still, run);
        state.input.setZero();
        const Eigen::VectorXd end = path.kappa.rightCols(1);
        QVERIFY(session::flowOf(state, Level::meanField)->velocity(end).norm() < 1e-6);
        // So are clicked trajectories.
        const auto shared = std::make_shared<const session::State>(state);
        const auto clicked = session::computeTrajectories({shared, {Level::meanField}, {{kappa, false, 0}}}, {});
        const auto& steps = clicked.trajectories[0]->front().steps;
        const Eigen::VectorXd first = kappa + 0.2 * session::flowOf(state, Level::meanField)->velocity(kappa);
        QVERIFY((steps.col(1) - first).norm() < 1e-14);
        // The network's flow is without: its noise is in its units.
        state.trial.noise = 0;
        const Eigen::VectorXd exact = session::flowOf(state, Level::exact)->velocity(kappa);
        state.trial.noise = 0.4;
        QVERIFY(session::flowOf(state, Level::exact)->velocity(kappa) == exact);
    }
};

QTEST_GUILESS_MAIN(TestLevelRun)
#include "tst_level_run.moc"
