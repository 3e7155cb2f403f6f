// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cmath>

#include "core/error.h"
#include "ui/painting/figure_files.h"
#include "ui/painting/figure_layout.h"

namespace kappascope::painting {

namespace {

// Qt writes font sizes in whole device units: with 100 of them a point, 8 pt are 8 pt.
constexpr int pdfResolution = 7200;

QImage imageOf(const std::vector<Panel>& panels, const FigureSpec& spec, const FigureLayout& layout) {
    const double scale = spec.dpi / 72.0;
    QImage image(qRound(layout.size.width() * scale), qRound(layout.size.height() * scale),
                 QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    image.setDotsPerMeterX(qRound(spec.dpi / 0.0254));
    image.setDotsPerMeterY(qRound(spec.dpi / 0.0254));
    QPainter painter(&image);
    paintFigure(painter, panels, spec, layout, scale);
    painter.end();
    return spec.transparent ? image : image.convertToFormat(QImage::Format_RGB32);
}

QByteArray pdfOf(const std::vector<Panel>& panels, const FigureSpec& spec, const FigureLayout& layout) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    // Qt's pages have whole points; the exact size is entered afterwards.
    const QSize page(static_cast<int>(std::ceil(layout.size.width())),
                     static_cast<int>(std::ceil(layout.size.height())));
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(pdfResolution);
        writer.setPageSize(QPageSize(page, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setCreator(QStringLiteral("Kappascope"));
        writer.setTitle(panels.front().title.isEmpty() ? QStringLiteral("Phase portrait")
                                                       : MathLabel(panels.front().title).plainText());
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::LosslessImageRendering);
        painter.translate(0, (page.height() - layout.size.height()) * pdfResolution / 72.0);
        paintFigure(painter, panels, spec, layout, pdfResolution / 72.0);
    }
    return withExactPage(withReadableSpaces(withoutDate(bytes)), page, layout.size);
}

QByteArray svgOf(const std::vector<Panel>& panels, const FigureSpec& spec, const FigureLayout& layout) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(72);
        generator.setViewBox(QRectF(QPointF(0, 0), layout.size));
        generator.setTitle(panels.front().title.isEmpty() ? QStringLiteral("Phase portrait")
                                                          : MathLabel(panels.front().title).plainText());
        generator.setDescription(QStringLiteral("Kappascope"));
        QPainter painter(&generator);
        paintFigure(painter, panels, spec, layout, 1);
    }
    return withExactSize(bytes, spec.widthMm, layout.size.height() * 25.4 / 72);
}

}  // namespace

double writeFigure(const QString& path, const std::vector<Panel>& panels, const FigureSpec& spec) {
    const FigureLayout layout = layOutFigure(panels, spec);
    const QString ending = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (ending == u"pdf") {
        bytes = pdfOf(panels, spec, layout);
    } else if (ending == u"svg") {
        bytes = svgOf(panels, spec, layout);
    } else if (ending == u"png") {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        imageOf(panels, spec, layout).save(&buffer, "PNG");
    } else {
        throw Error(ErrorCode::badOption, "output", {path.toStdString(), ".pdf, .svg, .png"});
    }

    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw Error(ErrorCode::cannotWrite, {}, {file.errorString().toStdString()}, path.toStdString());
    return layout.size.height() * 25.4 / 72;
}

QImage figureImage(const std::vector<Panel>& panels, const FigureSpec& spec) {
    return imageOf(panels, spec, layOutFigure(panels, spec));
}

}  // namespace kappascope::painting
