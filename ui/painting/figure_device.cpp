// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/figure_device.h"

#include <QBuffer>
#include <QHashFunctions>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cmath>
#include <mutex>

#include "core/error.h"
#include "ui/painting/figure_files.h"
#include "ui/painting/fonts.h"

namespace kappascope::painting {

namespace {

// Qt writes font sizes in whole device units: with 100 of them a point, 8 pt are 8 pt.
constexpr int pdfResolution = 7200;

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

QByteArray pdfOf(const PaintPage& paint, const QSizeF& size, const QString& title) {
    const FixedHashOrder fixed;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    // Qt's pages have whole points; the exact size is entered afterwards.
    const QSize page(static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height())));
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(pdfResolution);
        writer.setPageSize(QPageSize(page, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setCreator(QStringLiteral("Kappascope"));
        writer.setTitle(title);
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::LosslessImageRendering);
        painter.translate(0, (page.height() - size.height()) * pdfResolution / 72.0);
        paint(painter, pdfResolution / 72.0);
    }
    return withExactPage(withReadableSpaces(withoutDate(bytes)), page, size);
}

QByteArray svgOf(const PaintPage& paint, const QSizeF& size, const FigureSpec& spec, const QString& title) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(72);
        generator.setViewBox(QRectF(QPointF(0, 0), size));
        generator.setTitle(title);
        generator.setDescription(QStringLiteral("Kappascope"));
        QPainter painter(&generator);
        painter.setFont(fontOf(Face::text, spec.fontPt));  // the file names it, though all letters are outlines
        paint(painter, 1);
    }
    return withExactSize(bytes, spec.widthMm, size.height() * 25.4 / 72);
}

}  // namespace

QImage pageImage(const PaintPage& paint, const QSizeF& size, const FigureSpec& spec) {
    const double scale = spec.dpi / 72.0;
    QImage image(qRound(size.width() * scale), qRound(size.height() * scale), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    image.setDotsPerMeterX(qRound(spec.dpi / 0.0254));
    image.setDotsPerMeterY(qRound(spec.dpi / 0.0254));
    QPainter painter(&image);
    paint(painter, scale);
    painter.end();
    return spec.transparent ? image : image.convertToFormat(QImage::Format_RGB32);
}

QByteArray pageBytes(const PaintPage& paint, const QSizeF& size, FigureFormat format, const FigureSpec& spec,
                     const QString& title) {
    if (format == FigureFormat::pdf) return pdfOf(paint, size, title);
    if (format == FigureFormat::svg) return svgOf(paint, size, spec, title);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    pageImage(paint, size, spec).save(&buffer, "PNG");
    return bytes;
}

void writeWhole(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw Error(ErrorCode::cannotWrite, {}, {file.errorString().toStdString()}, path.toStdString());
}

}  // namespace kappascope::painting
