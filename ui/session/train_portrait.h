// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/portrait_worker.h"
#include "ui/session/training_snapshot.h"

namespace kappascope::session {

/// A network in training as a state, under gains of 1 and no input, without a circuit: for portraits. A full-rank one
/// is shown by its two leading modes. Throws needsLowRank for one that is too large for that.
std::shared_ptr<const State> stateOf(const RunSnapshot& snapshot);

/// The live portrait of a network in training: of the snapshot that was shown last, in axes that grow with what they
/// have to hold and do not shrink, so that they stand still while the points move. A range that was chosen by hand
/// stays as it is. Lives in the UI thread.
class TrainPortrait : public QObject {
    Q_OBJECT

public:
    explicit TrainPortrait(PaintPortrait paint, QObject* parent = nullptr);
    ~TrainPortrait() override;

    /// Of the picture, in device pixels.
    void setPixels(QSize pixels, double pixelRatio);
    void setDark(bool dark);
    /// Null is passed over. u: the input that is held on; of another length: none.
    void show(SnapshotPtr snapshot, const Eigen::VectorXd& u);
    /// Another run: the range is chosen anew for what is shown next; the plane stays where it still fits.
    void resetView();

    /// Above rank 2: the two modes that are the axes, 0..R-1; nothing happens where there are no such modes.
    void setAxes(int horizontal, int vertical);
    /// Of rank 1: the vertical axis shows v of an input, 0..S-1; -1: the speed dkappa/dt.
    void setVerticalInput(int input);
    /// Above rank 2: where the modes that are not axes are held, R numbers; empty: at 0.
    void setHeldModes(const Eigen::VectorXd& kappa);
    /// The range by hand: it stays until fit() or another run.
    void setView(const phase::View& view);
    /// Chooses the range so that it holds every fixed point and cycle, and lets it follow them again.
    void fit();
    bool viewIsAutomatic() const { return automatic_; }
    /// Shows nothing.
    void clear();

    std::shared_ptr<const PortraitResult> result() const { return result_; }
    const phase::View& view() const { return view_; }
    /// The network whose portrait is computed; null before the first.
    std::shared_ptr<const State> state() const { return state_; }
    int rank() const { return state_ ? state_->rank() : result_ ? result_->state->rank() : 2; }
    /// Why there is no portrait, for people; empty where there is one, or will be.
    const QString& whyNot() const { return whyNot_; }
    /// What was shown last is complete.
    bool isSettled() const;

signals:
    void changed();  ///< result(), view(), whyNot()

private:
    void choosePlane();
    void changePlane();
    void request(bool fit);
    void receive(const Delivery<PortraitResult>& delivery);
    bool outgrown(const PortraitResult& result) const;
    bool fitSpeeds(const PortraitResult& result);
    double aspect() const;

    QSize pixels_{400, 400};
    double pixelRatio_ = 1;
    bool dark_ = false;
    SnapshotPtr snapshot_;
    Eigen::VectorXd u_;
    std::shared_ptr<const State> state_;
    phase::View view_;
    std::shared_ptr<const State> refitted_;  ///< what the axes were widened for last: once is enough
    bool fitted_ = false;                    ///< view_ was chosen for this run
    bool automatic_ = true;                  ///< and not by hand
    Eigen::VectorXd heldModes_;
    std::shared_ptr<const PortraitResult> result_;
    QString whyNot_;
    std::uint64_t stateSerial_ = 0;
    std::uint64_t serial_ = 0;
    std::uint64_t firstState_ = 0, firstSerial_ = 0;  ///< answers to what was asked before are of another run
    bool settled_ = true;

    // Workers last: they are joined before anything that their deliveries touch goes away.
    using StateWorker = LatestWorker<SnapshotPtr, State>;
    std::unique_ptr<StateWorker> stateWorker_;
    std::unique_ptr<PortraitWorker> portraitWorker_;
};

}  // namespace kappascope::session
