// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/behaviour_page.h"

#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/session/choices_csv.h"
#include "ui/session/explorer.h"
#include "ui/session/pages.h"
#include "ui/session/trained.h"
#include "ui/session/trial_choices.h"
#include "ui/session/unit_selection.h"
#include "ui/widgets/behaviour_panel.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/plot_export_button.h"
#include "ui/widgets/selectivity_view.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int sentenceWidth = 480;

}  // namespace

ChoicesView::ChoicesView(QWidget* parent)
    : TrainPlot(tr("Choices, as trained and as modulated"),
                tr("Share of trials that end in one of the two choices, in %"), parent) {}

void ChoicesView::setPicture(painting::ChoicePicture picture) {
    picture_ = std::move(picture);
    update();
}

double ChoicesView::choiceTextSize() const {
    // Whole pixels: between them letters do not stand where they were laid out.
    return std::clamp(std::floor(std::min(height() / 46.0, width() / 70.0)), 12.0, 17.0);
}

void ChoicesView::paint(QPainter& painter) const {
    painting::paintChoices(painter, picture_, QRectF(rect()).adjusted(2, 2, -2, -2), theme(), choiceTextSize());
}

QString ChoicesView::cellText(const QPointF& at) const {
    if (!picture_.isMatrix()) return {};
    const auto layout = painting::layOutChoices(picture_, QRectF(rect()).adjusted(2, 2, -2, -2), choiceTextSize());
    for (const auto& place : layout.places) {
        if (!place.area.contains(at)) continue;
        const auto& all = place.side == 0 ? *picture_.trained : *picture_.modulated;
        const auto& panel = all.panels[static_cast<std::size_t>(place.panel)];
        for (std::size_t i = 0; i < panel.axes[0].values.size(); ++i)
            for (std::size_t j = 0; j < panel.axes[1].values.size(); ++j) {
                if (!painting::ChoiceLayout::cell(picture_, place, i, j).contains(at)) continue;
                const auto& cell = panel.at(i, j);
                const QString text =
                    tr("%1: “%2” in %3 ± %4 % of %5 trials")
                        .arg(QString::fromStdString(cell.condition), QString::fromStdString(all.positive),
                             shownNumber(100 * cell.choice), shownNumber(100 * cell.standardError, 2))
                        .arg(cell.trials);
                if (!picture_.hasCircuit()) return text;
                const auto& beside = picture_.circuit(place.side).panels[static_cast<std::size_t>(place.panel)];
                return tr("%1; the circuit in %2 %").arg(text, shownNumber(100 * beside.at(i, j).choice));
            }
    }
    return {};
}

bool ChoicesView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return TrainPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString cell = cellText(help->pos());
    QToolTip::showText(help->globalPos(), cell.isEmpty() ? toolTip() : cell, this);
    return true;
}

BehaviourPage::BehaviourPage(session::Explorer& explorer, QWidget* parent)
    : QWidget(parent),
      kept_(explorer.pages()),
      units_(session::UnitSelection::of(explorer)),
      desk_(std::make_unique<session::BehaviourDesk>(explorer.document())),
      panel_(new BehaviourPanel(explorer, *desk_, this)),
      pages_(new QStackedWidget(this)) {
    kept_.keep(*desk_);
    pages_->addWidget(makeContent());
    pages_->addWidget(makeEmpty());
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(panel_);
    all->addWidget(pages_, 1);
    connect(desk_.get(), &session::BehaviourDesk::offerChanged, this, &BehaviourPage::showOffer);
    connect(desk_.get(), &session::BehaviourDesk::choicesChanged, this, &BehaviourPage::showChoices);
    connect(desk_.get(), &session::BehaviourDesk::controlsChanged, this, &BehaviourPage::showProgress);
    connect(desk_.get(), &session::BehaviourDesk::progressChanged, this, &BehaviourPage::showProgress);
    connect(cancel_, &QToolButton::clicked, desk_.get(), &session::BehaviourDesk::cancel);
    showOffer();
    showChoices();
    showProgress();
    const auto showKept = [this] { showView(kept_.behaviour().selectivity ? View::selectivity : View::choices); };
    showKept();
    connect(&kept_, &session::Pages::restored, this, showKept);
}

