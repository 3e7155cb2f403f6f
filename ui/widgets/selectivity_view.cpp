// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/selectivity_view.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/statistics/selectivity.h"
#include "ui/painting/choice_picture.h"
#include "ui/painting/loadings_plot.h"
#include "ui/painting/renderer.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/plot_export_button.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

QFrame* cardWith(QWidget* parent, const QString& title, QHBoxLayout*& header, QWidget* plot) {
    auto* card = new QFrame(parent);
    card->setObjectName(QStringLiteral("card"));
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(6, 7, 6, 5);
    column->setSpacing(4);
    header = new QHBoxLayout;
    header->setContentsMargins(4, 0, 6, 0);
    header->setSpacing(7);
    if (!title.isEmpty()) {
        auto* label = new QLabel(title, card);
        label->setFont(pixelFont(13, true));
        header->addWidget(label);
    }
    header->addStretch(1);
    column->addLayout(header);
    plot->setParent(card);
    column->addWidget(plot, 1);
    return card;
}

ChoiceBox* boxIn(QHBoxLayout* row, const QString& name, const QString& help, QWidget* parent) {
    auto* box = new ChoiceBox(parent);
    box->setAccessibleName(name);
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    row->addWidget(box);
    return box;
}

/// Fills a box with other names only where they are others.
void fill(ChoiceBox* box, const QStringList& names, int current) {
    const QSignalBlocker quiet(box);
    bool same = box->count() == names.size();
    for (int k = 0; same && k < box->count(); ++k) same = box->itemText(k) == names[k];
    if (!same) {
        box->clear();
        box->addItems(names);
    }
    box->setCurrentIndex(current);
    box->setEnabled(names.size() > 1);
}

/// A button that exports what a plot shows.
template <class View, class PaintPicture>
PlotExportButton* addExport(QHBoxLayout* row, View* view, const QString& title, const char* name, QWidget* parent,
                            PaintPicture paint) {
    auto* button = new PlotExportButton(
        title, QLatin1String(name), 90, view,
        [view, paint]() -> PlotExportButton::Paint {
            return [own = view->picture(), paint](QPainter& painter, const QRectF& area, const painting::Theme& theme,
                                                  double font,
                                                  double scale) { paint(painter, own, area, theme, font, scale); };
        },
        parent);
    row->addWidget(button);
    return button;
}

QStringList namesOf(const std::vector<std::string>& names) {
    QStringList result;
    for (const auto& name : names) result += QString::fromStdString(name);
    return result;
}

}  // namespace

UnitsView::UnitsView(const QString& name, const QString& help, QWidget* parent) : TrainPlot(name, help, parent) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void UnitsView::setPicture(painting::UnitsPicture picture) {
    picture_ = std::move(picture);
    update();
}

QPointF UnitsView::positionOf(int unit) const {
    const QPointF& at = picture_.points[static_cast<std::size_t>(unit)];
    const painting::Canvas canvas{painting::viewOfUnits(picture_),
                                  painting::layOutUnits(rect(), std::floor(textSize())), 1, true};
    return canvas.toDevice(at.x(), at.y());
}

void UnitsView::paint(QPainter& painter) const {
    painting::paintUnits(painter, picture_, rect(), theme(), std::floor(textSize()));
    if (lasso_.size() < 2) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().accent, 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolygon(lasso_);
}

void UnitsView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    lasso_ = {event->position()};
}

void UnitsView::mouseMoveEvent(QMouseEvent* event) {
    if (lasso_.isEmpty() || !(event->buttons() & Qt::LeftButton)) return;
    lasso_ << event->position();
    update();
}

void UnitsView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || lasso_.isEmpty()) return;
    const QPolygonF lasso = std::exchange(lasso_, {});
    constexpr double trembling = 4;  // of a hand that clicks
    const QRectF bounds = lasso.boundingRect();
    if (std::max(bounds.width(), bounds.height()) < trembling) {
        const int unit = painting::unitAt(picture_, rect(), std::floor(textSize()), event->position());
        if (unit >= 0)
            emit picked(unit);
        else if (!(event->modifiers() & (Qt::ShiftModifier | Qt::AltModifier)))  // a hand that adds, and missed
            emit noneWanted();
    } else {
        emit lassoed(painting::unitsIn(picture_, rect(), std::floor(textSize()), lasso), event->modifiers());
    }
    update();
}

