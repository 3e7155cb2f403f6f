// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/matrix_widget.h"

#include <QPainter>
#include <algorithm>

#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

namespace {

constexpr double pixels = 13;
constexpr int rowHeight = 20;
constexpr int columnWidth = 58;
constexpr int bracket = 5;
constexpr Eigen::Index most = 6;

}  // namespace

MatrixWidget::MatrixWidget(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void MatrixWidget::setMatrix(const Eigen::MatrixXd& matrix) {
    const QSize before = sizeHint();
    matrix_ = matrix;
    rows_.clear();
    QStringList spoken;
    for (Eigen::Index r = 0; r < std::min(matrix.rows(), most + 1); ++r) {
        std::vector<painting::MathLabel> row;
        QStringList words;
        for (Eigen::Index c = 0; c < std::min(matrix.cols(), most + 1); ++c) {
            const bool dots = r == most || c == most;
            words += dots ? QStringLiteral("…") : shownNumber(matrix(r, c));
            row.emplace_back(words.back(), pixels);
        }
        spoken += words.join(QStringLiteral(", "));
        rows_.push_back(std::move(row));
    }
    setAccessibleName(spoken.join(QStringLiteral("; ")));
    if (sizeHint() != before) updateGeometry();
    update();
}

QSize MatrixWidget::sizeHint() const {
    if (rows_.empty()) return {};
    return {static_cast<int>(rows_.front().size()) * columnWidth + 2 * bracket,
            static_cast<int>(rows_.size()) * rowHeight + 4};
}

void MatrixWidget::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = palette().color(QPalette::WindowText);
    painter.setPen(QPen(color, 1.2));
    const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
    for (const bool right : {false, true}) {
        const double edge = right ? frame.right() : frame.left();
        const double inner = right ? edge - bracket : edge + bracket;
        painter.drawPolyline(
            QPolygonF({{inner, frame.top()}, {edge, frame.top()}, {edge, frame.bottom()}, {inner, frame.bottom()}}));
    }
    for (std::size_t r = 0; r < rows_.size(); ++r)
        for (std::size_t c = 0; c < rows_[r].size(); ++c) {
            const painting::MathLabel& label = rows_[r][c];
            const double right = bracket + static_cast<double>(c + 1) * columnWidth - 8;
            const double middle = 2 + (static_cast<double>(r) + 0.5) * rowHeight;
            label.draw(painter, {right - label.size().width(), middle - label.size().height() / 2 + label.ascent()},
                       color);
        }
}

}  // namespace kappascope::widgets
