// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "core/phase/streamlines.h"
#include "tests/core/analytic_flows.h"

using namespace kappascope;
using phase::FlowField;
using phase::Point;
using phase::Polyline;
using phase::Streamline;
using phase::StreamlineOptions;
using phase::StreamlineSet;

namespace {

phase::View square(double half) {
    phase::View view;
    view.xMin = view.yMin = -half;
    view.xMax = view.yMax = half;
    return view;
}

Eigen::Matrix2d matrix(double a, double b, double c, double d) {
    Eigen::Matrix2d m;
    m << a, b, c, d;
    return m;
}

/// A portrait to draw lines for: its flow, its fixed points, its cycles.
struct Scene {
    const char* name;
    tests::FormulaFlow flow;
    std::vector<Point> fixedPoints;
    std::vector<Polyline> cycles;
};

Polyline circle(double radius) {
    Polyline line;
    for (int k = 0; k <= 256; ++k) {
        const double angle = 2 * std::numbers::pi * k / 256;
        line.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    }
    line.back() = line.front();
    return line;
}

std::vector<Scene> scenes() {
    return {{"saddle", tests::linearFlow(matrix(1, 0, 0, -1)), {{0, 0}}, {}},
            {"node", tests::linearFlow(matrix(-1, 0, 0, -3)), {{0, 0}}, {}},
            {"focus", tests::linearFlow(matrix(-0.3, -1, 1, -0.3)), {{0, 0}}, {}},
            {"weak focus", tests::linearFlow(matrix(-0.03, -1, 1, -0.03)), {{0, 0}}, {}},
            {"centre", tests::linearFlow(matrix(0, -1, 1, 0)), {{0, 0}}, {}},
            {"cycle", tests::hopf(0.8, 1), {{0, 0}}, {circle(std::sqrt(0.8))}},
            {"unknown cycle", tests::hopf(0.8, 1), {{0, 0}}, {}},
            {"Van der Pol", tests::vanDerPol(1), {{0, 0}}, {}},
            {"pitchfork", tests::pitchfork(1), {{0, 0}, {1, 0}, {-1, 0}}, {}},
            {"no fixed point",
             tests::FormulaFlow(2, 3,
                                [](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) {
                                    f << 1 + 0.5 * std::sin(2 * k[1]), std::cos(k[0]);
                                }),
             {},
             {}}};
}

constexpr double half = 2;
const double diagonal = 2 * half * std::numbers::sqrt2;

StreamlineSet draw(const Scene& scene, StreamlineOptions options = {}) {
    options.fixedPoints = scene.fixedPoints;
    options.cycles = scene.cycles;
    return phase::evenlySpacedStreamlines(phase::computeFlowField(scene.flow, square(half)), options);
}

double distance(Point a, Point b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// Distance from a polyline, leaving out what lies within `skip` along the line of its point `own`.
double distance(Point p, const Polyline& line, std::ptrdiff_t own = -1, double skip = 0) {
    double smallest = std::numeric_limits<double>::infinity();
    std::vector<double> along(line.size(), 0);
    for (std::size_t k = 1; k < line.size(); ++k) along[k] = along[k - 1] + distance(line[k - 1], line[k]);
    for (std::size_t k = 1; k < line.size(); ++k) {
        if (own >= 0 && std::abs(along[k] - along[static_cast<std::size_t>(own)]) < skip) continue;
        const double dx = line[k].x - line[k - 1].x;
        const double dy = line[k].y - line[k - 1].y;
        const double t =
            std::clamp(((p.x - line[k - 1].x) * dx + (p.y - line[k - 1].y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
        smallest = std::min(smallest, distance(p, {line[k - 1].x + t * dx, line[k - 1].y + t * dy}));
    }
    return smallest;
}

double length(const Polyline& line) {
    double sum = 0;
    for (std::size_t k = 1; k < line.size(); ++k) sum += distance(line[k - 1], line[k]);
    return sum;
}

bool same(const StreamlineSet& a, const StreamlineSet& b) {
    if (a.lines.size() != b.lines.size() || a.seeds.size() != b.seeds.size()) return false;
    for (std::size_t k = 0; k < a.lines.size(); ++k) {
        if (a.lines[k].points.size() != b.lines[k].points.size() || a.lines[k].arrows != b.lines[k].arrows)
            return false;
        for (std::size_t i = 0; i < a.lines[k].points.size(); ++i)
            if (distance(a.lines[k].points[i], b.lines[k].points[i]) > 1e-5) return false;
    }
    return true;
}

}  // namespace

class StreamlinesTest : public QObject {
    Q_OBJECT
private:
    static void eachScene() {
        QTest::addColumn<int>("index");
        const auto all = scenes();
        for (std::size_t k = 0; k < all.size(); ++k) QTest::addRow("%s", all[k].name) << static_cast<int>(k);
    }
    static Scene scene() {
        QFETCH(int, index);
        return scenes()[static_cast<std::size_t>(index)];
    }

private slots:
    void followTheFlow_data() { eachScene(); }
    void followTheFlow() {
        const Scene shown = scene();
        const StreamlineSet set = draw(shown);
        QVERIFY(set.lines.size() >= 10);
        QCOMPARE(set.seeds.size(), set.lines.size());
        for (const Streamline& line : set.lines)
            for (std::size_t k = 1; k < line.points.size(); ++k) {
                const Point a = line.points[k - 1];
                const Point b = line.points[k];
                const Eigen::Vector2d chord(b.x - a.x, b.y - a.y);
                const Eigen::VectorXd f = shown.flow.velocity(Eigen::Vector2d((a.x + b.x) / 2, (a.y + b.y) / 2));
                // The last bit of a line ends at a border or seam and may be short.
                if (chord.norm() < 1e-3 * diagonal) continue;
                QVERIFY2(chord.dot(f) / (chord.norm() * f.norm()) > 0.995,
                         qPrintable(QString("%1 %2").arg(a.x).arg(a.y)));
            }
    }

    void endOnlyWhereAllowed_data() { eachScene(); }
    void endOnlyWhereAllowed() {
        const Scene shown = scene();
        const StreamlineSet set = draw(shown);
        const double near = 0.035 * diagonal * 0.75;
        for (std::size_t k = 0; k < set.lines.size(); ++k) {
            const Polyline& points = set.lines[k].points;
            if (set.lines[k].closed) {
                QCOMPARE(points.front().x, points.back().x);
                QCOMPARE(points.front().y, points.back().y);
                continue;
            }
            for (std::size_t end : {std::size_t{0}, points.size() - 1}) {
                const Point p = points[end];
                bool allowed = std::max(std::abs(p.x), std::abs(p.y)) > half * (1 - 1e-5);
                for (const Point& fixed : shown.fixedPoints) allowed = allowed || distance(p, fixed) < 0.01 * diagonal;
                for (std::size_t other = 0; other < set.lines.size() && !allowed; ++other)
                    allowed = other == k ? distance(p, points, static_cast<std::ptrdiff_t>(end), 1.5 * near) < near
                                         : distance(p, set.lines[other].points) < near;
                QVERIFY2(allowed, qPrintable(QString("line %1 ends at %2, %3").arg(k).arg(p.x).arg(p.y)));
            }
        }
    }

    void evenlySpaced_data() { eachScene(); }
    void evenlySpaced() {
        const Scene shown = scene();
        const StreamlineSet set = draw(shown);
        const double separation = 0.035 * diagonal;
        // Lines keep apart, from others and from their own turns...
        for (std::size_t k = 0; k < set.lines.size(); ++k) {
            const Polyline& points = set.lines[k].points;
            const bool cycle = k < shown.cycles.size();
            for (std::size_t i = 0; i < points.size() && !cycle; ++i) {
                for (std::size_t other = 0; other < set.lines.size(); ++other) {
                    if (other == k) continue;
                    const double least = other < shown.cycles.size() ? 0.15 : 0.33;
                    QVERIFY(distance(points[i], set.lines[other].points) > least * separation);
                }
                if (!set.lines[k].closed)
                    QVERIFY(distance(points[i], points, static_cast<std::ptrdiff_t>(i), 1.6 * separation) >
                            0.33 * separation);
            }
        }
        // ... and leave no gaps: nowhere is the nearest line further than about two separations.
        for (int j = 1; j < 40; ++j)
            for (int i = 1; i < 40; ++i) {
                const Point p{half * (i / 20.0 - 1), half * (j / 20.0 - 1)};
                double nearest = std::numeric_limits<double>::infinity();
                for (const Streamline& line : set.lines) nearest = std::min(nearest, distance(p, line.points));
                for (const Point& fixed : shown.fixedPoints) nearest = std::min(nearest, distance(p, fixed));
                const double border = half - std::max(std::abs(p.x), std::abs(p.y));
                QVERIFY2(std::min(nearest, 2 * border) < 2.2 * separation,
                         qPrintable(QString("%1 %2: %3 separations").arg(p.x).arg(p.y).arg(nearest / separation)));
            }
    }

    void noStubs_data() { eachScene(); }
    void noStubs() {
        const StreamlineSet set = draw(scene());
        double total = 0;
        for (const Streamline& line : set.lines) {
            QVERIFY(length(line.points) > 0.059 * diagonal);
            total += length(line.points);
        }
        // Long lines: four times the shortest on average.
        QVERIFY(total / static_cast<double>(set.lines.size()) > 0.13 * diagonal);
    }

    void arrowsSitOnTheirLines_data() { eachScene(); }
    void arrowsSitOnTheirLines() {
        const StreamlineSet set = draw(scene());
        std::size_t without = 0;
        for (const Streamline& line : set.lines) {
            without += line.arrows.empty() ? 1 : 0;
            QVERIFY(line.arrows.size() <= 2);
            QVERIFY(std::is_sorted(line.arrows.begin(), line.arrows.end()));
            for (int arrow : line.arrows) QVERIFY(arrow > 0 && arrow + 1 < static_cast<int>(line.points.size()));
        }
        QVERIFY(without <= set.lines.size() / 5);
    }

    void closedOrbitsAreClosed() {
        const StreamlineSet set = draw(scenes()[4]);
        int closed = 0;
        for (const Streamline& line : set.lines) {
            const double radius = std::hypot(line.points[0].x, line.points[0].y);
            if (radius < 0.98 * half) QVERIFY(line.closed);
            closed += line.closed ? 1 : 0;
            for (const Point& p : line.points) QVERIFY(std::abs(std::hypot(p.x, p.y) - radius) < 2e-3 * diagonal);
        }
        QVERIFY(closed >= 5);
    }

    void cyclesComeFirstAndAreNotCrossed() {
        const StreamlineSet set = draw(scenes()[5]);
        QVERIFY(set.lines[0].closed);
        QCOMPARE(set.lines[0].points.size(), std::size_t{257});
        const double radius = std::sqrt(0.8);
        for (std::size_t k = 1; k < set.lines.size(); ++k) {
            const bool inside = std::hypot(set.lines[k].points[0].x, set.lines[k].points[0].y) < radius;
            for (const Point& p : set.lines[k].points) QCOMPARE(std::hypot(p.x, p.y) < radius, inside);
        }
    }

    void cyclesThatLeaveTheViewAreCut() {
        Scene large{"large cycle", tests::hopf(5, 1), {{0, 0}}, {circle(std::sqrt(5.0))}};
        const StreamlineSet set = draw(large);
        // A circle of radius 2.24 shows its four corners.
        int parts = 0;
        for (const Streamline& line : set.lines) {
            double off = 0;
            for (const Point& p : line.points) off = std::max(off, std::abs(std::hypot(p.x, p.y) - std::sqrt(5.0)));
            if (off > 1e-3) continue;
            ++parts;
            QVERIFY(!line.closed);
        }
        QCOMPARE(parts, 4);
    }

    void seedsGiveTheSameSetAgain_data() { eachScene(); }
    void seedsGiveTheSameSetAgain() {
        const Scene shown = scene();
        StreamlineOptions options;
        const StreamlineSet first = draw(shown);
        QVERIFY(same(first, draw(shown)));
        options.seeds = first.seeds;
        const StreamlineSet again = draw(shown, options);
        QVERIFY(same(first, again));
    }

    void aDragIsCoherent() {
        StreamlineOptions options;
        for (double growth = 0.5; growth < 1.2; growth += 0.02) {
            const Scene shown{
                "pitchfork", tests::pitchfork(growth), {{0, 0}, {std::sqrt(growth), 0}, {-std::sqrt(growth), 0}}, {}};
            const StreamlineSet set = draw(shown, options);
            std::size_t kept = 0;
            for (const Point& seed : options.seeds)
                kept +=
                    std::any_of(set.seeds.begin(), set.seeds.end(), [&](Point p) { return distance(p, seed) < 1e-4; });
            QVERIFY2(10 * kept >= 9 * options.seeds.size(),
                     qPrintable(QString("%1 of %2").arg(kept).arg(options.seeds.size())));
            options.seeds = set.seeds;
        }
    }

    void unitsOfTheAxesDoNotMatter() {
        // The same flow with x in other units gives the same picture.
        const auto flow = tests::vanDerPol(1);
        const tests::FormulaFlow stretched(2, 3, [&](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd*) {
            f = flow.velocity(Eigen::Vector2d(k[0] / 1024, k[1]));
            f[0] *= 1024;
        });
        phase::View wide = square(half);
        wide.xMin *= 1024;
        wide.xMax *= 1024;
        const StreamlineSet plain = phase::evenlySpacedStreamlines(phase::computeFlowField(flow, square(half)));
        const StreamlineSet scaled = phase::evenlySpacedStreamlines(phase::computeFlowField(stretched, wide));
        QCOMPARE(scaled.lines.size(), plain.lines.size());
        for (std::size_t k = 0; k < plain.seeds.size(); ++k) {
            QVERIFY(std::abs(scaled.seeds[k].x / 1024 - plain.seeds[k].x) < 1e-4);
            QVERIFY(std::abs(scaled.seeds[k].y - plain.seeds[k].y) < 1e-4);
        }
    }

    void densityFollowsTheSeparation() {
        const Scene shown = scenes()[9];
        double before = 0;
        for (double separation : {0.08, 0.04, 0.02}) {
            StreamlineOptions options;
            options.separation = separation;
            double total = 0;
            for (const Streamline& line : draw(shown, options).lines) total += length(line.points);
            if (before > 0) QVERIFY(total / before > 1.6 && total / before < 2.5);
            before = total;
        }
    }

    void fieldsAtRestHaveNoLines() {
        const tests::FormulaFlow still(
            2, 3, [](const Eigen::VectorXd&, Eigen::VectorXd& f, Eigen::MatrixXd*) { f.setZero(); });
        QVERIFY(phase::evenlySpacedStreamlines(phase::computeFlowField(still, square(1))).lines.empty());
    }

    void wrongArgumentsAreNamed() {
        const FlowField field = phase::computeFlowField(tests::vanDerPol(1), square(half));
        StreamlineOptions options;
        options.separation = 0;
        QVERIFY_EXCEPTION_THROWN(phase::evenlySpacedStreamlines(field, options), Error);
        options = {};
        options.aspect = 0;
        QVERIFY_EXCEPTION_THROWN(phase::evenlySpacedStreamlines(field, options), Error);
        options = {};
        options.seeds = {{1e9, 0}, {std::nan(""), 0}};
        QVERIFY(!phase::evenlySpacedStreamlines(field, options).lines.empty());
        std::stop_source source;
        source.request_stop();
        try {
            phase::evenlySpacedStreamlines(field, {}, source.get_token());
            QFAIL("was not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::stopped);
        }
    }
};

QTEST_GUILESS_MAIN(StreamlinesTest)
#include "tst_streamlines.moc"
