// SPDX-License-Identifier: GPL-3.0-or-later
#include <Eigen/LU>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/phase/manifolds.h"
#include "core/phase/readout_field.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using namespace kappascope::phase;

namespace {

View square(double half) {
    View view;
    view.xMin = view.yMin = -half;
    view.xMax = view.yMax = half;
    return view;
}

Census censusOf(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points) {
    Census census;
    for (const Eigen::VectorXd& point : points) census.points.push_back(classify(flow, point));
    return census;
}

std::vector<Manifold> manifoldsOf(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points,
                                  ManifoldOptions options = {}, double half = 2) {
    options.view = square(half);
    return findManifolds(flow, censusOf(flow, points), {}, options);
}

Eigen::VectorXd at(double x, double y) {
    return Eigen::Vector2d(x, y);
}

/// x' = x, y' = -y + x^2: the unstable manifold of the origin is y = x^2 / 3, the stable one x = 0.
tests::FormulaFlow parabola() {
    return {2, 4, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f << k[0], -k[1] + k[0] * k[0];
                if (j) *j << 1, 0, 2 * k[0], -1;
            }};
}

/// x' = y, y' = x - x^3 + damping (level - x^2) y. Undamped, the unstable manifold of the origin comes back as its
/// stable one, along y^2 = x^2 - x^4 / 2.
tests::FormulaFlow duffing(double damping = 0, double level = 1) {
    return {2, 4, [damping, level](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                const double x = k[0], y = k[1];
                f << y, x - x * x * x + damping * (level - x * x) * y;
                if (j) *j << 0, 1, 1 - 3 * x * x - 2 * damping * x * y, damping * (level - x * x);
            }};
}

double largestParabolaError(double start) {
    ManifoldOptions options;
    options.start = start;
    options.tolerance = 1e-13;
    double error = 0;
    for (const Manifold& branch : manifoldsOf(parabola(), {at(0, 0)}, options))
        if (!branch.stable)
            for (Eigen::Index k = 2; k < branch.points.cols(); ++k)
                error = std::max(error, std::abs(branch.points(1, k) - std::pow(branch.points(0, k), 2) / 3));
    return error;
}

}  // namespace

class ManifoldsTest : public QObject {
    Q_OBJECT

private slots:
    void aLinearSaddleHasStraightLines() {
        Eigen::Matrix2d vectors, values;
        vectors << 2, -1, 1, 3;
        values << 0.7, 0, 0, -1.9;
        const auto flow = tests::linearFlow(vectors * values * vectors.inverse());
        const auto manifolds = manifoldsOf(flow, {at(0, 0)});
        QCOMPARE(manifolds.size(), std::size_t(4));
        int stable = 0;
        for (const Manifold& branch : manifolds) {
            stable += branch.stable ? 1 : 0;
            const Eigen::Vector2d along = vectors.col(branch.stable ? 1 : 0).normalized();
            QVERIFY(branch.end == ManifoldEnd::outside);
            QCOMPARE(branch.saddle, std::size_t(0));
            QVERIFY(branch.points.col(0).norm() == 0);
            QVERIFY(branch.points.rightCols(1).norm() > 2);
            double reach = -1;
            for (Eigen::Index k = 0; k < branch.points.cols(); ++k) {
                const Eigen::Vector2d p = branch.points.col(k);
                QVERIFY(std::abs(along[0] * p[1] - along[1] * p[0]) < 1e-7);
                QVERIFY(std::abs(along.dot(p)) > reach);
                reach = std::abs(along.dot(p));
            }
        }
        QCOMPARE(stable, 2);
    }

    void aCurvedManifoldIsItsClosedForm() {
        const auto manifolds = manifoldsOf(parabola(), {at(0, 0)});
        QCOMPARE(manifolds.size(), std::size_t(4));
        for (const Manifold& branch : manifolds) {
            for (Eigen::Index k = 0; k < branch.points.cols(); ++k) {
                const double x = branch.points(0, k), y = branch.points(1, k);
                const double error = branch.stable ? std::abs(x) : std::abs(y - x * x / 3);
                QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
            }
            // Tangent to the eigenvector where it starts.
            const Eigen::Vector2d first = branch.points.col(1).normalized();
            QVERIFY(std::abs(std::abs(first[branch.stable ? 1 : 0]) - 1) < 1e-6);
        }
    }

    void theErrorFallsWithTheSquareOfTheStart() {
        const double coarse = largestParabolaError(0.02), fine = largestParabolaError(0.01);
        QVERIFY2(coarse / fine > 3.6 && coarse / fine < 4.4, qPrintable(QString::number(coarse / fine)));
    }

    void aHomoclinicLoopComesHome() {
        for (const Manifold& branch : manifoldsOf(duffing(), {at(-1, 0), at(0, 0), at(1, 0)})) {
            QCOMPARE(branch.saddle, std::size_t(1));
            double furthest = 0;
            for (const auto point : branch.points.colwise()) {
                const double x = point[0], y = point[1];
                QVERIFY(std::abs(y * y - x * x + x * x * x * x / 2) < 1e-6);
                furthest = std::max(furthest, std::abs(x));
            }
            QVERIFY(std::abs(furthest - std::sqrt(2.0)) < 1e-3);
            const Eigen::Vector2d last = branch.points.rightCols(1);
            QVERIFY(last.norm() < 0.01);
        }
    }

