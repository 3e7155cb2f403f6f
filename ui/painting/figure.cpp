// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure.h"

#include <QBuffer>
#include <QFileInfo>
#include <QHashFunctions>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cmath>
#include <mutex>

#include "core/error.h"
#include "ui/painting/figure_files.h"
#include "ui/painting/figure_layout.h"
#include "ui/painting/fonts.h"

namespace kappascope::painting {

namespace {

// Qt writes font sizes in whole device units: with 100 of them a point, 8 pt are 8 pt.
constexpr int pdfResolution = 7200;

QString titleOf(const Figure& figure) {
    if (figure.panels.empty()) return QStringLiteral("Trial");
    const QString& title = figure.panels.front().title;
    return title.isEmpty() ? QStringLiteral("Phase portrait") : MathLabel(title).plainText();
}

QImage imageOf(const Figure& figure, const FigureSpec& spec, const FigureLayout& layout) {
    const double scale = spec.dpi / 72.0;
    QImage image(qRound(layout.size.width() * scale), qRound(layout.size.height() * scale),
                 QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    image.setDotsPerMeterX(qRound(spec.dpi / 0.0254));
    image.setDotsPerMeterY(qRound(spec.dpi / 0.0254));
    QPainter painter(&image);
    paintFigure(painter, figure, spec, layout, scale);
    painter.end();
    return spec.transparent ? image : image.convertToFormat(QImage::Format_RGB32);
}

/// Qt embeds a pdf's fonts in the order of a hash, which is another in every process unless its seed is fixed. One pdf
/// at a time, so that none ends another's order.
class FixedHashOrder {
public:
    FixedHashOrder() : lock_(mutex()) { QHashSeed::setDeterministicGlobalSeed(); }
    ~FixedHashOrder() { QHashSeed::resetRandomGlobalSeed(); }
    FixedHashOrder(const FixedHashOrder&) = delete;
    FixedHashOrder& operator=(const FixedHashOrder&) = delete;

private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    std::scoped_lock<std::mutex> lock_;
};

QByteArray pdfOf(const Figure& figure, const FigureSpec& spec, const FigureLayout& layout) {
    const FixedHashOrder fixed;
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
        writer.setTitle(titleOf(figure));
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::LosslessImageRendering);
        painter.translate(0, (page.height() - layout.size.height()) * pdfResolution / 72.0);
        paintFigure(painter, figure, spec, layout, pdfResolution / 72.0);
    }
    return withExactPage(withReadableSpaces(withoutDate(bytes)), page, layout.size);
}

QByteArray svgOf(const Figure& figure, const FigureSpec& spec, const FigureLayout& layout) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(72);
        generator.setViewBox(QRectF(QPointF(0, 0), layout.size));
        generator.setTitle(titleOf(figure));
        generator.setDescription(QStringLiteral("Kappascope"));
        QPainter painter(&generator);
        painter.setFont(fontOf(Face::text, spec.fontPt));  // the file names it, though all letters are outlines
        paintFigure(painter, figure, spec, layout, 1);
    }
    return withExactSize(bytes, spec.widthMm, layout.size.height() * 25.4 / 72);
}

double heightMm(const FigureLayout& layout) {
    return layout.size.height() * 25.4 / 72;
}

QByteArray bytesOf(const Figure& figure, FigureFormat format, const FigureSpec& spec, const FigureLayout& layout) {
    if (format == FigureFormat::pdf) return pdfOf(figure, spec, layout);
    if (format == FigureFormat::svg) return svgOf(figure, spec, layout);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    imageOf(figure, spec, layout).save(&buffer, "PNG");
    return bytes;
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
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw Error(ErrorCode::cannotWrite, {}, {file.errorString().toStdString()}, path.toStdString());
    return heightMm(layout);
}

double writeFigure(const QString& path, const std::vector<Panel>& panels, const FigureSpec& spec) {
    return writeFigure(path, Figure{panels, {}}, spec);
}

double figureHeightMm(const Figure& figure, const FigureSpec& spec) {
    return heightMm(layOutFigure(figure, spec));
}

QImage figureImage(const Figure& figure, const FigureSpec& spec) {
    return imageOf(figure, spec, layOutFigure(figure, spec));
}

QImage figureImage(const std::vector<Panel>& panels, const FigureSpec& spec) {
    return figureImage(Figure{panels, {}}, spec);
}

}  // namespace kappascope::painting
