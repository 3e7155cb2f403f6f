// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace kappascope::session {

/// Moves a place along the steps of a trial while it plays. Knows nothing of trials but their number of steps.
class Playback : public QObject {
    Q_OBJECT

public:
    explicit Playback(QObject* parent = nullptr);

    /// How many steps there are, 0 or more, and how long one lasts (ms, above 0). Keeps the position where it fits.
    void setSteps(int steps, double stepMs);
    int steps() const { return steps_; }

    /// 0..steps-1, with fractions; -1: at rest before the trial.
    double position() const { return position_; }
    void setPosition(double position);

    bool isPlaying() const { return timer_.isActive(); }
    /// From where it stands; from the beginning where that is the end, or nowhere.
    void play();
    void pause();
    void toggle();

    bool loops() const { return loops_; }
    void setLoops(bool on);

    /// Trial seconds a second: 1/8, 1/4, 1/2 (at first), 1, 2 or 4.
    double speed() const;
    bool canFaster() const;
    bool canSlower() const;
    void faster();
    void slower();

    /// Moves on by so many seconds of the clock on the wall: what the timer does while it plays. At the end it begins
    /// again or pauses.
    void advance(double seconds);

signals:
    void moved(double position);
    void changed();  ///< playing, speed, loop or the number of steps

private:
    QTimer timer_;
    QElapsedTimer sinceTick_;
    int steps_ = 0;
    double stepMs_ = 20;
    double position_ = -1;
    int speed_ = 2;
    bool loops_ = false;
};

}  // namespace kappascope::session
