// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/core/fixtures.h"
#include "ui/session/equation.h"

using namespace kappascope;
using namespace kappascope::tests;
using session::Level;

namespace {

session::State stateOf(std::shared_ptr<const reduction::Circuit> circuit) {
    session::State state;
    state.circuit = std::move(circuit);
    state.input = Eigen::VectorXd::LinSpaced(state.circuit->inputs, 0.7, -0.4);
    state.gains = Eigen::VectorXd::LinSpaced(state.circuit->populationCount(), 0.6, 1.3);
    state.on.assign(static_cast<std::size_t>(state.gains.size()), true);
    return state;
}

}  // namespace

class TestEquation : public QObject {
    Q_OBJECT

private slots:
    void zeroMeansLeaveNothingButCouplings() {
        auto circuit = std::make_shared<reduction::Circuit>(*twoPopulationCircuit());
        for (auto& population : circuit->populations) population.mean.setZero();
        const auto state = stateOf(circuit);
        const Eigen::Vector2d kappa(0.8, -1.1);
        const auto values = session::equationAt(state, Level::meanField, kappa);
        QVERIFY(values.rest.norm() < 1e-10);
        // The closed form, by hand.
        Eigen::Matrix2d expected = Eigen::Matrix2d::Zero();
        for (int p = 0; p < 2; ++p) {
            const auto& each = circuit->populations[static_cast<std::size_t>(p)];
            for (int r = 0; r < 2; ++r)
                for (int s = 0; s < 2; ++s)
                    expected(r, s) += each.fraction * state.gains[p] * values.slopes[p] * each.covariance(2 + r, s);
        }
        QVERIFY((values.couplings - expected).norm() < 1e-14);
        QVERIFY((values.velocity - session::flowOf(state, Level::meanField)->velocity(kappa)).norm() < 1e-14);
    }

    void meansAreTheRest() {
        const auto state = stateOf(twoPopulationCircuit());
        const Eigen::Vector2d kappa(0.3, 0.2);
        const auto values = session::equationAt(state, Level::meanField, kappa);
        // Without means of n the rest is gone, whatever the means of the other loadings.
        auto centred = std::make_shared<reduction::Circuit>(*state.circuit);
        for (auto& population : centred->populations) population.mean.segment(2, 2).setZero();
        QVERIFY(values.rest.norm() > 1e-3);
        QVERIFY(session::equationAt(stateOf(centred), Level::meanField, kappa).rest.norm() < 1e-10);
    }

    void networkCouplingsAreSlopes() {
        session::State state;
        state.file = state.network = randomNetwork(60, 2);
        state.exact = std::make_shared<reduction::ExactReduction>(state.network);
        state.input = Eigen::Vector2d(0.4, -0.9);
        state.gains = Eigen::Vector3d(0.5, 1, 1.7);
        state.on = {true, true, false};
        const Eigen::Vector2d kappa(-0.6, 0.35);
        const auto values = session::equationAt(state, Level::exact, kappa);
        // Finite differences of dkappa/dt + kappa.
        constexpr double step = 1e-5;
        const auto driveAt = [&](const Eigen::VectorXd& k, const Eigen::VectorXd& v) -> Eigen::VectorXd {
            session::State moved = state;
            moved.input = v;
            return session::flowOf(moved, Level::exact)->velocity(k) + k;
        };
        for (int s = 0; s < 2; ++s) {
            const Eigen::Vector2d h = step * Eigen::Vector2d::Unit(s);
            const Eigen::VectorXd slope =
                (driveAt(kappa + h, state.input) - driveAt(kappa - h, state.input)) / (2 * step);
            const Eigen::VectorXd inputSlope =
                (driveAt(kappa, state.input + h) - driveAt(kappa, state.input - h)) / (2 * step);
            QVERIFY((slope - values.couplings.col(s)).norm() < 1e-8);
            QVERIFY((inputSlope - values.inputCouplings.col(s)).norm() < 1e-8);
        }
    }
};

QTEST_GUILESS_MAIN(TestEquation)
#include "tst_equation.moc"
