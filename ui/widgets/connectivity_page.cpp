// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/connectivity_page.h"

#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/widgets/choice_box.h"
#include "ui/widgets/connectivity_form.h"
#include "ui/widgets/connectivity_views.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/scatter_matrix_view.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int largestRank = 20;
constexpr qint64 usualUnits = 2000;

QFrame* cardWith(QWidget* parent, const QString& heading, QHBoxLayout*& header, QVBoxLayout*& column) {
    auto* card = new QFrame(parent);
    card->setObjectName(QStringLiteral("card"));
    column = new QVBoxLayout(card);
    column->setContentsMargins(6, 7, 6, 5);
    column->setSpacing(4);
    header = new QHBoxLayout;
    header->setContentsMargins(6, 0, 4, 0);
    header->setSpacing(6);
    auto* title = new QLabel(heading, card);
    title->setFont(pixelFont(13, true));
    header->addWidget(title);
    column->addLayout(header);
    return card;
}

QToolButton* smallButton(const QString& text, const QString& help, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("regroup"));
    button->setText(text);
    button->setFont(pixelFont(12));
    button->setAccessibleName(text);
    button->setToolTip(help);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedHeight(26);
    return button;
}

}  // namespace

ConnectivityPage::ConnectivityPage(session::Explorer& explorer, QWidget* parent)
    : QWidget(parent),
      owned_(std::make_unique<session::ConnectivityDesk>(explorer)),
      desk_(*owned_),
      pages_(new QStackedWidget(this)),
      form_(new ConnectivityForm(desk_, this)),
      message_(new MessageBar(this)) {
    auto* plots = new QWidget(pages_);
    auto* side = new QVBoxLayout;
    side->setSpacing(10);
    auto* overlap = makeOverlapCard();
    auto* spectrum = makeSpectrumCard();
    side->addWidget(overlap, 4);
    side->addWidget(spectrum, 5);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(10);
    auto* scatter = makeScatterCard();
    middle->addWidget(scatter, 21);
    middle->addLayout(side, 10);
    auto* centre = new QVBoxLayout(plots);
    centre->setContentsMargins(12, 9, 12, 10);
    centre->setSpacing(8);
    centre->addWidget(message_);
    centre->addLayout(middle, 1);
    auto* whole = new QWidget(pages_);
    auto* row = new QHBoxLayout(whole);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(form_);
    row->addWidget(plots, 1);
    pages_->addWidget(whole);
    pages_->addWidget(makeEmpty());
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(pages_);
    wire();
    showShown();
    showSelection();
    showSpectrum();
}

ConnectivityPage::~ConnectivityPage() = default;

QToolButton* ConnectivityPage::addExport(QHBoxLayout* header, QWidget* card, int which) {
    auto* button = smallButton(tr("Export…"), tr("Write or copy this plot: pdf, svg, png"), card);
    header->addWidget(button);
    if (std::cmp_less_equal(exports_.size(), which)) exports_.resize(static_cast<std::size_t>(which) + 1);
    exports_[static_cast<std::size_t>(which)] = button;
    connect(button, &QToolButton::clicked, this, [this, which] { exportPlot(which); });
    return button;
}