void UnitsView::keyPressEvent(QKeyEvent* event) {
    const int count = static_cast<int>(picture_.points.size());
    if (count > 0 && event->key() == Qt::Key_Right) {
        emit picked((picture_.selected + 1) % count);
    } else if (count > 0 && event->key() == Qt::Key_Left) {
        emit picked((std::max(0, picture_.selected) + count - 1) % count);
    } else if (event->key() == Qt::Key_Escape && (!lasso_.isEmpty() || !picture_.chosen.empty())) {
        lasso_.clear();
        emit noneWanted();
        update();
    } else {
        TrainPlot::keyPressEvent(event);
    }
}

TuningView::TuningView(QWidget* parent)
    : TrainPlot(tr("Tuning curves of a unit"),
                tr("Mean rate r of one unit against each variable of the task, with standard errors; no unit"),
                parent) {}

void TuningView::setPicture(painting::TuningPicture picture) {
    picture_ = std::move(picture);
    update();
}

void TuningView::paint(QPainter& painter) const {
    painting::paintTuning(painter, picture_, rect(), theme(), std::floor(textSize()));
}

EpairsView::EpairsView(QWidget* parent)
    : TrainPlot(
          tr("ePAIRS test: null distribution"),
          tr("Median angle of each unit to its nearest neighbour, in degrees: of draws from one Gaussian with the "
             "same mean and covariance, and as observed. Smaller than those: units cluster"),
          parent) {}

void EpairsView::setPicture(painting::EpairsPicture picture) {
    picture_ = std::move(picture);
    update();
}

void EpairsView::paint(QPainter& painter) const {
    painting::paintEpairs(painter, picture_, rect(), theme(), std::floor(textSize()));
}

SelectivityView::SelectivityView(session::BehaviourDesk& behaviour, QWidget* parent)
    : QWidget(parent), desk_(std::make_unique<session::SelectivityDesk>(behaviour)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(10);
    grid->addWidget(makeSpaceCard(), 0, 0);
    grid->addWidget(makeChangeCard(), 0, 1);
    grid->addWidget(makeTuningCard(), 1, 0);
    grid->addWidget(makeTestCard(), 1, 1);
    for (const int k : {0, 1}) {
        grid->setColumnStretch(k, 1);
        grid->setRowStretch(k, 1);
    }
    connect(desk_.get(), &session::SelectivityDesk::changed, this, &SelectivityView::showResult);
    connect(desk_.get(), &session::SelectivityDesk::unitChanged, this, &SelectivityView::showResult);
    connect(desk_.get(), &session::SelectivityDesk::testChanged, this, &SelectivityView::showTest);
    showResult();
    showTest();
}

SelectivityView::~SelectivityView() = default;

void SelectivityView::setSelection(session::UnitSelection& units) {
    using Mode = session::UnitSelection::Mode;
    units_ = &units;
    connect(units_, &session::UnitSelection::changed, this, &SelectivityView::showResult);
    for (UnitsView* each : {space_, change_}) {
        connect(each, &UnitsView::noneWanted, units_, &session::UnitSelection::clear);
        connect(each, &UnitsView::lassoed, this, [this](const std::vector<char>& hit, Qt::KeyboardModifiers keys) {
            units_->choose(hit, keys & Qt::ShiftModifier ? Mode::add
                                : keys & Qt::AltModifier ? Mode::remove
                                                         : Mode::replace);
        });
    }
    showResult();
}

QFrame* SelectivityView::makeSpaceCard() {
    space_ = new UnitsView(
        tr("Selectivity of the units"),
        tr("Each dot is a unit: regression coefficients of its rate on two variables of the task. "
           "Click one for its tuning curves; the arrow keys go from unit to unit. Drag around units to choose "
           "them, Shift adds, Alt takes away, Esc chooses none: they stand out in every workspace"));
    QHBoxLayout* header = nullptr;
    // Its boxes say what it shows, and need the room.
    auto* card = cardWith(this, {}, header, space_);
    window_ = boxIn(header, tr("Window of the trial"), tr("Over which epoch of a trial rates are averaged"), card);
    axes_[0] =
        boxIn(header, tr("Variable on the horizontal axis"), tr("Which variable the horizontal axis shows"), card);
    axes_[1] = boxIn(header, tr("Variable on the vertical axis"), tr("Which variable the vertical axis shows"), card);
    exports_.push_back(addExport(header, space_, tr("selectivity"), "selectivity", card, painting::paintUnits));
    connect(window_, &QComboBox::activated, this, [this](int k) { desk_->setWindow(window_->itemText(k)); });
    for (int k = 0; k < 2; ++k)
        connect(axes_[static_cast<std::size_t>(k)], &QComboBox::activated, this,
                [this, k](int variable) { desk_->setAxis(k, variable); });
    connect(space_, &UnitsView::picked, desk_.get(), &session::SelectivityDesk::setUnit);
    connect(space_, &UnitsView::noneWanted, desk_.get(), [this] { desk_->setUnit(-1); });
    return card;
}

