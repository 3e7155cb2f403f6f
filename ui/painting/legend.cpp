// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/legend.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

#include "ui/painting/axis_names.h"
#include "ui/painting/layer_drawing.h"
#include "ui/painting/layer_helpers.h"
#include "ui/painting/markers.h"
#include "ui/painting/renderer.h"

namespace kappascope::painting {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

QString nameOf(phase::FixedPointKind kind) {
    using Kind = phase::FixedPointKind;
    switch (kind) {
        case Kind::stableNode: return tr("stable node");
        case Kind::stableFocus: return tr("stable focus");
        case Kind::saddle: return tr("saddle");
        case Kind::unstableNode: return tr("unstable node");
        case Kind::unstableFocus: return tr("unstable focus");
        case Kind::degenerate: break;
    }
    return tr("degenerate");
}

}  // namespace

std::vector<LegendEntry> legendEntries(const Scene& scene, const std::vector<QString>& layers, const Theme& theme) {
    std::vector<LegendEntry> entries;
    if (!scene.portrait) return entries;
    const phase::Portrait& portrait = *scene.portrait;
    const auto on = [&layers](const char* id) {
        return std::find(layers.begin(), layers.end(), QLatin1String(id)) != layers.end();
    };
    const auto line = [&entries](const QColor& color, double width, Dash dash, const QString& text,
                                 bool arrow = false) {
        entries.push_back({Line{{}, color, width, dash}, text, arrow});
    };

    if (on("fixed-points")) {
        using Kind = phase::FixedPointKind;
        for (const Kind kind : {Kind::stableNode, Kind::stableFocus, Kind::saddle, Kind::unstableNode,
                                Kind::unstableFocus, Kind::degenerate}) {
            const auto& points = portrait.census.points;
            if (std::any_of(points.begin(), points.end(), [kind](const auto& p) { return p.kind == kind; }))
                entries.push_back({markerOf(kind, theme), nameOf(kind)});
        }
    }
    if (on("nullclines")) {
        if (portrait.rank == 1) {
            line(theme.nullcline[0], 1.2 * theme.nullclineWidth, Dash::solid, QStringLiteral("$\\tau\\,d\\kappa/dt$"));
        } else {
            for (std::size_t axis = 0; axis < 2; ++axis)
                if (!portrait.nullclines[axis].empty())
                    line(theme.nullcline[axis], theme.nullclineWidth, axis == 0 ? Dash::solid : Dash::dashed,
                         portrait.view.input < 0
                             ? tr("$\\kappa_%1$ nullcline").arg(portrait.view.axes[axis] + 1)
                             : tr("$%1$ nullcline")
                                   .arg(axisSymbol(portrait.view, static_cast<int>(axis), portrait.rank)));
        }
    }
    if (on("trace") && !scene.traces.empty()) {
        QColor faint = theme.nullcline[0];
        faint.setAlphaF(static_cast<float>(detail::traceOpacity));
        line(faint, detail::traceWidth * theme.nullclineWidth, Dash::solid,
             portrait.rank == 1 ? tr("of earlier epochs") : tr("nullclines of earlier epochs"));
    }
    const auto hasManifold = [&portrait](bool stable) {
        return std::any_of(portrait.manifolds.begin(), portrait.manifolds.end(),
                           [stable](const auto& branch) { return branch.stable == stable; });
    };
    if (on("manifolds") && hasManifold(true))
        line(theme.manifold[0], theme.manifoldWidth, Dash::dashed, tr("stable manifold"));
    if (on("manifolds") && hasManifold(false))
        line(theme.manifold[1], theme.manifoldWidth, Dash::solid, tr("unstable manifold"));
    const auto hasCycle = [&portrait](bool stable) {
        return std::any_of(portrait.cycles.begin(), portrait.cycles.end(),
                           [stable](const auto& cycle) { return cycle.stable == stable; });
    };
    if (on("cycles") && hasCycle(true)) line(theme.cycle, theme.cycleWidth, Dash::solid, tr("limit cycle"));
    if (on("cycles") && hasCycle(false)) line(theme.cycle, theme.cycleWidth, Dash::dotted, tr("unstable cycle"));
    if (on("trajectories") && !scene.trajectories.empty())
        line(theme.trajectory(scene.trajectories.front().colorIndex), theme.trajectoryWidth, Dash::solid,
             tr("trajectory"));
    if (on("orbits") && !scene.trajectories.empty())
        line(theme.orbit, theme.orbitWidth, Dash::solid, tr("continuous orbit"));
    if (on("readout") && !portrait.readout.isEmpty())
        line(theme.readout, theme.readoutWidth, Dash::solid, tr("equal readout $z$"));
    if (on("arrows") && portrait.rank > 1) line(theme.axis, theme.streamlineWidth, Dash::solid, tr("flow"), true);
    if (on("streamlines") && portrait.rank > 1)
        line(theme.streamline, theme.streamlineWidth, Dash::solid, tr("streamline"), true);
    if (on("speed")) {
        constexpr int colors = 64;
        QImage ramp(colors, 1, QImage::Format_RGB32);
        for (int k = 0; k < colors; ++k) ramp.setPixelColor(k, 0, theme.speedColor((k + 0.5) / colors));
        entries.push_back({Shade{ramp, QRectF(-1, -0.32, 2, 0.64)}, tr("slow to fast")});
    }
    return entries;
}

void drawLegendSample(QPainter& painter, const QRectF& box, const LegendEntry& entry, double scale,
                      const Theme& theme) {
    if (const auto* marker = std::get_if<Marker>(&entry.sample)) {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        drawMarker(painter, *marker, box.center(), scale, theme);
        painter.restore();
        return;
    }
    if (const auto* shade = std::get_if<Shade>(&entry.sample)) {
        paint(painter, {*shade}, Canvas{phase::View{}, box, scale}, theme);
        return;
    }
    Line line = std::get<Line>(entry.sample);
    line.points = QPolygonF({{-1, 0}, {1, 0}});
    Picture picture{line};
    if (entry.arrow) picture.push_back(Arrow{{0.6, 0}, {1, 0}, line.color, theme.arrowSize});
    paint(painter, picture, Canvas{phase::View{}, box, scale}, theme);
}

}  // namespace kappascope::painting
