// SPDX-License-Identifier: GPL-3.0-or-later
// Beneath the form: what the run will take, what is wrong, and the command that does the same.
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/figures/command_text.h"
#include "ui/figures/train_command.h"
#include "ui/session/state.h"
#include "ui/widgets/style.h"
#include "ui/widgets/train_form.h"

namespace kappascope::widgets {

namespace {

/// "about 3 s", "about 2 min".
QString durationText(double seconds) {
    if (seconds < 1.5) return TrainForm::tr("a second");
    if (seconds < 90) return TrainForm::tr("%1 s").arg(std::lround(seconds));
    if (seconds < 90 * 60.0) return TrainForm::tr("%1 min").arg(std::lround(seconds / 60));
    return TrainForm::tr("%1 h").arg(seconds / 3600, 0, 'f', 1);
}

/// Two digits are enough, and do not flicker while a run goes on.
QString epochText(double seconds) {
    if (seconds >= 1) return durationText(seconds);
    const double ms = std::max(1.0, 1000 * seconds);
    const double power = std::pow(10, std::max(0.0, std::floor(std::log10(ms)) - 1));
    return TrainForm::tr("%1 ms").arg(power * std::round(ms / power));
}

QString memoryText(std::size_t bytes) {
    const double mega = static_cast<double>(bytes) / (1 << 20);
    return mega < 1024 ? TrainForm::tr("%1 MB").arg(std::max(1L, std::lround(mega)))
                       : TrainForm::tr("%1 GB").arg(mega / 1024, 0, 'f', 1);
}

}  // namespace

void TrainForm::addFooter(QVBoxLayout* all) {
    auto* footer = new QWidget(this);
    auto* column = new QVBoxLayout(footer);
    column->setContentsMargins(14, 8, 14, 10);
    column->setSpacing(7);
    problem_ = new QLabel(footer);
    problem_->setObjectName(QStringLiteral("warning"));
    estimate_ = new QLabel(footer);
    estimate_->setObjectName(QStringLiteral("muted"));
    for (QLabel* label : {problem_, estimate_}) {
        label->setWordWrap(true);
        label->setFont(pixelFont(12));
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    estimate_->setToolTip(
        tr("Time: part of a batch was trained on, for some milliseconds, without giving way to others; "
           "the run itself\ngives way to everything. Memory: from the sizes of what the run keeps."));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    defaults_ = new QPushButton(tr("Defaults"), footer);
    defaults_->setAccessibleName(tr("Defaults of this task"));
    defaults_->setToolTip(tr("Defaults of this task: every option as its recipe has it, and seed 1"));
    copyCommand_ = new QPushButton(tr("Copy command"), footer);
    copyCommand_->setAccessibleName(tr("Copy the command that does the same run"));
    row->addWidget(defaults_, 1);
    row->addWidget(copyCommand_, 1);
    column->addLayout(row);
    all->addWidget(footer);
    connect(defaults_, &QPushButton::clicked, &desk_, &session::TrainDesk::useDefaults);
    connect(copyCommand_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(command()); });
}

QString TrainForm::problem() const {
    return problem_->text();
}

QString TrainForm::estimate() const {
    return estimate_->text();
}

QString TrainForm::command() const {
    const auto settings = desk_.draft();
    if (!settings) return {};
    // The command writes a circuit as what it is.
    const QString ending = settings->value("populations") > 0 ? QStringLiteral(".json") : QStringLiteral(".npz");
    const QString output = session::TrainDesk::nameOf(*settings) + ending;
    return figures::commandLine(figures::trainArguments(*settings, output));
}

void TrainForm::showEstimate() {
    const auto& run = desk_.run();
    QString problem = desk_.problem();
    if (problem.isEmpty() && desk_.isEditable() && run.estimateFailure())
        problem = session::sentence(*run.estimateFailure());
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    QString text;
    if (!desk_.isEditable()) {
        text = tr("These are the settings of the run; stop it to change them.");
        if (run.secondsPerEpoch() > 0)
            text += QStringLiteral(" ") + tr("It takes %1 an epoch.").arg(epochText(run.secondsPerEpoch()));
    } else if (!problem.isEmpty()) {
        text.clear();
    } else if (const auto estimate = run.estimate()) {
        text = tr("About %1 an epoch, at most %2 in all, %3 of memory. Measured on part of a batch: a busy machine is "
                  "slower.")
                   .arg(epochText(estimate->secondsPerEpoch), durationText(estimate->seconds),
                        memoryText(estimate->bytes));
    } else {
        text = tr("Measuring what it will take …");
    }
    estimate_->setText(text);
    estimate_->setVisible(!text.isEmpty());
}

}  // namespace kappascope::widgets
