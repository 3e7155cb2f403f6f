// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/kept_runs.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int rowHeight = 32, mostRows = 3;  // more are scrolled

}  // namespace

KeptRuns::KeptRuns(QWidget* parent)
    : QWidget(parent),
      heading_(new QLabel(this)),
      discardAll_(new QPushButton(tr("Discard all"), this)),
      close_(new QToolButton(this)),
      scroll_(new QScrollArea(this)),
      problems_(new QLabel(this)) {
    setAccessibleName(tr("Kept trainings"));
    auto* frame = new QFrame(this);
    frame->setObjectName(QStringLiteral("card"));
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 9, 12, 0);
    all->addWidget(frame);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(12, 4, 8, 4);
    column->setSpacing(2);
    heading_->setFont(pixelFont(13, true));
    discardAll_->setAccessibleName(discardAll_->text());
    discardAll_->setToolTip(tr("Remove all of these trainings, after a question"));
    close_->setText(QStringLiteral("✕"));
    close_->setAccessibleName(tr("Close the list of trainings"));
    close_->setToolTip(tr("Close the list; the trainings stay, and “Kept runs” in Train brings it back"));
    close_->setFocusPolicy(Qt::StrongFocus);
    auto* head = new QHBoxLayout;
    head->addWidget(heading_, 1);
    head->addWidget(discardAll_);
    head->addWidget(close_);
    column->addLayout(head);
    auto* body = new QWidget(scroll_);
    list_ = new QVBoxLayout(body);
    list_->setContentsMargins(0, 0, 4, 0);
    list_->setSpacing(0);
    scroll_->setWidget(body);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->viewport()->setAutoFillBackground(false);
    body->setAutoFillBackground(false);
    column->addWidget(scroll_);
    problems_->setObjectName(QStringLiteral("warning"));
    problems_->setWordWrap(true);
    column->addWidget(problems_);
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    connect(discardAll_, &QPushButton::clicked, this, &KeptRuns::askDiscardAll);
    hide();
}

void KeptRuns::look(const QString& folder, bool shown) {
    using Worker = session::LatestWorker<Look, Found>;
    if (!worker_)
        worker_ = std::make_unique<Worker>(
            [](const Look& look, const Worker::Run& run) {
                return std::make_shared<const Found>(Found{session::storedRuns(look.folder, run.stop), look.shown});
            },
            [this](const session::Delivery<Found>& delivery) {
                if (delivery.result) add(delivery.result->runs, delivery.result->shown);
            });
    worker_->submit({folder, shown});
}

void KeptRuns::add(session::StoredRuns found, bool shown) {
    const bool isNew = !found.runs.empty() || !found.problems.empty();
    for (auto& run : found.runs) {
        std::erase_if(runs_, [&run](const auto& each) { return each.path == run.path; });
        runs_.push_back(std::move(run));
    }
    std::stable_sort(runs_.begin(), runs_.end(), [](const auto& a, const auto& b) { return a.written > b.written; });
    if (!found.problems.empty()) {
        problem_ = found.problems.front();
        if (const auto more = found.problems.size() - 1; more > 0)
            problem_ += QStringLiteral(" ") + tr("(and %1 more)").arg(more);
    }
    fill();
    if (isNew && shown) show();
}

KeptRuns::Row KeptRuns::makeRow(const session::StoredRun& run) {
    Row row;
    row.widget = new QWidget(scroll_->widget());
    row.widget->setFixedHeight(rowHeight);
    row.title = new QLabel(run.title(), row.widget);
    row.title->setToolTip(run.title());
    row.title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row.goOn = new QPushButton(run.finished ? tr("Open") : tr("Go on"), row.widget);
    row.goOn->setAccessibleName(run.finished ? tr("Open %1").arg(run.title()) : tr("Go on with %1").arg(run.title()));
    row.goOn->setToolTip(run.finished ? tr("Look at this training, which has ended") : tr("Go on with this training"));
    row.discard = new QPushButton(tr("Discard"), row.widget);
    row.discard->setAccessibleName(tr("Discard %1").arg(run.title()));
    row.discard->setToolTip(tr("Remove this training, after a question"));
    auto* layout = new QHBoxLayout(row.widget);
    layout->setContentsMargins(0, 1, 0, 1);
    layout->setSpacing(8);
    layout->addWidget(row.title, 1);
    layout->addWidget(row.goOn);
    layout->addWidget(row.discard);
    connect(row.goOn, &QPushButton::clicked, this, [this, path = run.path] { goOn(path); });
    connect(row.discard, &QPushButton::clicked, this, [this, path = run.path] { askDiscard(path); });
    list_->addWidget(row.widget);
    return row;
}

void KeptRuns::fill() {
    for (const Row& row : rows_) {
        row.widget->hide();
        row.widget->deleteLater();  // a click on it may be on its way here
    }
    rows_.clear();
    for (const auto& run : runs_) rows_.push_back(makeRow(run));
    const int rows = std::min(count(), mostRows);
    scroll_->setFixedHeight(rows * rowHeight);
    scroll_->setVisible(rows > 0);
    heading_->setText(count() == 1 ? tr("A training is kept") : tr("%1 trainings are kept").arg(count()));
    heading_->setVisible(count() > 0);
    discardAll_->setVisible(count() > 1);
    problems_->setText(problem_);
    problems_->setVisible(!problem_.isEmpty());
    if (runs_.empty() && problem_.isEmpty()) hide();
    emit countChanged(count());
}

QString KeptRuns::heading() const {
    return isHidden() ? QString() : heading_->text();
}

QString KeptRuns::title(int row) const {
    return rows_[static_cast<std::size_t>(row)].title->text();
}

QMessageBox* KeptRuns::question() const {
    return question_;
}

void KeptRuns::goOn(const QString& path) {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&path](const auto& run) { return run.path == path; });
    if (found == runs_.end()) return;
    const session::StoredRun run = *found;
    take(path, false);
    hide();
    emit goOnWanted(run);
}

/// Out of the list, or out of the world.
void KeptRuns::take(const QString& path, bool discard) {
    for (auto& run : runs_)
        if (discard && run.path == path) run.discard();
    std::erase_if(runs_, [&path](const auto& run) { return run.path == path; });
    fill();
}

void KeptRuns::ask(const QString& text, const QString& details, std::function<void()> discard) {
    delete question_;
    question_ =
        new QMessageBox(QMessageBox::NoIcon, tr("Discard"), text, QMessageBox::Discard | QMessageBox::Cancel, window());
    question_->setInformativeText(details);
    question_->setAttribute(Qt::WA_DeleteOnClose);
    question_->setDefaultButton(QMessageBox::Cancel);
    connect(question_, &QMessageBox::finished, this, [discard = std::move(discard)](int answer) {
        if (answer == QMessageBox::Discard) discard();
    });
    question_->open();
}

void KeptRuns::askDiscard(const QString& path) {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&path](const auto& run) { return run.path == path; });
    if (found == runs_.end()) return;
    ask(tr("Discard this training?"),
        tr("%1\n\nIts network was neither saved nor opened in Explore, and cannot be brought back.")
            .arg(found->title()),
        [this, path] { take(path, true); });
}

void KeptRuns::askDiscardAll() {
    QStringList paths;  // those that the question names: others may come while it is open
    for (const auto& run : runs_) paths << run.path;
    ask(tr("Discard all %1 trainings?").arg(count()),
        tr("Their networks were neither saved nor opened in Explore, and cannot be brought back."),
        [this, paths = std::move(paths)] {
            for (const auto& path : paths) take(path, true);
        });
}

}  // namespace kappascope::widgets