QFrame* ConnectivityPage::makeScatterCard() {
    QHBoxLayout* header = nullptr;
    QVBoxLayout* column = nullptr;
    auto* card = cardWith(this, tr("Loadings"), header, column);
    facts_ = new MathWidget({}, 12, card);
    facts_->setMuted(true);
    facts_->setElastic(Qt::AlignLeft);
    rankLabel_ = new QLabel(tr("rank"), card);
    rank_ = new ChoiceBox(card);
    rank_->setAccessibleName(tr("Rank of the truncated view"));
    rank_->setToolTip(tr("How many modes of the full-rank connectivity J are kept; the loadings are theirs"));
    columns_ = smallButton(tr("Columns"),
                           tr("Which loadings are shown: m, n of the connectivity, I of the inputs, w of "
                              "the outputs; no unit"),
                           card);
    columns_->setPopupMode(QToolButton::InstantPopup);
    columns_->setMenu(new QMenu(columns_));
    header->addWidget(facts_, 1);
    header->addWidget(rankLabel_);
    header->addWidget(rank_);
    header->addWidget(columns_);
    addExport(header, card, 0);
    scatter_ = new ScatterMatrixView(desk_, card);
    column->addWidget(scatter_, 1);

    auto* below = new QHBoxLayout;
    below->setContentsMargins(6, 0, 4, 3);
    below->setSpacing(8);
    chosen_ = new QLabel(card);
    chosen_->setFont(pixelFont(12));
    chosen_->setObjectName(QStringLiteral("muted"));
    make_ = new QPushButton(tr("Make these a population"), card);
    make_->setToolTip(tr("The chosen units become a population of their own, undoable"));
    add_ = smallButton(tr("Add to…"), tr("The chosen units become part of a population, undoable"), card);
    add_->setPopupMode(QToolButton::InstantPopup);
    add_->setMenu(new QMenu(add_));
    clear_ = new QPushButton(tr("Choose none"), card);
    clear_->setToolTip(tr("Choose no unit (Esc)"));
    for (QPushButton* each : {make_, clear_}) {
        each->setAccessibleName(each->text());
        each->setFont(pixelFont(12));
        each->setFixedHeight(26);
    }
    below->addWidget(chosen_, 1);
    below->addWidget(make_);
    below->addWidget(add_);
    below->addWidget(clear_);
    column->addLayout(below);
    return card;
}

QFrame* ConnectivityPage::makeOverlapCard() {
    QVBoxLayout* column = nullptr;
    auto* card = cardWith(this, tr("Overlaps"), overlapRow_, column);
    overlapRow_->addStretch(1);
    addExport(overlapRow_, card, 1);
    overlap_ = new OverlapView(card);
    column->addWidget(overlap_, 1);
    return card;
}

QFrame* ConnectivityPage::makeSpectrumCard() {
    QHBoxLayout* header = nullptr;
    QVBoxLayout* column = nullptr;
    auto* card = cardWith(this, tr("Spectrum"), header, column);
    spectrumFacts_ = new QLabel(card);
    spectrumFacts_->setObjectName(QStringLiteral("muted"));
    spectrumFacts_->setFont(pixelFont(12));
    spectrumCancel_ = smallButton(tr("Cancel"), tr("Stop computing the spectrum"), card);
    header->addWidget(spectrumFacts_, 1);
    header->addWidget(spectrumCancel_);
    addExport(header, card, 2);
    spectrum_ = new SpectrumView(card);
    column->addWidget(spectrum_, 1);
    connect(spectrumCancel_, &QToolButton::clicked, &desk_, &session::ConnectivityDesk::cancelSpectrum);
    return card;
}

QWidget* ConnectivityPage::makeEmpty() {
    auto* page = new QWidget(pages_);
    auto* column = new QVBoxLayout(page);
    auto* text = new QLabel(tr("This circuit has no units yet.\nSample a network from it to see its loadings."), page);
    text->setAlignment(Qt::AlignCenter);
    text->setObjectName(QStringLiteral("muted"));
    text->setFont(pixelFont(15));
    sample_ = new QPushButton(tr("Sample 2,000 units"), page);
    sample_->setObjectName(QStringLiteral("primary"));
    sample_->setAccessibleName(sample_->text());
    sample_->setToolTip(tr("Draw a network of 2,000 units from the circuit"));
    column->addStretch(2);
    column->addWidget(text);
    column->addSpacing(12);
    column->addWidget(sample_, 0, Qt::AlignCenter);
    column->addStretch(3);
    connect(sample_, &QPushButton::clicked, this, [this] { desk_.explorer().sampleNetwork(usualUnits); });
    return page;
}

