// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/portrait_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/axis_label.h"
#include "ui/session/level_run.h"
#include "ui/session/pages.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/diagram_view.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/partition_choices.h"
#include "ui/widgets/plot_export_button.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/regroup_button.h"
#include "ui/widgets/selection_card.h"
#include "ui/widgets/selection_overlay.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

using session::Explorer;
using session::Level;

constexpr double nearPixels = 10;  // a click so near to a fixed point opens its card

constexpr Level levels[] = {Level::network, Level::exact, Level::meanField};

QString help(Level level, const session::State& state) {
    switch (level) {
        case Level::network:
            if (state.isTruncated())
                return PortraitView::tr(
                    "Level 1: trajectories of all N units of the full-rank network, projected on the leading modes of "
                    "J, over the flow of the view that is truncated to them: they need not follow it");
            return PortraitView::tr(
                "Level 1: trajectories of all N units by Euler steps, over the exact flow of their kappa");
        case Level::exact:
            if (state.isTruncated())
                return PortraitView::tr(
                    "Level 2: the flow of kappa of the low-rank view that the leading modes of J make; how well it "
                    "stands for the network is what the agreement says");
            return PortraitView::tr(
                "Level 2: the exact flow of kappa, R-dimensional; identical to the network where there is no noise");
        case Level::meanField:
            return PortraitView::tr(
                "Level 3: the mean-field circuit, a mixture of Gaussian populations (N to infinity)");
    }
    return {};
}

