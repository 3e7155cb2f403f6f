// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "tests/painting/sample_portrait.h"
#include "ui/painting/legend.h"
#include "ui/painting/speed_image.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

template <typename T>
std::vector<T> only(const Picture& picture) {
    std::vector<T> found;
    for (const Primitive& primitive : picture)
        if (const T* one = std::get_if<T>(&primitive)) found.push_back(*one);
    return found;
}

Picture draw(const Scene& scene, const char* id) {
    return drawLayers(scene, scene.portrait ? scene.portrait->view : phase::View{}, Theme::light(), {QString(id)});
}

}  // namespace

class LayersTest : public QObject {
    Q_OBJECT

private slots:
    void registryIsComplete() {
        QStringList ids;
        for (const Layer& layer : layerRegistry()) {
            ids << layer.id;
            QVERIFY(!layer.title.isEmpty() && !layer.help.isEmpty() && !layer.needs.isEmpty());
            QVERIFY(layer.draw);
        }
        QCOMPARE(ids, QStringList({"speed", "streamlines", "arrows", "readout", "trace", "nullclines", "manifolds",
                                   "orbits", "trajectories", "cycles", "fixed-points"}));
        QCOMPARE(defaultLayers().size(), std::size_t(8));
    }

    void layersAreStackedInOrder() {
        const Scene scene = sample::scene(sample::planar());
        const std::vector<QString> shuffled{"fixed-points", "no such layer", "speed"};
        const Picture picture = drawLayers(scene, scene.portrait->view, Theme::light(), shuffled);
        QVERIFY(std::holds_alternative<Shade>(picture.front()));
        QVERIFY(std::holds_alternative<Marker>(picture.back()));
        QCOMPARE(picture.size(), std::size_t(4));
    }

    void emptyScenesDrawNothing() {
        for (const Scene& scene : {Scene{}, sample::scene(phase::Portrait{})})
            for (const Layer& layer : layerRegistry())
                QVERIFY(layer.draw(scene, phase::View{}, Theme::light()).empty());
    }

    void speedIsInterpolated() {
        const Scene scene = sample::scene(sample::planar());
        const double scale = 2;
        const Shade shade = speedShade(scene.portrait->field, scale, Theme::light());
        QVERIFY(shade.image.width() > 150 && shade.image.height() > 120);
        int checked = 0;
        for (int row = 0; row < shade.image.height(); row += 7) {
            for (int column = 0; column < shade.image.width(); column += 7) {
                const double x = shade.rect.left() + (column + 0.5) / shade.image.width() * shade.rect.width();
                const double y = shade.rect.bottom() - (row + 0.5) / shade.image.height() * shade.rect.height();
                const double speed = std::hypot(sample::velocityX(x), sample::velocityY(y));
                const QColor expected = Theme::light().speedColor(speedPlace(speed, scale));
                const QColor found = shade.image.pixelColor(column, row);
                QVERIFY2(std::abs(found.red() - expected.red()) <= 3, qPrintable(found.name() + expected.name()));
                ++checked;
            }
        }
        QVERIFY(checked > 300);
    }

    void oneScaleMakesPortraitsComparable() {
        Scene slow = sample::scene(sample::planar());
        phase::Portrait twice = sample::planar();
        for (auto* part : {&twice.field.x, &twice.field.y})
            for (float& value : *part) value *= 2;
        Scene fast = sample::scene(twice);
        QVERIFY(std::abs(maximumSpeed(*fast.portrait) - 2 * maximumSpeed(*slow.portrait)) < 1e-5);
        // Each on its own scale looks the same, on a common one they differ.
        const auto corner = [](const Scene& scene) {
            return only<Shade>(draw(scene, "speed")).front().image.pixelColor(0, 0);
        };
        QCOMPARE(corner(slow), corner(fast));
        slow.speedScale = fast.speedScale = maximumSpeed(*fast.portrait);
        QCOMPARE(corner(fast).rgb(), Theme::light().speedMap.back().rgb());
        QVERIFY(corner(slow).red() > corner(fast).red() + 10);
    }

