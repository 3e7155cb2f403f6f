// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "ui/painting/layer_drawing.h"
#include "ui/painting/layer_helpers.h"

namespace kappascope::painting {

namespace {

constexpr double fading = 0.72;  // of its opacity, what each older epoch keeps

}  // namespace

Picture drawTrace(const Scene& scene, const phase::View&, const Theme& theme) {
    Picture picture;
    const auto count = scene.traces.size();
    for (std::size_t k = 0; k < count; ++k) {
        const double opacity = detail::traceOpacity * std::pow(fading, static_cast<double>(count - 1 - k));
        for (std::size_t axis = 0; axis < 2; ++axis) {
            QColor color = theme.nullcline[axis];
            color.setAlphaF(static_cast<float>(opacity));
            for (const phase::Polyline& branch : scene.traces[k][axis]) {
                QPolygonF points;
                points.reserve(static_cast<qsizetype>(branch.size()));
                for (const phase::Point& point : branch) points.append(QPointF(point.x, point.y));
                picture.push_back(Line{points, color, detail::traceWidth * theme.nullclineWidth,
                                       axis == 0 ? Dash::solid : Dash::dashed});
            }
        }
    }
    return picture;
}

}  // namespace kappascope::painting
