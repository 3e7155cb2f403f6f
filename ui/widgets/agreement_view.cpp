// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/agreement_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QToolButton>

#include "ui/figures/command_text.h"
#include "ui/session/agreement_text.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

using session::rmsText;
using session::shareText;

/// "rms κ 0.031 · rms z 0.02 · same choice 98 % (chance 52 %)".
QString agreementText(const simulation::Agreement& agreement, bool brief) {
    QStringList parts;
    if (agreement.identity) parts += AgreementView::tr("identity");
    parts += AgreementView::tr("rms $\\kappa$ %1").arg(rmsText(agreement.rmsKappa));
    parts += AgreementView::tr("rms $z$ %1").arg(rmsText(agreement.rmsZ));
    if (agreement.choices > 1 && !brief)
        parts += AgreementView::tr("same choice %1 (chance %2)")
                     .arg(shareText(agreement.sameChoice), shareText(agreement.chance));
    if (agreement.choices > 1 && brief)
        parts += AgreementView::tr("same choice %1").arg(shareText(agreement.sameChoice));
    if (agreement.choices == 1)
        parts += agreement.sameChoice > 0.5 ? AgreementView::tr("same choice") : AgreementView::tr("other choice");
    return parts.join(QStringLiteral(" · "));
}

QString precise(double value) {
    return QString::number(value, 'g', 6);
}

}  // namespace

AgreementView::AgreementView(session::Explorer& explorer, QWidget* parent)
    : QWidget(parent), explorer_(explorer), label_(new MathWidget({}, 12, this)), copy_(new QToolButton(this)) {
    label_->setElastic(Qt::AlignRight);
    copy_->setAccessibleName(tr("Copy the command that prints these figures"));
    copy_->setToolTip(copy_->accessibleName());  // named as soon as there is one
    copy_->setIconSize(QSize(14, 14));
    copy_->setFocusPolicy(Qt::StrongFocus);
    copy_->hide();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addWidget(label_, 1);
    row->addWidget(copy_);
    connect(copy_, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(command()); });
    connect(&explorer_, &session::Explorer::trialChanged, this, &AgreementView::showAgreement);
}

void AgreementView::setTheme(const painting::Theme& theme) {
    copy_->setIcon(themedIcon(QStringLiteral("copy"), theme));
}

QString AgreementView::command() const {
    const auto trial = explorer_.trial();
    if (!trial || !trial->agreement) return {};
    return figures::commandLine(figures::compareArguments(*trial->state, session::comparedChoice(trial->state->trial),
                                                          explorer_.document().networkPath()));
}

void AgreementView::showAgreement() {
    const auto trial = explorer_.trial();
    const bool has = trial && trial->agreement;
    copy_->setVisible(has);
    label_->setToolTip({});
    label_->setSource({});
    if (!has) return;
    const auto* all = trial->comparison ? trial->comparison->of(trial->reduced->level) : nullptr;
    const simulation::Agreement& shown = all ? *all : *trial->agreement;
    const QString what = all ? tr("all conditions") : tr("this trial");
    label_->setMuted(!all);
    label_->setSource(tr("%1: %2").arg(what, agreementText(shown, false)),
                      tr("%1: %2").arg(what, agreementText(shown, true)));
    QStringList lines;
    lines += tr("Network against %1, with the same input noise and the network's own steps.")
                 .arg(session::title(trial->reduced->level, *trial->state));
    lines += tr("rms: of the difference, over the network's own rms.");
    if (all)
        lines += tr("%1 conditions, %2 trials of each: rms κ %3, rms z %4, same choice %5, chance %6")
                     .arg(trial->comparison->rows.size())
                     .arg(trial->comparison->trials)
                     .arg(precise(all->rmsKappa), precise(all->rmsZ), precise(all->sameChoice), precise(all->chance));
    lines += tr("This condition: rms κ %1, rms z %2")
                 .arg(precise(trial->agreement->rmsKappa), precise(trial->agreement->rmsZ));
    if (all) lines += trial->comparison->warnings;
    label_->setToolTip(lines.join(u'\n'));
    copy_->setToolTip(tr("Copy the command that prints the figures of all conditions:\n%1").arg(command()));
}

}  // namespace kappascope::widgets
