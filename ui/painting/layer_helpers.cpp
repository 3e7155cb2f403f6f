// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/layer_helpers.h"

#include <algorithm>
#include <cmath>

#include "ui/painting/speed_image.h"

namespace kappascope::painting::detail {

QPolygonF polygonOf(const phase::Polyline& line) {
    QPolygonF points;
    points.reserve(static_cast<qsizetype>(line.size()));
    for (const phase::Point& p : line) points.append(QPointF(p.x, p.y));
    return points;
}

QColor shade(const phase::Portrait& portrait, QColor color) {
    constexpr float faint = 0.4F;
    if (portrait.behind) color.setAlphaF(faint * color.alphaF());
    return color;
}

double scaleOf(const Scene& scene) {
    return scene.speedScale > 0 ? scene.speedScale : maximumSpeed(*scene.portrait);
}

QPointF place(const phase::Portrait& portrait, const phase::View& view, const Eigen::MatrixXd& kappa,
              Eigen::Index column) {
    if (portrait.rank == 1) return {kappa(0, column), speedOnLine(portrait.line, kappa(0, column))};
    return {kappa(view.axes[0], column), kappa(view.axes[1], column)};
}

QPolygonF path(const phase::Portrait& portrait, const phase::View& view, const Eigen::MatrixXd& kappa) {
    QPolygonF points;
    points.reserve(kappa.cols());
    for (Eigen::Index k = 0; k < kappa.cols(); ++k) points.append(place(portrait, view, kappa, k));
    return points;
}

void addArrow(Picture& picture, const QPolygonF& points, const phase::View& view, double share, const QColor& color,
              double size, bool backward) {
    std::vector<double> along{0};
    for (qsizetype k = 1; k < points.size(); ++k) {
        const QPointF d = points[k] - points[k - 1];
        along.push_back(along.back() + std::hypot(d.x() / view.width(), d.y() / view.height()));
    }
    if (!(along.back() > 0.08)) return;
    const auto next = std::upper_bound(along.begin(), along.end(), share * along.back());
    const auto k = static_cast<qsizetype>(std::min<std::ptrdiff_t>(next - along.begin(), points.size() - 1));
    const QPointF step = points[k] - points[k - 1];
    picture.push_back(Arrow{points[k - 1] + 0.5 * step, backward ? -step : step, color, size});
}

bool hasField(const Scene& scene) {
    return scene.portrait && scene.portrait->rank >= 2 && scene.portrait->field.columns >= 2 &&
           scene.portrait->field.rows >= 2;
}

bool hasLine(const Scene& scene) {
    return scene.portrait && scene.portrait->rank == 1 && scene.portrait->line.count() >= 2;
}

bool canPlace(const Scene& scene, const Eigen::MatrixXd& kappa, const phase::View& view) {
    if (kappa.cols() == 0) return false;
    return scene.portrait->rank == 1 ? hasLine(scene) : kappa.rows() > std::max(view.axes[0], view.axes[1]);
}

}  // namespace kappascope::painting::detail
