// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QWidget>
#include <vector>

#include "ui/painting/math_label.h"

namespace kappascope::widgets {

/// Numbers in brackets, aligned in columns. At most six rows and columns are shown, then dots.
class MatrixWidget : public QWidget {
public:
    explicit MatrixWidget(QWidget* parent = nullptr);

    void setMatrix(const Eigen::MatrixXd& matrix);
    const Eigen::MatrixXd& matrix() const { return matrix_; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Eigen::MatrixXd matrix_;
    std::vector<std::vector<painting::MathLabel>> rows_;
};

}  // namespace kappascope::widgets
