// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/side_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/painting/axis_names.h"
#include "ui/session/unit_selection.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/population_card.h"
#include "ui/widgets/style.h"
#include "ui/widgets/value_slider.h"

namespace kappascope::widgets {

namespace {

constexpr int panelWidth = 296;
constexpr int largestRank = 10;  // of a truncated view

QLabel* wrapped(const QString& objectName, int pixels, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setWordWrap(true);
    label->setFont(pixelFont(pixels));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QLabel* headingLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text.toUpper(), parent);
    label->setObjectName(QStringLiteral("heading"));
    QFont font = pixelFont(11, true);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.9);
    label->setFont(font);
    return label;
}

}  // namespace

Card::Card(const QString& heading, QWidget* parent) : QFrame(parent), content_(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("card"));
    content_->setContentsMargins(12, 10, 12, 11);
    content_->setSpacing(6);
    content_->addWidget(headingLabel(heading, this));
}

NetworkCard::NetworkCard(session::Explorer& explorer, QWidget* parent)
    : Card(tr("Network"), parent),
      explorer_(explorer),
      title_(new QLabel(this)),
      notes_(wrapped(QStringLiteral("muted"), 12, this)),
      sizes_(new MathWidget({}, 13, this)),
      scaling_(new ChoiceBox(this)),
      scalingReason_(wrapped(QStringLiteral("muted"), 11, this)),
      readout_(new ChoiceBox(this)),
      readoutReason_(wrapped(QStringLiteral("muted"), 11, this)),
      rankRow_(new QWidget(this)),
      rank_(new ChoiceBox(this)),
      warnings_(wrapped(QStringLiteral("warning"), 12, this)) {
    title_->setFont(pixelFont(15, true));
    title_->setWordWrap(true);
    sizes_->setToolTip(tr("N units, R modes, S inputs, O outputs"));

    scaling_->addItem(tr("J = m nᵀ / N"), static_cast<int>(network::Scaling::overN));
    scaling_->addItem(tr("J = m nᵀ"), static_cast<int>(network::Scaling::none));
    scaling_->setAccessibleName(tr("Scaling of the connectivity J"));
    scaling_->setToolTip(tr("Factor c in J = c m nᵀ and z = c wᵀ r, no unit"));
    readout_->addItem(tr("z from r = g φ(x + b)"), static_cast<int>(network::Readout::rate));
    readout_->addItem(tr("z from φ(x)"), static_cast<int>(network::Readout::phi));
    readout_->addItem(tr("z from x"), static_cast<int>(network::Readout::state));
    readout_->setAccessibleName(tr("What the output z reads"));
    readout_->setToolTip(tr("What the output weights w read"));

    auto* rankLayout = new QHBoxLayout(rankRow_);
    rankLayout->setContentsMargins(0, 0, 0, 0);
    rankLayout->addWidget(new QLabel(tr("Rank of the truncated view"), rankRow_), 1);
    rankLayout->addWidget(rank_);
    for (int rank = 1; rank <= largestRank; ++rank) rank_->addItem(QString::number(rank));
    rank_->setAccessibleName(tr("Rank of the truncated view"));
    rank_->setToolTip(tr("How many leading modes of J the portrait keeps (rank R)"));

    for (QWidget* row :
         {static_cast<QWidget*>(title_), static_cast<QWidget*>(notes_), static_cast<QWidget*>(sizes_),
          static_cast<QWidget*>(scaling_), static_cast<QWidget*>(scalingReason_), static_cast<QWidget*>(readout_),
          static_cast<QWidget*>(readoutReason_), rankRow_, static_cast<QWidget*>(warnings_)})
        content()->addWidget(row);

    connect(scaling_, &QComboBox::activated, this,
            [this](int i) { explorer_.setScaling(static_cast<network::Scaling>(scaling_->itemData(i).toInt())); });
    connect(readout_, &QComboBox::activated, this,
            [this](int i) { explorer_.setReadout(static_cast<network::Readout>(readout_->itemData(i).toInt())); });
    connect(rank_, &QComboBox::activated, this, [this](int i) { explorer_.setRank(i + 1); });
}

void NetworkCard::showState() {
    const session::State& state = *explorer_.state();
    title_->setText(state.title);
    notes_->setText(state.notes);
    notes_->setVisible(!state.notes.isEmpty());
    QStringList sizes;
    if (state.network)
        sizes += QStringLiteral("$N = %1$").arg(QLocale::c().toString(qlonglong(state.network->units())));
    sizes += QStringLiteral("$R = %1$").arg(state.rank());
    sizes += QStringLiteral("$S = %1$").arg(state.inputs());
    const auto outputs = state.network ? state.network->outputs() : state.circuit->outputs;
    sizes += QStringLiteral("$O = %1$").arg(outputs);
    sizes_->setSource(sizes.join(QStringLiteral("    ")));

    // A network drawn from a circuit has no conventions to doubt.
    const bool choices = state.network && !state.sampled;
    const bool scalable = choices && !state.isTruncated();
    scaling_->setVisible(scalable);
    scalingReason_->setVisible(scalable);
    readout_->setVisible(choices);
    readoutReason_->setVisible(choices);
    if (choices) {
        const QString why = session::sentence(state.scalingProposal, state.network->scaling);
        const QString whyReadout = session::sentence(state.readoutProposal, state.network->readout);
        scaling_->setCurrentIndex(scaling_->findData(static_cast<int>(state.network->scaling)));
        readout_->setCurrentIndex(readout_->findData(static_cast<int>(state.network->readout)));
        scaling_->setToolTip(tr("Factor c in J = c m nᵀ and z = c wᵀ r, no unit.\n%1").arg(why));
        readout_->setToolTip(tr("What the output weights w read.\n%1").arg(whyReadout));
        scalingReason_->setText(why);
        readoutReason_->setText(whyReadout);
    }
    rankRow_->setVisible(state.isTruncated());
    if (state.isTruncated()) rank_->setCurrentIndex(state.rank() - 1);
    QStringList warnings;
    for (const auto& warning : state.warnings) warnings += session::sentence(warning);
    warnings_->setText(warnings.join(QStringLiteral("\n")));
    warnings_->setVisible(!warnings.isEmpty());
}