/// What the heading says beside the level: how many points, whether that is proven, and what to beware of.
QString factsOf(const session::PortraitResult& result, bool otherIsSameFlow) {
    const auto& census = result.portrait->census;
    QStringList parts;
    const auto count = std::ssize(census.points);
    parts += count == 1 ? PortraitView::tr("1 fixed point") : PortraitView::tr("%1 fixed points").arg(count);
    if (result.complete) parts[0] += census.proven ? PortraitView::tr(", proven") : PortraitView::tr(", not proven");
    const auto cycles = result.portrait->behind ? 0 : std::ssize(result.portrait->cycles);
    if (cycles == 1) parts += PortraitView::tr("cycle $%1\\tau$").arg(shownNumber(result.portrait->cycles[0].period));
    if (cycles > 1) parts += PortraitView::tr("%1 cycles").arg(cycles);
    if (result.level == Level::meanField && session::noiseVariance(*result.state) > 0)
        parts += PortraitView::tr("$\\sigma$ = %1").arg(shownNumber(result.state->trial.noise));
    if (result.eulerUnstable) parts += PortraitView::tr("Euler steps unstable");
    if (result.level == Level::network && result.state->isTruncated())
        parts += PortraitView::tr("flow of rank %1").arg(result.state->rank());
    if (otherIsSameFlow) parts += PortraitView::tr("identity");
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

PortraitView::PortraitView(Explorer& explorer, int side, QWidget* parent)
    : QFrame(parent),
      explorer_(explorer),
      side_(side),
      level_(new ChoiceBox(this)),
      facts_(new MathWidget({}, 12, this)),
      pages_(new QStackedWidget(this)),
      plot_(new PortraitPlot(this)),
      overlay_(new SelectionOverlay(plot_)),
      card_(new SelectionCard(this)),
      need_(new QLabel(this)),
      remedy_(new QPushButton(this)),
      partitions_(new PartitionChoices(this)),
      regroup_(new RegroupButton(explorer, side, this)) {
    setObjectName(QStringLiteral("card"));
    level_->setAccessibleName(side == 0 ? tr("Level of the left portrait") : tr("Level of the right portrait"));
    plot_->setAccessibleName(side == 0 ? tr("Left phase portrait") : tr("Right phase portrait"));
    plot_->setToolTip({});
    facts_->setMuted(true);
    facts_->setElastic(Qt::AlignRight);
    level_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);

    auto* empty = new QWidget(this);
    need_->setWordWrap(true);
    need_->setAlignment(Qt::AlignCenter);
    need_->setFixedWidth(340);
    need_->setFont(pixelFont(14));
    remedy_->setObjectName(QStringLiteral("primary"));
    remedy_->setCursor(Qt::PointingHandCursor);
    auto* emptyLayout = new QVBoxLayout(empty);
    emptyLayout->addStretch(3);
    emptyLayout->addWidget(need_, 0, Qt::AlignHCenter);
    emptyLayout->addSpacing(12);
    emptyLayout->addWidget(remedy_, 0, Qt::AlignHCenter);
    emptyLayout->addSpacing(14);
    emptyLayout->addWidget(partitions_, 0, Qt::AlignHCenter);
    emptyLayout->addStretch(4);
    pages_->addWidget(plot_);
    pages_->addWidget(empty);
    makeDiagram();
    pages_->addWidget(diagram_);

    auto* header = new QHBoxLayout;
    header->setContentsMargins(4, 0, 6, 0);
    header->setSpacing(10);
    header->addWidget(level_);
    header->addWidget(regroup_);
    header->addWidget(facts_, 1);
    header->addStretch(0);
    header->addWidget(diagramExport_);
    header->addWidget(diagramButton_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 8, 6, 4);
    layout->setSpacing(6);
    layout->addLayout(header);
    layout->addWidget(pages_, 1);

    connect(level_, &QComboBox::activated, this, [this](int i) { explorer_.setLevel(side_, levels[i]); });
    connect(remedy_, &QPushButton::clicked, this, [this] {
        if (explorer_.level(side_) == Level::meanField)
            explorer_.useOneGaussian();
        else
            explorer_.sampleNetwork(2000);
    });
    connect(partitions_, &PartitionChoices::chosen, &explorer_, &Explorer::usePartition);
    connect(&explorer_, &Explorer::stateChanged, this, [this](session::Changes what) {
        if (what.testAnyFlags(session::Change::network | session::Change::circuit)) showLevels();
    });
    connect(&explorer_, &Explorer::levelChanged, this, [this] { showLevels(); });
    connect(&explorer_, &Explorer::portraitChanged, this, [this](int changed) {
        if (changed == side_) showPortrait();
    });
    connect(&explorer_, &Explorer::viewChanged, this, &PortraitView::showView);
    connect(&explorer_, &Explorer::trialChanged, this, &PortraitView::showTrial);
    connect(&explorer_, &Explorer::scrubberChanged, this,
            [this] { plot_->setTrialPosition(explorer_.trialPosition()); });
    connect(&explorer_, &Explorer::crossChanged, this, [this] { plot_->setCross(explorer_.cross()); });

    connect(plot_, &PortraitPlot::clicked, this, [this](QPointF point, bool backward) {
        const auto& view = explorer_.view();
        const QSize size = plot_->pictureSize();
        const QSizeF reach(nearPixels * view.width() / size.width(), nearPixels * view.height() / size.height());
        if (!explorer_.selection().click(side_, point, reach)) explorer_.addTrajectory(point.x(), point.y(), backward);
    });
    connect(plot_, &PortraitPlot::doubleClicked, this, [this](bool afterClick) {
        if (afterClick && !explorer_.selection().tookLastClick())
            explorer_.removeLastTrajectory();  // the double-click's first half
        explorer_.fit();
    });
    connect(plot_, &PortraitPlot::viewEdited, &explorer_, &Explorer::setView);
    connect(plot_, &PortraitPlot::hovered, this, [this](QPointF point) { explorer_.setCross(side_, point); });
    connect(plot_, &PortraitPlot::left, this, [this] { explorer_.setCross(side_, {}); });
    connect(plot_, &PortraitPlot::pictureSizeChanged, this, &PortraitView::sendSize);
    connect(plot_, &PortraitPlot::pictureSizeChanged, this, &PortraitView::placeSelection);

    session::Selection& selection = explorer_.selection();
    connect(&selection, &session::Selection::changed, this, &PortraitView::showSelection);
    connect(card_, &SelectionCard::closed, &selection, &session::Selection::clear);
    const auto key = [this](const QKeySequence& sequence, auto action) {
        auto* shortcut = new QShortcut(sequence, plot_);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, action);
    };
    key(Qt::Key_N, [this] { explorer_.selection().step(side_); });
    key(Qt::SHIFT | Qt::Key_N, [this] { explorer_.selection().step(side_, -1); });
    key(Qt::Key_Escape, [this] { explorer_.selection().clear(); });
}

