// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/reductions_dialog.h"

#include <QClipboard>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/painting/figure_device.h"
#include "ui/session/reductions_text.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int mostRefined = 4, usualWidth = 1200, usualHeight = 520, margin = 40;
constexpr int firstRow = 4;  // of the grid: groups, symbols and a line beneath each stand above

QLabel* textLabel(int pixels, const QString& kind, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(kind);
    label->setFont(pixelFont(pixels));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// Of the grid, for a column of the table: a gap stands before each group of them. -1: the title.
int gridColumn(int column) {
    const auto& columns = session::reductionColumns();
    int gaps = 0;
    for (int k = 1; k <= column && std::cmp_less(k, columns.size()); ++k)
        gaps += columns[static_cast<std::size_t>(k)].group != columns[static_cast<std::size_t>(k - 1)].group;
    return column < 0 ? 0 : 2 + column + gaps;
}

QFrame* line(QWidget* parent) {
    auto* frame = new QFrame(parent);
    frame->setFrameShape(QFrame::HLine);
    frame->setFrameShadow(QFrame::Plain);
    frame->setForegroundRole(QPalette::Mid);
    return frame;
}

}  // namespace

ReductionsDialog::ReductionsDialog(session::Explorer& explorer, QWidget* parent)
    : QDialog(parent),
      run_(new session::ReductionsRun(explorer, this)),
      network_(textLabel(18, {}, this)),
      settings_(textLabel(13, QStringLiteral("muted"), this)),
      notice_(textLabel(14, QStringLiteral("warning"), this)),
      warnings_(textLabel(12, QStringLiteral("warning"), this)),
      scroll_(new QScrollArea(this)),
      progress_(new QProgressBar(this)) {
    setWindowTitle(tr("Compare reductions"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    network_->setFont(pixelFont(18, true));
    scroll_->setObjectName(QStringLiteral("panel"));
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the comparison"));
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(20, 16, 20, 14);
    all->setSpacing(8);
    for (QWidget* each :
         {static_cast<QWidget*>(network_), static_cast<QWidget*>(settings_), static_cast<QWidget*>(notice_)})
        all->addWidget(each);
    all->addWidget(scroll_, 1);
    all->addWidget(warnings_);
    all->addWidget(progress_);
    all->addWidget(makeFooter());
    const QSize room = parent ? parent->window()->size() - QSize(margin, margin) : QSize(usualWidth, usualHeight);
    resize(std::min(std::max(usualWidth, room.width() * 4 / 5), room.width()),
           std::min(std::max(usualHeight, room.height() * 3 / 5), room.height()));
    writer_ = std::make_unique<Worker>(
        [](const Request& request, const Worker::Run&) {
            painting::writeWhole(request.path, QByteArray::fromStdString(request.csv));
            return std::make_shared<const Written>(Written{request.path});
        },
        [this](const session::Delivery<Written>& delivery) {
            if (delivery.error) status_->setText(session::sentence(*delivery.error));
            if (delivery.result) status_->setText(tr("Written to %1.").arg(delivery.result->path));
        });
    connect(run_, &session::ReductionsRun::changed, this, &ReductionsDialog::showRun);
    connect(run_, &session::ReductionsRun::told, this, [this](const QString& sentence) {
        wrong_ = sentence;
        showRun();
    });
    showRun();
}

ReductionsDialog::~ReductionsDialog() = default;

QWidget* ReductionsDialog::makeFooter() {
    auto* footer = new QWidget(this);
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* name = new QLabel(tr("Refined circuit"), footer);
    refined_ = new ChoiceBox(footer);
    refined_->addItem(tr("none"), 0);
    refined_->addItem(tr("1 population"), 1);
    for (int count = 2; count <= mostRefined; ++count) refined_->addItem(tr("%1 populations").arg(count), count);
    refined_->setAccessibleName(tr("Populations of a refined circuit"));
    refined_->setToolTip(
        tr("One more row: a circuit that is fitted, then refined to the network's flow; takes longer"));
    connect(refined_, &QComboBox::currentIndexChanged, this,
            [this] { run_->plan.refined = refined_->currentData().toInt(); });
    status_ = textLabel(12, QStringLiteral("muted"), footer);
    row->addWidget(name);
    row->addWidget(refined_);
    row->addSpacing(8);
    row->addWidget(status_, 1);
    const auto add = [&](const QString& text, const QString& help) {
        auto* button = new QPushButton(text, footer);
        button->setAccessibleName(text);
        button->setToolTip(help);
        button->setAutoDefault(false);
        row->addWidget(button);
        return button;
    };
    copy_ = add(tr("Copy"), tr("Copy the table as text, with tabs between the columns"));
    export_ = add(tr("Export csv…"), tr("Write the numbers to a file, in full precision"));
    auto* close = add(tr("Close"), tr("Close this dialog; the table stays, and what is being measured goes on"));
    measure_ = add(tr("Measure"), {});
    measure_->setObjectName(QStringLiteral("primary"));
    connect(copy_, &QPushButton::clicked, this, &ReductionsDialog::copy);
    connect(export_, &QPushButton::clicked, this, &ReductionsDialog::askPath);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(measure_, &QPushButton::clicked, this, &ReductionsDialog::measure);
    return footer;
}

void ReductionsDialog::measure() {
    status_->clear();
    wrong_.clear();
    run_->isRunning() ? run_->cancel() : run_->start();
}

int ReductionsDialog::cellPixels() const {
    constexpr int perPixel = 70, least = 13, largest = 26;
    return std::clamp(width() / perPixel, least, largest);
}

void ReductionsDialog::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    if (cellPixels() != filledPixels_) fillTable();
}

void ReductionsDialog::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showTable();
}

