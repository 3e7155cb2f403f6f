// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/layer_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/painting/layers.h"
#include "ui/painting/math_label.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr const char* firstOfStructure = "trace";

/// "κ₁", for a combo box, which holds plain text.
QString modeName(int mode) {
    QString text = QStringLiteral("κ");
    for (const QChar digit : QString::number(mode + 1)) text += QChar(0x2080 + digit.digitValue());
    return text;
}

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

    axisChoice_ = new QWidget(this);
    auto* choice = new QHBoxLayout(axisChoice_);
    choice->setContentsMargins(0, 0, 0, 0);
    choice->setSpacing(6);
    choice->addWidget(new QLabel(tr("Axes"), axisChoice_));
    for (int i = 0; i < 2; ++i) {
        axes_[i] = new ChoiceBox(axisChoice_);
        axes_[i]->setAccessibleName(i == 0 ? tr("Mode on the horizontal axis") : tr("Mode on the vertical axis"));
        axes_[i]->setToolTip(tr("Which collective variable κ this axis shows"));
        choice->addWidget(axes_[i]);
        connect(axes_[i], &QComboBox::activated, this, [this, i] { sendAxes(i); });
    }
    choice->addSpacing(14);
    choice->addWidget(new QLabel(tr("Other modes"), axisChoice_));
    others_ = new ChoiceBox(axisChoice_);
    others_->setAccessibleName(tr("Where the other modes are held"));
    others_->setToolTip(
        tr("The plane that is shown: every other κ where the trial or the last trajectory is, or at 0.\n"
           "Fixed points beside the plane are projected onto it, and faint."));
    others_->addItem(tr("follow the trial or trajectory"));
    others_->addItem(tr("held at 0"));
    choice->addWidget(others_);
    choice->addStretch(1);
    connect(others_, &QComboBox::activated, this, [this](int which) { explorer_.setFollowing(which == 0); });
    axisChoice_->hide();
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
    const int rank = explorer_.state() ? explorer_.state()->rank() : 0;
    axisChoice_->setVisible(rank > 2);
    others_->setCurrentIndex(explorer_.isFollowing() ? 0 : 1);
    for (int i = 0; i < 2; ++i) {
        const QSignalBlocker quiet(axes_[i]);
        if (axes_[i]->count() != rank) {
            axes_[i]->clear();
            for (int mode = 0; mode < rank; ++mode) axes_[i]->addItem(modeName(mode));
        }
        axes_[i]->setCurrentIndex(explorer_.view().axes[static_cast<std::size_t>(i)]);
    }
}

void LayerBar::sendAxes(int changed) {
    int horizontal = axes_[0]->currentIndex(), vertical = axes_[1]->currentIndex();
    // Choosing the other axis's mode swaps the two.
    if (horizontal == vertical) {
        const auto& before = explorer_.view().axes;
        (changed == 0 ? vertical : horizontal) = before[changed == 0 ? 0 : 1];
    }
    explorer_.setAxes(horizontal, vertical);
}

}  // namespace kappascope::widgets
