// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/theme.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/painting/oklab.h"

namespace kappascope::painting {

namespace {

/// OKLab (Ottosson 2020), in polar form: lightness 0..1, chroma, hue in degrees.
struct OkLch {
    double lightness;
    double chroma;
    double hue;
};

double decode(double encoded) {
    return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

/// 256 colours on a straight line in OKLab.
std::vector<QColor> ramp(OkLch from, OkLch to) {
    const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
    const double a0 = from.chroma * std::cos(radians(from.hue)), b0 = from.chroma * std::sin(radians(from.hue));
    const double a1 = to.chroma * std::cos(radians(to.hue)), b1 = to.chroma * std::sin(radians(to.hue));
    std::vector<QColor> map;
    map.reserve(256);
    for (int k = 0; k < 256; ++k) {
        const double t = k / 255.0;
        map.push_back(
            fromOkLab(from.lightness + t * (to.lightness - from.lightness), a0 + t * (a1 - a0), b0 + t * (b1 - b0)));
    }
    return map;
}

QColor withAlpha(const char* name, int alpha) {
    QColor color(name);
    color.setAlpha(alpha);
    return color;
}

Theme makeLight() {
    Theme t;
    t.window = "#f3f5f8";
    t.panel = "#fafbfc";
    t.card = "#ffffff";
    t.border = "#d5dbe3";
    t.text = "#18202c";
    t.mutedText = "#566173";
    t.accent = "#0b69b0";
    t.control = "#e8ecf1";
    t.onAccent = "#ffffff";
    t.warning = "#9a4a00";
    t.plotBackground = "#ffffff";
    t.axis = "#333c49";
    t.grid = "#e3e8ee";
    t.speedMap = ramp({0.995, 0.002, 240}, {0.70, 0.090, 239});
    t.streamline = withAlpha("#2c3846", 170);
    t.nullcline = {QColor("#0066b0"), QColor("#d55e00")};
    t.fixedPointFill = "#161d27";
    t.fixedPointEdge = "#161d27";
    t.cycle = "#c45f9c";
    t.manifold = {QColor("#00664c"), QColor("#7a2fb0")};
    t.readout = "#75520a";
    t.particle = withAlpha("#10243a", 200);
    t.undecided = withAlpha("#d55e00", 60);
    t.orbit = withAlpha("#18202c", 190);
    t.trialMarker = "#b3123f";
    t.trajectories = {QColor("#e69f00"), QColor("#009e73"), QColor("#d55e00"), QColor("#56b4e9"),
                      QColor("#cc79a7"), QColor("#0072b2"), QColor("#f0e442"), QColor("#000000")};
    t.populations = {QColor("#0072b2"), QColor("#e69f00"), QColor("#009e73"), QColor("#cc79a7"),
                     QColor("#56b4e9"), QColor("#d55e00"), QColor("#f0e442"), QColor("#000000")};
    return t;
}

Theme makeDark() {
    Theme t;
    t.dark = true;
    t.window = "#0f1319";
    t.panel = "#151a22";
    t.card = "#1b212b";
    t.border = "#2d3643";
    t.text = "#e7ebf1";
    t.mutedText = "#9ba7b7";
    t.accent = "#58b0ee";
    t.control = "#262e3a";
    t.onAccent = "#0a1017";
    t.warning = "#ffb454";
    t.plotBackground = "#12161d";
    t.axis = "#aeb8c5";
    t.grid = "#232b36";
    t.speedMap = ramp({0.2, 0.016, 240}, {0.53, 0.095, 228});
    t.streamline = withAlpha("#dbe6f2", 150);
    t.nullcline = {QColor("#4fb3f6"), QColor("#f47a2c")};
    t.fixedPointFill = "#f3f6fa";
    t.fixedPointEdge = "#f3f6fa";
    t.cycle = "#e58bc0";
    t.manifold = {QColor("#3fd6a6"), QColor("#c39bff")};
    t.readout = "#e8cf7a";
    t.particle = withAlpha("#f2f7fc", 210);
    t.undecided = withAlpha("#f47a2c", 70);
    t.orbit = withAlpha("#ffffff", 200);
    t.trialMarker = "#f0e442";
    t.trajectories = {QColor("#e69f00"), QColor("#00b584"), QColor("#d55e00"), QColor("#56b4e9"),
                      QColor("#cc79a7"), QColor("#f0e442"), QColor("#0072b2"), QColor("#ffffff")};
    t.populations = {QColor("#56b4e9"), QColor("#e69f00"), QColor("#00b584"), QColor("#cc79a7"),
                     QColor("#0072b2"), QColor("#d55e00"), QColor("#f0e442"), QColor("#ffffff")};
    return t;
}

QColor cyclic(const std::vector<QColor>& colors, int index) {
    const int n = static_cast<int>(colors.size());
    return colors[static_cast<std::size_t>(((index % n) + n) % n)];
}

double luminance(const QColor& color) {
    return 0.2126 * decode(color.redF()) + 0.7152 * decode(color.greenF()) + 0.0722 * decode(color.blueF());
}

}  // namespace

const Theme& Theme::light() {
    static const Theme theme = makeLight();
    return theme;
}

const Theme& Theme::darkTheme() {
    static const Theme theme = makeDark();
    return theme;
}

QColor Theme::population(int index) const {
    return cyclic(populations, index);
}

QColor Theme::trajectory(int index) const {
    return cyclic(trajectories, index);
}

QColor Theme::speedColor(double t) const {
    const double last = static_cast<double>(speedMap.size() - 1);
    return speedMap[static_cast<std::size_t>(std::clamp(t, 0.0, 1.0) * last + 0.5)];
}

Theme Theme::scaled(double factor) const {
    Theme t = *this;
    for (double* size : {&t.streamlineWidth, &t.nullclineWidth, &t.cycleWidth, &t.manifoldWidth, &t.readoutWidth,
                         &t.trajectoryWidth, &t.orbitWidth, &t.markerSize, &t.markerEdgeWidth, &t.arrowSize})
        *size *= factor;
    return t;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor mix(const QColor& a, const QColor& b, double t) {
    const auto at = [t](float from, float to) { return static_cast<float>(from + t * (to - from)); };
    return QColor::fromRgbF(at(a.redF(), b.redF()), at(a.greenF(), b.greenF()), at(a.blueF(), b.blueF()),
                            at(a.alphaF(), b.alphaF()));
}

}  // namespace kappascope::painting
