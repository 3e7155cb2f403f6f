// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QtTest>
#include <cmath>

#include "core/random.h"
#include "ui/painting/clipping.h"
#include "ui/painting/markers.h"
#include "ui/painting/renderer.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

QImage blank(QSize size, double ratio) {
    QImage image(size * ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::white);
    return image;
}

QImage painted(const Picture& picture, const QRectF& area, double ratio, const phase::View& view = {}) {
    QImage image = blank(QSize(200, 160), ratio);
    QPainter painter(&image);
    paint(painter, picture, Canvas{view, area, 1}, Theme::light());
    painter.end();
    return image;
}

double ink(const QImage& image, int x, int y) {
    return 1 - qGray(image.pixel(x, y)) / 255.0;
}

/// Ink over a column of pixels: its amount and its middle, in logical units.
std::pair<double, double> column(const QImage& image, double x) {
    const double ratio = image.devicePixelRatio();
    double sum = 0, moment = 0;
    for (int y = 0; y < image.height(); ++y) {
        const double part = ink(image, static_cast<int>(x * ratio), y);
        sum += part;
        moment += part * (y + 0.5);
    }
    return {sum / ratio, sum > 0 ? moment / sum / ratio : 0};
}

Picture wildPicture(Random& random) {
    const auto anywhere = [&random] { return QPointF(6 * random.uniform() - 3, 6 * random.uniform() - 3); };
    Picture picture;
    QImage image(16, 16, QImage::Format_RGB32);
    image.fill(Qt::darkGreen);
    picture.push_back(Shade{image, QRectF(-2, -2, 4, 4)});
    picture.push_back(Region{QRectF(-1.5, 0.5, 4, 3), QColor(200, 0, 0, 90)});
    for (int k = 0; k < 60; ++k) {
        QPolygonF points;
        for (int j = 0; j < 8; ++j) points.append(anywhere());
        const Dash dash = k % 3 == 0 ? Dash::solid : k % 3 == 1 ? Dash::dashed : Dash::dotted;
        picture.push_back(Line{points, Qt::black, 0.5 + 0.1 * k, dash, k % 2 == 0});
        picture.push_back(Arrow{anywhere(), anywhere(), Qt::blue, 9});
    }
    return picture;
}

}  // namespace

class RendererTest : public QObject {
    Q_OBJECT

private slots:
    void segmentsAreCutAtTheBorder() {
        const QRectF area(0, 0, 10, 10);
        QPointF a(-5, 5), b(5, 5);
        QVERIFY(clipSegment(a, b, area));
        QCOMPARE(a, QPointF(0, 5));
        QCOMPARE(b, QPointF(5, 5));
        QPointF c(-5, -5), d(15, 15);
        QVERIFY(clipSegment(c, d, area));
        QCOMPARE(c, QPointF(0, 0));
        QCOMPARE(d, QPointF(10, 10));
        QPointF e(-1, 0), f(-1, 10);
        QVERIFY(!clipSegment(e, f, area));
        QPointF g(-5, 4), h(4, 15);
        QVERIFY(!clipSegment(g, h, area));
    }

    void polylinesStayJoined() {
        const QRectF area(0, 0, 10, 10);
        const auto parts = clipPolyline(QPolygonF({{-5, 5}, {2, 5}, {4, 6}, {20, 6}, {20, 2}, {5, 2}}), area);
        QCOMPARE(parts.size(), std::size_t(2));
        QCOMPARE(parts[0], QPolygonF({{0, 5}, {2, 5}, {4, 6}, {10, 6}}));
        QCOMPARE(parts[1], QPolygonF({{10, 2}, {5, 2}}));
        const auto broken = clipPolyline(QPolygonF({{1, 1}, {2, 2}, {qQNaN(), 3}, {4, 4}, {5, 5}}), area);
        QCOMPARE(broken.size(), std::size_t(2));
        QVERIFY(clipPolyline(QPolygonF({{1, 1}}), area).empty());
    }

    void clippedPartsLieOnTheLine() {
        constexpr std::uint64_t seed = 11;
        qInfo("seed %d", static_cast<int>(seed));
        Random random(seed, Stream::starts);
        const QRectF area(-1, -2, 3, 4);
        const QRectF bounds = area.adjusted(-1e-9, -1e-9, 1e-9, 1e-9);
        for (int k = 0; k < 2000; ++k) {
            const QPointF from(8 * random.uniform() - 4, 8 * random.uniform() - 4);
            const QPointF to(8 * random.uniform() - 4, 8 * random.uniform() - 4);
            QPointF a = from, b = to;
            const bool kept = clipSegment(a, b, area);
            int inside = 0;
            for (int j = 0; j <= 200; ++j)
                if (area.contains(from + j / 200.0 * (to - from))) ++inside;
            if (!kept) QCOMPARE(inside, 0);
            if (!kept) continue;
            const double length = std::hypot(to.x() - from.x(), to.y() - from.y());
            for (const QPointF& p : {a, b}) {
                QVERIFY(bounds.contains(p));
                const double across =
                    (to.x() - from.x()) * (p.y() - from.y()) - (to.y() - from.y()) * (p.x() - from.x());
                QVERIFY(std::abs(across) < 1e-9 * length);
            }
            QVERIFY(std::abs(std::hypot(b.x() - a.x(), b.y() - a.y()) / length - inside / 201.0) < 0.02);
        }
    }

