// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <functional>

#include "core/error.h"
#include "core/phase/fixed_points.h"
#include "core/phase/portrait.h"
#include "core/reduction/input_plane.h"
#include "tests/core/errors.h"
#include "tests/core/fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;
using test::codeOf;

namespace {

/// A circuit of rank 1 with means and a bias, two populations, two inputs.
std::shared_ptr<reduction::Circuit> lineCircuit() {
    auto circuit = std::make_shared<reduction::Circuit>(reduction::momentsCircuit(*randomNetwork(400, 1, 2)));
    circuit->validate();
    return circuit;
}

/// Both levels, as the line at any v and as the plane of an input.
struct Case {
    std::function<std::unique_ptr<reduction::Flow>(const Eigen::VectorXd& v)> line;
    std::function<std::unique_ptr<reduction::Flow>(int input, const Eigen::VectorXd& u)> plane;
};

std::vector<Case> cases() {
    const auto reduction = std::make_shared<reduction::ExactReduction>(randomNetwork(300, 1));
    const auto circuit = lineCircuit();
    const Eigen::VectorXd g3 = Eigen::Vector3d(1.2, 0.7, 1), g2 = Eigen::Vector2d(1.1, 0.8);
    return {{[=](const auto& v) { return reduction->at(v, g3); },
             [=](int input, const auto& u) { return reduction->planeAt(input, u, g3); }},
            {[=](const auto& v) { return reduction::meanFieldFlow(circuit, v, g2); },
             [=](int input, const auto& u) { return reduction::meanFieldPlane(*circuit, input, u, g2); }}};
}

}  // namespace

class TestInputPlane : public QObject {
    Q_OBJECT

private slots:
    void itIsTheLineAtEveryInput() {
        const Eigen::Vector2d u(0.4, -0.3);
        Random random(3, Stream::starts, 1);
        for (const Case& each : cases())
            for (int input = 0; input < 2; ++input) {
                const auto plane = each.plane(input, u);
                QCOMPARE(plane->rank(), 2);
                QCOMPARE(plane->input(), Eigen::VectorXd(u));
                for (int k = 0; k < 40; ++k) {
                    const Eigen::Vector2d at(2 * random.normal(), random.normal());
                    Eigen::VectorXd v = u;
                    v[input] = at[1];
                    const auto line = each.line(v);
                    const Eigen::VectorXd kappa = at.head(1), f = plane->velocity(at);
                    QVERIFY(std::abs(f[0] - line->velocity(kappa)[0]) < 1e-12);
                    QVERIFY(std::abs(f[1] - (u[input] - at[1])) < 1e-14);
                    QVERIFY((plane->readout(at) - line->readout(kappa)).cwiseAbs().maxCoeff() < 1e-12);
                    QVERIFY((plane->meanSlopes(at) - line->meanSlopes(kappa)).cwiseAbs().maxCoeff() < 1e-12);
                    // F = d - kappa + C g, which fields recombine from.
                    const Eigen::VectorXd sum = plane->drive() - at + plane->contributions(at) * plane->gains();
                    QVERIFY((sum - f).cwiseAbs().maxCoeff() < 1e-12);
                    Eigen::VectorXd single;
                    plane->evaluateSingle(at.cwiseMax(-plane->box()).cwiseMin(plane->box()), single, nullptr);
                    const Eigen::VectorXd both = plane->velocity(at.cwiseMax(-plane->box()).cwiseMin(plane->box()));
                    QVERIFY((single - both).cwiseAbs().maxCoeff() <= plane->singleError() + 1e-15);
                }
            }
    }

    void itsJacobianIsTheDerivative() {
        const Eigen::Vector2d u(0.4, -0.3);
        constexpr double h = 1e-5;
        for (const Case& each : cases()) {
            const auto plane = each.plane(1, u);
            for (const Eigen::Vector2d& at : {Eigen::Vector2d(0.3, 0.2), Eigen::Vector2d(-1.4, 0.9)}) {
                const Eigen::MatrixXd j = plane->jacobian(at);
                for (int s = 0; s < 2; ++s) {
                    const Eigen::VectorXd step = h * Eigen::VectorXd::Unit(2, s);
                    const Eigen::VectorXd slope = (plane->velocity(at + step) - plane->velocity(at - step)) / (2 * h);
                    QVERIFY((slope - j.col(s)).cwiseAbs().maxCoeff() < 1e-8);
                }
                QCOMPARE(j(1, 0), 0.0);
                QCOMPARE(j(1, 1), -1.0);
                Eigen::MatrixXd sum = -Eigen::MatrixXd::Identity(2, 2);
                for (const auto& part : plane->populationJacobians(at)) sum += part;
                QVERIFY((sum - j).cwiseAbs().maxCoeff() < 1e-12);
            }
        }
    }

