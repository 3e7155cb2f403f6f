// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/phase/flow_field.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using phase::FlowField;
using phase::View;

namespace {

View square(double half) {
    View view;
    view.xMin = view.yMin = -half;
    view.xMax = view.yMax = half;
    return view;
}

/// F = -kappa + g_1 (sin y, x y) + g_2 (x^2, cos x), two populations in closed form.
class TwoPopulations : public tests::FormulaFlow {
public:
    explicit TwoPopulations(Eigen::Vector2d gains)
        : FormulaFlow(
              2, 3,
              [gains](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) { f = -k + both(k) * gains; }),
          pair_(gains) {}
    static Eigen::Matrix2d both(const Eigen::VectorXd& k) {
        Eigen::Matrix2d c;
        c << std::sin(k[1]), k[0] * k[0], k[0] * k[1], std::cos(k[0]);
        return c;
    }
    const Eigen::VectorXd& gains() const override { return pair_; }
    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override { return both(kappa); }
    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        const Eigen::Index count = kappas.cols();
        for (Eigen::Index k = 0; k < count; ++k) {
            const Eigen::Matrix2d c = both(kappas.col(k));
            for (std::size_t a = 0; a < axes.size(); ++a)
                for (int p = 0; p < 2; ++p)
                    out[(static_cast<Eigen::Index>(a) * 2 + p) * count + k] = static_cast<float>(c(axes[a], p));
        }
    }

private:
    Eigen::VectorXd pair_;
};

/// Code of the error that a call throws; nothing thrown is a failure.
template <class Call>
ErrorCode codeOf(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::didNotConverge;
}

double largestError(const FlowField& field, const reduction::Flow& flow) {
    double largest = 0;
    for (int j = 0; j <= 100; ++j)
        for (int i = 0; i <= 100; ++i) {
            const double x = field.view.xMin + field.view.width() * i / 100;
            const double y = field.view.yMin + field.view.height() * j / 100;
            const auto v = field.at(x, y);
            const Eigen::VectorXd f = flow.velocity(Eigen::Vector2d(x, y));
            largest = std::max(largest, std::hypot(v.x - f[0], v.y - f[1]));
        }
    return largest;
}

}  // namespace

class FlowFieldTest : public QObject {
    Q_OBJECT
private slots:
    void nodesHoldTheFlow() {
        const tests::FormulaFlow flow = tests::vanDerPol(1.5);
        View view = square(3);
        view.xMax = 2;
        const FlowField field = phase::computeFlowField(flow, view, 37, 21);
        QCOMPARE(field.count(), 37 * 21);
        double fastest = 0;
        for (int j = 0; j < 21; ++j)
            for (int i = 0; i < 37; ++i) {
                const Eigen::VectorXd f = flow.velocity(Eigen::Vector2d(field.nodeX(i), field.nodeY(j)));
                const auto k = static_cast<std::size_t>(j * 37 + i);
                QVERIFY(std::abs(static_cast<double>(field.x[k]) - f[0]) < 1e-5);
                QVERIFY(std::abs(static_cast<double>(field.y[k]) - f[1]) < 1e-5);
                fastest = std::max(fastest, f.norm());
            }
        QVERIFY(std::abs(field.maximumSpeed() - fastest) < 1e-5 * fastest);
    }

