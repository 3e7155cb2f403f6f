// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/portrait_painter.h"

#include <QPainter>
#include <algorithm>

#include "ui/painting/renderer.h"

namespace kappascope::widgets {

painting::Scene sceneOf(const std::shared_ptr<const phase::Portrait>& portrait,
                        const session::Trajectories* trajectories) {
    painting::Scene scene;
    scene.portrait = portrait;
    if (trajectories)
        for (const session::Trajectory& each : *trajectories)
            scene.trajectories.push_back({each.colorIndex, each.backward, each.steps, each.orbit});
    return scene;
}

QImage paintPortrait(const std::shared_ptr<const phase::Portrait>& portrait, const phase::View& view,
                     const session::PortraitRequest& request) {
    const painting::Theme& theme = painting::Theme::of(request.dark);
    QImage image(request.pixels, QImage::Format_RGB32);
    image.fill(theme.plotBackground);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const painting::Canvas canvas{view, QRectF(QPointF(0, 0), QSizeF(request.pixels)), request.pixelRatio};
    painting::Scene scene = sceneOf(portrait, request.trajectories.get());
    if (request.traces)
        for (const session::NullclineTrace& trace : *request.traces)
            if (trace.end <= request.tracesBefore) scene.traces.push_back(trace.nullclines);
    scene.speedScale = std::max(portrait->maximumSpeed(), request.otherSpeed);
    painting::paint(painter, painting::drawLayers(scene, view, theme, request.layers), canvas, theme);
    return image;
}

}  // namespace kappascope::widgets