    void branchesEndOnTheNodesTheyRunInto() {
        const auto manifolds = manifoldsOf(tests::pitchfork(1), {at(-1, 0), at(0, 0), at(1, 0)});
        QCOMPARE(manifolds.size(), std::size_t(4));
        std::vector<int> targets;
        for (const Manifold& branch : manifolds) {
            if (branch.stable) {
                QVERIFY(branch.end == ManifoldEnd::outside);
                continue;
            }
            QVERIFY(branch.end == ManifoldEnd::fixedPoint);
            targets.push_back(branch.target);
            QVERIFY(std::abs(std::abs(branch.points(0, branch.points.cols() - 1)) - 1) < 1e-12);
        }
        std::sort(targets.begin(), targets.end());
        QCOMPARE(targets, std::vector<int>({0, 2}));
    }

    void branchesWindOntoACycle_data() {
        QTest::addColumn<bool>("known");
        QTest::newRow("listed") << true;
        QTest::newRow("not listed") << false;
    }
    void branchesWindOntoACycle() {
        // Damped so that one large cycle attracts all: the unstable manifold of the saddle winds onto it, the stable
        // one comes out of the unstable foci.
        QFETCH(bool, known);
        const auto flow = duffing(0.5, 1.5);
        const Census census = findFixedPoints(flow);
        QCOMPARE(census.points.size(), std::size_t(3));
        const auto cycles = known ? findLimitCycles(flow, census) : std::vector<LimitCycle>{};
        QCOMPARE(cycles.size(), std::size_t(known ? 1 : 0));
        ManifoldOptions options;
        options.view = square(2.5);
        const auto manifolds = findManifolds(flow, census, cycles, options);
        QCOMPARE(manifolds.size(), std::size_t(4));
        for (const Manifold& branch : manifolds) {
            const QString found = QStringLiteral("%1 stable %2 points %3 last %4 %5")
                                      .arg(static_cast<int>(branch.end))
                                      .arg(branch.stable)
                                      .arg(branch.points.cols())
                                      .arg(branch.points(0, branch.points.cols() - 1))
                                      .arg(branch.points(1, branch.points.cols() - 1));
            QVERIFY2(branch.end == (branch.stable ? ManifoldEnd::fixedPoint : ManifoldEnd::cycle), qPrintable(found));
            if (branch.stable) QVERIFY(branch.target == 0 || branch.target == 2);
        }
    }

    void aboveRankTwoOnlyLines() {
        const auto one = tests::linearFlow(Eigen::Vector3d(1, -1, -2).asDiagonal());
        const auto unstable = manifoldsOf(one, {Eigen::Vector3d::Zero()});
        QCOMPARE(unstable.size(), std::size_t(2));
        for (const Manifold& branch : unstable) {
            QVERIFY(!branch.stable);
            QVERIFY(branch.points.bottomRows(2).cwiseAbs().maxCoeff() < 1e-9);
        }
        const auto two = tests::linearFlow(Eigen::Vector3d(1, 2, -1).asDiagonal());
        const auto stable = manifoldsOf(two, {Eigen::Vector3d::Zero()});
        QCOMPARE(stable.size(), std::size_t(2));
        for (const Manifold& branch : stable) QVERIFY(branch.stable);
    }

    void theDrawnOnesFollowTheField() {
        const auto flow = parabola();
        const FlowField field = computeFlowField(flow, square(2), 48, 48);
        const auto manifolds = drawnManifolds(field, censusOf(flow, {at(0, 0)}), {});
        QCOMPARE(manifolds.size(), std::size_t(4));
        for (const Manifold& branch : manifolds) {
            QVERIFY(branch.end == ManifoldEnd::outside);
            for (const auto point : branch.points.colwise()) {
                const double x = point[0], y = point[1];
                QVERIFY((branch.stable ? std::abs(x) : std::abs(y - x * x / 3)) < 2e-3);
            }
        }
    }

    void stoppingStops() {
        std::stop_source source;
        source.request_stop();
        ManifoldOptions options;
        options.view = square(2);
        try {
            (void)findManifolds(parabola(), censusOf(parabola(), {at(0, 0)}), {}, options, source.get_token());
            QFAIL("not stopped");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::stopped);
        }
    }

    void contoursOfTheReadout() {
        // z = x^2 + y^2 - 1 over a square of half-width 2: circles.
        class Bowl : public tests::FormulaFlow {
        public:
            Bowl() : FormulaFlow(tests::linearFlow(-Eigen::Matrix2d::Identity())) {}
            int outputs() const override { return 1; }
            Eigen::VectorXd readout(const Eigen::VectorXd& k) const override {
                return Eigen::VectorXd::Constant(1, k.squaredNorm() - 1);
            }
        };
        const ReadoutField field = computeReadoutField(Bowl(), square(2));
        QVERIFY(std::abs(field.minimum() + 1) < 1e-6 && std::abs(field.maximum() - 7) < 1e-6);
        for (const double level : {-0.5, 0.0, 2.0, 6.0}) {
            for (const Polyline& line : contour(field, level))
                for (const Point& p : line) QVERIFY(std::abs(p.x * p.x + p.y * p.y - 1 - level) < 2e-4);
        }
        QCOMPARE(contour(field, 0).size(), std::size_t(1));
        QVERIFY(contour(field, 100).empty());
        QVERIFY(computeReadoutField(tests::pitchfork(1), square(1)).isEmpty());
        QVERIFY(computeReadoutField(Bowl(), square(1), 33, {}, 1).isEmpty());
    }
};

QTEST_APPLESS_MAIN(ManifoldsTest)
#include "tst_manifolds.moc"
