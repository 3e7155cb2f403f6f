// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QWidget>
#include <vector>

#include "ui/painting/math_label.h"
#include "ui/painting/theme.h"
#include "ui/session/selection.h"

class QToolButton;

namespace kappascope::widgets {

/// What is known about a fixed point or a cycle, as a small panel that floats over its portrait. Painted once for each
/// change, so that the particles beneath move it about as a mere picture.
class SelectionCard : public QWidget {
    Q_OBJECT

public:
    explicit SelectionCard(QWidget* parent);

    void setTheme(const painting::Theme& theme);
    void showPoint(const session::PointFacts& facts);
    void showCycle(const session::CycleFacts& facts);

    /// What it says, as text: one line a row.
    const QString& text() const { return text_; }
    QToolButton* closeButton() const { return close_; }
    QSize sizeHint() const override { return size_; }

signals:
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    // A click on the card is none into the portrait.
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    /// A label at a place, or a mark of colour; a matrix has brackets around it.
    struct Piece {
        painting::MathLabel label;
        QPointF at;  ///< left end of the baseline
        QColor color;
    };
    struct Shape {
        QRectF rect;
        QColor color;
        bool brackets = false;
    };

    void begin(const QString& title, const QString& aside);
    double add(const QString& source, double x, const QColor& color, double pixels = 13, bool bold = false);
    void addCouplings(const session::PointFacts& facts);
    double addMatrix(const Eigen::MatrixXd& matrix, double x, double top);
    void addRow(double height);
    void finish();

    const painting::Theme* theme_;
    QToolButton* close_;
    std::vector<Piece> pieces_;
    std::vector<Shape> shapes_;
    double y_ = 0;
    double right_ = 0;
    QSize size_{200, 100};
    QString text_;
    QPixmap picture_;
};

}  // namespace kappascope::widgets