void ReductionsDialog::fillTable() {
    filledPixels_ = cellPixels();
    filledFrom_ = run_->table().of;
    cells_.clear();
    uses_.clear();
    used_.clear();
    auto* body = new QWidget(scroll_);
    body->setObjectName(QStringLiteral("panel"));
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(14, 10, 14, 10);
    grid->setHorizontalSpacing(filledPixels_);
    grid->setVerticalSpacing(filledPixels_ / 2);
    grid->setColumnStretch(0, 1);
    const auto& rows = run_->table().rows;
    if (rows.empty())
        grid->addWidget(explanation(body), 0, 0);
    else
        addHeader(grid, body);
    for (std::size_t row = 0; row < rows.size(); ++row) addRow(grid, body, row);
    grid->setRowStretch(rows.empty() ? 0 : firstRow + 2 * static_cast<int>(rows.size()), 1);
    scroll_->setWidget(body);
    showTable();
}

QWidget* ReductionsDialog::explanation(QWidget* body) const {
    auto* label = textLabel(15, QStringLiteral("muted"), body);
    label->setAlignment(Qt::AlignCenter);
    label->setText(run_->isRunning() ? tr("Measuring the exact flow …")
                                     : tr("The exact flow, circuits of 1 to %1 populations and the document's own are "
                                          "held against the network over its task:\n"
                                          "how closely they follow it, whether they choose alike, which of its fixed "
                                          "points they have,\n"
                                          "and how many trials they and networks drawn from them get right.")
                                           .arg(run_->plan.most));
    return label;
}

void ReductionsDialog::addHeader(QGridLayout* grid, QWidget* body) {
    const auto& columns = session::reductionColumns();
    const int pixels = std::max(12, filledPixels_ - 3);
    const auto count = static_cast<int>(columns.size());
    for (int k = 0; k < count; ++k) {
        const auto& column = columns[static_cast<std::size_t>(k)];
        auto* symbol = new MathWidget(column.symbol, pixels, body);
        symbol->setToolTip(column.help);
        symbol->setMuted(true);
        grid->addWidget(symbol, 2, gridColumn(k), Qt::AlignRight);
        if (gridColumn(k) == gridColumn(k - 1) + 1) continue;
        // The first of a group.
        int last = k;
        while (last + 1 < count && columns[static_cast<std::size_t>(last + 1)].group == column.group) ++last;
        auto* group = new QLabel(column.group, body);
        group->setFont(pixelFont(pixels, true));
        const int width = gridColumn(last) - gridColumn(k) + 1;
        grid->addWidget(group, 0, gridColumn(k), 1, width, Qt::AlignHCenter);
        grid->addWidget(line(body), 1, gridColumn(k), 1, width);
        grid->setColumnMinimumWidth(gridColumn(k) - 1, k > 0 ? filledPixels_ / 2 : 0);
    }
    grid->addWidget(line(body), 3, 0, 1, gridColumn(count) + 1);
}

