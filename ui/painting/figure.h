// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>
#include <optional>
#include <vector>

#include "ui/painting/layers.h"
#include "ui/painting/time_figure.h"
#include "ui/painting/training_curves.h"

namespace kappascope::painting {

/// One panel of a figure.
struct Panel {
    Scene scene;    ///< without a portrait the panel stays empty
    QString title;  ///< may hold $mathematics$
    std::vector<QString> layers;
    QString xLabel;  ///< may hold $mathematics$; empty: the mode on the axis
    QString yLabel;
};

/// What a figure is; window, clipboard and command line share it.
struct FigureSpec {
    double widthMm = 180;  ///< 20..1000
    double fontPt = 8;     ///< 4..40; text of every kind
    bool dark = false;
    bool transparent = false;  ///< no page colour; the panels keep theirs
    int dpi = 300;             ///< for png, 36..2400
    bool legend = true;        ///< a row beneath the panels
    int columns = 0;           ///< panels in a row; 0: up to three
};

/// What a figure shows: portraits side by side, a trial over time beneath them, or either alone; beneath portraits of a
/// network in training the curves of its run.
struct Figure {
    std::vector<Panel> panels;
    std::optional<TimeFigure> time;
    std::optional<TrainingCurves> curves = {};
};

enum class FigureFormat { pdf, svg, png };

/// The format that a file's ending asks for (.pdf, .svg, .png). Throws badOption.
FigureFormat figureFormat(const QString& path);

/// A figure as the bytes of a file. Text stays text in pdf, images are lossless, dates are fixed, nothing lies outside
/// the axes: same bytes from run to run. Needs a QGuiApplication. Throws badOption where the specification is out of
/// range or there is nothing to show.
QByteArray figureBytes(const Figure& figure, FigureFormat format, const FigureSpec& spec = {});

/// The same in a file, by its ending; whole or not at all (throws Error cannotWrite or badOption). Returns the height
/// in mm.
double writeFigure(const QString& path, const Figure& figure, const FigureSpec& spec = {});
double writeFigure(const QString& path, const std::vector<Panel>& panels, const FigureSpec& spec = {});

/// Height of a figure in mm. Throws as figureBytes().
double figureHeightMm(const Figure& figure, const FigureSpec& spec);

/// The same painted in pixels (at spec.dpi), for the clipboard, the window's own pictures and tests. Throws badOption.
QImage figureImage(const Figure& figure, const FigureSpec& spec);
QImage figureImage(const std::vector<Panel>& panels, const FigureSpec& spec);

/// "$\kappa_1$" for mode 0 and so on; "$\kappa$" where there is only one mode.
QString modeLabel(int mode, int rank);

}  // namespace kappascope::painting
