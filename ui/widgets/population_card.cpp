// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/population_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/unit_selection.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"
#include "ui/widgets/toggle_switch.h"
#include "ui/widgets/value_slider.h"

namespace kappascope::widgets {

PopulationCard::PopulationCard(session::Explorer& explorer, int population, QWidget* parent)
    : QFrame(parent), explorer_(explorer), population_(population) {
    setObjectName(QStringLiteral("card"));
    const QString name = explorer.state()->populationName(population);
    setAccessibleName(name);

    auto* label = new QLabel(name, this);
    label->setFont(pixelFont(13, true));
    const QString formula = mathName(name);
    label->setVisible(formula == name);
    auto* title = formula == name ? static_cast<QWidget*>(label) : new MathWidget(formula, 15, this);
    size_ = new MathWidget({}, 12, this);
    size_->setMuted(true);
    switch_ = new ToggleSwitch(this);
    switch_->setAccessibleName(tr("%1 on or off").arg(name));
    switch_->setToolTip(tr("Switch the population off: its units send nothing, as if the gain were 0"));

    const ValueSlider::Range range{0, 2, 1, 0, 2};
    gain_ = new ValueSlider(
        range, tr("Gain of %1").arg(name),
        tr("Gain g of %1, no unit, 0 to 2: its rates are g φ(x).\nDouble-click, R or 0 resets it to 1.").arg(name),
        this);
    auto* symbol = new MathWidget(QStringLiteral("$g_{%1}$").arg(population + 1), 15, this);
    slope_ = new MathWidget({}, 13, this);
    slope_->setMuted(true);
    slope_->setElastic(Qt::AlignLeft);
    slope_->setToolTip(
        tr("Emergent gain: the average slope φ′ of the population's units at the marked state, no unit"));
    product_ = new MathWidget({}, 13, this);
    product_->setMuted(true);
    product_->setElastic(Qt::AlignRight);
    product_->setToolTip(tr("Gain times emergent gain: what scales the population's couplings, no unit"));

    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addSpacing(18);  // the colour swatch is painted there
    first->addWidget(title);
    first->addStretch(1);
    first->addWidget(switch_);
    auto* second = new QHBoxLayout;
    second->setSpacing(8);
    second->addWidget(symbol);
    second->addWidget(gain_, 1);
    auto* third = new QHBoxLayout;
    third->addWidget(slope_, 1);
    third->addWidget(product_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 9, 12, 9);
    layout->setSpacing(5);
    layout->addLayout(first);
    layout->addWidget(size_);
    layout->addLayout(second);
    layout->addLayout(third);

    connect(gain_, &ValueSlider::edited, this, [this](double value, bool newDrag) {
        session::Document& document = explorer_.document();
        if (newDrag) drag_ = document.beginDrag();
        document.setGain(population_, value, drag_);
    });
    connect(switch_, &QAbstractButton::toggled, this, [this](bool on) { explorer_.document().setOn(population_, on); });
    showState();
    showProbe(nullptr);
}

void PopulationCard::showState() {
    const session::State& state = *explorer_.state();
    const auto p = static_cast<std::size_t>(population_);
    QStringList parts;
    if (state.circuit && p < state.circuit->populations.size())
        parts += tr("%1 %").arg(shownNumber(100 * state.circuit->populations[p].fraction));
    if (state.network) {
        const auto& labels = state.network->labels;
        const qint64 units = labels.empty() ? static_cast<qint64>(state.network->units())
                                            : std::count(labels.begin(), labels.end(), population_);
        parts += tr("%1 units").arg(QLocale::c().toString(units));
    }
    if (const int chosen = session::UnitSelection::of(explorer_).countIn(population_); chosen > 0)
        parts += tr("%1 chosen").arg(QLocale::c().toString(chosen));
    size_->setSource(parts.join(QStringLiteral(" · ")));
    gain_->show(state.gains[population_]);
    const QSignalBlocker quiet(switch_);
    switch_->setChecked(state.on[p]);
}

void PopulationCard::showProbe(const session::ProbeResult* probe) {
    const QString average = QStringLiteral("\\langle\\phi'\\rangle_{%1}").arg(population_ + 1);
    const bool known = probe && probe->slopes.size() > population_;
    const double slope = known ? probe->slopes[population_] : 0;
    const double gain = explorer_.state()->effectiveGains()[population_];
    slope_->setSource(QStringLiteral("$%1 = %2$").arg(average, known ? shownNumber(slope) : QStringLiteral("–")));
    product_->setSource(
        QStringLiteral("$g_{%1}%2 = %3$")
            .arg(QString::number(population_ + 1), average, known ? shownNumber(gain * slope) : QStringLiteral("–")));
}

void PopulationCard::setTheme(const painting::Theme& theme) {
    color_ = theme.population(population_);
    update();
}

void PopulationCard::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color_);
    const double middle = switch_->geometry().center().y() + 0.5;
    painter.drawRoundedRect(QRectF(12, middle - 6.5, 13, 13), 4, 4);
}

}  // namespace kappascope::widgets