BehaviourPage::~BehaviourPage() = default;

QWidget* BehaviourPage::makeContent() {
    auto* content = new QWidget(pages_);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(4);
    const std::array texts{tr("Choices"), tr("Selectivity")};
    const std::array helps{tr("What the network chooses, as trained and as modulated"),
                           tr("What its units are selective for, and whether they fall into populations")};
    for (std::size_t k = 0; k < views_.size(); ++k) {
        auto* button = views_[k] = new QToolButton(content);
        button->setObjectName(QStringLiteral("layer"));
        button->setText(texts[k]);
        button->setAccessibleName(tr("Look at: %1").arg(texts[k]));
        button->setToolTip(helps[k]);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setChecked(k == 0);
        button->setFocusPolicy(Qt::StrongFocus);
        bar->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, k] { showView(static_cast<View>(k)); });
    }
    bar->addStretch(1);
    contents_ = new QStackedWidget(content);
    contents_->addWidget(makeChoices());
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(7);
    layout->addLayout(bar);
    layout->addWidget(contents_, 1);
    return content;
}

SelectivityView* BehaviourPage::selectivity() {
    if (selectivity_) return selectivity_;
    selectivity_ = new SelectivityView(*desk_, contents_);
    selectivity_->setSelection(units_);
    kept_.keep(selectivity_->desk());
    selectivity_->setTheme(*theme_);
    contents_->addWidget(selectivity_);
    return selectivity_;
}

void BehaviourPage::showView(View view) {
    viewButton(view)->setChecked(true);
    if (view == View::selectivity)
        contents_->setCurrentWidget(selectivity());
    else
        contents_->setCurrentIndex(0);
    // Choices that nobody sees are not asked for.
    desk_->setVisible(isVisible() && view == View::choices);
    session::BehaviourLook look = kept_.behaviour();
    look.selectivity = view == View::selectivity;
    kept_.setBehaviour(look);
}

