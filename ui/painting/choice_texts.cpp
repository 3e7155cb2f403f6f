// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "ui/painting/choice_picture.h"
#include "ui/painting/oklab.h"

namespace kappascope::painting {

using statistics::Behaviour;
using statistics::BehaviourPanel;
using statistics::ChoiceCell;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

}  // namespace

QColor choiceColor(double share, const Theme& theme) {
    struct Place {
        double lightness, chroma, hue;
    };
    // As dark (or light) at either end, so that neither choice weighs more.
    const Place ends[2] = {{theme.dark ? 0.72 : 0.56, 0.12, 248}, {theme.dark ? 0.72 : 0.56, 0.12, 58}};
    const Place middle{theme.dark ? 0.27 : 0.975, 0.004, 250};
    const double t = std::clamp(2 * share - 1, -1.0, 1.0);
    const Place& end = ends[t < 0 ? 0 : 1];
    const auto at = [](const Place& place) {
        const double angle = place.hue * std::numbers::pi / 180;
        return std::array{place.lightness, place.chroma * std::cos(angle), place.chroma * std::sin(angle)};
    };
    const auto from = at(middle), to = at(end);
    const double s = std::abs(t);
    return fromOkLab(from[0] + s * (to[0] - from[0]), from[1] + s * (to[1] - from[1]), from[2] + s * (to[2] - from[2]));
}

QString accuracyText(const ChoicePicture& picture, int side, int panel) {
    const auto share = [panel](const Behaviour& behaviour) {
        return panel < 0 ? behaviour.accuracy() : behaviour.panels[static_cast<std::size_t>(panel)].accuracy();
    };
    const auto& panels = picture.trained->panels;
    const auto judged = [](const BehaviourPanel& each) { return std::ranges::any_of(each.cells, &ChoiceCell::judged); };
    if (std::ranges::none_of(panels, judged)) return {};
    const auto percent = [](double value) { return QString::number(std::lround(100 * value)); };
    const QString now = percent(share(side == 0 ? *picture.trained : *picture.modulated));
    return side == 0 ? tr("%1 % right").arg(now)
                     : tr("%1 % right, was %2 %").arg(now, percent(share(*picture.trained)));
}

QString circuitAccuracyText(const ChoicePicture& picture, int side, int panel) {
    if (!picture.hasCircuit() || accuracyText(picture, side, panel).isEmpty()) return {};
    const Behaviour& circuit = picture.circuit(side);
    const double share = panel < 0 ? circuit.accuracy() : circuit.panels[static_cast<std::size_t>(panel)].accuracy();
    return tr("circuit %1 %").arg(std::lround(100 * share));
}

QString choiceAxisLabel(const std::string& name) {
    const QString text = QString::fromStdString(name);
    if (name == "coherence") return tr("coherence $c$");
    if (text.startsWith(QStringLiteral("coherence "))) return tr("coherence $c_%1$").arg(text.sliced(10));
    if (name == "f1" || name == "f2") return tr("$f_%1$ (Hz)").arg(text.sliced(1));
    return text;
}

}  // namespace kappascope::painting