    void simplifiedLinesStayNear() {
        QPolygonF circle;
        for (int k = 0; k <= 2000; ++k)
            circle.append(100 * QPointF(std::cos(k * M_PI / 1000), std::sin(k * M_PI / 1000)));
        const QPolygonF few = simplified(circle, 0.1);
        QCOMPARE(few.first(), circle.first());
        QCOMPARE(few.last(), circle.last());
        QVERIFY(few.size() < 200);
        // A chord of a circle of radius r that is off by s spans an angle of 2 acos(1 - s/r).
        QVERIFY(few.size() > 2 * M_PI / (2 * std::acos(1 - 0.1 / 100)));
        for (qsizetype k = 1; k < few.size(); ++k) {
            const QPointF middle = (few[k] + few[k - 1]) / 2;
            QVERIFY(100 - std::hypot(middle.x(), middle.y()) <= 0.1 + 1e-9);
        }
        QCOMPARE(simplified(QPolygonF({{0, 0}, {1, 0}, {2, 0}}), 0.1), QPolygonF({{0, 0}, {2, 0}}));
        QCOMPARE(simplified(QPolygonF({{0, 0}, {qQNaN(), 0}, {2, 0}}), 0.1).size(), qsizetype(3));
    }

    void canvasRoundTrip() {
        phase::View view;
        view.xMin = -3;
        view.xMax = 5;
        view.yMin = 0.5;
        view.yMax = 2;
        const Canvas canvas{view, QRectF(10, 20, 300, 200), 1};
        QCOMPARE(canvas.toDevice(-3, 0.5), QPointF(10, 220));
        QCOMPARE(canvas.toDevice(5, 2), QPointF(310, 20));
        const QPointF back = canvas.toData(canvas.toDevice(1.25, 1.75));
        QVERIFY(std::abs(back.x() - 1.25) < 1e-12 && std::abs(back.y() - 1.75) < 1e-12);
    }

