// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>

namespace kappascope::widgets {

/// A figure as it will be: in the middle, whole, over a chequerboard where it is transparent.
class FigurePreview : public QWidget {
    Q_OBJECT

public:
    explicit FigurePreview(QWidget* parent = nullptr);

    void setImage(const QImage& image);
    /// Shown in place of a picture.
    void setMessage(const QString& text);
    const QImage& image() const { return image_; }
    /// Room for a picture, in device pixels.
    QSize room() const;

signals:
    void resized();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QImage image_;
    QString message_;
};

}  // namespace kappascope::widgets
