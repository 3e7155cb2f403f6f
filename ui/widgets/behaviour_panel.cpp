// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/behaviour_panel.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/explorer.h"
#include "ui/session/trial_choices.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/style.h"
#include "ui/widgets/task_options.h"
#include "ui/widgets/value_slider.h"

namespace kappascope::widgets {

namespace {

constexpr int panelWidth = 296, fieldWidth = 78;
enum Asked { askNetwork, askCircuit, askBoth };  // data of the box

QLabel* headingLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text.toUpper(), parent);
    label->setObjectName(QStringLiteral("heading"));
    QFont font = pixelFont(11, true);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.9);
    label->setFont(font);
    return label;
}

}  // namespace

ModulationCard::ModulationCard(session::BehaviourDesk& desk, int population, QWidget* parent)
    : QFrame(parent), desk_(desk), population_(population) {
    setObjectName(QStringLiteral("card"));
    const QString name = desk.state()->populationName(population);
    setAccessibleName(name);
    const QString formula = mathName(name);
    if (formula == name) {
        auto* label = new QLabel(name, this);
        label->setFont(pixelFont(13, true));
        title_ = label;
    } else {
        title_ = new MathWidget(formula, 15, this);
    }
    size_ = new MathWidget({}, 12, this);
    size_->setMuted(true);
    size_->setElastic(Qt::AlignRight);
    gain_ = new ValueSlider({0, 2, 1, 0, 2}, tr("Gain of %1").arg(name),
                            tr("Gain g of %1, no unit, 0 to 2: its rates are g φ(x). The same as in Explore.\n"
                               "Double-click, R or 0 resets it to 1.")
                                .arg(name),
                            this);
    silenced_ =
        new ValueSlider({0, 100, 0, 0, 100}, tr("Silenced share of %1, %").arg(name),
                        tr("Share of the units of %1 that are silenced, 0 to 100 %, chosen by the seed: a larger "
                           "share holds the units of a smaller one.\nDouble-click, R or 0 resets it to 0.")
                            .arg(name),
                        this);
    silenced_->number()->setDecimals(0);
    silenced_->number()->setSingleStep(5);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addSpacing(18);  // the colour swatch is painted there
    first->addWidget(title_);
    first->addWidget(size_, 1);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(new MathWidget(tr("gain $g_{%1}$").arg(population + 1), 13, this), 0, 0);
    grid->addWidget(gain_, 0, 1);
    grid->addWidget(new MathWidget(tr("silenced, %"), 13, this), 1, 0);
    grid->addWidget(silenced_, 1, 1);
    grid->setColumnStretch(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 9, 12, 9);
    layout->setSpacing(6);
    layout->addLayout(first);
    layout->addLayout(grid);
    connect(gain_, &ValueSlider::edited, this,
            [this](double value, bool newDrag) { desk_.setGain(population_, value, newDrag); });
    connect(silenced_, &ValueSlider::edited, this,
            [this](double value, bool) { desk_.setInactivated(population_, value / 100); });
    showState();
}

void ModulationCard::showState() {
    const session::State& state = *desk_.state();
    const auto p = static_cast<std::size_t>(population_);
    if (p >= state.on.size()) return;
    QStringList parts;
    if (state.network) {
        const auto& labels = state.network->labels;
        const qint64 units = labels.empty() ? static_cast<qint64>(state.network->units())
                                            : std::count(labels.begin(), labels.end(), population_);
        parts += tr("%1 units").arg(QLocale::c().toString(units));
    } else if (state.circuit && p < state.circuit->populations.size()) {
        parts += tr("%1 %").arg(shownNumber(100 * state.circuit->populations[p].fraction));
    }
    if (!state.on[p]) parts += tr("off in Explore");
    size_->setSource(parts.join(QStringLiteral(" · ")));
    gain_->show(state.gains[population_]);
    silenced_->show(100 * desk_.inactivated(population_));
}

void ModulationCard::setTheme(const painting::Theme& theme) {
    color_ = theme.population(population_);
    update();
}

void ModulationCard::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color_);
    const double middle = title_->geometry().center().y() + 0.5;
    painter.drawRoundedRect(QRectF(12, middle - 6.5, 13, 13), 4, 4);
}

BehaviourPanel::BehaviourPanel(session::Explorer& explorer, session::BehaviourDesk& desk, QWidget* parent)
    : QScrollArea(parent), desk_(desk), theme_(&painting::Theme::light()) {
    setObjectName(QStringLiteral("sidePanel"));
    setFixedWidth(panelWidth);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(this);
    body->setObjectName(QStringLiteral("sidePanel"));
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->setSpacing(10);
    taskCard_ = new Card(tr("Task"), body);
    trialsCard_ = new Card(tr("Trials"), body);
    makeTaskCard(explorer);
    makeTrialsCard();
    reset_ = new QToolButton(body);
    reset_->setText(tr("Reset"));
    reset_->setAccessibleName(tr("Reset the populations"));
    reset_->setToolTip(tr("All gains 1, nobody silenced: as trained (Ctrl+Backspace)"));
    reset_->setObjectName(QStringLiteral("regroup"));
    reset_->setFocusPolicy(Qt::StrongFocus);
    reset_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Backspace));
    auto* heading = new QHBoxLayout;
    heading->setContentsMargins(12, 2, 2, 0);
    heading->addWidget(headingLabel(tr("Populations"), body));
    heading->addStretch(1);
    heading->addWidget(reset_);
    populationRows_ = new QVBoxLayout;
    populationRows_->setSpacing(8);
    layout->addWidget(taskCard_);
    layout->addLayout(heading);
    layout->addLayout(populationRows_);
    layout->addWidget(trialsCard_);
    layout->addStretch(1);
    setWidget(body);

    connect(reset_, &QToolButton::clicked, &desk_, &session::BehaviourDesk::reset);
    connect(&desk_, &session::BehaviourDesk::offerChanged, this, &BehaviourPanel::showOffer);
    connect(&desk_, &session::BehaviourDesk::controlsChanged, this, &BehaviourPanel::showControls);
    showOffer();
    showControls();
}

