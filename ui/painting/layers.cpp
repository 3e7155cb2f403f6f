// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/layers.h"

#include <QCoreApplication>
#include <algorithm>
#include <iterator>

#include "ui/painting/layer_drawing.h"

namespace kappascope::painting {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

std::vector<Layer> makeLayers() {
    return {
        {QStringLiteral("speed"), tr("Speed"), tr("Speed $|d\\kappa/dt|$ of the flow: pale where it is slow"),
         tr("Needs a low-rank network or a circuit"), true, true, drawSpeed},
        {QStringLiteral("streamlines"), tr("Streamlines"), tr("Lines along the flow of $\\kappa$, in its direction"),
         tr("Needs a low-rank network or a circuit"), true, true, drawStreamlines},
        {QStringLiteral("arrows"), tr("Arrows"),
         tr("The direction of the flow on a grid; the longer and darker, the faster"),
         tr("Needs a network or circuit of rank 2 or more"), false, true, drawArrows},
        {QStringLiteral("readout"), tr("Readout"),
         tr("Lines of equal readout $z$, once the input has settled; solid above zero, dashed below, bold where $z = "
            "0$. "
            "The first of several outputs"),
         tr("Needs a network or circuit with an output"), false, true, drawReadout},
        {QStringLiteral("trace"), tr("Trace"),
         tr("Nullclines at the end of each earlier epoch of the trial, the fainter the longer ago"),
         tr("Move the scrubber of a trial past its first epoch"), true, true, drawTrace},
        {QStringLiteral("nullclines"), tr("Nullclines"),
         tr("Where one component of $d\\kappa/dt$ is zero; fixed points lie where they cross. Of rank 1: $d\\kappa/dt$ "
            "against $\\kappa$"),
         tr("Needs a low-rank network or a circuit"), true, true, drawNullclines},
        {QStringLiteral("manifolds"), tr("Manifolds"),
         tr("Stable (dashed) and unstable (solid) manifolds of the saddles: the stable ones bound the basins. Above "
            "rank "
            "2 those that are lines"),
         tr("This flow has no saddle"), false, true, drawManifolds},
        {QStringLiteral("orbits"), tr("Orbits"), tr("The continuous orbit beneath each trajectory"),
         tr("Click into a portrait to start one"), true, true, drawOrbits},
        {QStringLiteral("trajectories"), tr("Trajectories"), tr("Trajectories from clicked points, in steps of $dt$"),
         tr("Click into a portrait to start one"), true, true, drawTrajectories},
        {QStringLiteral("cycles"), tr("Cycles"), tr("Attracting cycles of the continuous flow"),
         tr("This flow has no limit cycle"), true, true, drawCycles},
        {QStringLiteral("fixed-points"), tr("Fixed points"),
         tr("Where $d\\kappa/dt = 0$: filled is stable, open unstable, half filled a saddle; a spiral marks a focus"),
         tr("Needs a low-rank network or a circuit"), true, true, drawFixedPoints},
    };
}

}  // namespace

const std::vector<Layer>& layerRegistry() {
    static const std::vector<Layer> layers = makeLayers();
    return layers;
}

std::vector<QString> defaultLayers() {
    std::vector<QString> ids;
    for (const Layer& layer : layerRegistry())
        if (layer.onByDefault) ids.push_back(layer.id);
    return ids;
}

Picture drawLayers(const Scene& scene, const phase::View& view, const Theme& theme, const std::vector<QString>& on) {
    Picture picture;
    for (const Layer& layer : layerRegistry()) {
        if (std::find(on.begin(), on.end(), layer.id) == on.end()) continue;
        Picture drawn = layer.draw(scene, view, theme);
        picture.insert(picture.end(), std::make_move_iterator(drawn.begin()), std::make_move_iterator(drawn.end()));
    }
    return picture;
}

}  // namespace kappascope::painting
