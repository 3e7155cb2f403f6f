// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/painting/theme.h"
#include "ui/session/train_desk.h"

class QLabel;
class QSlider;
class QToolButton;

namespace kappascope::widgets {

/// A slider over the epochs already trained, with a button that plays through them and one that returns to now.
class TrainHistoryBar : public QWidget {
    Q_OBJECT

public:
    explicit TrainHistoryBar(session::TrainDesk& desk, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    QSlider* slider() const { return slider_; }
    QToolButton* playButton() const { return play_; }
    QToolButton* liveButton() const { return live_; }
    QString label() const;

private:
    void showShown();
    void showPlaying();

    session::TrainDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    QToolButton* play_;
    QSlider* slider_;
    QLabel* epoch_;
    QToolButton* live_;
};

}  // namespace kappascope::widgets