    void speedPlaceIsMonotone() {
        QCOMPARE(speedPlace(0, 3), 0.0);
        QCOMPARE(speedPlace(3, 3), 1.0);
        QCOMPARE(speedPlace(9, 3), 1.0);
        QCOMPARE(speedPlace(1, 0), 0.0);
        for (double s = 0; s < 2.9; s += 0.1) QVERIFY(speedPlace(s + 0.1, 3) > speedPlace(s, 3));
    }

    void nullclinesTellTheirAxis() {
        const auto lines = only<Line>(draw(sample::scene(sample::planar()), "nullclines"));
        QCOMPARE(lines.size(), std::size_t(4));
        QCOMPARE(lines[0].color, Theme::light().nullcline[0]);
        QVERIFY(lines[0].dash == Dash::solid);
        QCOMPARE(lines[3].color, Theme::light().nullcline[1]);
        QVERIFY(lines[3].dash == Dash::dashed);
    }

    void streamlinesCarryArrowsAlongTheFlow() {
        const Picture picture = draw(sample::scene(sample::planar()), "streamlines");
        QCOMPARE(only<Line>(picture).size(), std::size_t(30));
        const auto arrows = only<Arrow>(picture);
        QCOMPARE(arrows.size(), std::size_t(90));
        for (const Arrow& arrow : arrows) QVERIFY(arrow.direction.x() > 0);
    }

