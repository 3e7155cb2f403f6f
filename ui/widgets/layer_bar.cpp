// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/layer_bar.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/painting/layers.h"
#include "ui/painting/math_label.h"
#include "ui/widgets/axis_choice.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr const char* firstOfStructure = "trace";

}  // namespace

LayerBar::LayerBar(session::Explorer& explorer, QWidget* parent) : QWidget(parent), explorer_(explorer) {
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(2, 0, 2, 0);
    all->setSpacing(5);
    auto* row = new QHBoxLayout;
    all->addLayout(row);
    row_ = row;
    row->setSpacing(2);
    for (const painting::Layer& layer : painting::layerRegistry()) {
        if (!layer.still) continue;
        if (layer.id == QLatin1String(firstOfStructure)) {
            // What the flow does everywhere, then what it is made of.
            particles_ =
                add(tr("Particles"),
                    tr("Particles that drift along the flow, and diffuse with the trial's noise (Ctrl+P)"), true);
            row->addSpacing(10);
        }
        QToolButton* button = add(layer.title, painting::MathLabel(layer.help).plainText(), layer.onByDefault);
        connect(button, &QToolButton::toggled, this, &LayerBar::sendLayers);
        layers_.emplace_back(layer.id, button);
    }
    connect(particles_, &QToolButton::toggled, this, [this](bool on) {
        explorer_.setParticles(on);
        emit particlesToggled(on);
    });
    row->addStretch(1);

    axisChoice_ =
        new AxisChoice({tr("follow the trial or trajectory"), tr("held at 0")},
                       tr("The plane that is shown: every other κ where the trial or the last trajectory is, or at 0.\n"
                          "Fixed points beside the plane are projected onto it, and faint."),
                       this);
    connect(axisChoice_, &AxisChoice::axesChosen, &explorer_, &session::Explorer::setAxes);
    connect(axisChoice_, &AxisChoice::inputChosen, &explorer_, &session::Explorer::setVerticalInput);
    connect(axisChoice_, &AxisChoice::othersChosen, this, [this](int which) { explorer_.setFollowing(which == 0); });
    all->addWidget(axisChoice_);

    connect(&explorer_, &session::Explorer::stateChanged, this, [this](session::Changes what) {
        if (what.testFlag(session::Change::network)) showAxes();
    });
    connect(&explorer_, &session::Explorer::viewChanged, this, &LayerBar::showAxes);
    connect(&explorer_, &session::Explorer::layersChanged, this, [this] {
        for (const auto& [id, button] : layers_) {
            const QSignalBlocker quiet(button);
            const auto& on = explorer_.layers();
            button->setChecked(std::find(on.begin(), on.end(), id) != on.end());
        }
        particles_->setChecked(explorer_.particles());
    });
    sendLayers();
}

QToolButton* LayerBar::add(const QString& title, const QString& help, bool on) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("layer"));
    button->setText(title);
    button->setFont(pixelFont(12));
    button->setToolTip(tr("%1: %2").arg(title, help));
    button->setAccessibleName(tr("Layer: %1").arg(title));
    button->setCheckable(true);
    button->setChecked(on);
    button->setFocusPolicy(Qt::StrongFocus);
    row_->addWidget(button);
    return button;
}

QToolButton* LayerBar::button(const QString& layerId) const {
    for (const auto& [id, button] : layers_)
        if (id == layerId) return button;
    return nullptr;
}

void LayerBar::setLayers(const std::vector<QString>& ids) {
    for (const auto& [id, button] : layers_) {
        const QSignalBlocker quiet(button);
        button->setChecked(std::find(ids.begin(), ids.end(), id) != ids.end());
    }
    sendLayers();
}

void LayerBar::sendLayers() {
    std::vector<QString> on;
    for (const auto& [id, button] : layers_)
        if (button->isChecked()) on.push_back(id);
    explorer_.setLayers(on);
}

void LayerBar::showAxes() {
    if (!explorer_.state()) return;
    axisChoice_->showView(*explorer_.state(), explorer_.view(), explorer_.isFollowing() ? 0 : 1);
}

ChoiceBox* LayerBar::horizontalAxis() const {
    return axisChoice_->horizontal();
}

ChoiceBox* LayerBar::verticalAxis() const {
    return axisChoice_->vertical();
}

ChoiceBox* LayerBar::otherModes() const {
    return axisChoice_->others();
}

}  // namespace kappascope::widgets
