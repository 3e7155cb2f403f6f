// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/error.h"
#include "core/phase/streamlines.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using phase::Point;
using phase::Polyline;

namespace {

phase::View square(double half) {
    phase::View view;
    view.xMin = view.yMin = -half;
    view.xMax = view.yMax = half;
    return view;
}

/// A field whose first component is a formula (the second is 1).
phase::FlowField field(const std::function<double(double, double)>& formula, int nodes = 48, double half = 2) {
    const tests::FormulaFlow flow(
        2, 3, [&](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) { f << formula(k[0], k[1]), 1; });
    return phase::computeFlowField(flow, square(half), nodes, nodes);
}

bool closed(const Polyline& line) {
    return line.size() > 3 && line.front().x == line.back().x && line.front().y == line.back().y;
}

double distance(Point p, Point a, Point b) {
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double squared = dx * dx + dy * dy;
    const double t = squared > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / squared, 0.0, 1.0) : 0;
    return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

double distance(Point p, const std::vector<Polyline>& lines) {
    double smallest = std::numeric_limits<double>::infinity();
    for (const Polyline& line : lines)
        for (std::size_t k = 1; k < line.size(); ++k) smallest = std::min(smallest, distance(p, line[k - 1], line[k]));
    return smallest;
}

bool onBorder(Point p, double half) {
    return std::max(std::abs(p.x), std::abs(p.y)) > half * (1 - 1e-9);
}

}  // namespace

class NullclinesTest : public QObject {
    Q_OBJECT
private slots:
    void circleIsOneClosedLine() {
        const auto lines = phase::nullcline(field([](double x, double y) { return x * x + y * y - 1; }), 0);
        QCOMPARE(lines.size(), std::size_t{1});
        QVERIFY(closed(lines[0]));
        for (std::size_t k = 0; k + 1 < lines[0].size(); ++k) {
            const Point p = lines[0][k];
            QVERIFY(std::abs(std::hypot(p.x, p.y) - 1) < 1e-5);
            const Point q = lines[0][k + 1];
            QVERIFY(std::abs(std::hypot((p.x + q.x) / 2, (p.y + q.y) / 2) - 1) < 1e-3 * 4);
        }
    }

    void everyBranchOfTheVanDerPolNullcline() {
        // y = x / (mu (1 - x^2)): three branches, each from border to border.
        for (double mu : {0.7, 1.0, 2.5}) {
            const auto vdp = phase::computeFlowField(tests::vanDerPol(mu), square(4));
            const auto lines = phase::nullcline(vdp, 1);
            QCOMPARE(lines.size(), std::size_t{3});
            for (const Polyline& line : lines) {
                QVERIFY(onBorder(line.front(), 4) && onBorder(line.back(), 4));
                for (const Point& p : line) {
                    // Distance from the true curve: value over gradient.
                    const double value = mu * (1 - p.x * p.x) * p.y - p.x;
                    const double gradient = std::hypot(-2 * mu * p.x * p.y - 1, mu * (1 - p.x * p.x));
                    QVERIFY2(std::abs(value) / gradient < 1e-3 * 8, qPrintable(QString("%1 %2").arg(p.x).arg(p.y)));
                }
            }
            for (double x = -3.99; x < 4; x += 0.01) {
                const double y = x / (mu * (1 - x * x));
                if (std::abs(y) < 4) QVERIFY(distance({x, y}, lines) < 1e-3 * 8);
            }
            const auto axis = phase::nullcline(vdp, 0);
            QCOMPARE(axis.size(), std::size_t{1});
            for (const Point& p : axis[0]) QVERIFY(std::abs(p.y) < 1e-6);
        }
    }

    void sharpCurvesWithinAThousandthOfTheView() {
        const auto formula = [](double x, double y) { return y - std::sin(4 * x) * std::cos(y); };
        const auto lines = phase::nullcline(field(formula), 0);
        QCOMPARE(lines.size(), std::size_t{1});
        for (const Point& p : lines[0]) {
            const double gradient =
                std::hypot(4 * std::cos(4 * p.x) * std::cos(p.y), 1 + std::sin(4 * p.x) * std::sin(p.y));
            QVERIFY(std::abs(formula(p.x, p.y)) / gradient < 1e-3 * 4);
        }
    }