    void fixedPointsAreToldApartByShape() {
        phase::Portrait portrait = sample::planar();
        using Kind = phase::FixedPointKind;
        portrait.census.points = {sample::point(0, 0, Kind::stableNode),    sample::point(0, 0, Kind::stableFocus),
                                  sample::point(0, 0, Kind::saddle),        sample::point(0, 0, Kind::unstableNode),
                                  sample::point(0, 0, Kind::unstableFocus), sample::point(0, 0, Kind::degenerate)};
        const auto markers = only<Marker>(draw(sample::scene(portrait), "fixed-points"));
        QCOMPARE(markers.size(), std::size_t(6));
        for (std::size_t a = 0; a < markers.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                QVERIFY(markers[a].shape != markers[b].shape || markers[a].focus != markers[b].focus);
    }

    void pointsOffTheSliceAreFaintAndBelow() {
        phase::Portrait portrait = sample::planar();
        portrait.rank = 3;
        portrait.view.axes = {2, 0};
        portrait.view.held = Eigen::Vector3d(0, 0.5, 0);
        phase::FixedPoint on = sample::point(0, 0, phase::FixedPointKind::stableNode), off = on;
        on.kappa = Eigen::Vector3d(0.2, 0.5, 0.7);
        off.kappa = Eigen::Vector3d(0.2, -0.5, 0.7);
        portrait.census.points = {on, off};
        const auto markers = only<Marker>(draw(sample::scene(portrait), "fixed-points"));
        QCOMPARE(markers.size(), std::size_t(2));
        QVERIFY(markers[0].faint && !markers[1].faint);
        QCOMPARE(markers[1].at, QPointF(0.7, 0.2));
    }

    void arrowsPointAlongTheFlow() {
        const Scene scene = sample::scene(sample::planar());
        const auto arrows = only<Arrow>(draw(scene, "arrows"));
        QVERIFY(arrows.size() > 200);
        for (const Arrow& arrow : arrows) {
            // The head lies ahead of the place whose direction it has: at the middle of its shaft.
            const QPointF at = arrow.at - arrow.direction;
            const double x = sample::velocityX(at.x()), y = sample::velocityY(at.y());
            const double cosine = (arrow.direction.x() * x + arrow.direction.y() * y) / std::hypot(x, y) /
                                  std::hypot(arrow.direction.x(), arrow.direction.y());
            QVERIFY(cosine > 0.999);
        }
        QVERIFY(draw(sample::scene(sample::linear()), "arrows").empty());
    }

    void manifoldsTellStableFromUnstable() {
        phase::Portrait portrait = sample::planar();
        phase::Manifold stable, unstable;
        stable.points.resize(2, 40);
        unstable.points.resize(2, 40);
        for (int k = 0; k < 40; ++k) {
            stable.points.col(k) << 0, 0.05 * k;
            unstable.points.col(k) << 0.025 * k, 0;
        }
        stable.stable = true;
        unstable.stable = false;
        portrait.manifolds = {stable, unstable};
        const Scene scene = sample::scene(portrait);
        const Picture picture = draw(scene, "manifolds");
        const auto lines = only<Line>(picture);
        QCOMPARE(lines.size(), std::size_t(2));
        QVERIFY(lines[0].dash == Dash::dashed && lines[1].dash == Dash::solid);
        QVERIFY(lines[0].color != lines[1].color);
        // Orbits run into the saddle on the one and out of it on the other.
        int inward = 0, outward = 0;
        for (const Arrow& arrow : only<Arrow>(picture)) {
            if (arrow.color == lines[0].color && arrow.direction.y() < 0) ++inward;
            if (arrow.color == lines[1].color && arrow.direction.x() > 0) ++outward;
        }
        QVERIFY(inward >= 1 && outward >= 1);
        QCOMPARE(static_cast<int>(only<Arrow>(picture).size()), inward + outward);

        QStringList texts;
        for (const LegendEntry& entry : legendEntries(scene, {"manifolds"}, Theme::light())) texts << entry.text;
        QCOMPARE(texts, QStringList({"stable manifold", "unstable manifold"}));
    }

    void theReadoutHasNumberedContours() {
        // z = x, from -1.6 to 1.6.
        phase::Portrait portrait = sample::planar();
        portrait.readout.view = portrait.view;
        portrait.readout.columns = portrait.readout.rows = 9;
        for (int k = 0; k < 81; ++k) portrait.readout.z.push_back(static_cast<float>(-1.6 + 0.4 * (k % 9)));
        const Scene scene = sample::scene(portrait);
        const Picture picture = draw(scene, "readout");
        int zeros = 0;
        for (const Line& line : only<Line>(picture)) {
            const double level = line.points.front().x();
            for (const QPointF& point : line.points) QVERIFY(std::abs(point.x() - level) < 1e-5);
            QVERIFY(std::abs(level / 0.5 - std::round(level / 0.5)) < 1e-4);
            QCOMPARE(line.dash == Dash::dashed, level < -0.1);
            if (std::abs(level) < 1e-6) {
                ++zeros;
                QVERIFY(line.width > 2 * Theme::light().readoutWidth);
            }
        }
        QCOMPARE(zeros, 1);
        QStringList numbers;
        for (const Label& label : only<Label>(picture)) {
            QVERIFY(label.halo && portrait.view.contains(label.at.x(), label.at.y()));
            numbers << label.text.source();
        }
        QVERIFY2(
            numbers.contains("$z = 0$") && numbers.contains("0.5") && numbers.contains(QString(QChar(0x2212)) + "1.0"),
            qPrintable(numbers.join(' ')));
        QCOMPARE(legendEntries(scene, {"readout"}, Theme::light()).size(), std::size_t(1));
        // A readout that is constant has no contours.
        std::fill(portrait.readout.z.begin(), portrait.readout.z.end(), 0.3F);
        QVERIFY(draw(sample::scene(portrait), "readout").empty());
    }

    void undecidedRegionsAreShown() {
        phase::Portrait portrait = sample::planar();
        portrait.census.undecided.push_back({Eigen::Vector2d(0.5, -0.5), Eigen::Vector2d(1e-9, 0.3), 1});
        const auto regions = only<Region>(draw(sample::scene(portrait), "fixed-points"));
        QCOMPARE(regions.size(), std::size_t(1));
        QVERIFY(regions[0].rect.width() > 0.01);
        QVERIFY(std::abs(regions[0].rect.height() - 0.6) < 1e-12);
        QVERIFY(std::abs(regions[0].rect.center().x() - 0.5) < 1e-12);
    }

    void trajectoriesStartWithADot() {
        Scene scene = sample::scene(sample::planar());
        scene.trajectories = {sample::trajectory(0), sample::trajectory(3)};
        scene.trajectories[1].backward = true;
        const Picture picture = draw(scene, "trajectories");
        const auto dots = only<Marker>(picture);
        const auto lines = only<Line>(picture);
        QCOMPARE(dots.size(), std::size_t(2));
        QCOMPARE(dots[0].at, QPointF(1.2, 1.3));
        QCOMPARE(lines[1].color, Theme::light().trajectory(3));
        QVERIFY(lines[0].dash == Dash::solid && lines[1].dash == Dash::dashed);
        const auto arrows = only<Arrow>(picture);
        QCOMPARE(arrows.size(), std::size_t(2));
        QVERIFY(arrows[0].direction.y() < 0 && arrows[1].direction.y() > 0);
        QCOMPARE(only<Line>(draw(scene, "orbits")).size(), std::size_t(2));
    }

    void rankOneDrawsItsLine() {
        const Scene scene = sample::scene(sample::linear());
        for (const Marker& marker : only<Marker>(draw(scene, "fixed-points"))) QCOMPARE(marker.at.y(), 0.0);
        const auto arrows = only<Arrow>(draw(scene, "streamlines"));
        QVERIFY(arrows.size() > 10);
        for (const Arrow& arrow : arrows) {
            QCOMPARE(arrow.at.y(), 0.0);
            // The arrow's tip may lie beyond a fixed point only by its own length.
            const double tail = arrow.at.x() - 0.05 * arrow.direction.x() / std::abs(arrow.direction.x());
            QVERIFY(arrow.direction.x() * sample::velocityX(tail) > 0);
        }
        const auto lines = only<Line>(draw(scene, "nullclines"));
        QCOMPARE(lines.size(), std::size_t(2));
        for (const QPointF& point : lines[1].points) QVERIFY(std::abs(point.y() - sample::velocityX(point.x())) < 1e-6);
        QCOMPARE(only<Shade>(draw(scene, "speed")).size(), std::size_t(1));
    }

    void rankOneTrajectoriesFollowTheCurve() {
        Scene scene = sample::scene(sample::linear());
        DrawnTrajectory trajectory;
        trajectory.steps.resize(1, 20);
        for (int k = 0; k < 20; ++k) trajectory.steps(0, k) = 0.1 + 0.045 * k;
        trajectory.orbit = trajectory.steps;
        scene.trajectories = {trajectory};
        const auto lines = only<Line>(draw(scene, "trajectories"));
        QCOMPARE(lines.size(), std::size_t(1));
        for (const QPointF& point : lines.front().points)
            QVERIFY(std::abs(point.y() - sample::velocityX(point.x())) < 1e-3);
    }

    void trajectoriesOfAnotherRankAreLeftOut() {
        Scene scene = sample::scene(sample::planar());
        DrawnTrajectory trajectory;
        trajectory.steps.setZero(1, 20);
        scene.trajectories = {trajectory};
        QVERIFY(draw(scene, "trajectories").empty());
        QVERIFY(draw(scene, "orbits").empty());
    }

    /// Whatever a layer can draw has an entry of its own while the layer is on.
    void everyLayerHasALegendEntry() {
        phase::Portrait portrait = sample::planar();
        phase::Manifold branch;
        branch.points = portrait.cycles[0].points;
        portrait.manifolds.push_back(branch);
        portrait.readout.view = portrait.view;
        portrait.readout.columns = portrait.readout.rows = 9;
        portrait.readout.z.assign(81, 0.5F);
        Scene scene = sample::scene(portrait);
        DrawnTrajectory trajectory;
        trajectory.steps = trajectory.orbit = portrait.cycles[0].points;
        scene.trajectories = {trajectory};
        scene.traces.push_back(portrait.nullclines);
        QStringList all;
        for (const Layer& layer : layerRegistry()) {
            const auto entries = legendEntries(scene, {layer.id}, Theme::light());
            QVERIFY2(!entries.empty(), qPrintable(layer.id));
            for (const LegendEntry& entry : entries) all << entry.text;
        }
        QCOMPARE(all.removeDuplicates(), 0);
        // The ramp goes through the colours of the map.
        const auto speed = legendEntries(scene, {"speed"}, Theme::darkTheme());
        const QImage& ramp = std::get<Shade>(speed.front().sample).image;
        QCOMPARE(ramp.pixel(0, 0), Theme::darkTheme().speedColor(0.5 / ramp.width()).rgb());
        QVERIFY(ramp.pixelColor(ramp.width() - 1, 0) != ramp.pixelColor(0, 0));
    }

    void tracesHaveALegendEntry() {
        Scene scene = sample::scene(sample::planar());
        const auto texts = [&scene](const std::vector<QString>& layers) {
            QStringList list;
            for (const LegendEntry& entry : legendEntries(scene, layers, Theme::light())) list << entry.text;
            return list;
        };
        QVERIFY(texts({"trace"}).isEmpty());  // no epoch is over
        scene.traces.push_back(scene.portrait->nullclines);
        QCOMPARE(texts({"trace"}), QStringList("nullclines of earlier epochs"));
        QVERIFY(texts({"nullclines"}).filter("epochs").isEmpty());
        // The sample is as faint and thin as the last trace itself.
        const auto entries = legendEntries(scene, {"trace"}, Theme::light());
        const auto& sign = std::get<Line>(entries.front().sample);
        const auto lines = only<Line>(draw(scene, "trace"));
        QVERIFY(!lines.empty() && sign.color == lines.front().color && sign.width == lines.front().width);
    }

    void whatIsOfAnEarlierFlowIsFaint() {
        phase::Portrait portrait = sample::planar();
        phase::Manifold branch;
        branch.points = portrait.cycles[0].points;
        portrait.manifolds.push_back(branch);
        const Scene now = sample::scene(portrait);
        portrait.behind = true;
        const Scene before = sample::scene(portrait);
        for (const char* id : {"cycles", "manifolds"}) {
            const auto bright = only<Line>(draw(now, id)), faint = only<Line>(draw(before, id));
            QVERIFY(!bright.empty() && bright.size() == faint.size());
            QCOMPARE(bright.front().color.alpha(), 255);
            QVERIFY(faint.front().color.alpha() < 130 && faint.front().color.alpha() > 50);
            QCOMPARE(faint.front().points, bright.front().points);
        }
        QCOMPARE(only<Marker>(draw(before, "fixed-points")).front().fill.alpha(), 255);
    }

    void legendNamesWhatIsThere() {
        Scene scene = sample::scene(sample::planar());
        QStringList texts;
        for (const LegendEntry& entry : legendEntries(scene, defaultLayers(), Theme::light())) texts << entry.text;
        QCOMPARE(texts, QStringList({"stable node", "stable focus", "saddle", "$\\kappa_1$ nullcline",
                                     "$\\kappa_2$ nullcline", "limit cycle", "streamline", "slow to fast"}));
        QVERIFY(legendEntries(scene, {}, Theme::light()).empty());
        QVERIFY(legendEntries(Scene{}, defaultLayers(), Theme::light()).empty());
    }
};

QTEST_MAIN(LayersTest)
#include "tst_layers.moc"