QWidget* BehaviourPage::makeChoices() {
    auto* card = new QFrame(contents_);
    card->setObjectName(QStringLiteral("card"));
    title_ = new QLabel(card);
    title_->setFont(pixelFont(13, true));
    status_ = new QLabel(card);
    status_->setObjectName(QStringLiteral("muted"));
    status_->setFont(pixelFont(12));
    progress_ = new QProgressBar(card);
    progress_->setTextVisible(false);
    progress_->setFixedSize(140, 6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the trials"));
    cancel_ = new QToolButton(card);
    cancel_->setText(tr("Cancel"));
    cancel_->setAccessibleName(tr("Cancel the trials"));
    cancel_->setToolTip(tr("Leave it at the trials that are done (Esc)"));
    cancel_->setObjectName(QStringLiteral("regroup"));
    cancel_->setFocusPolicy(Qt::StrongFocus);
    cancel_->setShortcut(QKeySequence(Qt::Key_Escape));
    choices_ = new ChoicesView(card);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(8, 0, 6, 0);
    header->setSpacing(10);
    header->addWidget(title_);
    header->addWidget(status_);
    header->addStretch(1);
    header->addWidget(progress_);
    header->addWidget(cancel_);
    export_ = new PlotExportButton(
        tr("choices"), QStringLiteral("choices"), 180, choices_,
        [this]() -> PlotExportButton::Paint {
            return [own = choices_->picture()](QPainter& painter, const QRectF& area, const painting::Theme& theme,
                                               double font, double scale) {
                painting::paintChoices(painter, own, area, theme, font, scale);
            };
        },
        card);
    export_->setData([this] { return desk_->choices() ? session::choicesToCsv(*desk_->choices()) : std::string(); });
    header->addWidget(export_);
    // As high with the button as without it, so that nothing jumps.
    header->addStrut(cancel_->sizeHint().height());
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(6, 8, 6, 6);
    column->setSpacing(4);
    column->addLayout(header);
    column->addWidget(choices_, 1);
    return card;
}

QWidget* BehaviourPage::makeEmpty() {
    auto* empty = new QWidget(pages_);
    sentence_ = new QLabel(empty);
    sentence_->setFont(pixelFont(15));
    sentence_->setWordWrap(true);
    sentence_->setAlignment(Qt::AlignCenter);
    sentence_->setFixedWidth(sentenceWidth);
    offerBox_ = new QWidget(empty);
    offerBox_->setMaximumWidth(360);
    new QVBoxLayout(offerBox_);
    auto* layout = new QVBoxLayout(empty);
    layout->addStretch(2);
    layout->addWidget(sentence_, 0, Qt::AlignHCenter);
    layout->addSpacing(12);
    layout->addWidget(offerBox_, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return empty;
}

void BehaviourPage::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    panel_->setTheme(theme);
    choices_->setTheme(theme);
    export_->setDark(theme.dark);
    if (selectivity_) selectivity_->setTheme(theme);
}

QString BehaviourPage::emptyText() const {
    return pages_->currentIndex() == 1 ? sentence_->text() : QString();
}

QString BehaviourPage::status() const {
    return status_->text();
}

void BehaviourPage::showOffer() {
    pages_->setCurrentIndex(desk_->isPossible() ? 0 : 1);
    if (desk_->isPossible()) {
        title_->setText(session::taskTitle(desk_->offer().setup.task));
        return;
    }
    for (QPushButton* offer : offers_) offer->deleteLater();
    offers_.clear();
    const auto add = [this](const QString& text, const QString& help, auto act) {
        auto* button = new QPushButton(text, offerBox_);
        button->setToolTip(help);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, act);
        offerBox_->layout()->addWidget(button);
        offers_.push_back(button);
    };
    sentence_->setText(desk_->state() ? desk_->offer().sentence
                                      : tr("Open a network to see what it chooses in its task."));
    sentence_->setFixedHeight(sentence_->heightForWidth(sentenceWidth));
    if (!desk_->state()) return;
    for (const QString& id : desk_->offer().tasks)
        add(session::taskTitle(id), tr("Ask this network for its choices in this task"),
            [this, id] { desk_->setTask(id); });
    if (!offers_.empty()) return;
    // No task fits this network; others have one.
    for (const auto& trained : session::trainedNetworks())
        if (session::hasChoice(trained.task))
            add(tr("Open “%1”").arg(trained.title), trained.summary, [this, id = trained.id] { emit openWanted(id); });
}

void BehaviourPage::showChoices() {
    const auto choices = desk_->choices();
    painting::ChoicePicture picture;
    if (choices) {
        picture.trained = choices->trained;
        picture.modulated = choices->modulated;
        picture.circuitTrained = choices->circuitTrained;
        picture.circuitModulated = choices->circuitModulated;
        picture.trainedTitle = tr("As trained");
        picture.modulatedTitle = desk_->isUntouched() ? tr("As modulated: nothing changed yet")
                                                      : tr("As modulated: %1").arg(desk_->modulationText());
    }
    choices_->setPicture(std::move(picture));
    export_->setEnabled(choices != nullptr);
    showProgress();
}

void BehaviourPage::showProgress() {
    const auto progress = desk_->progress();
    progress_->setVisible(progress.has_value());
    cancel_->setVisible(progress.has_value());
    if (progress) progress_->setValue(static_cast<int>(std::lround(1000 * *progress)));
    QString text = desk_->failure().isEmpty() ? desk_->summary() : desk_->failure();
    if (desk_->isCancelled()) text = text.isEmpty() ? tr("cancelled") : tr("%1 · cancelled").arg(text);
    status_->setText(text);
}

void BehaviourPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    desk_->setVisible(contents_->currentIndex() == 0);
}

void BehaviourPage::hideEvent(QHideEvent* event) {
    desk_->setVisible(false);
    QWidget::hideEvent(event);
}

}  // namespace kappascope::widgets
