// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointF>
#include <QTimer>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/document.h"
#include "ui/session/edits.h"
#include "ui/session/portrait_worker.h"
#include "ui/session/selection.h"
#include "ui/session/session_file.h"
#include "ui/session/trace_worker.h"
#include "ui/session/trajectory_worker.h"
#include "ui/session/trial_track.h"
#include "ui/session/view_state.h"

namespace kappascope::session {

class Pages;

/// The two portraits of a document, live: turns what the hand does into requests, and what the workers deliver into
/// what is shown. Holds no widget; the window only wires signals to it. Lives in the UI thread.
class Explorer : public QObject {
    Q_OBJECT

public:
    static constexpr int sides = 2;  ///< 0 left, 1 right

    explicit Explorer(PaintPortrait paint, QObject* parent = nullptr);
    ~Explorer() override;

    Document& document() { return document_; }
    std::shared_ptr<const State> state() const { return document_.state(); }

    // What is open. Files are read by a worker; a wrong one ends in failed() and leaves everything as it is.
    void open(const QString& pathOrId, const OpenOptions& options = {});
    /// Opens what an interrupted session left: unsaved, and without a file of its own.
    void recover(const QString& path);
    /// Opens what was never in a file: unsaved. make runs in a worker.
    void adopt(std::function<OpenedFile()> make);
    void setScaling(network::Scaling scaling);
    void setReadout(network::Readout readout);
    void setRank(int rank);
    void useOneGaussian();
    void usePartition(const reduction::Partition& partition);
    /// The populations of all units, by the network that is open. text: of the undo step.
    void useLabels(const std::vector<int>& labels, const QString& text);
    void sampleNetwork(qint64 units);

    // What is looked at.
    ViewState viewState() const;
    /// Looks at the current state as a session was looked at. What does not fit the state is left out.
    void restore(const ViewState& saved);
    Level level(int side) const { return views_[at(side)].level; }
    void setLevel(int side, Level level);
    void setLayers(const std::vector<QString>& ids);
    const std::vector<QString>& layers() const { return layers_; }
    /// Whether particles drift through the portraits.
    void setParticles(bool on);
    bool particles() const { return particles_; }
    void setDark(bool dark);
    bool dark() const { return dark_; }
    void setPixels(int side, QSize pixels, double pixelRatio);

    const phase::View& view() const { return view_; }
    bool viewIsAutomatic() const { return automatic_; }
    void setView(const phase::View& view);  ///< by hand: ends the automatic choice
    void setAxes(int horizontal, int vertical);
    /// Of rank 1: the vertical axis shows v of an input, 0..S-1; -1: the speed dkappa/dt.
    void setVerticalInput(int input);
    /// Above rank 2: whether the modes that are not axes follow the marked state (the trial's moment, else the end of
    /// the last trajectory), or are held at 0.
    void setFollowing(bool follow);
    bool isFollowing() const { return following_; }
    void fit();

    /// A trajectory from a point of the plane, in both portraits.
    void addTrajectory(double x, double y, bool backward = false);
    void removeLastTrajectory();
    void clearTrajectories();
    const std::vector<TrajectoryStart>& starts() const { return starts_; }

    /// The linked cross-hair; nullopt when the pointer leaves.
    void setCross(int side, std::optional<QPointF> point);
    std::optional<QPointF> cross() const { return cross_; }

    // The document's trial through both portraits, and the moment of it that they show.
    std::shared_ptr<const TrialResult> trial() const { return trials_.result(); }
    Playback& playback() { return trials_.playback(); }
    /// The step at whose v the portraits are drawn; -1: none, they show the sliders' input.
    int scrubber() const { return trials_.scrubber(); }
    void setScrubber(int step) {
        ++viewChanges_;
        trials_.setScrubber(step);
    }
    /// The same with the fraction of a step that playback has got to, for what moves smoothly; -1: none.
    double trialPosition() const { return trials_.position(); }
    /// The fixed point or cycle whose card is open.
    Selection& selection() { return *selection_; }
    /// What is looked at besides the portraits.
    Pages& pages() { return *pages_; }

