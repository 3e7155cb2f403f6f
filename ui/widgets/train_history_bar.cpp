// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_history_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <algorithm>

#include "ui/widgets/style.h"

namespace kappascope::widgets {

TrainHistoryBar::TrainHistoryBar(session::TrainDesk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      play_(new QToolButton(this)),
      slider_(new QSlider(Qt::Horizontal, this)),
      epoch_(new QLabel(this)),
      live_(new QToolButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 0, 2, 0);
    row->setSpacing(8);
    play_->setIconSize(QSize(16, 16));
    play_->setFocusPolicy(Qt::StrongFocus);
    slider_->setAccessibleName(tr("Epoch that is looked at"));
    slider_->setToolTip(tr("The epoch whose network portrait and loadings show"));
    slider_->setPageStep(10);
    epoch_->setFont(pixelFont(13));
    epoch_->setMinimumWidth(
        QFontMetrics(epoch_->font()).horizontalAdvance(tr("epoch %1 (for %2)").arg(99999).arg(99999)));
    live_->setObjectName(QStringLiteral("layer"));
    live_->setText(tr("Live"));
    live_->setCheckable(true);
    live_->setAccessibleName(tr("Live: the newest network"));
    live_->setToolTip(tr("Live: follow the network as it is now"));
    live_->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(play_);
    row->addWidget(slider_, 1);
    row->addWidget(epoch_);
    row->addWidget(live_);
    connect(play_, &QToolButton::clicked, this, [this] {
        if (desk_.isPlaying())
            desk_.pausePlay();
        else
            desk_.play();
    });
    connect(slider_, &QSlider::valueChanged, this, [this](int epoch) {
        desk_.pausePlay();
        desk_.showEpoch(epoch);
    });
    connect(live_, &QToolButton::clicked, this, [this](bool on) {
        if (on)
            desk_.showLive();
        else
            desk_.showEpoch(desk_.shownEpoch());
        showShown();
    });
    connect(&desk_, &session::TrainDesk::shownChanged, this, &TrainHistoryBar::showShown);
    connect(&desk_, &session::TrainDesk::playingChanged, this, &TrainHistoryBar::showPlaying);
    connect(&desk_.run(), &session::TrainingRun::epochDone, this, &TrainHistoryBar::showShown);
    connect(&desk_.run(), &session::TrainingRun::phaseChanged, this, &TrainHistoryBar::showShown);
    showShown();
    showPlaying();
}

void TrainHistoryBar::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    showPlaying();
}

void TrainHistoryBar::showShown() {
    const auto& run = desk_.run();
    const bool some = run.settings() && run.epochCount() > run.firstSnapshot();
    const QSignalBlocker quiet(slider_);
    slider_->setRange(run.firstSnapshot(), std::max(run.firstSnapshot(), run.epochCount()));
    slider_->setValue(desk_.shownEpoch());
    for (QWidget* each : {static_cast<QWidget*>(play_), static_cast<QWidget*>(slider_), static_cast<QWidget*>(live_)})
        each->setEnabled(some);
    live_->setChecked(desk_.isLive());
    // The weights of a long run are thinned out: what is shown is named, not what was asked for.
    const int shown = desk_.keptEpoch(), asked = desk_.shownEpoch();
    epoch_->setText(desk_.isLive() && run.isActive() ? tr("epoch %1, now").arg(asked)
                    : shown != asked                 ? tr("epoch %1 (for %2)").arg(shown).arg(asked)
                                                     : tr("epoch %1").arg(asked));
    epoch_->setToolTip(shown != asked ? tr("The weights of epoch %1 were not kept, to save memory; those of epoch %2 "
                                           "are the nearest before it")
                                            .arg(asked)
                                            .arg(shown)
                                      : QString());
}

QString TrainHistoryBar::label() const {
    return epoch_->text();
}

void TrainHistoryBar::showPlaying() {
    const bool playing = desk_.isPlaying();
    play_->setIcon(themedIcon(playing ? QStringLiteral("pause") : QStringLiteral("play"), *theme_));
    play_->setAccessibleName(playing ? tr("Pause") : tr("Play through the epochs"));
    play_->setToolTip(playing ? tr("Pause") : tr("Play through the epochs already trained"));
}

}  // namespace kappascope::widgets