QFrame* SelectivityView::makeChangeCard() {
    change_ = new UnitsView(tr("Change of selectivity between contexts"),
                            tr("Each dot is a unit: how much its selectivity changes between the two contexts, against "
                               "how much more the first context drives it than the second"));
    QHBoxLayout* header = nullptr;
    auto* card = cardWith(this, tr("Change between contexts"), header, change_);
    variable_ = boxIn(header, tr("Variable whose selectivity changes"), tr("For which variable"), card);
    exports_.push_back(
        addExport(header, change_, tr("change between contexts"), "context-change", card, painting::paintUnits));
    connect(variable_, &QComboBox::activated, desk_.get(), &session::SelectivityDesk::setChangeVariable);
    connect(change_, &UnitsView::picked, desk_.get(), &session::SelectivityDesk::setUnit);
    connect(change_, &UnitsView::noneWanted, desk_.get(), [this] { desk_->setUnit(-1); });
    return card;
}

QFrame* SelectivityView::makeTuningCard() {
    tuning_ = new TuningView;
    QHBoxLayout* header = nullptr;
    auto* card = cardWith(this, tr("Tuning"), header, tuning_);
    unit_ = new QLabel(card);
    unit_->setObjectName(QStringLiteral("muted"));
    header->addWidget(unit_);
    exports_.push_back(addExport(header, tuning_, tr("tuning curves"), "tuning", card, painting::paintTuning));
    return card;
}