void ConnectivityPage::wire() {
    using session::ConnectivityDesk;
    connect(&desk_, &ConnectivityDesk::shownChanged, this, &ConnectivityPage::showShown);
    connect(&desk_, &ConnectivityDesk::columnsChanged, this, &ConnectivityPage::showColumns);
    connect(&desk_, &ConnectivityDesk::selectionChanged, this, &ConnectivityPage::showSelection);
    connect(&desk_, &ConnectivityDesk::spectrumChanged, this, &ConnectivityPage::showSpectrum);
    connect(&desk_, &ConnectivityDesk::told, message_, &MessageBar::showMessage);
    connect(&desk_.explorer(), &session::Explorer::failed, message_, &MessageBar::showMessage);
    connect(&desk_, &ConnectivityDesk::findingChanged, this, [this] {
        if (desk_.isFinding()) message_->hide();
    });
    connect(scatter_, &ScatterMatrixView::hoverChanged, this, &ConnectivityPage::showHovered);
    connect(make_, &QPushButton::clicked, &desk_, &ConnectivityDesk::makePopulation);
    connect(clear_, &QPushButton::clicked, &desk_, &ConnectivityDesk::clearSelection);
    connect(rank_, &QComboBox::activated, this, [this](int k) { desk_.explorer().setRank(k + 1); });
}

void ConnectivityPage::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    form_->setTheme(theme);
    scatter_->setTheme(theme);
    for (TrainPlot* each : {static_cast<TrainPlot*>(overlap_), static_cast<TrainPlot*>(spectrum_)})
        each->setTheme(theme);
    showSelection();
    showOverlap();
}

void ConnectivityPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    desk_.setVisible(true);
}

void ConnectivityPage::hideEvent(QHideEvent* event) {
    desk_.setVisible(false);
    QWidget::hideEvent(event);
}

QString ConnectivityPage::facts() const {
    return facts_->source();
}

bool ConnectivityPage::isSettled() const {
    return desk_.isSettled() && (desk_.needsUnits() || (scatter_->matrix() && scatter_->isPainted()));
}

void ConnectivityPage::showShown() {
    pages_->setCurrentIndex(desk_.needsUnits() ? 1 : 0);
    const auto shown = desk_.shown();
    const auto state = desk_.explorer().state();
    const bool truncated = state && state->isTruncated();
    rank_->setVisible(truncated);
    rankLabel_->setVisible(truncated);
    if (truncated) {
        const QSignalBlocker quiet(rank_);
        const int most = static_cast<int>(std::min<Eigen::Index>(largestRank, state->file->units()));
        if (rank_->count() != most) {
            rank_->clear();
            for (int k = 1; k <= most; ++k) rank_->addItem(QString::number(k));
        }
        rank_->setCurrentIndex(state->rank() - 1);
    }
    // A button for the overlaps of every population.
    for (QToolButton* each : overlapButtons_) delete each;
    overlapButtons_.clear();
    const int count = shown ? shown->count() : 0;
    if (overlapOf_ >= count || count < 2) overlapOf_ = -1;
    for (int p = -1; p < (count > 1 ? count : 0); ++p) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("layer"));
        button->setText(p < 0 ? tr("all") : QString::number(p + 1));
        button->setAccessibleName(p < 0 ? tr("Overlaps of all units") : tr("Overlaps of population %1").arg(p + 1));
        button->setToolTip(button->accessibleName());
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setChecked(p == overlapOf_);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QToolButton::clicked, this, [this, p] {
            overlapOf_ = p;
            showOverlap();
        });
        overlapRow_->insertWidget(2 + p + 1, button);  // behind the heading and the stretch
        overlapButtons_.push_back(button);
    }
    showColumns();
    showOverlap();
    showSelection();
    showHovered();
    showSpectrum();
}

