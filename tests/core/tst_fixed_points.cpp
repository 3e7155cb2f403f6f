// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/phase/fixed_points.h"
#include "core/reduction/gaussian_moments.h"
#include "tests/core/analytic_flows.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

std::vector<Eigen::VectorXd> places(const phase::Census& census) {
    std::vector<Eigen::VectorXd> result;
    for (const auto& point : census.points) result.push_back(point.kappa);
    return result;
}

/// kappa > 0 with sigma <phi'>(kappa) = 1 by bisection: the closed condition of a zero-mean Gaussian circuit.
double gaussianFixedPoint(double sigma) {
    double low = 0, high = 100;
    for (int k = 0; k < 200; ++k) {
        const double middle = 0.5 * (low + high);
        (sigma * reduction::gaussianMoments(0, middle).slope > 1 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// A product of scalar double wells x - x^3: 3^R fixed points at {-1, 0, 1}^R.
tests::FormulaFlow wells(int rank) {
    return {rank, 1.5,
            [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f = k.array() - k.array().cube();
                if (j) *j = (1 - 3 * k.array().square()).matrix().asDiagonal();
            },
            10};
}

}  // namespace

class FixedPointsTest : public QObject {
    Q_OBJECT

private slots:
    void doubleWellsHaveAllTheirPoints_data() {
        QTest::addColumn<int>("rank");
        for (int rank = 1; rank <= 3; ++rank) QTest::addRow("rank %d", rank) << rank;
    }
    void doubleWellsHaveAllTheirPoints() {
        QFETCH(int, rank);
        const auto flow = wells(rank);
        const auto census = phase::findFixedPoints(flow);
        QVERIFY(census.proven);
        QCOMPARE(census.indexSum, rank % 2 == 1 ? 1 : 1);
        QCOMPARE(census.points.size(), static_cast<std::size_t>(std::lround(std::pow(3, rank))));
        for (const auto& point : census.points) {
            int unstable = 0;
            for (double value : point.kappa) {
                QVERIFY(std::abs(value - std::round(value)) < 1e-12);
                unstable += std::round(value) == 0;
            }
            QCOMPARE(point.unstableDirections, unstable);
            const auto kind = unstable == 0      ? phase::FixedPointKind::stableNode
                              : unstable == rank ? phase::FixedPointKind::unstableNode
                                                 : phase::FixedPointKind::saddle;
            QCOMPARE(phase::name(point.kind), phase::name(kind));
        }
    }

    void theProofRefusesAListThatLacksOne() {
        for (int rank = 1; rank <= 3; ++rank) {
            const auto flow = wells(rank);
            const auto whole = places(phase::findFixedPoints(flow));
            QVERIFY(phase::proveComplete(flow, whole).proven);
            for (std::size_t removed = 0; removed < whole.size(); ++removed) {
                auto list = whole;
                list.erase(list.begin() + static_cast<std::ptrdiff_t>(removed));
                const auto proof = phase::proveComplete(flow, list);
                QVERIFY(!proof.proven);
                QCOMPARE(proof.missing.size(), std::size_t{1});
                QVERIFY((proof.missing[0] - whole[removed]).norm() < 1e-9);
            }
            auto list = whole;
            list.push_back(Eigen::VectorXd::Constant(rank, 0.5));
            const auto proof = phase::proveComplete(flow, list);
            QVERIFY(!proof.proven);
            QCOMPARE(proof.spurious.size(), std::size_t{1});
        }
    }

    void twoRemovedPointsOfOppositeIndexAreMissedToo() {
        // Removing a saddle and a node keeps the index sum at +1: the subdivision must notice.
        const auto flow = wells(2);
        auto list = places(phase::findFixedPoints(flow));
        std::erase_if(list, [](const Eigen::VectorXd& k) { return k[0] > 0.5 && k[1] > -0.5; });
        const auto proof = phase::proveComplete(flow, list);
        QCOMPARE(proof.indexSum, 1);
        QVERIFY(!proof.proven);
        QCOMPARE(proof.missing.size(), std::size_t{2});
    }

    void nearbyPointsAreToldApart() {
        // x' = -x (x^2 - a^2): three points within 8e-3 of each other, eigenvalues about 1e-5.
        const double a = 4e-3;
        const tests::FormulaFlow flow(
            1, 1,
            [a](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f[0] = -k[0] * (k[0] * k[0] - a * a);
                if (j) (*j)(0, 0) = a * a - 3 * k[0] * k[0];
            },
            6);
        const auto census = phase::findFixedPoints(flow);
        QVERIFY(census.proven);
        QCOMPARE(census.points.size(), std::size_t{3});
        QVERIFY(std::abs(census.points[2].kappa[0] - a) < 1e-9);
    }

    void criticalPointIsNamedDegenerateAndNotProven() {
        const auto circuit = tests::gaussianCircuit(Eigen::MatrixXd::Identity(1, 1));
        const auto flow = reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1));
        const auto census = phase::findFixedPoints(*flow);
        QVERIFY(!census.proven);
        QCOMPARE(census.undecided.size(), std::size_t{1});
        QCOMPARE(census.points.size(), std::size_t{1});
        QCOMPARE(phase::name(census.points[0].kind), std::string_view("degenerate"));
        QVERIFY(std::abs(census.points[0].kappa[0]) < 1e-3);
        QVERIFY(std::abs(census.undecided[0].centre[0]) <= census.undecided[0].halfWidth[0]);
    }

    void ringOfFixedPointsIsAContinuum() {
        // Equal overlaps in two modes: every point of a circle is a fixed point. Only its centre is isolated.
        const auto circuit = tests::gaussianCircuit(1.6 * Eigen::MatrixXd::Identity(2, 2));
        const auto flow = reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1));
        phase::CensusOptions options;
        options.maximumCells = 60000;
        const auto census = phase::findFixedPoints(*flow, options);
        QVERIFY(!census.proven);
        const double radius = gaussianFixedPoint(1.6);
        const auto ring = std::max_element(census.undecided.begin(), census.undecided.end(),
                                           [](const auto& a, const auto& b) { return a.cells < b.cells; });
        QVERIFY(ring != census.undecided.end());
        QVERIFY(ring->halfWidth[0] >= radius && ring->halfWidth[0] < 1.05 * radius);
        QVERIFY(std::any_of(census.points.begin(), census.points.end(), [](const auto& p) {
            return p.kappa.norm() < 1e-9 && p.kind == phase::FixedPointKind::unstableNode;
        }));
        for (const auto& point : census.points)
            if (point.kind == phase::FixedPointKind::degenerate) QVERIFY(std::abs(point.kappa.norm() - radius) < 1e-6);
    }

    void gaussianCircuitHasItsClosedForm() {
        for (double sigma : {0.5, 1.2, 2.0, 6.0}) {
            const auto circuit = tests::gaussianCircuit(Eigen::MatrixXd::Constant(1, 1, sigma), 100);
            const auto flow = reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1));
            const auto census = phase::findFixedPoints(*flow);
            QVERIFY(census.proven);
            QCOMPARE(census.points.size(), std::size_t{sigma > 1 ? 3u : 1u});
            if (sigma > 1) QVERIFY(std::abs(census.points[2].kappa[0] - gaussianFixedPoint(sigma)) < 1e-9);
            QVERIFY(std::abs(census.points[census.points.size() / 2].eigenvalues[0].real() - (sigma - 1)) < 1e-9);
        }
    }

    void gainScalesTheOverlap() {
        // In the zero-mean mean field g sigma is all that matters.
        const auto circuit = tests::gaussianCircuit(Eigen::MatrixXd::Constant(1, 1, 2.0));
        const auto flow =
            reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Constant(1, 0.7));
        const auto census = phase::findFixedPoints(*flow);
        QVERIFY(std::abs(census.points.back().kappa[0] - gaussianFixedPoint(1.4)) < 1e-9);
        const auto off = phase::findFixedPoints(
            *reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Zero(1)));
        QCOMPARE(off.points.size(), std::size_t{1});
        QVERIFY(off.proven);
        QVERIFY(std::abs(off.points[0].eigenvalues[0].real() + 1) < 1e-12);
    }

    void kindsOfLinearFlows() {
        struct Case {
            Eigen::Matrix2d a;
            phase::FixedPointKind kind;
        };
        const auto matrix = [](double a, double b, double c, double d) {
            Eigen::Matrix2d m;
            m << a, b, c, d;
            return m;
        };
        const Case cases[] = {{matrix(-1, 0, 0, -2), phase::FixedPointKind::stableNode},
                              {matrix(-1, 2, -2, -1), phase::FixedPointKind::stableFocus},
                              {matrix(1, 0, 0, -2), phase::FixedPointKind::saddle},
                              {matrix(1, 0.1, 0, 2), phase::FixedPointKind::unstableNode},
                              {matrix(0.2, 1, -1, 0.2), phase::FixedPointKind::unstableFocus},
                              {matrix(0, 1, -1, 0), phase::FixedPointKind::degenerate}};
        for (const auto& test : cases) {
            const auto point = phase::classify(tests::linearFlow(test.a), Eigen::Vector2d::Zero());
            QCOMPARE(phase::name(point.kind), phase::name(test.kind));
            for (int k = 0; k < 2; ++k) {
                const Eigen::Vector2cd rest = test.a.cast<std::complex<double>>() * point.eigenvectors.col(k) -
                                              point.eigenvalues[k] * point.eigenvectors.col(k);
                QVERIFY(rest.norm() < 1e-12);
            }
        }
    }

    void sampledNetworksApproachTheMeanField() {
        // Root mean square distance of matched fixed points over seeds falls as 1/sqrt(N), with gains (1, 0.2) as
        // without.
        const auto circuit = std::make_shared<reduction::Circuit>();
        circuit->rank = 1;
        circuit->inputs = 1;
        circuit->outputs = 1;
        for (int p = 0; p < 2; ++p) {
            reduction::Population population;
            population.fraction = 0.5;
            population.mean = Eigen::VectorXd::Zero(4);
            population.covariance = Eigen::Vector4d(1, 16, 1, 1).asDiagonal();
            population.covariance(0, 1) = population.covariance(1, 0) = p == 0 ? 3.0 : 1.5;
            circuit->populations.push_back(population);
        }
        const Eigen::VectorXd u = Eigen::VectorXd::Zero(1);
        for (const Eigen::Vector2d& gains : {Eigen::Vector2d(1, 1), Eigen::Vector2d(1, 0.2)}) {
            const auto limit = phase::findFixedPoints(*reduction::meanFieldFlow(circuit, u, gains));
            QCOMPARE(limit.points.size(), std::size_t{3});
            double previous = 0;
            for (Eigen::Index units : {1000, 10000, 100000}) {
                double sum = 0;
                constexpr int seeds = 8;
                for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
                    const auto network = std::make_shared<network::Network>(reduction::sample(*circuit, units, seed));
                    const auto census = phase::findFixedPoints(*reduction::ExactReduction(network).at(u, gains));
                    QVERIFY(census.proven);
                    QCOMPARE(census.points.size(), limit.points.size());
                    for (std::size_t k = 0; k < 3; ++k) {
                        sum += (census.points[k].kappa - limit.points[k].kappa).squaredNorm();
                        QCOMPARE(phase::name(census.points[k].kind), phase::name(limit.points[k].kind));
                    }
                }
                const double error = std::sqrt(sum / seeds);
                // Ten times the units: 3.16 times closer; a factor 1.8 leaves room for eight seeds' chance.
                if (previous > 0) {
                    QVERIFY2(error < previous / 1.8, qPrintable(QString("%1 after %2").arg(error).arg(previous)));
                    QVERIFY2(error > previous / 6, qPrintable(QString("%1 after %2").arg(error).arg(previous)));
                }
                previous = error;
            }
        }
    }

    void higherRankIsSearchedAndNotProven() {
        const auto flow = wells(4);
        phase::CensusOptions options;
        options.quietStarts = 2000;
        const auto census = phase::findFixedPoints(flow, options);
        QVERIFY(!census.proven);
        QCOMPARE(census.points.size(), std::size_t{81});
        QCOMPARE(census.startsWithoutNew, 2000);
        QVERIFY(census.starts > 2000);
        QCOMPARE(census.indexSum, 1);
    }

    void randomNetworksAreProven() {
        // Against a brute search: Newton from a fine grid finds nothing that the census lacks.
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            const auto network = tests::randomNetwork(60, 2, 2, seed);
            const auto flow = reduction::ExactReduction(network).at(Eigen::Vector2d(0.1, 0), Eigen::Vector2d(1.5, 0.8));
            const auto census = phase::findFixedPoints(*flow);
            QVERIFY2(census.proven, qPrintable(QString("seed %1").arg(seed)));
            QCOMPARE(census.indexSum, 1);
            const Eigen::VectorXd box = flow->box();
            for (int i = -12; i <= 12; ++i)
                for (int j = -12; j <= 12; ++j) {
                    Eigen::VectorXd kappa = Eigen::Vector2d(box[0] * i / 12, box[1] * j / 12);
                    if (!phase::refineFixedPoint(*flow, kappa, 60)) continue;
                    QVERIFY(std::any_of(census.points.begin(), census.points.end(),
                                        [&](const auto& p) { return (p.kappa - kappa).norm() < 1e-6; }));
                }
        }
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        try {
            phase::findFixedPoints(wells(2), {}, stop.get_token());
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
    }
};

QTEST_GUILESS_MAIN(FixedPointsTest)
#include "tst_fixed_points.moc"