void ReductionsDialog::addRow(QGridLayout* grid, QWidget* body, std::size_t row) {
    const auto& reduction = run_->table().rows[row];
    const int at = firstRow + 2 * static_cast<int>(row);
    const QString title = session::reductionTitle(reduction);
    auto* name = new QLabel(title, body);
    name->setFont(pixelFont(filledPixels_, true));
    name->setWordWrap(true);
    name->setMinimumWidth(filledPixels_ * 9);
    QString origin = reduction.origin;
    if (!origin.isEmpty()) origin[0] = origin[0].toUpper();
    name->setToolTip(origin);
    grid->addWidget(name, at, 0);
    cells_.emplace_back();
    const QStringList texts = session::reductionCells(reduction);
    for (int k = 0; k < texts.size(); ++k) {
        auto* cell = new MathWidget(texts[k], filledPixels_, body);
        cell->setToolTip(session::reductionColumns()[static_cast<std::size_t>(k)].help);
        grid->addWidget(cell, at, gridColumn(k), Qt::AlignRight);
        cells_.back().push_back(cell);
    }
    auto* use = new QPushButton(tr("Use"), body);
    use->setAutoDefault(false);
    use->setFont(pixelFont(std::max(12, filledPixels_ - 3)));
    use->setAccessibleName(tr("Use the circuit of %1").arg(title));
    use->setToolTip(tr("Make this circuit the document's, undoable"));
    connect(use, &QPushButton::clicked, this, [this, row] { run_->use(row); });
    auto* used = new QLabel(tr("in use"), body);
    used->setFont(use->font());
    used->setObjectName(QStringLiteral("muted"));
    const int last = gridColumn(static_cast<int>(texts.size()));
    grid->addWidget(use, at, last, Qt::AlignRight);
    grid->addWidget(used, at, last, Qt::AlignRight);
    uses_.push_back(use);
    used_.push_back(used);
    grid->addWidget(line(body), at + 1, 0, 1, last + 1);
}

void ReductionsDialog::showTable() {
    const bool old = !run_->outOfDate().isEmpty();
    for (std::size_t row = 0; row < cells_.size(); ++row) {
        for (MathWidget* cell : cells_[row]) cell->setMuted(old);
        const bool isUsed = run_->isUsed(row);
        uses_[row]->setVisible(run_->table().rows[row].kind != session::Reduction::Kind::exact && !isUsed);
        uses_[row]->setEnabled(run_->canUse(row));
        used_[row]->setVisible(isUsed);
    }
}

void ReductionsDialog::showRun() {
    const auto& table = run_->table();
    const bool running = run_->isRunning();
    if (filledFrom_ != table.of || cells_.size() != table.rows.size() || table.rows.empty())
        fillTable();
    else
        showTable();
    const QString obstacle = run_->obstacle();
    const QString network = session::networkText(table);
    network_->setText(network.isEmpty() ? tr("How good is the reduction?") : network);
    settings_->setText(session::settingsText(table));
    settings_->setVisible(table.of != nullptr);
    QStringList notices;
    if (!run_->outOfDate().isEmpty()) notices << run_->outOfDate();
    if (!obstacle.isEmpty() && !running) notices << obstacle;
    if (!wrong_.isEmpty()) notices << wrong_;
    if (table.of && !running && !run_->isComplete() && wrong_.isEmpty())
        notices << tr("Cancelled: what was measured until then stays.");
    if (table.of && table.of->isTruncated())
        notices << tr(
            "A truncated view of a full-rank network: its fixed points are not those of the network, and are "
            "not compared.");
    notice_->setText(notices.join(QStringLiteral("\n")));
    notice_->setVisible(!notices.isEmpty());
    QStringList warnings;
    for (const auto& row : table.rows)
        if (!row.warning.isEmpty() && !warnings.contains(row.warning)) warnings << row.warning;
    warnings_->setText(warnings.join(u' '));
    warnings_->setVisible(!warnings.isEmpty());
    progress_->setVisible(running);
    progress_->setValue(static_cast<int>(std::lround(1000 * run_->progress())));
    measure_->setText(running ? tr("Cancel") : table.of ? tr("Measure again") : tr("Measure"));
    measure_->setAccessibleName(measure_->text());
    measure_->setToolTip(running ? tr("Stop; rows that are done stay")
                                 : tr("Measure each reduction, in the background"));
    measure_->setEnabled(running || obstacle.isEmpty());
    refined_->setEnabled(!running);
    for (QPushButton* each : {copy_, export_}) each->setEnabled(!table.rows.empty());
}

QString ReductionsDialog::cell(std::size_t row, int column) const {
    return cells_[row][static_cast<std::size_t>(column)]->source();
}

QString ReductionsDialog::notice() const {
    return notice_->text();
}

QString ReductionsDialog::status() const {
    return status_->text();
}

void ReductionsDialog::copy() {
    QGuiApplication::clipboard()->setText(session::reductionsToText(run_->table()));
    status_->setText(tr("Copied as text."));
}

void ReductionsDialog::askPath() {
    auto* dialog = new QFileDialog(this, tr("Export the table"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("csv (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("reductions.csv"));
    connect(dialog, &QFileDialog::fileSelected, this, &ReductionsDialog::writeTo);
    dialog->open();
}

void ReductionsDialog::writeTo(const QString& path) {
    if (run_->table().rows.empty()) return;
    status_->setText(tr("Writing …"));
    writer_->submit({path, session::reductionsToCsv(run_->table())});
}

}  // namespace kappascope::widgets