InputCard::InputCard(session::Explorer& explorer, QWidget* parent) : Card(tr("Input"), parent), explorer_(explorer) {}

void InputCard::rebuild() {
    delete rows_;
    sliders_.clear();
    rows_ = new QWidget(this);
    auto* layout = new QVBoxLayout(rows_);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    const session::State& state = *explorer_.state();
    for (int s = 0; s < state.inputs(); ++s) {
        const QString symbol = QStringLiteral("$u_{%1}$").arg(s + 1);
        const QString name = state.inputName(s);
        const QString label = mathName(name) == symbol ? symbol : tr("%1  %2").arg(mathName(name), symbol);
        auto* title = new MathWidget(label, 14, rows_);
        auto* slider =
            new ValueSlider({}, tr("Input %1, %2").arg(s + 1).arg(name),
                            tr("Constant input u of channel %1 (%2), no unit.\nDouble-click, R or 0 resets it to 0.")
                                .arg(s + 1)
                                .arg(name),
                            rows_);
        if (label == symbol) {
            auto* row = new QHBoxLayout;
            row->addWidget(title);
            row->addWidget(slider, 1);
            layout->addLayout(row);
        } else {
            layout->addWidget(title);
            layout->addWidget(slider);
        }
        sliders_.push_back(slider);
        connect(slider, &ValueSlider::edited, this, [this, s](double value, bool newDrag) {
            session::Document& document = explorer_.document();
            if (newDrag) drag_ = document.beginDrag();
            document.setInput(s, value, drag_);
        });
    }
    content()->addWidget(rows_);
    setVisible(state.inputs() > 0);
}

void InputCard::showState() {
    const session::State& state = *explorer_.state();
    for (std::size_t s = 0; s < sliders_.size(); ++s) sliders_[s]->show(state.input[static_cast<Eigen::Index>(s)]);
}

SidePanel::SidePanel(session::Explorer& explorer, QWidget* parent)
    : QScrollArea(parent), explorer_(explorer), theme_(&painting::Theme::light()) {
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
    network_ = new NetworkCard(explorer, body);
    input_ = new InputCard(explorer, body);
    marked_ = new MathWidget({}, 12, body);
    marked_->setMuted(true);
    marked_->setElastic(Qt::AlignRight);
    marked_->setToolTip(
        tr("The state at which the cards show the emergent gains: the cross-hair, or the end of the last trajectory"));
    auto* heading = new QHBoxLayout;
    heading->setContentsMargins(12, 2, 12, 0);
    heading->addWidget(headingLabel(tr("Populations"), body));
    heading->addWidget(marked_, 1);
    populationRows_ = new QVBoxLayout;
    populationRows_->setSpacing(8);
    layout->addWidget(network_);
    layout->addWidget(input_);
    layout->addLayout(heading);
    layout->addLayout(populationRows_);
    layout->addStretch(1);
    setWidget(body);

    connect(&explorer, &session::Explorer::stateChanged, this, &SidePanel::showState);
    connect(&explorer, &session::Explorer::probeChanged, this, &SidePanel::showProbe);
    connect(&session::UnitSelection::of(explorer), &session::UnitSelection::changed, this, [this] {
        for (PopulationCard* card : populations_) card->showState();
    });
}

void SidePanel::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    for (PopulationCard* card : populations_) card->setTheme(theme);
}

void SidePanel::showState(session::Changes what) {
    const bool rebuilt = what.testAnyFlags(session::Change::network | session::Change::circuit);
    if (rebuilt) {
        network_->showState();
        input_->rebuild();
        rebuildPopulations();
    }
    input_->showState();
    for (PopulationCard* card : populations_) card->showState();
    if (rebuilt || what.testFlag(session::Change::gains)) showProbe();
}

void SidePanel::rebuildPopulations() {
    for (PopulationCard* card : populations_) delete card;
    populations_.clear();
    for (int p = 0; p < explorer_.state()->populations(); ++p) {
        auto* card = new PopulationCard(explorer_, p, widget());
        card->setTheme(*theme_);
        populationRows_->addWidget(card);
        populations_.push_back(card);
    }
}

void SidePanel::showProbe() {
    const auto probe = explorer_.probe();
    for (PopulationCard* card : populations_) card->showProbe(probe.get());
    QString text;
    if (probe && probe->kappa.size() > 0) {
        QStringList numbers;
        for (Eigen::Index r = 0; r < std::min<Eigen::Index>(probe->kappa.size(), 3); ++r)
            numbers += shownNumber(probe->kappa[r], 2);
        if (probe->kappa.size() > 3) numbers += QStringLiteral("…");
        const int input = explorer_.view().input;
        if (input >= 0 && input < probe->state->input.size())
            text = tr("at $\\kappa = %1$, $%2 = %3$")
                       .arg(numbers[0], painting::levelSymbol(input), shownNumber(probe->state->input[input], 2));
        else
            text = numbers.size() == 1 ? tr("at $\\kappa = %1$").arg(numbers[0])
                                       : tr("at $\\kappa = (%1)$").arg(numbers.join(QStringLiteral(",\\, ")));
    }
    marked_->setSource(text);
}

}  // namespace kappascope::widgets
