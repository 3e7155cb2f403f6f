// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/icons.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

#include "resources/resources.h"

namespace kappascope::painting {

namespace {

QPixmap rendered(const QByteArray& svg, int size, double devicePixelRatio) {
    QSvgRenderer renderer(svg);
    if (!renderer.isValid()) return {};
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(pixmap.rect()));
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QByteArray source(const QString& name) {
    initResources();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio) {
    // The files are drawn in black.
    const QByteArray svg = source(name).replace("#000000", color.name(QColor::HexRgb).toLatin1());
    return svg.isEmpty() ? QPixmap() : rendered(svg, size, devicePixelRatio);
}

QIcon icon(const QString& name, const QColor& color) {
    QIcon result;
    for (const int size : {16, 20, 24, 32}) {
        for (const double ratio : {1.0, 2.0}) {
            const QPixmap normal = iconPixmap(name, color, size, ratio);
            if (normal.isNull()) return {};
            QPixmap faded(normal.size());
            faded.setDevicePixelRatio(ratio);
            faded.fill(Qt::transparent);
            QPainter painter(&faded);
            painter.setOpacity(0.35);
            painter.drawPixmap(0, 0, normal);
            painter.end();
            result.addPixmap(normal);
            result.addPixmap(faded, QIcon::Disabled);
        }
    }
    return result;
}

QIcon applicationIcon() {
    QIcon result;
    const QByteArray svg = source(QStringLiteral("kappascope"));
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) result.addPixmap(rendered(svg, size, 1));
    return result;
}

}  // namespace kappascope::painting
