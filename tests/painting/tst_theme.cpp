// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "ui/painting/theme.h"

using namespace kappascope::painting;

namespace {

struct Lab {
    double l, a, b;
};

std::array<double, 3> linear(const QColor& color) {
    const auto decode = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return {decode(color.redF()), decode(color.greenF()), decode(color.blueF())};
}

/// CIELAB (D65), which the map was not made with.
Lab lab(const std::array<double, 3>& rgb) {
    const double x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505;
    const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    const double z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089;
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    return {116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
}

double distance(const Lab& a, const Lab& b) {
    return std::hypot(a.l - b.l, a.a - b.a, a.b - b.b);
}

/// How a colour looks without the long or the middle wave cones (Vienot, Brettel and Mollon 1999).
std::array<double, 3> dichromat(const QColor& color, bool protan) {
    const auto rgb = linear(color);
    const double yellow = protan ? 0.11238 * rgb[0] + 0.88762 * rgb[1] : 0.29275 * rgb[0] + 0.70725 * rgb[1];
    const double blue = protan ? 0.00401 * rgb[0] - 0.00401 * rgb[1] + rgb[2] : -0.02234 * (rgb[0] - rgb[1]) + rgb[2];
    return {yellow, yellow, std::clamp(blue, 0.0, 1.0)};
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private slots:
    void contrastOfKnownColours() {
        QVERIFY(std::abs(contrastRatio(Qt::black, Qt::white) - 21) < 1e-9);
        QVERIFY(std::abs(contrastRatio(QColor("#767676"), Qt::white) - 4.54) < 0.01);
    }

    void textIsReadable_data() { themes(); }
    void textIsReadable() {
        QFETCH(bool, dark);
        const Theme& t = Theme::of(dark);
        QCOMPARE(t.dark, dark);
        for (const QColor& ground : {t.window, t.panel, t.card, t.control, t.plotBackground})
            for (const QColor& ink : {t.text, t.mutedText, t.warning})
                QVERIFY2(contrastRatio(ink, ground) >= 4.5,
                         qPrintable(QStringLiteral("%1 on %2").arg(ink.name(), ground.name())));
        for (const QColor& ground : {t.window, t.panel, t.card}) QVERIFY(contrastRatio(t.accent, ground) >= 4.5);
        QVERIFY(contrastRatio(t.onAccent, t.accent) >= 4.5);
        QVERIFY(contrastRatio(t.text, t.card) >= 10);
    }

    void nullclinesAndMarkersStandOut_data() { themes(); }
    void nullclinesAndMarkersStandOut() {
        QFETCH(bool, dark);
        const Theme& t = Theme::of(dark);
        for (const QColor& line : t.nullcline) QVERIFY(contrastRatio(line, t.plotBackground) >= 3);
        for (const QColor& line : t.manifold) QVERIFY(contrastRatio(line, t.plotBackground) >= 3);
        QVERIFY(contrastRatio(t.readout, t.plotBackground) >= 4.5);
        for (const QColor& speed : t.speedMap) QVERIFY(contrastRatio(t.fixedPointEdge, speed) >= 4.5);
    }

    void speedMapIsUniform_data() { themes(); }
    void speedMapIsUniform() {
        QFETCH(bool, dark);
        const Theme& t = Theme::of(dark);
        QCOMPARE(t.speedMap.size(), std::size_t(256));
        std::vector<Lab> steps;
        for (std::size_t k = 0; k < 256; k += 15) steps.push_back(lab(linear(t.speedMap[k])));
        const double mean = [&] {
            double sum = 0;
            for (std::size_t k = 1; k < steps.size(); ++k) sum += distance(steps[k], steps[k - 1]);
            return sum / static_cast<double>(steps.size() - 1);
        }();
        for (std::size_t k = 1; k < steps.size(); ++k) {
            QVERIFY(dark ? steps[k].l > steps[k - 1].l : steps[k].l < steps[k - 1].l);
            const double step = distance(steps[k], steps[k - 1]);
            QVERIFY2(std::abs(step / mean - 1) < 0.35, qPrintable(QString::number(step / mean)));
        }
        QCOMPARE(t.speedColor(-1), t.speedMap.front());
        QCOMPARE(t.speedColor(7), t.speedMap.back());
    }

    void paletteColoursAreTellable_data() { themes(); }
    void paletteColoursAreTellable() {
        QFETCH(bool, dark);
        const Theme& t = Theme::of(dark);
        for (const auto& palette : {t.populations, t.trajectories}) {
            QVERIFY(palette.size() >= 8);
            for (std::size_t a = 0; a < palette.size(); ++a) {
                for (std::size_t b = 0; b < a; ++b) {
                    QVERIFY(distance(lab(linear(palette[a])), lab(linear(palette[b]))) > 20);
                    if (a >= 4) continue;
                    for (const bool protan : {false, true})
                        QVERIFY2(distance(lab(dichromat(palette[a], protan)), lab(dichromat(palette[b], protan))) > 10,
                                 qPrintable(palette[a].name() + u' ' + palette[b].name()));
                }
            }
        }
    }

    void palettesRepeat() {
        const Theme& t = Theme::light();
        const int n = static_cast<int>(t.populations.size());
        QCOMPARE(t.population(n + 2), t.population(2));
        QCOMPARE(t.population(-1), t.population(n - 1));
        QVERIFY(t.trajectory(0) != t.trajectory(1));
    }

    void scaledKeepsColours() {
        const Theme t = Theme::darkTheme().scaled(0.5);
        QCOMPARE(t.text, Theme::darkTheme().text);
        QCOMPARE(t.markerSize, 0.5 * Theme::darkTheme().markerSize);
        QCOMPARE(t.streamlineWidth, 0.5 * Theme::darkTheme().streamlineWidth);
    }

private:
    static void themes() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

QTEST_GUILESS_MAIN(ThemeTest)
#include "tst_theme.moc"
