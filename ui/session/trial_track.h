// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "ui/session/playback.h"
#include "ui/session/trial_worker.h"

namespace kappascope::session {

/// The trial of a document as it is shown: its result, and the place in it that the portraits show. Lives in the UI
/// thread; Explorer says when it is to be computed.
class TrialTrack : public QObject {
    Q_OBJECT

public:
    explicit TrialTrack(std::shared_ptr<Precedence> precedence, QObject* parent = nullptr);
    ~TrialTrack() override;

    /// Computes the state's trial; without a task there is none.
    void request(const std::shared_ptr<const State>& state, const std::vector<Level>& levels);
    /// Forgets the trial: it is of another network.
    void drop();

    /// Null: no trial, or none yet.
    std::shared_ptr<const TrialResult> result() const { return result_; }
    bool isBusy() const { return busy_; }

    Playback& playback() { return playback_; }

    /// The step whose v the portraits are drawn at; -1: none, they show the sliders' input.
    int scrubber() const { return step_; }
    void setScrubber(int step);  ///< before there is a trial: as soon as there is one
    /// The same between the steps, for markers; -1: none.
    double position() const { return result_ ? playback_.position() : -1; }

    /// v at the scrubber, length S; empty where it is nowhere.
    Eigen::VectorXd drive() const { return drive(-1); }
    /// The same for the plane of an input s: u_s in place of v_s, which is a coordinate there.
    Eigen::VectorXd drive(int input) const;
    /// kappa of a portrait's level at the scrubber, length R; empty where there is none.
    Eigen::VectorXd kappa(int side) const;

signals:
    void resultChanged();
    void moved();     ///< the place, by a step or less
    void stepped();   ///< the scrubber is on another step
    void finished();  ///< nothing is being computed any more
    void failed(const QString& sentence);

private:
    void receive(const Delivery<TrialResult>& delivery);
    void follow();

    std::shared_ptr<const TrialResult> result_;
    std::shared_ptr<const State> asked_;
    Playback playback_;
    int step_ = -1;
    int wanted_ = -1;  ///< of a session that is being restored
    bool busy_ = false;
    std::uint64_t serial_ = 0;
    std::unique_ptr<TrialWorker> worker_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::session