void BehaviourPanel::makeTaskCard(session::Explorer& explorer) {
    task_ = new ChoiceBox(taskCard_);
    task_->setAccessibleName(tr("Task"));
    task_->setToolTip(tr("Whose choices are asked for: the document's task, as in Explore's trial"));
    task_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    options_ = new TaskOptionsButton(explorer, taskCard_);
    level_ = new ChoiceBox(taskCard_);
    level_->setAccessibleName(tr("Who is asked"));
    level_->setToolTip(tr("Whether the N units of the network are asked, its mean-field circuit, or both"));
    level_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    options_->setText(tr("Options"));
    options_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    taskCard_->content()->addWidget(task_);
    taskCard_->content()->addWidget(options_, 0, Qt::AlignLeft);
    taskCard_->content()->addWidget(level_);
    connect(task_, &QComboBox::activated, this, [this](int k) { desk_.setTask(task_->itemData(k).toString()); });
    connect(level_, &QComboBox::activated, this, [this](int k) {
        if (level_->itemData(k).toInt() == askBoth)
            desk_.setAsksBoth();
        else
            desk_.setAsksCircuit(level_->itemData(k).toInt() == askCircuit);
    });
}

void BehaviourPanel::makeTrialsCard() {
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(0, 1);
    trialsCard_->content()->addLayout(grid);
    const auto add = [&](int row, const QString& label, const QString& name, const QString& help, NumberBox* box) {
        auto* text = new MathWidget(label, 13, trialsCard_);
        text->setToolTip(help);
        box->setFixedWidth(fieldWidth);
        box->setAccessibleName(name);
        box->setToolTip(help);
        grid->addWidget(text, row, 0);
        grid->addWidget(box, row, 1);
        return box;
    };
    trials_ = add(0, tr("trials a cell"), tr("Trials of each cell"),
                  tr("How many noisy trials each point of a curve, or cell of a matrix, is the mean of; 1 to %1")
                      .arg(session::BehaviourDesk::mostTrials),
                  new NumberBox(1, session::BehaviourDesk::mostTrials, true, true, trialsCard_));
    noise_ = add(1, tr("noise $\\sigma$"), tr("State noise sigma"),
                 tr("State noise σ of each unit and step, no unit; usually the network's own"),
                 new NumberBox(0, session::BehaviourLook::mostNoise, false, true, trialsCard_));
    seed_ = add(2, tr("seed"), tr("Seed"),
                tr("Of the noise, and of the choice of silenced units: the same seed, the same result"),
                new NumberBox(0, static_cast<double>(session::BehaviourLook::largestSeed), true, false, trialsCard_));
    connect(trials_, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { desk_.setTrials(static_cast<int>(value)); });
    connect(noise_, &QDoubleSpinBox::valueChanged, this, [this](double value) { desk_.setNoise(value); });
    connect(seed_, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { desk_.setSeed(static_cast<std::uint64_t>(value)); });
}

void BehaviourPanel::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    options_->setIcon(themedIcon(QStringLiteral("options"), theme));
    for (ModulationCard* card : populations_) card->setTheme(theme);
}

void BehaviourPanel::showOffer() {
    const auto state = desk_.state();
    if (!state) return;
    const QSignalBlocker quietTask(task_), quietLevel(level_);
    task_->clear();
    const auto& offer = desk_.offer();
    for (const QString& id : offer.tasks) task_->addItem(session::taskTitle(id), id);
    const QString chosen = desk_.isPossible() ? offer.setup.task : QString();
    const int at = task_->findData(chosen);
    task_->setCurrentIndex(chosen.isEmpty() ? -1 : at);
    task_->setPlaceholderText(offer.tasks.empty() ? tr("No task fits") : tr("Choose a task"));
    task_->setEnabled(!offer.tasks.empty());
    level_->clear();
    if (desk_.canAskNetwork()) level_->addItem(session::title(session::Level::network, *state), askNetwork);
    if (desk_.canAskCircuit()) level_->addItem(session::title(session::Level::meanField, *state), askCircuit);
    if (desk_.canAskBoth()) level_->addItem(tr("Network and circuit"), askBoth);
    level_->setEnabled(level_->count() > 1);
    if (state->network == shownNetwork_ && state->circuit == shownCircuit_ && populationCount() == state->populations())
        return;
    shownNetwork_ = state->network;
    shownCircuit_ = state->circuit;
    for (ModulationCard* card : populations_) delete card;
    populations_.clear();
    for (int p = 0; p < state->populations(); ++p) {
        auto* card = new ModulationCard(desk_, p, widget());
        card->setTheme(*theme_);
        populationRows_->addWidget(card);
        populations_.push_back(card);
    }
}

void BehaviourPanel::showControls() {
    if (!desk_.state()) return;
    const QSignalBlocker quietLevel(level_), quietTrials(trials_), quietNoise(noise_), quietSeed(seed_);
    level_->setCurrentIndex(level_->findData(desk_.asksBoth()      ? askBoth
                                             : desk_.asksCircuit() ? askCircuit
                                                                   : askNetwork));
    for (ModulationCard* card : populations_) card->showState();
    trials_->setValue(desk_.trials());
    noise_->setValue(desk_.noise());
    seed_->setValue(static_cast<double>(desk_.seed()));
    trialsCard_->setEnabled(desk_.isPossible());
    reset_->setEnabled(!desk_.isUntouched());
}

}  // namespace kappascope::widgets
