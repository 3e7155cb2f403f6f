// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_preview.h"

#include <QPainter>

namespace kappascope::widgets {

namespace {

constexpr int margin = 10;
constexpr int square = 8;  // of the chequerboard

}  // namespace

FigurePreview::FigurePreview(QWidget* parent) : QWidget(parent) {
    setMinimumSize(420, 300);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Preview of the figure"));
}

void FigurePreview::setImage(const QImage& image) {
    image_ = image;
    message_.clear();
    update();
}

void FigurePreview::setMessage(const QString& text) {
    message_ = text;
    update();
}

QSize FigurePreview::room() const {
    const QSize inside = size() - 2 * QSize(margin, margin);
    return (QSizeF(inside) * devicePixelRatioF()).toSize().expandedTo(QSize(16, 16));
}

void FigurePreview::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (!message_.isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(margin, margin, -margin, -margin), Qt::AlignCenter | Qt::TextWordWrap,
                         message_);
        return;
    }
    if (image_.isNull()) return;
    const QSizeF shown = QSizeF(image_.size()).scaled(QSizeF(room()), Qt::KeepAspectRatio) / devicePixelRatioF();
    const QRectF target(QPointF((width() - shown.width()) / 2, (height() - shown.height()) / 2), shown);
    if (image_.hasAlphaChannel()) {
        painter.setClipRect(target);
        const QColor light = palette().color(QPalette::Base), dark = palette().color(QPalette::Mid);
        for (int row = 0; row * square < height(); ++row)
            for (int column = 0; column * square < width(); ++column)
                painter.fillRect(column * square, row * square, square, square, (row + column) % 2 == 0 ? light : dark);
        painter.setClipping(false);
    }
    painter.drawImage(target, image_);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5));
}

void FigurePreview::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    emit resized();
}

}  // namespace kappascope::widgets
