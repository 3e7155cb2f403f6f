// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <array>
#include <vector>

namespace kappascope::painting {

/// Colours and sizes of one look. Sizes are in points (1/72 inch of a figure, 1 logical pixel of a window at scale 1).
struct Theme {
    bool dark = false;

    // Window
    QColor window, panel, card, border, text, mutedText, accent, control;
    QColor onAccent;  ///< text on the accent colour
    QColor warning;   ///< text of warnings

    // Portrait
    QColor plotBackground, axis, grid;
    std::vector<QColor> speedMap;  ///< perceptually uniform (equal steps in OKLab), slow to fast, 256 colours
    QColor streamline;
    std::array<QColor, 2> nullcline;  ///< of the two axes; the second is dashed
    QColor fixedPointFill, fixedPointEdge;
    QColor cycle;
    std::array<QColor, 2> manifold;  ///< stable (dashed), unstable
    QColor readout;                  ///< contours of z
    QColor particle;
    QColor undecided;                  ///< regions that the census could not settle (translucent)
    QColor orbit;                      ///< continuous orbits beneath trajectories
    QColor trialMarker;                ///< the moment of a trial, and the way there
    std::vector<QColor> trajectories;  ///< Okabe-Ito, in order of use
    std::vector<QColor> populations;   ///< Okabe-Ito, in order of use

    double streamlineWidth = 0.9;
    double nullclineWidth = 2.2;
    double cycleWidth = 3.4;
    double manifoldWidth = 2.0;
    double readoutWidth = 1.0;
    double trajectoryWidth = 2.4;
    double orbitWidth = 1.0;
    double markerSize = 14;
    double markerEdgeWidth = 2.0;
    double arrowSize = 6.5;

    static const Theme& light();
    static const Theme& darkTheme();
    static const Theme& of(bool dark) { return dark ? darkTheme() : light(); }

    QColor population(int index) const;  ///< repeats beyond the palette; any index
    QColor trajectory(int index) const;  ///< repeats beyond the palette; any index

    /// The speed map at t in 0..1 (clamped).
    QColor speedColor(double t) const;

    /// The same look with every line and marker scaled (figures have smaller panels than windows). factor > 0.
    Theme scaled(double factor) const;
};

/// WCAG contrast ratio of two opaque colours, 1..21.
double contrastRatio(const QColor& a, const QColor& b);

/// a + t (b - a) in sRGB, alpha included. t in 0..1.
QColor mix(const QColor& a, const QColor& b, double t);

}  // namespace kappascope::painting