    void exactZerosOnNodes() {
        // An odd number of nodes puts a row of exact zeros, and for the circle single nodes, on the contour.
        const auto line = phase::nullcline(field([](double, double y) { return y; }, 49), 0);
        QCOMPARE(line.size(), std::size_t{1});
        QVERIFY(onBorder(line[0].front(), 2) && onBorder(line[0].back(), 2));
        QVERIFY(std::abs(line[0].front().x - line[0].back().x) > 4 - 1e-9);
        for (const Point& p : line[0]) QCOMPARE(p.y, 0.0);
        const auto diagonal = phase::nullcline(field([](double x, double y) { return x - y; }, 33), 0);
        QCOMPARE(diagonal.size(), std::size_t{1});
        const auto circle = phase::nullcline(field([](double x, double y) { return x * x + y * y - 1; }, 33), 0);
        QCOMPARE(circle.size(), std::size_t{1});
        QVERIFY(closed(circle[0]));
    }

    void crossingsAreResolvedByTheCentre_data() {
        QTest::addColumn<double>("offset");
        QTest::addColumn<int>("nodes");
        for (int nodes : {48, 49})
            for (double offset : {1e-2, 2e-5, -2e-5, -1e-2})
                QTest::addRow("%d nodes, xy = %g", nodes, offset) << offset << nodes;
    }
    void crossingsAreResolvedByTheCentre() {
        // Branches of xy = c stay in their quadrants, however near they pass.
        QFETCH(double, offset);
        QFETCH(int, nodes);
        const auto lines = phase::nullcline(field([&](double x, double y) { return x * y - offset; }, nodes), 0);
        QCOMPARE(lines.size(), std::size_t{2});
        for (const Polyline& line : lines) {
            QVERIFY(onBorder(line.front(), 2) && onBorder(line.back(), 2));
            for (const Point& p : line) {
                QVERIFY(p.x * line[0].x > -1e-9);
                QVERIFY(p.y * line[0].y > -1e-9);
            }
        }
    }

    void everyLoopIsFound() {
        // cos(3x) cos(3y) = 0.5: a chequerboard of closed loops around the maxima, 5 whole ones within |x| <= 1.4 and
        // none beyond.
        const auto lines = phase::nullcline(
            field([](double x, double y) { return std::cos(3 * x) * std::cos(3 * y) - 0.5; }, 48, 1.4), 0);
        int loops = 0;
        for (const Polyline& line : lines) loops += closed(line) ? 1 : 0;
        for (const Polyline& line : lines)
            QVERIFY(closed(line) || (onBorder(line.front(), 1.4) && onBorder(line.back(), 1.4)));
        // Maxima with cos cos = 1 at multiples of pi / 3 with an even sum: the origin, and (+-1, +-1) pi / 3.
        QCOMPARE(loops, 5);
    }

    void refiningConverges() {
        // Vertices lie on the interpolant; chords between them shorten with every halving.
        const auto circle = field([](double x, double y) { return x * x + y * y - 1; }, 12);
        double before = 1;
        for (int refine : {0, 1, 2, 3}) {
            double worst = 0;
            const auto lines = phase::nullcline(circle, 0, refine);
            QCOMPARE(lines.size(), std::size_t{1});
            for (std::size_t k = 0; k + 1 < lines[0].size(); ++k)
                worst = std::max(worst, std::abs(1 - std::hypot((lines[0][k].x + lines[0][k + 1].x) / 2,
                                                                (lines[0][k].y + lines[0][k + 1].y) / 2)));
            QVERIFY(worst < before / 2.5);
            before = worst;
        }
    }

    void fieldsWithoutANullcline() {
        QVERIFY(phase::nullcline(field([](double, double) { return 1; }), 0).empty());
        QVERIFY(phase::nullcline(field([](double, double) { return 0; }), 0).empty());
        // Touching zero at one node is no line.
        QVERIFY(phase::nullcline(field([](double x, double y) { return -x * x - y * y; }, 49), 0).empty());
    }

    void wrongArgumentsAreNamed() {
        const auto any = field([](double x, double) { return x; });
        for (int component : {-1, 2}) QVERIFY_EXCEPTION_THROWN(phase::nullcline(any, component), Error);
        for (int refine : {-1, 7}) QVERIFY_EXCEPTION_THROWN(phase::nullcline(any, 0, refine), Error);
    }
};

QTEST_GUILESS_MAIN(NullclinesTest)
#include "tst_nullclines.moc"