void PortraitView::makeDiagram() {
    diagram_ = new DiagramView(explorer_, side_, this);
    diagramButton_ = new QToolButton(this);
    diagramButton_->setObjectName(QStringLiteral("layer"));
    diagramButton_->setText(tr("Diagram"));
    diagramButton_->setFont(pixelFont(12));
    diagramButton_->setAccessibleName(side_ == 0 ? tr("Left circuit as a diagram") : tr("Right circuit as a diagram"));
    diagramButton_->setToolTip(tr("Show this level as a diagram in place of the portrait: what couples inputs, κ and "
                                  "output at the marked state, by population (%1)")
                                   .arg(side_ == 0 ? tr("Shift+D") : tr("D")));
    diagramButton_->setCheckable(true);
    diagramButton_->setFocusPolicy(Qt::StrongFocus);
    diagramExport_ = new PlotExportButton(
        tr("circuit diagram"), QStringLiteral("circuit"), 120, diagram_,
        [this]() -> PlotExportButton::Paint {
            return [own = diagram_->diagram()](QPainter& painter, const QRectF& area, const painting::Theme& theme,
                                               double font, double scale) {
                painting::paintDiagram(painter, own, area, theme, font, scale);
            };
        },
        this);
    diagramExport_->setFont(pixelFont(12));
    diagramExport_->hide();
    connect(diagramButton_, &QToolButton::toggled, this, [this](bool on) {
        if (on && explorer_.selection().side() == side_) explorer_.selection().clear();
        if (on && plot_->hasFocus()) diagramButton_->setFocus();  // or the diagram would be given it
        explorer_.pages().setDiagram(side_, on);
        showLevels();
    });
    connect(&explorer_.pages(), &session::Pages::diagramChanged, this, [this](int side) {
        if (side == side_) diagramButton_->setChecked(explorer_.pages().showsDiagram(side));
    });
    connect(new QShortcut(side_ == 0 ? QKeySequence(Qt::SHIFT | Qt::Key_D) : QKeySequence(Qt::Key_D), this),
            &QShortcut::activated, diagramButton_, &QToolButton::click);
}

void PortraitView::setTheme(const painting::Theme& theme) {
    plot_->setTheme(theme);
    diagram_->setTheme(theme);
    diagramExport_->setDark(theme.dark);
    theme_ = &theme;
    card_->setTheme(theme);
    showSelection();
}

QString PortraitView::facts() const {
    return facts_->source();
}

bool PortraitView::isEmpty() const {
    return pages_->currentIndex() == 1;
}

void PortraitView::showLevels() {
    if (!explorer_.state()) return;
    const session::State& state = *explorer_.state();
    const QSignalBlocker quiet(level_);
    level_->clear();
    for (const Level level : levels) {
        level_->addItem(session::title(level, state));
        level_->setItemData(level_->count() - 1, help(level, state), Qt::ToolTipRole);
    }
    const Level shown = explorer_.level(side_);
    level_->setCurrentIndex(static_cast<int>(std::find(std::begin(levels), std::end(levels), shown) - levels));
    level_->setToolTip(help(shown, state));

    const bool has = state.has(shown);
    const bool diagram = has && diagramButton_->isChecked();
    pages_->setCurrentIndex(diagram ? 2 : has ? 0 : 1);
    diagramButton_->setVisible(has);
    diagramExport_->setVisible(diagram);
    facts_->setVisible(!diagram);
    if (has) return;
    facts_->setSource({});
    partitions_->setVisible(shown == Level::meanField);
    if (shown == Level::meanField) {
        need_->setText(
            tr("This network has no populations yet. To see its mean-field circuit, take all of its units as one "
               "Gaussian, or part them into two populations."));
        remedy_->setText(tr("Use one Gaussian"));
        partitions_->setNetwork(*state.network);
    } else {
        need_->setText(tr("A circuit has no units. Draw a finite network from it to see this level."));
        remedy_->setText(tr("Sample 2,000 units"));
    }
    // A centred label that wraps is given the height of its hint, which is that of another width.
    need_->setMinimumHeight(
        QFontMetrics(need_->font())
            .boundingRect(0, 0, need_->width(), 1000, Qt::AlignCenter | Qt::TextWordWrap, need_->text())
            .height() +
        4);
}

void PortraitView::showPortrait() {
    const auto result = explorer_.result(side_);
    plot_->setResult(result);
    if (!result) return;
    const bool sameFlow = explorer_.level(0) != Level::meanField && explorer_.level(1) != Level::meanField &&
                          !result->state->isTruncated();
    const auto count = std::ssize(result->portrait->census.points);
    facts_->setSource(factsOf(*result, sameFlow && side_ == 1),
                      count == 1 ? tr("1 point") : tr("%1 points").arg(count));
    facts_->setToolTip(painting::MathLabel(facts_->source()).plainText());
    if (isEmpty()) showLevels();
}