void ConnectivityPage::showColumns() {
    QMenu* menu = columns_->menu();
    const auto shown = desk_.shown();
    columns_->setEnabled(shown != nullptr);
    const auto count = shown ? static_cast<qsizetype>(shown->plain.size()) : 0;
    if (menu->actions().size() != count) {
        menu->clear();
        for (int k = 0; k < count; ++k) {
            auto* action = menu->addAction(QString());
            action->setCheckable(true);
            connect(action, &QAction::triggered, &desk_, [this, k](bool on) { desk_.setColumn(k, on); });
        }
    }
    for (int k = 0; k < count; ++k) {
        QAction* action = menu->actions().at(k);
        action->setText(shown->plain[static_cast<std::size_t>(k)]);
        action->setChecked(std::binary_search(desk_.columns().begin(), desk_.columns().end(), k));
    }
    showOverlap();
}

void ConnectivityPage::showSelection() {
    const int count = desk_.selectedCount();
    const bool some = count > 0;
    chosen_->setText(!some        ? tr("Drag around units to choose them: Shift adds, Alt takes away.")
                     : count == 1 ? tr("1 unit chosen")
                                  : tr("%1 units chosen").arg(count));
    make_->setVisible(some);
    make_->setEnabled(desk_.canMakePopulation());
    add_->setVisible(some);
    clear_->setVisible(some);
    QMenu* menu = add_->menu();
    menu->clear();
    const auto shown = desk_.shown();
    if (!some || !shown) return;
    for (int p = 0; p < shown->count(); ++p) {
        QPixmap swatch(12, 12);
        swatch.fill(theme_->population(p));
        menu->addAction(swatch, shown->state->populationName(p), &desk_, [this, p] { desk_.addToPopulation(p); });
    }
}

void ConnectivityPage::showHovered() {
    const auto shown = desk_.shown();
    const int unit = scatter_->hovered();
    if (!shown) {
        facts_->setSource({});
        return;
    }
    if (unit < 0) {
        const auto state = shown->state;
        facts_->setSource(state->isTruncated()
                              ? tr("truncated to rank %1, $N = %2$").arg(state->rank()).arg(shown->units())
                              : QStringLiteral("$N = %1$").arg(shown->units()));
        return;
    }
    QStringList parts{
        tr("unit %1 · population %2").arg(unit + 1).arg(shown->populations[static_cast<std::size_t>(unit)] + 1)};
    constexpr std::size_t most = 6;
    for (std::size_t k = 0; k < std::min(most, desk_.columns().size()); ++k) {
        const int column = desk_.columns()[k];
        const QString label = shown->labels[static_cast<std::size_t>(column)];
        parts << QStringLiteral("%1 = %2$").arg(label.chopped(1), shownNumber(shown->rows(unit, column)));
    }
    facts_->setSource(parts.join(QStringLiteral("   ")), parts.front());
}

void ConnectivityPage::showOverlap() {
    painting::OverlapPlot plot;
    if (const auto shown = desk_.shown()) {
        const auto& columns = desk_.columns();
        for (const int column : columns) plot.labels.push_back(shown->labels[static_cast<std::size_t>(column)]);
        const auto& moments = overlapOf_ < 0 || overlapOf_ >= shown->count()
                                  ? shown->total
                                  : shown->groups[static_cast<std::size_t>(overlapOf_)];
        plot.correlation = moments.correlation(columns, columns);
    }
    overlap_->setPlot(std::move(plot));
}

void ConnectivityPage::showSpectrum() {
    painting::SpectrumPlot plot;
    const auto result = desk_.spectrum();
    const bool coming = desk_.isSpectrumComing();
    spectrumCancel_->setVisible(coming);
    QString facts;
    if (result) {
        plot.spectrum = result->spectrum;
        plot.empty = false;
        if (!result->network->isLowRank())
            facts = result->spectrum.whole ? tr("of J, N = %1").arg(result->network->units())
                                           : tr("leading %1 of J").arg(result->spectrum.eigenvalues.size());
    } else {
        plot.instead = coming ? tr("Computing the eigenvalues of J …") : tr("No spectrum");
    }
    spectrumFacts_->setText(facts);
    spectrum_->setPlot(std::move(plot));
    for (QToolButton* each : exports_)
        each->setEnabled(each != exports_[2] ? desk_.shown() != nullptr : result != nullptr);
}

}  // namespace kappascope::widgets