    void nothingIsPaintedOutside_data() { ratios(); }
    void nothingIsPaintedOutside() {
        QFETCH(double, ratio);
        constexpr std::uint64_t seed = 3;
        qInfo("seed %d", static_cast<int>(seed));
        Random random(seed, Stream::starts);
        const QRectF area(30, 20, 140, 110);
        const QImage image = painted(wildPicture(random), area, ratio);
        int inside = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const bool changed = image.pixel(x, y) != qRgb(255, 255, 255);
                if (area.contains(QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)))
                    inside += changed;
                else
                    QVERIFY2(!changed, qPrintable(QStringLiteral("%1 %2").arg(x).arg(y)));
            }
        }
        QVERIFY(inside > 0.9 * area.width() * area.height() * ratio * ratio);
    }

    void markersAreWholeOrAbsent() {
        Marker marker;
        marker.fill = marker.edge = Qt::black;
        marker.size = 20;
        const QRectF area(30, 20, 140, 110);
        marker.at = {-0.99, 0};
        const QImage inside = painted({marker}, area, 1);
        marker.at = {0, 0};
        const QImage centre = painted({marker}, area, 1);
        marker.at = {-1.01, 0};
        QCOMPARE(painted({marker}, area, 1), painted({}, area, 1));
        const auto total = [](const QImage& image) {
            double sum = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) sum += ink(image, x, y);
            return sum;
        };
        QVERIFY(std::abs(total(inside) - total(centre)) < 2);
        QVERIFY(std::abs(total(centre) - M_PI * 100) < 3);
    }

    void linesHaveTheirPlaceAndWidth_data() { ratios(); }
    void linesHaveTheirPlaceAndWidth() {
        QFETCH(double, ratio);
        const QRectF area(20, 10, 160, 140);
        for (const bool exact : {false, true}) {
            for (const double width : {0.9, 1.0, 2.2, 3.4}) {
                QImage image = blank(QSize(200, 160), ratio);
                QPainter painter(&image);
                paint(painter, {Line{QPolygonF({{-5, 0.25}, {5, 0.25}}), Qt::black, width}},
                      Canvas{phase::View{}, area, 1, exact}, Theme::light());
                painter.end();
                const auto [amount, middle] = column(image, 100);
                // y = 0.25 lies at 3/8 of the height; thin lines are never fainter than a pixel.
                QVERIFY2(std::abs(middle - (10 + 140 * 0.375)) < 0.51, qPrintable(QString::number(middle)));
                const double least = std::max(width, 1 / ratio);
                QVERIFY2(std::abs(amount - least) < 0.35, qPrintable(QStringLiteral("%1 %2").arg(width).arg(amount)));
                QCOMPARE(column(image, 10).first, 0.0);
            }
        }
    }

    void shadeStandsUpright_data() { ratios(); }
    void shadeStandsUpright() {
        QFETCH(double, ratio);
        QImage image(2, 2, QImage::Format_RGB32);
        image.setPixelColor(0, 0, Qt::red);  // small x, large y
        image.setPixelColor(1, 0, Qt::green);
        image.setPixelColor(0, 1, Qt::blue);
        image.setPixelColor(1, 1, Qt::black);
        const QRectF area(0, 0, 200, 160);
        // Twice the view: only the middle is seen, and it is smooth.
        const QImage result = painted({Shade{image, QRectF(-1, -1, 2, 2)}}, area, ratio);
        const auto at = [&](double x, double y) {
            return result.pixelColor(static_cast<int>(x * ratio), static_cast<int>(y * ratio));
        };
        QVERIFY(at(5, 5).red() > 240 && at(195, 5).green() > 110 && at(5, 155).blue() > 240);
        const QColor middle = at(100, 80);
        QVERIFY(std::abs(middle.red() - 64) < 12 && std::abs(middle.blue() - 64) < 12);
        // Cut out: a view of the upper left quarter shows one colour.
        phase::View corner;
        corner.xMin = -1;
        corner.xMax = -0.6;
        corner.yMin = 0.6;
        corner.yMax = 1;
        const QImage part = painted({Shade{image, QRectF(-1, -1, 2, 2)}}, area, ratio, corner);
        QVERIFY(part.pixelColor(10, 10).red() > 240 &&
                part.pixelColor(part.width() - 10, part.height() - 10).red() > 240);
    }

    void arrowsPointAlongTheFlow() {
        const QRectF area(0, 0, 200, 160);
        const QImage image = painted({Arrow{{0, 0}, {1, 0}, Qt::black, 30}}, area, 1);
        const double tail = column(image, 90).first, head = column(image, 112).first;
        QVERIFY(tail > head && head > 0);
        QVERIFY(std::abs(column(image, 95).second - 80) < 0.6);
    }

    void haloSeparatesLines() {
        const QRectF area(0, 0, 200, 160);
        const Line vertical{QPolygonF({{0, -1}, {0, 1}}), Qt::black, 2};
        Line crossing{QPolygonF({{-1, 0}, {1, 0}}), Qt::red, 3};
        const double without = ink(painted({vertical, crossing}, area, 1), 99, 77);
        crossing.halo = true;
        const double with = ink(painted({vertical, crossing}, area, 1), 99, 77);
        QVERIFY(with < 0.6 * without);
    }

    void shapesDifferInGrey_data() { ratios(); }
    void shapesDifferInGrey() {
        QFETCH(double, ratio);
        // Whatever the colours: each pair of markers differs in pixels that make up an eighth of its area.
        for (const Theme& theme : {Theme::light(), Theme::darkTheme()}) {
            std::vector<QImage> looks;
            for (const auto& [shape, focus] :
                 std::vector<std::pair<MarkerShape, bool>>{{MarkerShape::disc, false},
                                                           {MarkerShape::disc, true},
                                                           {MarkerShape::ring, false},
                                                           {MarkerShape::ring, true},
                                                           {MarkerShape::halfDisc, false},
                                                           {MarkerShape::diamond, false}}) {
                QImage image(QSize(16, 16) * ratio, QImage::Format_RGB32);
                image.setDevicePixelRatio(ratio);
                image.fill(theme.speedMap[128]);
                QPainter painter(&image);
                painter.setRenderHint(QPainter::Antialiasing);
                Marker marker{
                    {},   shape, theme.markerSize, theme.fixedPointFill, theme.fixedPointEdge, theme.markerEdgeWidth,
                    focus};
                drawMarker(painter, marker, {8, 8}, 1, theme);
                painter.end();
                looks.push_back(image.convertToFormat(QImage::Format_Grayscale8));
            }
            for (std::size_t a = 0; a < looks.size(); ++a) {
                for (std::size_t b = 0; b < a; ++b) {
                    int different = 0;
                    const int side = looks[a].width();
                    for (int y = 0; y < side; ++y)
                        for (int x = 0; x < side; ++x)
                            different += std::abs(qGray(looks[a].pixel(x, y)) - qGray(looks[b].pixel(x, y))) > 60;
                    QVERIFY2(
                        different > M_PI / 4 * std::pow(theme.markerSize * ratio, 2) / 8,
                        qPrintable(QStringLiteral("%1 %2: %3 of %4").arg(a).arg(b).arg(different).arg(side * side)));
                }
            }
        }
    }

    void faintMarkersAreFainter() {
        Marker marker;
        marker.fill = marker.edge = Qt::black;
        const QRectF area(0, 0, 200, 160);
        const double full = ink(painted({marker}, area, 1), 100, 80);
        marker.faint = true;
        QVERIFY(ink(painted({marker}, area, 1), 100, 80) < 0.5 * full);
    }

private:
    static void ratios() {
        QTest::addColumn<double>("ratio");
        QTest::newRow("1") << 1.0;
        QTest::newRow("2") << 2.0;
    }
};

QTEST_MAIN(RendererTest)
#include "tst_renderer.moc"
