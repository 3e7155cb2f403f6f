// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_form.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/option_text.h"
#include "ui/session/state.h"
#include "ui/session/trial_choices.h"
#include "ui/widgets/check_box.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr int panelWidth = 296, fieldWidth = 78;
constexpr double largestSeed = 4294967295.0;

QGridLayout* gridIn(Card* card) {
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(0, 1);
    card->content()->addLayout(grid);
    return grid;
}

QString helpOf(const session::OptionText& text, const tasks::OptionSchema& schema) {
    const auto shown = [&](double value) {
        return value == 0 && !text.zero.isEmpty() ? text.zero : QString::number(value);
    };
    return TrainForm::tr("%1 (usually %2; %3 to %4)")
        .arg(text.help, shown(schema.value), shown(schema.minimum), QString::number(schema.maximum));
}

bool hasCurriculum(const QString& task) {
    return training::makeSettings(task.toStdString(), {}, {}, 1).stages().size() > 1;
}

}  // namespace

TrainForm::TrainForm(session::TrainDesk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), scroll_(new QScrollArea(this)), task_(new ChoiceBox) {
    setFixedWidth(panelWidth);
    setObjectName(QStringLiteral("sidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    scroll_->setObjectName(QStringLiteral("sidePanel"));
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(scroll_);
    body->setObjectName(QStringLiteral("sidePanel"));
    cards_ = new QVBoxLayout(body);
    cards_->setContentsMargins(10, 10, 10, 10);
    cards_->setSpacing(9);

    taskCard_ = addCard(tr("Task"));
    task_->setAccessibleName(tr("Task to train"));
    task_->setToolTip(tr("What the network learns"));
    for (const auto& task : tasks::registry()) {
        const auto id = QString::fromStdString(std::string(task->id()));
        task_->addItem(session::taskTitle(id), id);
    }
    taskCard_->content()->addWidget(task_);
    connect(task_, &QComboBox::activated, this, [this](int k) { desk_.setTask(task_->itemData(k).toString()); });

    auto* network = gridIn(addCard(tr("Network")));
    addNumber(network, QStringLiteral("units"));
    addNumber(network, QStringLiteral("rank"));
    fullRank_ = new CheckBox(tr("full rank"), this);
    fullRank_->setAccessibleName(tr("Full rank"));
    fullRank_->setToolTip(tr("Train a whole connectivity J, N × N, in place of m nᵀ / N"));
    network->addWidget(fullRank_, network->rowCount(), 0, 1, 2);
    connect(fullRank_, &QCheckBox::toggled, this, &TrainForm::setFullRank);
    addNumber(network, QStringLiteral("noise"));
    addNumber(network, QStringLiteral("overlap"));
    addNumber(network, QStringLiteral("populations"));
    addSeed(network);

    // Seen without scrolling in a small window: what one looks for while a run goes on.
    auto* end = gridIn(addCard(tr("When it ends")));
    for (const char* id : {"epochs", "until-accuracy", "until-loss"}) addNumber(end, QLatin1String(id));

    auto* learns = addCard(tr("What is trained"));
    auto* parts = new QGridLayout;
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setHorizontalSpacing(4);
    parts->setVerticalSpacing(6);
    learns->content()->addLayout(parts);
    int number = 0;
    for (const char* id : {"train-m", "train-n", "train-w", "train-I", "train-si", "train-so", "train-bias", "train-x0",
                           "train-means"}) {
        addCheck(parts, QLatin1String(id), number / 4, number % 4);
        ++number;
    }

    auto* optimiser = gridIn(addCard(tr("Learning")));
    for (const char* id : {"lr", "batch", "clip", "trials", "validation-trials"})
        addNumber(optimiser, QLatin1String(id));
    auto* curriculum = new CheckBox(session::optionText(QStringLiteral("curriculum")).label, this);
    curriculum->setAccessibleName(curriculum->text());
    curriculum->setToolTip(session::optionText(QStringLiteral("curriculum")).help);
    optimiser->addWidget(curriculum, optimiser->rowCount(), 0, 1, 2);
    checks_[QStringLiteral("curriculum")] = curriculum;
    connect(curriculum, &QCheckBox::toggled, this,
            [this](bool on) { desk_.setOption(QStringLiteral("curriculum"), on ? 1 : 0); });

    cards_->addStretch(1);
    scroll_->setWidget(body);

    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(scroll_, 1);
    addFooter(all);

    connect(&desk_, &session::TrainDesk::taskChanged, this, &TrainForm::rebuildTask);
    connect(&desk_, &session::TrainDesk::draftChanged, this, &TrainForm::showDraft);
    connect(&desk_.run(), &session::TrainingRun::estimateChanged, this, &TrainForm::showEstimate);
    connect(&desk_.run(), &session::TrainingRun::epochDone, this, &TrainForm::showEstimate);
    rebuildTask();
}

void TrainForm::addSeed(QGridLayout* grid) {
    auto* label = new MathWidget(tr("seed"), 13, this);
    seed_ = new NumberBox(0, largestSeed, true, false, this);
    seed_->setAccessibleName(tr("Seed"));
    seed_->setToolTip(tr("Of everything random: the same seed gives the same run"));
    seed_->setFixedWidth(fieldWidth);
    label->setToolTip(seed_->toolTip());
    connect(seed_, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { desk_.setSeed(static_cast<std::uint64_t>(value)); });
    connect(seed_, &NumberBox::rejected, this,
            [this](const QString& text) { desk_.setRejected(QStringLiteral("seed"), text); });
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(seed_, row, 1);
}

void TrainForm::setFullRank(bool full) {
    const double rank = desk_.option(QStringLiteral("rank"));
    if (full) {
        if (rank > 0) lastRank_[desk_.task()] = rank;
        desk_.setOption(QStringLiteral("populations"), 0);  // a mixture is of low rank
        // m and n stand for one thing then, J.
        const double learns =
            std::max(desk_.option(QStringLiteral("train-m")), desk_.option(QStringLiteral("train-n")));
        for (const char* id : {"train-m", "train-n"}) desk_.setOption(QLatin1String(id), learns);
        desk_.setOption(QStringLiteral("rank"), 0);
        return;
    }
    const auto last = lastRank_.find(desk_.task());
    const auto usual = training::makeSettings(desk_.task().toStdString(), {}, {}, 1).value("rank");
    desk_.setOption(QStringLiteral("rank"), last == lastRank_.end() ? usual : last->second);
}

Card* TrainForm::addCard(const QString& heading) {
    auto* card = new Card(heading, this);
    cards_->addWidget(card);
    return card;
}

NumberBox* TrainForm::makeBox(const tasks::OptionSchema& schema, QWidget* parent) {
    const auto text = session::optionText(QString::fromStdString(schema.id));
    auto* box = new NumberBox(schema.minimum, schema.maximum, schema.integer, text.scale, parent);
    if (!text.zero.isEmpty() && schema.minimum == 0) box->setSpecialValueText(text.zero);
    box->setFixedWidth(fieldWidth);
    box->setAccessibleName(painting::MathLabel(text.label).plainText());
    box->setToolTip(helpOf(text, schema));
    return box;
}

void TrainForm::addNumber(QGridLayout* grid, const QString& id) {
    const auto schemas = training::optionsFor(*tasks::registry().front());
    const auto schema =
        std::find_if(schemas.begin(), schemas.end(), [&id](const auto& each) { return each.id == id.toStdString(); });
    if (schema == schemas.end()) return;
    NumberBox* box = makeBox(*schema, this);
    auto* label = new MathWidget(session::optionText(id).label, 13, this);
    label->setToolTip(box->toolTip());
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(box, row, 1);
    boxes_[id] = box;
    rows_[id] = {label, box};
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, id](double value) { desk_.setOption(id, value); });
    connect(box, &NumberBox::rejected, this, [this, id](const QString& text) { desk_.setRejected(id, text); });
}