    void itsFixedPointsAreTheLinesAndProven_data() {
        QTest::addColumn<double>("level");
        for (const double level : {0.0, 0.05, -0.4, 3.0}) QTest::addRow("u = %g", level) << level;
    }
    void itsFixedPointsAreTheLinesAndProven() {
        QFETCH(double, level);
        const Eigen::Vector2d u(0.1, level);
        for (const Case& each : cases()) {
            const auto plane = phase::findFixedPoints(*each.plane(1, u));
            const auto line = phase::findFixedPoints(*each.line(u));
            QVERIFY(plane.proven && line.proven);
            QCOMPARE(plane.indexSum, 1);
            QCOMPARE(plane.points.size(), line.points.size());
            for (std::size_t k = 0; k < line.points.size(); ++k) {
                const auto& point = plane.points[k];
                QVERIFY(std::abs(point.kappa[0] - line.points[k].kappa[0]) < 1e-9);
                QVERIFY(std::abs(point.kappa[1] - level) < 1e-9);
                // One eigenvalue is that of v, the other the line's.
                const double slope = line.points[k].eigenvalues[0].real();
                for (const double expected : {-1.0, slope})
                    QVERIFY(std::min(std::abs(point.eigenvalues[0] - expected),
                                     std::abs(point.eigenvalues[1] - expected)) < 1e-8);
                QCOMPARE(point.unstableDirections, line.points[k].unstableDirections);
                QCOMPARE(point.kind, slope > 0 ? phase::FixedPointKind::saddle : phase::FixedPointKind::stableNode);
            }
        }
    }

    void aFieldKeepsTheDriveWhenGainsMove() {
        const auto reduction = reduction::ExactReduction(randomNetwork(300, 1));
        const Eigen::Vector2d u(0.4, -0.3);
        phase::View view;
        view.input = 0;
        view.xMin = view.yMin = -1.5;
        view.xMax = view.yMax = 1.5;
        auto field = phase::computeFlowField(*reduction.planeAt(0, u, Eigen::Vector3d::Ones()), view, 16, 16);
        const Eigen::Vector3d gains(0.2, 1.7, 0);
        phase::recombine(field, gains);
        const auto other = reduction.planeAt(0, u, gains);
        for (int row = 0; row < 16; ++row)
            for (int column = 0; column < 16; ++column) {
                const auto f = other->velocity(Eigen::Vector2d(field.nodeX(column), field.nodeY(row)));
                const auto k = static_cast<std::size_t>(row * 16 + column);
                QVERIFY(std::abs(static_cast<double>(field.x[k]) - f[0]) < 1e-4);
                QVERIFY(std::abs(static_cast<double>(field.y[k]) - f[1]) < 1e-5);
            }
        // dv/dt = u - v whatever kappa is: the v-nullcline is the line v = u.
        for (const auto& line : phase::nullcline(field, 1))
            for (const phase::Point& point : line) QVERIFY(std::abs(point.y - u[0]) < 1e-5);
        QVERIFY(!phase::nullcline(field, 1).empty());
    }

    void anInputWithoutWeightHasAPlaneToo() {
        auto network = randomNetwork(200, 1);
        network->inputWeights.col(1).setZero();
        const reduction::ExactReduction reduction(network);
        const auto plane = reduction.planeAt(1, Eigen::Vector2d::Zero(), Eigen::Vector3d::Ones());
        QVERIFY(plane->box()[1] > 0);
        const auto census = phase::findFixedPoints(*plane);
        QVERIFY(census.proven);
        const phase::View view = phase::chooseView(*plane, census, {});
        QVERIFY(view.width() > 0 && view.height() > 0);
        for (const auto& point : census.points) QVERIFY(view.contains(point.kappa[0], point.kappa[1]));
    }

    void whatHasNoPlaneIsRefused() {
        const reduction::ExactReduction line(randomNetwork(50, 1)), plane(randomNetwork(50, 2));
        const Eigen::Vector2d u(0, 0);
        const Eigen::VectorXd gains = Eigen::Vector3d::Ones();
        QCOMPARE(codeOf([&] { line.planeAt(2, u, gains); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { line.planeAt(-1, u, gains); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { plane.planeAt(0, u, gains); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { line.planeAt(0, Eigen::VectorXd::Zero(1), gains); }), ErrorCode::inputsDoNotMatch);
        QCOMPARE(codeOf([&] { line.planeAt(0, Eigen::Vector2d(0, NAN), gains); }), ErrorCode::notFinite);
        QCOMPARE(codeOf([&] { line.planeAt(0, u, Eigen::VectorXd::Ones(1)); }), ErrorCode::wrongShape);
        QCOMPARE(codeOf([&] { reduction::meanFieldPlane(*twoPopulationCircuit(), 0, u, u); }), ErrorCode::badOption);
    }
};

QTEST_APPLESS_MAIN(TestInputPlane)
#include "tst_input_plane.moc"