    void interpolationReproducesQuadratics() {
        const tests::FormulaFlow flow(2, 3, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) {
            f << 1 + 2 * k[0] - k[0] * k[0] + k[0] * k[1], 3 * k[1] * k[1] - k[0];
        });
        for (int nodes : {4, 5, 12})
            QVERIFY(largestError(phase::computeFlowField(flow, square(1), nodes, nodes), flow) < 3e-6);
    }

    void interpolationIsOfThirdOrder() {
        const tests::FormulaFlow flow(2, 3, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) {
            f << std::sin(3 * k[0] + k[1]), std::cos(2 * k[1] - k[0]);
        });
        const double coarse = largestError(phase::computeFlowField(flow, square(1), 11, 11), flow);
        const double fine = largestError(phase::computeFlowField(flow, square(1), 41, 41), flow);
        QVERIFY2(std::log(coarse / fine) / std::log(4.0) > 2.7, qPrintable(QString("%1 %2").arg(coarse).arg(fine)));
    }

    void interpolationIsClampedToTheView() {
        const FlowField field = phase::computeFlowField(tests::vanDerPol(1), square(2), 16, 16);
        const auto corner = field.at(2, -2);
        const auto outside = field.at(7, -1e9);
        QCOMPARE(outside.x, corner.x);
        QCOMPARE(outside.y, corner.y);
        const auto nowhere = field.at(std::nan(""), 0);
        QVERIFY(std::isfinite(nowhere.x) && std::isfinite(nowhere.y));
    }

    void gainsRecombine() {
        FlowField field = phase::computeFlowField(TwoPopulations({1, 1}), square(2), 24, 30);
        for (const Eigen::Vector2d& gains : {Eigen::Vector2d(0, 0), Eigen::Vector2d(0.3, 1.7), Eigen::Vector2d(2, 0)}) {
            phase::recombine(field, gains);
            const FlowField direct = phase::computeFlowField(TwoPopulations(gains), square(2), 24, 30);
            for (std::size_t k = 0; k < field.x.size(); ++k) {
                const int i = static_cast<int>(k) % 24;
                const int j = static_cast<int>(k) / 24;
                const Eigen::Vector2d kappa(field.nodeX(i), field.nodeY(j));
                const Eigen::Vector2d f = -kappa + TwoPopulations::both(kappa) * gains;
                QVERIFY(std::abs(static_cast<double>(field.x[k]) - f[0]) < 2e-6);
                QVERIFY(std::abs(static_cast<double>(field.y[k]) - f[1]) < 2e-6);
                QCOMPARE(field.x[k], direct.x[k]);
            }
        }
    }

    void slicesThroughHigherRanks() {
        Eigen::Matrix4d a;
        a << -1, 2, 0.5, 0, 0, -1, 1, 3, 1, 1, -2, 0, 0.25, 0, 1, -1;
        View view = square(1);
        view.axes = {3, 1};
        view.held = Eigen::Vector4d(0.7, 0, -0.4, 0);
        const FlowField field = phase::computeFlowField(tests::linearFlow(a), view, 9, 9);
        const Eigen::Vector4d kappa(0.7, field.nodeY(6), -0.4, field.nodeX(2));
        QVERIFY(std::abs(static_cast<double>(field.x[6 * 9 + 2]) - (a * kappa)[3]) < 1e-5);
        QVERIFY(std::abs(static_cast<double>(field.y[6 * 9 + 2]) - (a * kappa)[1]) < 1e-5);
    }

    void lineOfRankOne() {
        const tests::FormulaFlow flow(1, 3, [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) {
            f << 2 * std::tanh(k[0]) - k[0];
        });
        phase::FlowLine line = phase::computeFlowLine(flow, -2, 3, 101);
        for (int k = 0; k < line.count(); ++k) {
            const double kappa = line.node(k);
            QVERIFY(std::abs(static_cast<double>(line.speed[static_cast<std::size_t>(k)]) -
                             (2 * std::tanh(kappa) - kappa)) < 2e-6);
        }
        phase::recombine(line, Eigen::VectorXd::Constant(1, 0.5));
        QVERIFY(std::abs(static_cast<double>(line.speed[100]) - (std::tanh(3.0) - 3)) < 2e-6);
    }

    void wrongArgumentsAreNamed() {
        const tests::FormulaFlow flow = tests::vanDerPol(1);
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, square(1), 3, 48); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, square(1), 48, 2049); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, square(-1)); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, square(std::nan(""))); }), ErrorCode::badOption);
        View view = square(1);
        view.axes = {0, 2};
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, view); }), ErrorCode::wrongShape);
        view.axes = {1, 1};
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, view); }), ErrorCode::wrongShape);
        view.axes = {1, 0};
        view.held = Eigen::VectorXd::Zero(3);
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, view); }), ErrorCode::wrongShape);
        QCOMPARE(codeOf([&] { phase::computeFlowLine(flow, -1, 1); }), ErrorCode::wrongShape);
        FlowField field = phase::computeFlowField(flow, square(1));
        QCOMPARE(codeOf([&] { phase::recombine(field, Eigen::VectorXd::Ones(2)); }), ErrorCode::wrongShape);
        std::stop_source source;
        source.request_stop();
        QCOMPARE(codeOf([&] { phase::computeFlowField(flow, square(1), 48, 48, source.get_token()); }),
                 ErrorCode::stopped);
    }

    void viewsCompareAndPlacePoints() {
        View view = square(2);
        View other = view;
        QVERIFY(view == other);
        other.held = Eigen::VectorXd::Zero(2);
        QVERIFY(!(view == other));
        view.axes = {2, 0};
        view.held = Eigen::Vector3d(7, 8, 9);
        QCOMPARE(view.kappa(1, -1, 3), Eigen::VectorXd(Eigen::Vector3d(-1, 8, 1)));
        QCOMPARE(square(2).kappa(0.5, 3, 1), Eigen::VectorXd(Eigen::VectorXd::Constant(1, 0.5)));
    }
};

QTEST_GUILESS_MAIN(FlowFieldTest)
#include "tst_flow_field.moc"