void TrainForm::addCheck(QGridLayout* grid, const QString& id, int row, int column) {
    const auto text = session::optionText(id);
    auto* cell = new QHBoxLayout;
    cell->setSpacing(2);
    auto* check = new CheckBox(this);
    check->setAccessibleName(tr("Train %1").arg(painting::MathLabel(text.label).plainText()));
    check->setToolTip(text.help);
    auto* label = new MathWidget(text.label, 15, this);
    label->setToolTip(text.help);
    cell->addWidget(check);
    cell->addWidget(label);
    cell->addStretch(1);
    grid->addLayout(cell, row, column);
    checks_[id] = check;
    rows_[id] = {label, check};
    connect(check, &QCheckBox::toggled, this, [this, id](bool on) {
        desk_.setOption(id, on ? 1 : 0);
        // Of a full-rank network m and n stand for one thing, J.
        if (id == QStringLiteral("train-m") && desk_.option(QStringLiteral("rank")) == 0)
            desk_.setOption(QStringLiteral("train-n"), on ? 1 : 0);
    });
}

NumberBox* TrainForm::box(const QString& id) const {
    if (id == QStringLiteral("seed")) return seed_;
    for (const auto* boxes : {&boxes_, &taskBoxes_})
        if (const auto found = boxes->find(id); found != boxes->end()) return found->second;
    return nullptr;
}

