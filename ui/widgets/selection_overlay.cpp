// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/selection_overlay.h"

#include <QPainter>
#include <cmath>

namespace kappascope::widgets {

SelectionOverlay::SelectionOverlay(QWidget* parent) : QWidget(parent), theme_(&painting::Theme::light()) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFixedSize(2 * reach + 1, 2 * reach + 1);
    hide();
}

void SelectionOverlay::showPoint(const phase::FixedPoint& point, std::array<int, 2> axes, QPointF perUnit,
                                 const painting::Theme& theme) {
    theme_ = &theme;
    rays_.clear();
    if (point.kappa.size() > 1) {
        for (Eigen::Index k = 0; k < point.eigenvectors.cols(); ++k) {
            if (point.eigenvalues[k].imag() != 0) continue;
            const Eigen::VectorXd vector = point.eigenvectors.col(k).real();
            const QPointF along(vector[axes[0]] * perUnit.x(), -vector[axes[1]] * perUnit.y());
            // Above rank 2 a line is as short as what of it lies in the plane.
            const double planar = std::hypot(vector[axes[0]], vector[axes[1]]);
            const double length = std::hypot(along.x(), along.y());
            if (length > 0) rays_.push_back({(reach - 4) * planar / length * along, point.eigenvalues[k].real() < 0});
        }
    }
    update();
}

void SelectionOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(reach + 0.5, reach + 0.5);
    for (const Ray& ray : rays_) {
        QPen pen(theme_->plotBackground, 5, Qt::SolidLine, Qt::RoundCap);
        for (const bool ink : {false, true}) {
            if (ink) {
                pen = QPen(theme_->manifold[ray.stable ? 0 : 1], 2.6, Qt::SolidLine, Qt::RoundCap);
                if (ray.stable) pen.setDashPattern({2.4, 2.0});
            }
            painter.setPen(pen);
            const QPointF inner = 13 / std::max(1.0, std::hypot(ray.half.x(), ray.half.y())) * ray.half;
            painter.drawLine(inner, ray.half);
            painter.drawLine(-inner, -ray.half);
        }
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme_->plotBackground, 4));
    painter.drawEllipse(QPointF(0, 0), 11, 11);
    painter.setPen(QPen(theme_->accent, 2));
    painter.drawEllipse(QPointF(0, 0), 11, 11);
}

}  // namespace kappascope::widgets
