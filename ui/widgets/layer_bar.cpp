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
QString withIndex(QString symbol, int index) {
    for (const QChar digit : QString::number(index + 1)) symbol += QChar(0x2080 + digit.digitValue());
    return symbol;
}

/// What the vertical axis of a network of rank 1 can show.
QStringList verticalChoices(const session::State& state) {
    QStringList choices{LayerBar::tr("speed τ dκ/dt")};
    for (int s = 0; s < state.inputs(); ++s) {
        const QString symbol = withIndex(QStringLiteral("v"), s), name = state.inputName(s);
        choices += name == QStringLiteral("u_%1").arg(s + 1) ? LayerBar::tr("input %1").arg(symbol)
                                                             : LayerBar::tr("input %1, %2").arg(symbol, name);
    }
    return choices;
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
    axesLabel_ = new QLabel(axisChoice_);
    choice->addWidget(axesLabel_);
    for (int i = 0; i < 2; ++i) {
        axes_[i] = new ChoiceBox(axisChoice_);
        choice->addWidget(axes_[i]);
        connect(axes_[i], &QComboBox::activated, this, [this, i] { sendAxes(i); });
    }
    choice->addSpacing(14);
    othersLabel_ = new QLabel(tr("Other modes"), axisChoice_);
    choice->addWidget(othersLabel_);
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
    if (!explorer_.state()) return;
    const session::State& state = *explorer_.state();
    const bool line = state.rank() == 1;
    axisChoice_->setVisible(state.rank() > 2 || (line && state.inputs() > 0));
    for (QWidget* each :
         {static_cast<QWidget*>(axes_[0]), static_cast<QWidget*>(othersLabel_), static_cast<QWidget*>(others_)})
        each->setVisible(!line);
    axesLabel_->setText(line ? tr("Vertical axis") : tr("Axes"));
    fillAxes();
    others_->setCurrentIndex(explorer_.isFollowing() ? 0 : 1);
}

void LayerBar::fillAxes() {
    const session::State& state = *explorer_.state();
    const phase::View& view = explorer_.view();
    const bool line = state.rank() == 1;
    QStringList modes;
    for (int mode = 0; mode < state.rank(); ++mode) modes += withIndex(QStringLiteral("κ"), mode);
    for (int i = 0; i < 2; ++i) {
        const QSignalBlocker quiet(axes_[i]);
        const QStringList choices = line && i == 1 ? verticalChoices(state) : modes;
        QStringList before;
        for (int k = 0; k < axes_[i]->count(); ++k) before += axes_[i]->itemText(k);
        if (before != choices) {
            axes_[i]->clear();
            axes_[i]->addItems(choices);
        }
        axes_[i]->setCurrentIndex(line ? (i == 0 ? 0 : view.input + 1) : view.axes[static_cast<std::size_t>(i)]);
        axes_[i]->setAccessibleName(line     ? tr("What the vertical axis shows")
                                    : i == 0 ? tr("Mode on the horizontal axis")
                                             : tr("Mode on the vertical axis"));
        axes_[i]->setToolTip(line
                                 ? tr("What the vertical axis shows: the speed of κ, in 1 per τ, or the filtered input "
                                      "v, no unit.\nκ over v: the lines where κ rests are its bifurcation diagram.")
                                 : tr("Which collective variable κ this axis shows"));
    }
}

void LayerBar::sendAxes(int changed) {
    if (explorer_.state()->rank() == 1) {
        explorer_.setVerticalInput(axes_[1]->currentIndex() - 1);
        return;
    }
    int horizontal = axes_[0]->currentIndex(), vertical = axes_[1]->currentIndex();
    // Choosing the other axis's mode swaps the two.
    if (horizontal == vertical) {
        const auto& before = explorer_.view().axes;
        (changed == 0 ? vertical : horizontal) = before[changed == 0 ? 0 : 1];
    }
    explorer_.setAxes(horizontal, vertical);
}

}  // namespace kappascope::widgets