QCheckBox* TrainForm::check(const QString& id) const {
    if (id == QStringLiteral("full-rank")) return fullRank_;
    const auto found = checks_.find(id);
    return found == checks_.end() ? nullptr : found->second;
}

void TrainForm::rebuildTask() {
    delete taskRows_;
    taskBoxes_.clear();
    taskRows_ = new QWidget(taskCard_);
    auto* grid = new QGridLayout(taskRows_);
    grid->setContentsMargins(0, 2, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(0, 1);
    QWidget* before = task_;
    for (const auto& schema : tasks::task(desk_.task().toStdString()).options()) {
        const auto id = QString::fromStdString(schema.id);
        NumberBox* box = makeBox(schema, taskRows_);
        auto* label = new MathWidget(session::optionText(id).label, 13, taskRows_);
        label->setToolTip(box->toolTip());
        const int row = grid->rowCount();
        grid->addWidget(label, row, 0);
        grid->addWidget(box, row, 1);
        taskBoxes_[id] = box;
        setTabOrder(before, box);
        before = box;
        connect(box, &QDoubleSpinBox::valueChanged, this, [this, id](double value) { desk_.setTaskOption(id, value); });
        connect(box, &NumberBox::rejected, this, [this, id](const QString& text) { desk_.setRejected(id, text); });
    }
    setTabOrder(before, boxes_[QStringLiteral("units")]);
    for (const auto& schema : training::optionsFor(tasks::task(desk_.task().toStdString()))) {
        const auto id = QString::fromStdString(schema.id);
        if (const auto found = boxes_.find(id); found != boxes_.end()) {
            const QString help = helpOf(session::optionText(id), schema);
            found->second->setToolTip(help);
            rows_[id].label->setToolTip(help);
        }
    }
    taskCard_->content()->addWidget(taskRows_);
    checks_[QStringLiteral("curriculum")]->setVisible(hasCurriculum(desk_.task()));
    showDraft();
}

void TrainForm::showDraft() {
    const QSignalBlocker quietTask(task_);
    task_->setCurrentIndex(task_->findData(desk_.task()));
    const auto show = [this](const QString& id, NumberBox* box, double value) {
        const QSignalBlocker quiet(box);
        if (!desk_.isRejected(id)) box->restore();
        if (box->value() != value) box->setValue(value);
    };
    for (const auto& [id, box] : boxes_) show(id, box, desk_.option(id));
    for (const auto& [id, box] : taskBoxes_) show(id, box, desk_.taskOption(id));
    show(QStringLiteral("seed"), seed_, static_cast<double>(desk_.seed()));
    for (const auto& [id, check] : checks_) {
        const QSignalBlocker quiet(check);
        check->setChecked(desk_.option(id) != 0);
    }
    const bool full = desk_.option(QStringLiteral("rank")) == 0;
    {
        const QSignalBlocker quiet(fullRank_);
        fullRank_->setChecked(full);
    }
    const auto& m = rows_[QStringLiteral("train-m")];
    m.label->setSource(full ? QStringLiteral("$J$") : session::optionText(QStringLiteral("train-m")).label);
    m.label->setToolTip(full ? tr("J: the connectivity, N × N") : session::optionText(QStringLiteral("train-m")).help);
    m.field->setToolTip(m.label->toolTip());
    m.field->setAccessibleName(full ? tr("Train J") : tr("Train m"));
    const bool mixed = !full && desk_.option(QStringLiteral("populations")) > 0;
    for (const auto& [id, shown] : {std::pair{"train-n", !full}, std::pair{"overlap", !full},
                                    std::pair{"populations", !full}, std::pair{"train-means", mixed}})
        for (QWidget* each : {static_cast<QWidget*>(rows_[QLatin1String(id)].label), rows_[QLatin1String(id)].field})
            each->setVisible(shown);
    scroll_->widget()->setEnabled(desk_.isEditable());
    defaults_->setEnabled(desk_.isEditable() && !desk_.isDefault());
    copyCommand_->setEnabled(desk_.draft() != nullptr);
    copyCommand_->setToolTip(desk_.draft() ? tr("Copy the command that does the same run:\n%1").arg(command())
                                           : desk_.problem());
    showEstimate();
}

}  // namespace kappascope::widgets
