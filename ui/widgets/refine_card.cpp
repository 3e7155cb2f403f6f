// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/refine_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "core/statistics/loadings.h"
#include "ui/session/agreement_text.h"
#include "ui/session/refining.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/reductions_dialog.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

RefineCard::RefineCard(session::Explorer& explorer, QWidget* parent)
    : Card(tr("Reduced circuit"), parent),
      explorer_(explorer),
      run_(new session::RefineRun(explorer, this)),
      origin_(new QLabel(this)),
      message_(new QLabel(this)),
      figures_(new QWidget(this)),
      button_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      compare_(new QPushButton(tr("Compare reductions…"), this)) {
    origin_->setObjectName(QStringLiteral("muted"));
    message_->setObjectName(QStringLiteral("warning"));
    for (QLabel* label : {origin_, message_}) {
        label->setWordWrap(true);
        label->setFont(pixelFont(12));
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    message_->hide();
    auto* grid = new QGridLayout(figures_);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    const auto add = [&](int row, int column, const QString& text, bool muted) {
        auto* label = new MathWidget(text, 13, figures_);
        label->setMuted(muted);
        grid->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
        return label;
    };
    add(0, 1, tr("before"), true);
    add(0, 2, tr("after"), true);
    const QStringList rows{tr("flow, rms error"), tr("rms $\\kappa$"), tr("rms $z$"), tr("fixed points")};
    const QStringList help{
        tr("The circuit's flow and readout against the network's, over states that matter, in parts of the network's"),
        tr("Along the task's trials without noise, in parts of the network's own rms"),
        tr("Of the output, along the same trials"),
        tr("How many of the network's fixed points, at rest and under each input, have a partner of the same kind")};
    for (int k = 0; k < rows.size(); ++k) {
        auto* label = add(k + 1, 0, rows[k], false);
        label->setToolTip(help[k]);
        before_.push_back(add(k + 1, 1, {}, true));
        after_.push_back(add(k + 1, 2, {}, false));
    }
    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    progress_->setRange(0, 1000);
    progress_->setAccessibleName(tr("Progress of the refinement"));
    button_->setCursor(Qt::PointingHandCursor);
    for (QWidget* each :
         {static_cast<QWidget*>(origin_), figures_, static_cast<QWidget*>(message_), static_cast<QWidget*>(button_),
          static_cast<QWidget*>(progress_), static_cast<QWidget*>(compare_)})
        content()->addWidget(each);
    compare_->setAccessibleName(compare_->text());
    compare_->setToolTip(
        tr("How good each reduction is: the exact flow and circuits of 1, 2, 3 populations against the "
           "network"));
    connect(compare_, &QPushButton::clicked, this, [this] { openReductions(); });
    connect(button_, &QPushButton::clicked, this, [this] {
        message_->hide();
        run_->isRunning() ? run_->cancel() : run_->start();
    });
    connect(run_, &session::RefineRun::changed, this, &RefineCard::showRun);
    connect(run_, &session::RefineRun::told, this, [this](const QString& sentence) {
        message_->setText(sentence);
        message_->show();
    });
    showRun();
}

ReductionsDialog& RefineCard::openReductions() {
    if (!reductions_) reductions_ = new ReductionsDialog(explorer_, window());
    reductions_->show();
    reductions_->raise();
    reductions_->activateWindow();
    return *reductions_;
}

QString RefineCard::origin() const {
    return origin_->text();
}

QString RefineCard::originSentence() const {
    const auto& state = explorer_.state();
    if (!state || !state->circuit) return tr("Find or choose populations first: the circuit is measured on them.");
    if (state->network && statistics::readsOutRates(*state->network))
        return tr("The outputs are the units' own rates, which no circuit has: there is nothing to refine it to.");
    QString text = session::originText(*state->circuit);
    if (text.isEmpty())
        return state->circuitIsMoments ? tr("Measured on the loadings of its populations.")
                                       : tr("As its file gives it.");
    text[0] = text[0].toUpper();
    return text + u'.';
}

void RefineCard::showRun() {
    origin_->setText(originSentence());
    const bool running = run_->isRunning();
    button_->setText(running ? tr("Cancel") : tr("Refine to the flow"));
    button_->setAccessibleName(button_->text());
    button_->setToolTip(running ? tr("Stop; nothing changes")
                                : tr("Move means, covariances and fractions of the populations until the circuit's "
                                     "flow is the network's as far as it can be, undoable"));
    button_->setEnabled(running || run_->isPossible());
    progress_->setVisible(running);
    progress_->setValue(static_cast<int>(std::lround(1000 * run_->progress())));
    const auto result = run_->result();
    figures_->setVisible(result != nullptr && !running);
    if (!result) return;
    const auto fill = [](const std::vector<MathWidget*>& cells, const training::RefinementFigures& figures) {
        cells[0]->setSource(session::rmsText(figures.mismatch));
        cells[1]->setSource(session::rmsText(figures.rmsKappa));
        cells[2]->setSource(session::rmsText(figures.rmsZ));
        cells[3]->setSource(figures.points == 0 ? QStringLiteral("–")
                                                : tr("%1 of %2").arg(figures.sameKind).arg(figures.points));
    };
    fill(before_, result->before);
    fill(after_, result->after);
}

}  // namespace kappascope::widgets
