// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/reduction/couplings.h"
#include "core/reduction/flow.h"
#include "core/reduction/gaussian_moments.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

const Eigen::Vector2d somewhere(0.7, -0.4);
const Eigen::Vector2d driven(0.5, -1.2);
const Eigen::Vector2d gains(0.8, 1.3);

/// The two populations with a bias as a third constant loading.
std::shared_ptr<reduction::Circuit> biased() {
    auto circuit = tests::twoPopulationCircuit();
    circuit->inputs = 1;
    circuit->bias = true;
    circuit->validate();
    return circuit;
}

}  // namespace

class CouplingsTest : public QObject {
    Q_OBJECT

private slots:
    void theyAddUpToTheFlow() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto couplings = reduction::couplingsAt(*circuit, somewhere, driven, gains, 0.3);
        const auto flow = reduction::meanFieldFlow(circuit, driven, gains, 0.3);
        QVERIFY((couplings.velocity - flow->velocity(somewhere)).norm() < 1e-14);
        QVERIFY((couplings.output - flow->readout(somewhere)).norm() < 1e-14);
        QVERIFY((couplings.slopes - flow->meanSlopes(somewhere)).norm() < 1e-14);
        // What each population contributes is its part of the flow, too.
        const Eigen::MatrixXd parts = flow->contributions(somewhere);
        for (int p = 0; p < 2; ++p) {
            const Eigen::VectorXd own =
                couplings.byPopulation[static_cast<std::size_t>(p)] * couplings.state + couplings.means.col(p);
            QVERIFY((own.head(2) - gains[p] * parts.col(p)).norm() < 1e-14);
        }
        QVERIFY((couplings.byPopulation[0] + couplings.byPopulation[1] - couplings.total).norm() < 1e-14);
    }

    void theyAddUpToTheFlowWithABias() {
        const auto circuit = biased();
        const Eigen::VectorXd v = Eigen::VectorXd::Constant(1, 0.9);
        const auto couplings = reduction::couplingsAt(*circuit, somewhere, v, gains);
        const auto flow = reduction::meanFieldFlow(circuit, v, gains);
        QCOMPARE(couplings.total.cols(), Eigen::Index{4});
        QCOMPARE(couplings.state[3], 1.0);
        QVERIFY((couplings.velocity - flow->velocity(somewhere)).norm() < 1e-14);
        QVERIFY((couplings.output - flow->readout(somewhere)).norm() < 1e-14);
        QCOMPARE(reduction::couplingColumns(*circuit), (std::vector<std::string>{"m1", "m2", "I1", "b"}));
        QCOMPARE(reduction::couplingRows(*circuit), (std::vector<std::string>{"n1", "n2", "w1"}));
    }

    void theyAreThePostersWithoutMeans() {
        // sigma~_ab = sum_p a_p g_p sigma^p_ab <phi'>_p, with <phi'> at 0 known: it is 1.
        const auto circuit = tests::gaussianCircuit((Eigen::Matrix2d() << 1.2, 0.3, -0.3, 1.6).finished());
        const auto rest = reduction::couplingsAt(*circuit, Eigen::Vector2d::Zero(), Eigen::VectorXd::Zero(1),
                                                 Eigen::VectorXd::Constant(1, 0.5));
        QCOMPARE(rest.slopes[0], 1.0);
        QVERIFY((rest.total.topLeftCorner(2, 2) - 0.5 * (Eigen::Matrix2d() << 1.2, 0.3, -0.3, 1.6).finished()).norm() <
                1e-15);
        // Away from it, <phi'> at Delta = |y| (unit covariance of m and I): the same table times another slope.
        const Eigen::Vector2d kappa(3, 4);
        const auto away =
            reduction::couplingsAt(*circuit, kappa, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Constant(1, 0.5));
        const double slope = reduction::gaussianMoments(0, 5).slope;
        QVERIFY(slope > 0 && slope < 0.25);
        QVERIFY((away.total - slope * rest.total).norm() < 1e-14);
        QCOMPARE(away.means.cwiseAbs().maxCoeff(), 0.0);
    }

    void jacobiansOfPopulationsAddUp() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto flow = reduction::meanFieldFlow(circuit, driven, gains);
        const auto parts = flow->populationJacobians(somewhere);
        const Eigen::MatrixXd sum = parts[0] + parts[1] - Eigen::MatrixXd::Identity(2, 2);
        QVERIFY((sum - flow->jacobian(somewhere)).norm() < 1e-14);
        // Each is the derivative of what its population contributes by its couplings: central differences.
        constexpr double h = 1e-5;
        for (int p = 0; p < 2; ++p) {
            const auto at = static_cast<std::size_t>(p);
            for (int s = 0; s < 2; ++s) {
                const auto drive = [&](double step) {
                    Eigen::Vector2d kappa = somewhere;
                    kappa[s] += step;
                    const auto c = reduction::couplingsAt(*circuit, kappa, driven, gains);
                    return Eigen::VectorXd((c.byPopulation[at] * c.state + c.means.col(p)).head(2));
                };
                const Eigen::VectorXd slope = (drive(h) - drive(-h)) / (2 * h);
                QVERIFY((slope - parts[at].col(s)).norm() < 1e-9);
            }
        }
    }

    void wrongSizesAreNamed() {
        const auto circuit = tests::twoPopulationCircuit();
        const auto codeOf = [&](const Eigen::VectorXd& kappa, const Eigen::VectorXd& v, const Eigen::VectorXd& g) {
            try {
                reduction::couplingsAt(*circuit, kappa, v, g);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::stopped;
        };
        QCOMPARE(codeOf(Eigen::VectorXd::Zero(1), driven, gains), ErrorCode::wrongShape);
        QCOMPARE(codeOf(somewhere, Eigen::VectorXd::Zero(3), gains), ErrorCode::inputsDoNotMatch);
        QCOMPARE(codeOf(somewhere, driven, Eigen::VectorXd::Zero(1)), ErrorCode::wrongShape);
        QCOMPARE(codeOf(Eigen::Vector2d(NAN, 0), driven, gains), ErrorCode::notFinite);
    }
};

QTEST_APPLESS_MAIN(CouplingsTest)
#include "tst_couplings.moc"