void PortraitView::showView() {
    if (const auto state = explorer_.state()) {
        const phase::View& view = explorer_.view();
        plot_->setView(view, state->rank(), view.input < 0 ? QString() : session::inputAxisLabel(*state, view.input));
    }
    showTrial();
    placeSelection();
}

void PortraitView::showTrial() {
    const auto trial = explorer_.trial();
    const auto bundle = trial ? trial->sides[static_cast<std::size_t>(side_)] : nullptr;
    plot_->setTrialPath(bundle ? session::pathOf(bundle->runs[0], explorer_.view()) : QPolygonF());
    plot_->setTrialPosition(explorer_.trialPosition());
}

void PortraitView::showSelection() {
    const session::Selection& selection = explorer_.selection();
    const bool here = selection.side() == side_;
    const auto point = here && selection.kind() == session::Selection::Kind::point ? selection.point() : nullptr;
    const auto cycle = here ? selection.cycle() : std::nullopt;
    if (point)
        card_->showPoint(*point);
    else if (cycle)
        card_->showCycle(*cycle);
    const bool open = point || cycle;
    if (!open && card_->isVisible() && card_->isAncestorOf(focusWidget())) plot_->setFocus();
    if (open && card_->parentWidget() != window()) card_->setParent(window());  // it may reach beyond the portrait
    card_->setVisible(open);
    overlay_->setVisible(point != nullptr);
    placeSelection();
}

void PortraitView::placeSelection() {
    const session::Selection& selection = explorer_.selection();
    const auto result = explorer_.result(side_);
    if (card_->isHidden() || !result) return;
    const QSize size = plot_->pictureSize();
    const QPoint origin = plot_->axisRect()->rect().topLeft();
    const auto& view = explorer_.view();
    const bool line = result->portrait->rank == 1;
    const auto position = [&](const Eigen::VectorXd& kappa) {
        return plot_->toPosition(kappa[view.axes[0]], line ? 0 : kappa[view.axes[1]]).toPoint();
    };
    std::vector<QPoint> busy;
    for (const auto& each : result->portrait->census.points) busy.push_back(position(each.kappa));
    const bool point = selection.kind() == session::Selection::Kind::point && selection.point();
    if (point) {
        const auto& selected = selection.point()->point;
        const QPoint at = position(selected.kappa);
        overlay_->showPoint(selected, view.axes, {size.width() / view.width(), size.height() / view.height()}, *theme_);
        overlay_->move(at - QPoint(SelectionOverlay::reach, SelectionOverlay::reach));
        overlay_->setVisible(plot_->axisRect()->rect().contains(at));
        busy.insert(busy.end(), 20, at);  // rather over many others than over this one
    }
    // The place that hides least: a corner, or beside the point, towards the other portrait, where this one is too
    // small for that. The card stays where it is while that is as good.
    constexpr int corners = 4, places = 5, gap = 24;
    const QSize card = card_->sizeHint();
    const QPoint about = point ? position(selection.point()->point.kappa) : plot_->axisRect()->center();
    const auto place = [&](int which) {
        if (which < corners) {
            const int x = which % 2 == 0 ? size.width() - card.width() - 8 : 8;
            const int y = which < 2 ? 8 : size.height() - card.height() - 8;
            return QRect(origin + QPoint(x, y), card);
        }
        const int x = side_ == 0 ? about.x() + gap : about.x() - gap - card.width();
        return QRect(QPoint(x, origin.y() + std::max(8, (size.height() - card.height()) / 2)), card);
    };
    const auto hidden = [&](int which) -> std::ptrdiff_t {
        const QRect rect = place(which).adjusted(-14, -14, 14, 14);
        if (!window()->rect().contains(rect.translated(plot_->mapTo(window(), QPoint())))) return 1000;
        return std::count_if(busy.begin(), busy.end(), [&](const QPoint& at) { return rect.contains(at); });
    };
    for (int which = 0; which < places; ++which)
        if (hidden(which) < hidden(cardPlace_)) cardPlace_ = which;
    card_->move(plot_->mapTo(window(), place(cardPlace_).topLeft()));
    overlay_->raise();
    card_->raise();
}

void PortraitView::sendSize() {
    const double ratio = plot_->devicePixelRatioF();
    explorer_.setPixels(side_, plot_->pictureSize() * ratio, ratio);
}

}  // namespace kappascope::widgets
