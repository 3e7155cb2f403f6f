// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QTest>
#include <cmath>

#include "ui/painting/renderer.h"
#include "ui/painting/units_picture.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

constexpr double size = 12;
const QRectF area(0, 0, 420, 300);

UnitsPicture units(int count) {
    UnitsPicture picture;
    for (int k = 0; k < count; ++k) {
        picture.points.emplace_back(std::sin(1.7 * k), 0.2 * std::cos(2.3 * k));
        picture.populations.push_back(k % 2);
    }
    picture.xLabel = QStringLiteral("coherence $c_1$");
    picture.yLabel = QStringLiteral("choice");
    return picture;
}

QPointF placeOf(const UnitsPicture& picture, const QPointF& point) {
    return Canvas{viewOfUnits(picture), layOutUnits(area, size), 1, true}.toDevice(point.x(), point.y());
}

template <class Paint>
QImage painted(const Theme& theme, const Paint& paint) {
    QImage image(area.size().toSize(), QImage::Format_RGB32);
    image.fill(theme.card);
    QPainter painter(&image);
    paint(painter);
    return image;
}

int farFrom(const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

}  // namespace

/// Scatters of units, tuning curves, and the null distribution of ePAIRS.
class UnitsPicturesTest : public QObject {
    Q_OBJECT

private slots:
    void theAxesHoldNearlyAll() {
        auto picture = units(1000);
        const auto view = viewOfUnits(picture);
        QVERIFY(view.xMin == -view.xMax && view.yMin == -view.yMax);
        QVERIFY(view.xMax > 1 && view.xMax < 1.3);
        QVERIFY(view.yMax > 0.2 && view.yMax < 0.3);
        // One far unit does not shrink all others; nor does one that is nothing.
        picture.points[3] = {500, std::nan("")};
        QVERIFY(viewOfUnits(picture).xMax < 1.3);
        QVERIFY(viewOfUnits({}).xMax > 0);
    }

    void aClickFindsTheNearestUnit() {
        const auto picture = units(40);
        for (int k = 0; k < 40; ++k) {
            const QPointF at = placeOf(picture, picture.points[static_cast<std::size_t>(k)]);
            QCOMPARE(unitAt(picture, area, size, at), k);
        }
        QCOMPARE(unitAt(picture, area, size, {2, 2}), -1);
        QCOMPARE(unitAt({}, area, size, area.center()), -1);
    }

    void theNoteLiesAboveTheDots() {
        // What it adds to the picture is above the axes, where dots never are, and inside the area.
        auto picture = units(400);
        const auto imageOf = [&] {
            return painted(Theme::light(),
                           [&](QPainter& painter) { paintUnits(painter, picture, area, Theme::light(), size); });
        };
        const QImage without = imageOf();
        picture.note = QStringLiteral("correlation $\\rho = -0.62$");
        const QImage with = imageOf();
        const auto axes = layOutUnits(area, size);
        int changed = 0;
        for (int y = 0; y < with.height(); ++y)
            for (int x = 0; x < with.width(); ++x) {
                if (with.pixel(x, y) == without.pixel(x, y)) continue;
                ++changed;
                QVERIFY(y < axes.top() && y > 0 && x > axes.left() && x < area.right() - 1);
            }
        QVERIFY(changed > 50);
    }

    void unitsHaveTheColourOfTheirPopulation() {
        UnitsPicture picture;
        picture.points = {{-0.8, 0.5}, {0.8, -0.5}};
        picture.populations = {0, 1};
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
            const QImage image =
                painted(*theme, [&](QPainter& painter) { paintUnits(painter, picture, area, *theme, size); });
            for (int k = 0; k < 2; ++k) {
                const QPointF at = placeOf(picture, picture.points[static_cast<std::size_t>(k)]);
                const QColor color = image.pixelColor(at.toPoint());
                QVERIFY(farFrom(color, theme->population(k)) < farFrom(color, theme->population(1 - k)));
                QVERIFY(farFrom(color, theme->plotBackground) > 60);
            }
        }
    }

    void theChosenUnitIsMarked() {
        auto picture = units(10);
        const auto draw = [&] {
            return painted(Theme::light(),
                           [&](QPainter& painter) { paintUnits(painter, picture, area, Theme::light(), size); });
        };
        const QImage before = draw();
        picture.selected = 4;
        const QImage after = draw();
        const QPointF at = placeOf(picture, picture.points[4]) + QPointF(0.55 * size, 0);
        QVERIFY(farFrom(after.pixelColor(at.toPoint()), before.pixelColor(at.toPoint())) > 60);
        picture.selected = 99;
        QCOMPARE(draw(), before);
    }

    void tuningCurvesAndTheTestArePainted() {
        TuningPicture tuning;
        tuning.empty = QStringLiteral("nothing yet");
        const auto draw = [&] {
            return painted(Theme::light(),
                           [&](QPainter& painter) { paintTuning(painter, tuning, area, Theme::light(), size); });
        };
        const QImage empty = draw();
        tuning.curves.push_back({QStringLiteral("coherence $c$"), {-1, 0, 1}, {}, {-0.5, 0, 0.5}, {0.1, 0.1, 0.1}});
        tuning.curves.push_back({QStringLiteral("stimulus 1"), {1, -1}, {"A", "B"}, {0.2, 0.2}, {0, 0}});
        QVERIFY(draw() != empty);

        EpairsPicture test;
        const auto drawTest = [&] {
            return painted(Theme::light(),
                           [&](QPainter& painter) { paintEpairs(painter, test, area, Theme::light(), size); });
        };
        const QImage none = drawTest();
        for (int k = 0; k < 200; ++k) test.nullMedians.push_back(0.5 + 0.01 * std::sin(k));
        test.median = 0.44;
        const QImage clustered = drawTest();
        QVERIFY(clustered != none);
        // What was observed stands to the left of all draws, in its colour.
        const QRectF axes = layOutUnits(area, size);
        int marked = -1;
        for (int x = static_cast<int>(axes.left()) + 2; x < axes.right() - 2 && marked < 0; ++x)
            if (farFrom(clustered.pixelColor(x, static_cast<int>(axes.bottom()) - 6), Theme::light().trialMarker) < 80)
                marked = x;
        QVERIFY(marked > 0 && marked < axes.left() + 0.2 * axes.width());
        // All draws the same, and the same as observed: still a picture.
        test.nullMedians.assign(5, 0.44);
        drawTest();
    }
};

QTEST_MAIN(UnitsPicturesTest)
#include "tst_units_pictures.moc"