    // What there is to show; null until it is computed.
    std::shared_ptr<const PortraitResult> result(int side) const { return views_[at(side)].result; }
    std::shared_ptr<const ProbeResult> probe() const { return probe_; }
    std::shared_ptr<const Trajectories> trajectories(int side) const { return views_[at(side)].trajectories; }
    /// Counts what the hand changed about how the document is looked at: of that, undo knows nothing.
    std::uint64_t viewChanges() const { return viewChanges_; }
    /// The view as it was after so many changes is in the session file.
    void setViewSaved(std::uint64_t changes) { savedViewChanges_ = changes; }
    bool viewIsSaved() const { return viewChanges_ == savedViewChanges_; }
    /// Every portrait that can be shown is complete and holds the current state, view and trajectories.
    bool isSettled() const;

signals:
    void opened(const QString& pathOrId);  ///< what open() was asked for is the state now
    void layersChanged();                  ///< by restore(); and particles()
    void stateChanged(kappascope::session::Changes what);
    void levelChanged(int side);
    void portraitChanged(int side);
    void viewChanged();
    void crossChanged();
    void probeChanged();
    void trajectoriesChanged();
    void trialChanged();
    void scrubberChanged();       ///< trialPosition()
    void busyChanged(bool busy);  ///< a file is being read, or a decomposition runs
    void failed(const QString& sentence);

private:
    struct View {
        Level level = Level::exact;
        QSize pixels{400, 400};
        double pixelRatio = 1;
        std::shared_ptr<const PortraitResult> result;
        std::shared_ptr<const Trajectories> trajectories;
        std::shared_ptr<const NullclineTraces> traces;
        std::optional<phase::View> suggestion;
        bool fitWanted = false;
        bool busy = false;
        std::uint64_t serial = 0;
    };
    struct Job {
        std::function<StatePtr()> run;
        QString text;
        std::function<OpenedFile()> open = {};  ///< in place of run
        QString path = {};                      ///< what is opened
        bool recovers = false;                  ///< what is opened was never saved
    };
    struct JobResult {
        OpenedFile file;
        Job job;
    };

    static std::size_t at(int side) { return static_cast<std::size_t>(side); }
    void startJob(Job job);
    void finishJob(const Delivery<JobResult>& delivery);
    void applyChange(Changes what);
    void requestPortrait(int side);
    void requestPortraits();
    void requestTrajectories();
    void requestTrajectoriesAfterPortraits();
    void requestTrial();
    void requestTraces();
    void requestProbe();
    void showTrial();
    void showMoment();
    void fitWhole();
    bool holdTrial(phase::View& view) const;
    bool holdMarkedState();
    StatePtr shownState() const;
    StatePtr stateAtLevel(std::optional<double> level) const;
    void receiveTraces(const Delivery<TraceResult>& delivery);
    void receivePortrait(int side, const Delivery<PortraitResult>& delivery);
    void receiveTrajectories(const Delivery<TrajectoryResult>& delivery);
    void applySuggestions();
    void matchSpeeds();
    double aspect() const;
    QSizeF shape() const { return QSizeF(views_[0].pixels) / views_[0].pixelRatio; }
    phase::View chosenView() const;
    void addDemonstration();

    Document document_;
    std::array<View, sides> views_;
    phase::View view_;
    std::optional<phase::View> whole_;  ///< what the last fit found, before it was widened to the window's shape
    phase::View chosen_;  ///< by hand, in a picture of chosenShape_ logical pixels; where the view is not automatic
    QSizeF chosenShape_;
    bool automatic_ = true;
    bool following_ = true;
    bool particles_ = true;
    std::uint64_t viewChanges_ = 0;
    std::uint64_t savedViewChanges_ = 0;
    bool demonstrate_ = false;
    bool opening_ = false;
    std::optional<ViewState> restoring_;   ///< while a session is being opened
    std::shared_ptr<const State> before_;  ///< the state that was shown before the last change
    bool dark_ = false;
    std::vector<QString> layers_;
    std::vector<TrajectoryStart> starts_;
    int nextColor_ = 0;
    std::optional<QPointF> cross_;
    int crossSide_ = 0;
    std::shared_ptr<const ProbeResult> probe_;
    bool trajectoriesBusy_ = false;
    bool followsSlider_ = false;
    std::uint64_t trajectorySerial_ = 0;
    QTimer repaint_;
    std::unique_ptr<Selection> selection_;
    std::unique_ptr<Pages> pages_;
    int portraitsFirst_ = 0;    ///< portraits still to be delivered before trajectories follow a slider
    bool trialWanted_ = false;  ///< so does the trial
    bool trialIsNew_ = false;   ///< the next one may widen the view
    bool tracesBusy_ = false;
    std::uint64_t traceSerial_ = 0;
    std::shared_ptr<Precedence> precedence_ = std::make_shared<Precedence>();  ///< of portraits before trials
    TrialTrack trials_{precedence_};

    // Workers last: they are joined before anything that their deliveries touch goes away.
    std::unique_ptr<LatestWorker<Job, JobResult>> jobs_;
    std::unique_ptr<ProbeWorker> probeWorker_;
    std::unique_ptr<TrajectoryWorker> trajectoryWorker_;
    std::unique_ptr<TraceWorker> traceWorker_;
    std::array<std::unique_ptr<PortraitWorker>, sides> portraitWorkers_;
};

}  // namespace kappascope::session
