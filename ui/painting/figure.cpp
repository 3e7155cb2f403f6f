// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure.h"

#include <QFileInfo>
#include <QPainter>

#include "core/error.h"
#include "ui/painting/figure_device.h"
#include "ui/painting/figure_layout.h"

namespace kappascope::painting {

namespace {

QString titleOf(const Figure& figure) {
    if (figure.panels.empty()) return QStringLiteral("Trial");
    const QString& title = figure.panels.front().title;
    return title.isEmpty() ? QStringLiteral("Phase portrait") : MathLabel(title).plainText();
}

PaintPage pageOf(const Figure& figure, const FigureSpec& spec, const FigureLayout& layout) {
    return [&](QPainter& painter, double scale) { paintFigure(painter, figure, spec, layout, scale); };
}

double heightMm(const FigureLayout& layout) {
    return layout.size.height() * 25.4 / 72;
}

QByteArray bytesOf(const Figure& figure, FigureFormat format, const FigureSpec& spec, const FigureLayout& layout) {
    return pageBytes(pageOf(figure, spec, layout), layout.size, format, spec, titleOf(figure));
}

}  // namespace

FigureFormat figureFormat(const QString& path) {
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == u"pdf") return FigureFormat::pdf;
    if (ending == u"svg") return FigureFormat::svg;
    if (ending == u"png") return FigureFormat::png;
    throw Error(ErrorCode::badOption, "output", {path.toStdString(), ".pdf, .svg, .png"});
}

QByteArray figureBytes(const Figure& figure, FigureFormat format, const FigureSpec& spec) {
    return bytesOf(figure, format, spec, layOutFigure(figure, spec));
}

double writeFigure(const QString& path, const Figure& figure, const FigureSpec& spec) {
    const FigureFormat format = figureFormat(path);
    const FigureLayout layout = layOutFigure(figure, spec);
    const QByteArray bytes = bytesOf(figure, format, spec, layout);
    writeWhole(path, bytes);
    return heightMm(layout);
}

double writeFigure(const QString& path, const std::vector<Panel>& panels, const FigureSpec& spec) {
    return writeFigure(path, Figure{panels, {}}, spec);
}

double figureHeightMm(const Figure& figure, const FigureSpec& spec) {
    return heightMm(layOutFigure(figure, spec));
}

QImage figureImage(const Figure& figure, const FigureSpec& spec) {
    const FigureLayout layout = layOutFigure(figure, spec);
    return pageImage(pageOf(figure, spec, layout), layout.size, spec);
}

QImage figureImage(const std::vector<Panel>& panels, const FigureSpec& spec) {
    return figureImage(Figure{panels, {}}, spec);
}

}  // namespace kappascope::painting