QFrame* SelectivityView::makeTestCard() {
    epairs_ = new EpairsView;
    QHBoxLayout* header = nullptr;
    auto* card = cardWith(this, tr("ePAIRS"), header, epairs_);
    progress_ = new QProgressBar(card);
    progress_->setTextVisible(false);
    progress_->setFixedSize(70, 6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the test"));
    progress_->hide();
    header->addWidget(progress_);
    testOf_ =
        boxIn(header, tr("What is tested"), tr("Whether the directions of loadings, or of selectivity, cluster"), card);
    testOf_->addItem(tr("loadings"));
    testOf_->addItem(tr("selectivity"));
    test_ = new QPushButton(card);
    test_->setToolTip(tr("200 draws of one Gaussian with the same mean and covariance"));
    header->addWidget(test_);
    exports_.push_back(addExport(header, epairs_, tr("ePAIRS"), "epairs", card, painting::paintEpairs));
    verdict_ = new QLabel(card);
    verdict_->setObjectName(QStringLiteral("muted"));
    verdict_->setFont(pixelFont(12));
    verdict_->setWordWrap(true);
    card->layout()->addWidget(verdict_);
    connect(testOf_, &QComboBox::activated, this,
            [this](int k) { desk_->setTestOf(static_cast<session::EpairsOf>(k)); });
    connect(test_, &QPushButton::clicked, this,
            [this] { desk_->isTesting() ? desk_->cancelTest() : desk_->runTest(); });
    return card;
}

void SelectivityView::setTheme(const painting::Theme& theme) {
    for (TrainPlot* each : {static_cast<TrainPlot*>(space_), static_cast<TrainPlot*>(change_),
                            static_cast<TrainPlot*>(tuning_), static_cast<TrainPlot*>(epairs_)})
        each->setTheme(theme);
    for (PlotExportButton* each : exports_) each->setDark(theme.dark);
}

QString SelectivityView::verdict() const {
    return verdict_->text();
}

void SelectivityView::showResult() {
    const auto result = desk_->result();
    const QStringList windows = desk_->windows();
    fill(window_, windows, static_cast<int>(windows.indexOf(desk_->window())));
    const QStringList variables = result ? namesOf(result->selectivity->variables) : QStringList();
    for (int k = 0; k < 2; ++k) fill(axes_[static_cast<std::size_t>(k)], variables, desk_->axis(k));

    painting::UnitsPicture space;
    space.points = desk_->points();
    space.populations = desk_->populations();
    space.selected = desk_->unit();
    if (units_) space.chosen = units_->selected();
    const QString waiting = !desk_->failure().isEmpty() ? desk_->failure() : tr("Observing the units …");
    space.empty = desk_->isPossible() || !desk_->failure().isEmpty()
                      ? waiting
                      : tr("A circuit has no units to observe: sample a network from it in Explore.");
    if (result && !variables.isEmpty()) {
        space.xLabel = painting::choiceAxisLabel(variables[desk_->axis(0)].toStdString());
        space.yLabel = painting::choiceAxisLabel(variables[desk_->axis(1)].toStdString());
    }
    space_->setPicture(std::move(space));

    painting::UnitsPicture change;
    change.points = desk_->changePoints();
    change.populations = desk_->populations();
    change.selected = desk_->unit();
    if (units_) change.chosen = units_->selected();
    change.empty = desk_->comparesContexts() ? waiting : tr("This task has not two contexts to compare.");
    QStringList changing;
    if (result && result->change) {
        const auto& found = *result->change;
        changing = namesOf(found.variables);
        const int variable = std::min(desk_->changeVariable(), static_cast<int>(changing.size()) - 1);
        change.xLabel = tr("preference for %1").arg(QString::fromStdString(found.contexts[0]));
        change.yLabel = tr("change for %1").arg(painting::choiceAxisLabel(changing[variable].toStdString()));
        change.note = tr("correlation %1").arg(shownNumber(found.correlation[variable], 2));
    }
    fill(variable_, changing, changing.isEmpty() ? -1 : desk_->changeVariable());
    variable_->setVisible(!changing.isEmpty());
    change_->setPicture(std::move(change));
    showUnit();
    showTest();
}

void SelectivityView::showUnit() {
    const auto result = desk_->result();
    painting::TuningPicture picture;
    picture.empty = tr("Click a unit in a scatter to see what it responds to.");
    const int unit = desk_->unit();
    unit_->setText(unit < 0 ? QString() : tr("unit %1").arg(unit + 1));
    if (unit >= 0 && result && !result->tuning) picture.empty = tr("Observing the units …");
    if (unit >= 0 && result && result->tuning)
        for (const auto& curve : *result->tuning) {
            if (unit >= curve.mean.rows()) continue;
            painting::TuningPicture::Curve one;
            const QString variable = painting::choiceAxisLabel(curve.axis.name);
            one.name =
                curve.context.empty() ? variable : tr("%1: %2").arg(QString::fromStdString(curve.context), variable);
            one.values = curve.axis.values;
            one.labels = curve.axis.labels;
            for (Eigen::Index k = 0; k < curve.mean.cols(); ++k) {
                one.means.push_back(curve.mean(unit, k));
                one.errors.push_back(curve.standardError(unit, k));
            }
            picture.curves.push_back(std::move(one));
        }
    picture.title = picture.curves.size() == 1 ? picture.curves.front().name : tr("value of the variable");
    tuning_->setPicture(std::move(picture));
}

void SelectivityView::showTest() {
    const auto test = desk_->test();
    testOf_->setCurrentIndex(static_cast<int>(desk_->testOf()));
    painting::EpairsPicture picture;
    picture.empty = desk_->isTesting() ? tr("Testing …")
                    : desk_->canTest() ? tr("Do units fall into populations? Press Test.")
                                       : tr("A full-rank network has no loadings to test: choose selectivity.");
    if (test) {
        picture.nullMedians = test->nullMedians;
        picture.median = test->median;
    }
    epairs_->setPicture(std::move(picture));
    verdict_->setText(desk_->testText());
    verdict_->setVisible(!verdict_->text().isEmpty());
    test_->setText(desk_->isTesting() ? tr("Cancel") : tr("Test"));
    test_->setAccessibleName(desk_->isTesting() ? tr("Cancel the test") : tr("Test for populations"));
    test_->setEnabled(desk_->isTesting() || desk_->canTest());
    const auto progress = desk_->testProgress();
    progress_->setVisible(progress.has_value());
    if (progress) progress_->setValue(static_cast<int>(std::lround(1000 * *progress)));
}

void SelectivityView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    desk_->setVisible(true);
}

void SelectivityView::hideEvent(QHideEvent* event) {
    desk_->setVisible(false);
    QWidget::hideEvent(event);
}

}  // namespace kappascope::widgets
