// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/plot_figure.h"

#include <QPainter>

#include "core/error.h"
#include "ui/painting/figure_device.h"

namespace kappascope::painting {

namespace {

constexpr double pointsPerMm = 72 / 25.4;

void require(bool fits, const char* field, double value, const char* allowed) {
    if (!fits) throw Error(ErrorCode::badOption, field, {QString::number(value).toStdString(), allowed});
}

/// The page in points.
QSizeF sizeOf(const PlotFigure& plot, const FigureSpec& spec) {
    require(spec.widthMm >= 20 && spec.widthMm <= 1000, "width", spec.widthMm, "20..1000");
    require(plot.heightMm >= 20 && plot.heightMm <= 1000, "height", plot.heightMm, "20..1000");
    require(spec.fontPt >= 4 && spec.fontPt <= 40, "font", spec.fontPt, "4..40");
    require(spec.dpi >= 36 && spec.dpi <= 2400, "dpi", spec.dpi, "36..2400");
    return QSizeF(spec.widthMm, plot.heightMm) * pointsPerMm;
}

PaintPage pageOf(const PlotFigure& plot, const QSizeF& size, const FigureSpec& spec) {
    return [&plot, size, &spec](QPainter& painter, double scale) {
        const Theme& theme = Theme::of(spec.dark);
        const QRectF area(QPointF(0, 0), size);
        if (!spec.transparent) painter.fillRect(QRectF(area.topLeft(), size * scale), theme.card);
        plot.paint(painter, area, theme, spec.fontPt, scale);
    };
}

}  // namespace

QByteArray plotBytes(const PlotFigure& plot, FigureFormat format, const FigureSpec& spec) {
    const QSizeF size = sizeOf(plot, spec);
    return pageBytes(pageOf(plot, size, spec), size, format, spec, plot.title);
}

QImage plotImage(const PlotFigure& plot, const FigureSpec& spec) {
    const QSizeF size = sizeOf(plot, spec);
    return pageImage(pageOf(plot, size, spec), size, spec);
}

void writePlot(const QString& path, const PlotFigure& plot, const FigureSpec& spec) {
    writeWhole(path, plotBytes(plot, figureFormat(path), spec));
}

}  // namespace kappascope::painting
