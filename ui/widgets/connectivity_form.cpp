// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/connectivity_form.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidgetAction>
#include <cmath>

#include "ui/session/populations_text.h"
#include "ui/widgets/check_box.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/connectivity_views.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/partition_choices.h"
#include "ui/widgets/refine_card.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int panelWidth = 296, fieldWidth = 132, numberWidth = 78, mostPopulations = 8;
constexpr double largestSeed = 4294967295.0, mostStarts = 10000;

QLabel* wrapped(const QString& kind, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(kind);
    label->setWordWrap(true);
    label->setFont(pixelFont(12));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void addRow(QGridLayout* grid, const QString& text, QWidget* field, const QString& help) {
    auto* label = new MathWidget(text, 13, field->parentWidget());
    label->setToolTip(help);
    field->setToolTip(help);
    field->setAccessibleName(painting::MathLabel(text).plainText());
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(field, row, 1, Qt::AlignRight);
}

}  // namespace

ConnectivityForm::ConnectivityForm(session::ConnectivityDesk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      populationsCard_(new Card(tr("Populations"), this)),
      findCard_(new Card(tr("Find populations"), this)),
      foundCard_(new Card(tr("What was found"), this)) {
    setFixedWidth(panelWidth);
    setObjectName(QStringLiteral("sidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("sidePanel"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(scroll);
    body->setObjectName(QStringLiteral("sidePanel"));
    auto* cards = new QVBoxLayout(body);
    cards->setContentsMargins(10, 10, 10, 10);
    cards->setSpacing(9);
    addPopulations();
    addFind();
    addFound();
    for (Card* card : {populationsCard_, findCard_, foundCard_}) cards->addWidget(card);
    refine_ = new RefineCard(desk.explorer(), body);
    cards->addWidget(refine_);
    cards->addStretch(1);
    scroll->setWidget(body);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    using session::ConnectivityDesk;
    connect(&desk_, &ConnectivityDesk::shownChanged, this, &ConnectivityForm::showPopulations);
    connect(&desk_, &ConnectivityDesk::findingChanged, this, &ConnectivityForm::showFinding);
    connect(&desk_, &ConnectivityDesk::foundChanged, this, &ConnectivityForm::showFound);
    showPopulations();
    showFinding();
    showFound();
}

void ConnectivityForm::addPopulations() {
    part_ = new QToolButton(populationsCard_);
    part_->setObjectName(QStringLiteral("regroup"));
    part_->setText(tr("Part by a loading"));
    part_->setFont(pixelFont(13));
    part_->setAccessibleName(tr("Part the units by one loading"));
    part_->setToolTip(tr("Two populations by the sign or the size of one loading, or all units as one"));
    part_->setPopupMode(QToolButton::InstantPopup);
    part_->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(part_);
    auto* body = new QWidget(menu);
    auto* one = new QPushButton(tr("One population"), body);
    choices_ = new PartitionChoices(body);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    layout->addWidget(one, 0, Qt::AlignLeft);
    layout->addWidget(choices_);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(body);
    menu->addAction(action);
    part_->setMenu(menu);
    const auto take = [this, menu](const reduction::Partition& partition) {
        menu->close();
        desk_.explorer().usePartition(partition);
    };
    connect(one, &QPushButton::clicked, this, [take] { take({}); });
    connect(choices_, &PartitionChoices::chosen, this, take);
    populationsCard_->content()->addWidget(part_, 0, Qt::AlignLeft);
}

void ConnectivityForm::addFind() {
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    findCard_->content()->addLayout(grid);
    count_ = new ChoiceBox(findCard_);
    count_->addItem(tr("automatic"), 0);
    for (int k = 1; k <= mostPopulations; ++k) count_->addItem(QString::number(k), k);
    count_->setFixedWidth(fieldWidth);
    addRow(grid, tr("how many"), count_,
           tr("How many populations; automatic: the smallest number near the best evidence that refits agree on"));
    method_ = new ChoiceBox(findCard_);
    method_->addItem(tr("variational"), static_cast<int>(statistics::MixtureMethod::variationalBayes));
    method_->addItem(tr("max. likelihood"), static_cast<int>(statistics::MixtureMethod::expectationMaximisation));
    method_->setFixedWidth(fieldWidth);
    addRow(grid, tr("method"), method_,
           tr("How the mixture of Gaussians is fitted: variational Bayes as in the paper, which empties populations "
              "that are not needed, or expectation-maximisation"));
    starts_ = new NumberBox(1, mostStarts, true, true, findCard_);
    starts_->setFixedWidth(numberWidth);
    addRow(grid, tr("starts"), starts_, tr("How many starts each fit has; the best is kept (1 to 10000)"));
    seed_ = new NumberBox(0, largestSeed, true, false, findCard_);
    seed_->setFixedWidth(numberWidth);
    addRow(grid, tr("seed"), seed_, tr("Of the starts: the same seed finds the same populations"));
    zeroMean_ = new CheckBox(tr("means at zero"), findCard_);
    zeroMean_->setToolTip(
        tr("A prior that keeps the populations' means at zero, so that they differ in overlaps alone"));
    outputs_ = new CheckBox(tr("output weights take part"), findCard_);
    outputs_->setToolTip(tr("Whether the fit sees the output weights w beside m, n and I"));
    for (QCheckBox* each : {zeroMean_, outputs_}) {
        each->setAccessibleName(each->text());
        grid->addWidget(each, grid->rowCount(), 0, 1, 2);
        connect(each, &QCheckBox::toggled, this, &ConnectivityForm::setOptions);
    }
    const auto& options = desk_.options();
    starts_->setValue(options.starts);
    seed_->setValue(static_cast<double>(options.seed));
    outputs_->setChecked(options.outputs);
    zeroMean_->setChecked(options.zeroMean);
    for (QComboBox* box : {count_, method_}) connect(box, &QComboBox::activated, this, &ConnectivityForm::setOptions);
    for (NumberBox* box : {starts_, seed_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &ConnectivityForm::setOptions);

    find_ = new QPushButton(findCard_);
    find_->setObjectName(QStringLiteral("primary"));
    find_->setCursor(Qt::PointingHandCursor);
    progress_ = new QProgressBar(findCard_);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the fit"));
    connect(find_, &QPushButton::clicked, this, [this] { desk_.isFinding() ? desk_.cancel() : desk_.find(); });
    findCard_->content()->addSpacing(2);
    findCard_->content()->addWidget(find_);
    findCard_->content()->addWidget(progress_);
}

void ConnectivityForm::addFound() {
    number_ = new QLabel(foundCard_);
    number_->setFont(pixelFont(14, true));
    reason_ = wrapped(QStringLiteral("muted"), foundCard_);
    warnings_ = wrapped(QStringLiteral("warning"), foundCard_);
    counts_ = new CountView(foundCard_);
    counts_->setFixedHeight(222);
    use_ = new QPushButton(foundCard_);
    connect(use_, &QPushButton::clicked, &desk_, &session::ConnectivityDesk::use);
    for (QWidget* each :
         {static_cast<QWidget*>(number_), static_cast<QWidget*>(reason_), static_cast<QWidget*>(warnings_),
          static_cast<QWidget*>(counts_), static_cast<QWidget*>(use_)})
        foundCard_->content()->addWidget(each);
}

void ConnectivityForm::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    counts_->setTheme(theme);
    for (std::size_t p = 0; p < swatches_.size(); ++p)
        swatches_[p]->setStyleSheet(
            QStringLiteral("background: %1; border-radius: 6px;").arg(theme.population(static_cast<int>(p)).name()));
}

void ConnectivityForm::showPopulations() {
    delete rows_;
    rows_ = new QWidget(populationsCard_);
    swatches_.clear();
    names_.clear();
    shares_.clear();
    auto* grid = new QGridLayout(rows_);
    grid->setContentsMargins(0, 0, 0, 2);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(1, 1);
    const auto shown = desk_.shown();
    part_->setEnabled(shown != nullptr);
    if (shown) {
        choices_->setNetwork(*shown->state->network);
        for (int p = 0; p < shown->count(); ++p) {
            auto* swatch = new QLabel(rows_);
            swatch->setFixedSize(12, 12);
            auto* name = new QLabel(shown->state->populationName(p), rows_);
            name->setFont(pixelFont(13));
            const auto units = shown->groups[static_cast<std::size_t>(p)].rows;
            auto* share = new MathWidget(
                tr("%1 %   %2 units")
                    .arg(shownNumber(100.0 * static_cast<double>(units) / static_cast<double>(shown->units())),
                         QLocale::c().toString(static_cast<qlonglong>(units))),
                13, rows_);
            share->setMuted(true);
            grid->addWidget(swatch, p, 0);
            grid->addWidget(name, p, 1);
            grid->addWidget(share, p, 2);
            swatches_.push_back(swatch);
            names_.push_back(name);
            shares_.push_back(share);
        }
    }
    populationsCard_->content()->insertWidget(1, rows_);  // below the heading
    setTheme(*theme_);
    showFinding();
}

QStringList ConnectivityForm::populations() const {
    QStringList list;
    for (std::size_t p = 0; p < names_.size(); ++p)
        list << QStringLiteral("%1: %2").arg(names_[p]->text(), shares_[p]->source());
    return list;
}

void ConnectivityForm::showFinding() {
    const bool finding = desk_.isFinding();
    find_->setText(finding ? tr("Cancel") : tr("Find populations"));
    find_->setAccessibleName(find_->text());
    find_->setToolTip(finding ? tr("Stop the fit; nothing changes")
                              : tr("Fit a mixture of Gaussians to the loadings; its populations become those of the "
                                   "network, undoable"));
    find_->setEnabled(finding || desk_.shown() != nullptr);
    progress_->setVisible(finding);
    progress_->setValue(static_cast<int>(std::lround(1000 * desk_.progress())));
    for (QWidget* each :
         {static_cast<QWidget*>(count_), static_cast<QWidget*>(method_), static_cast<QWidget*>(starts_),
          static_cast<QWidget*>(seed_), static_cast<QWidget*>(zeroMean_), static_cast<QWidget*>(outputs_)})
        each->setEnabled(!finding);
}

void ConnectivityForm::showFound() {
    const auto found = desk_.found();
    foundCard_->setVisible(found != nullptr);
    if (!found) return;
    const auto& populations = *found->found;
    const int count = populations.fit.count();
    number_->setText(count == 1 ? tr("One population") : tr("%1 populations").arg(count));
    reason_->setText(session::reasonSentence(populations));
    const QStringList warnings = session::fitWarnings(populations, found->options.count);
    warnings_->setText(warnings.join(u' '));
    warnings_->setVisible(!warnings.isEmpty());
    counts_->setVisible(populations.byCount.size() > 1);
    counts_->setPlot({populations.byCount, statistics::PopulationsOptions().stableFrom, count});
    const bool used = desk_.isUsed();
    use_->setText(used ? tr("In use") : tr("Use these populations"));
    use_->setAccessibleName(use_->text());
    use_->setToolTip(used ? tr("These are the network's populations: gains, circuit and colours follow them")
                          : tr("Make them the network's populations again, undoable"));
    use_->setEnabled(!used);
}

QString ConnectivityForm::verdict() const {
    return foundCard_->isHidden() ? QString() : number_->text() + QStringLiteral(". ") + reason_->text();
}

void ConnectivityForm::setOptions() {
    session::FindOptions options;
    if (const int count = count_->currentData().toInt(); count > 0) options.count = count;
    options.method = static_cast<statistics::MixtureMethod>(method_->currentData().toInt());
    options.zeroMean = zeroMean_->isChecked();
    options.outputs = outputs_->isChecked();
    options.starts = static_cast<int>(starts_->value());
    options.seed = static_cast<std::uint64_t>(seed_->value());
    desk_.setOptions(options);
}

}  // namespace kappascope::widgets
