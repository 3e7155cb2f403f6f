// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/explorer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/session/pages.h"
#include "ui/session/planar.h"

namespace kappascope::session {

namespace {

constexpr int repaintMs = 30;  // a slider that still moves asks for a picture sooner than this

bool isSource(const State& state, const std::shared_ptr<const State>& of, Level level) {
    return level == Level::meanField ? state.circuit == of->circuit : state.network == of->network;
}

}  // namespace

Explorer::Explorer(PaintPortrait paint, QObject* parent) : QObject(parent) {
    views_[0].level = Level::network;
    views_[1].level = Level::meanField;
    jobs_ = std::make_unique<LatestWorker<Job, JobResult>>(
        [](const Job& job, const LatestWorker<Job, JobResult>::Run&) {
            return std::make_shared<const JobResult>(
                JobResult{job.open ? job.open() : OpenedFile{job.run(), {}, {}}, job});
        },
        [this](const Delivery<JobResult>& delivery) { finishJob(delivery); });
    probeWorker_ = makeProbeWorker([this](const Delivery<ProbeResult>& delivery) {
        if (!delivery.result || !state() || delivery.result->slopes.size() != state()->populations()) return;
        probe_ = delivery.result;
        emit probeChanged();
    });
    trajectoryWorker_ = makeTrajectoryWorker(
        [this](const Delivery<TrajectoryResult>& delivery) { receiveTrajectories(delivery); }, precedence_);
    traceWorker_ = makeTraceWorker([this](const Delivery<TraceResult>& delivery) { receiveTraces(delivery); });
    for (int side = 0; side < sides; ++side)
        portraitWorkers_[at(side)] = makePortraitWorker(
            paint, [this, side](const Delivery<PortraitResult>& delivery) { receivePortrait(side, delivery); },
            precedence_);
    selection_ = std::make_unique<Selection>(*this);
    connect(&document_, &Document::changed, this, &Explorer::applyChange);
    repaint_.setSingleShot(true);
    repaint_.setInterval(repaintMs);
    connect(&repaint_, &QTimer::timeout, this, &Explorer::requestPortraits);
    connect(&trials_, &TrialTrack::resultChanged, this, &Explorer::showTrial);
    connect(&trials_, &TrialTrack::moved, this, &Explorer::scrubberChanged);
    connect(&trials_, &TrialTrack::stepped, this, &Explorer::showMoment);
    connect(&trials_, &TrialTrack::failed, this, &Explorer::failed);
    connect(this, &Explorer::viewChanged, this, &Explorer::requestTraces);
    pages_ = std::make_unique<Pages>(*this);
    connect(pages_.get(), &Pages::changed, this, [this] { ++viewChanges_; });
}

Explorer::~Explorer() = default;

void Explorer::applyChange(Changes what) {
    const State& now = *state();
    const auto before = std::exchange(before_, state());
    // Another readout leaves the flow as it was; another file, rank or scaling is another plane.
    const bool otherPlane = !before || opening_ || before->source != now.source || before->rank() != now.rank() ||
                            (before->network && now.network && before->network->scaling != now.network->scaling);
    for (View& view : views_) {
        if (view.result && (!now.has(view.level) || !isSource(now, view.result->state, view.level))) {
            view.result = nullptr;
            view.trajectories = nullptr;
            view.traces = nullptr;
        }
    }
    trialIsNew_ = trialIsNew_ || otherPlane || what.testFlag(Change::trial);
    trialWanted_ = trialWanted_ || what != Changes(Change::input);  // a trial brings its own input
    if (what == Changes(Change::input)) {
        // The hand on a slider takes over from the trial.
        playback().pause();
        trials_.setScrubber(-1);
    }
    if (otherPlane) {
        selection_->clear();
        starts_.clear();
        nextColor_ = 0;
        cross_.reset();
        probe_ = nullptr;
        view_ = {};
        whole_.reset();
        view_.axes = {0, now.rank() > 1 ? 1 : 0};
        trials_.drop();
    }
    emit stateChanged(what);
    if (restoring_) {
        restore(*restoring_);
    } else if (otherPlane) {
        fitWhole();
    } else if (what == Changes(Change::trial)) {
        repaint_.start();  // hardly ever another picture: never in the way of a slider's
    } else {
        requestPortraits();
    }
    requestTrajectoriesAfterPortraits();
    requestProbe();
}

void Explorer::setLevel(int side, Level level) {
    View& view = views_[at(side)];
    if (view.level == level) return;
    ++viewChanges_;
    view.level = level;
    view.result = nullptr;
    view.trajectories = nullptr;
    view.traces = nullptr;
    emit levelChanged(side);
    emit portraitChanged(side);
    requestPortrait(side);
    requestTrajectories();
    trialWanted_ = true;
    requestTrial();
    requestProbe();
}

void Explorer::setLayers(const std::vector<QString>& ids) {
    if (layers_ == ids) return;
    ++viewChanges_;
    layers_ = ids;
    requestTraces();
    requestPortraits();
}

void Explorer::setParticles(bool on) {
    if (particles_ == on) return;
    ++viewChanges_;
    particles_ = on;
    emit layersChanged();
}

void Explorer::setDark(bool dark) {
    if (dark_ == dark) return;
    dark_ = dark;
    requestPortraits();
}

void Explorer::setPixels(int side, QSize pixels, double pixelRatio) {
    View& view = views_[at(side)];
    if (view.pixels == pixels && view.pixelRatio == pixelRatio) return;
    view.pixels = pixels;
    view.pixelRatio = pixelRatio;
    if (side == 0 && state() && whole_ && state()->rank() > 1) {
        // The same part of the plane in the new shape: what was fitted stays whole, what was chosen keeps its scale.
        phase::View next = automatic_ ? withAspect(*whole_, aspect()) : chosenView();
        next.held = view_.held;
        if (!(next == view_)) {
            view_ = next;
            emit viewChanged();
            requestPortraits();
            return;
        }
    }
    requestPortrait(side);
}

void Explorer::addTrajectory(double x, double y, bool backward) {
    ++viewChanges_;
    if (!state()) return;
    starts_.push_back(
        {view_.kappa(x, y, state()->rank()), backward, nextColor_++, view_.input, view_.input >= 0 ? y : 0});
    requestTrajectories();
    requestProbe();
}

void Explorer::removeLastTrajectory() {
    if (starts_.empty()) return;
    ++viewChanges_;
    starts_.pop_back();
    --nextColor_;
    requestTrajectories();
    requestProbe();
}

void Explorer::clearTrajectories() {
    if (starts_.empty()) return;
    ++viewChanges_;
    starts_.clear();
    nextColor_ = 0;
    requestTrajectories();
    requestProbe();
}

void Explorer::setCross(int side, std::optional<QPointF> point) {
    if (cross_ == point) return;
    cross_ = point;
    if (point) crossSide_ = side;
    emit crossChanged();
    requestProbe();
}

bool Explorer::isSettled() const {
    if (!document_.state() || trajectoriesBusy_ || portraitsFirst_ > 0 || repaint_.isActive()) return false;
    if (trialWanted_ || trials_.isBusy() || tracesBusy_) return false;
    const StatePtr shown = shownState();
    return std::all_of(views_.begin(), views_.end(), [&](const View& view) {
        if (!shown->has(view.level)) return true;
        return !view.busy && view.result && view.result->complete && view.result->state == document_.state() &&
               view.result->v == shown->input && view.result->view == view_;
    });
}

void Explorer::requestPortrait(int side) {
    View& view = views_[at(side)];
    if (!state() || !state()->has(view.level)) {
        view.fitWanted = false;
        view.result = nullptr;
        emit portraitChanged(side);
        return;
    }
    PortraitRequest request;
    request.state = state();
    request.level = view.level;
    request.view = view_;
    request.fit = view.fitWanted;
    request.pixels = view.pixels;
    request.pixelRatio = view.pixelRatio;
    request.dark = dark_;
    if (const auto& other = views_[at(1 - side)].result; other && other->view == view_)
        request.otherSpeed = other->speed;
    request.layers = layers_;
    request.trajectories = view.trajectories;
    request.drive = trials_.drive(view_.input);
    request.traces = view.traces;
    request.tracesBefore = scrubber();
    view.busy = true;
    view.serial = portraitWorkers_[at(side)]->submit(std::move(request));
}

void Explorer::requestPortraits() {
    repaint_.stop();
    for (int side = 0; side < sides; ++side) requestPortrait(side);
}

void Explorer::requestTrajectories() {
    if (!state()) return;
    if (starts_.empty()) {
        for (int side = 0; side < sides; ++side)
            if (std::exchange(views_[at(side)].trajectories, nullptr)) requestPortrait(side);
        emit trajectoriesChanged();
        return;
    }
    trajectoriesBusy_ = true;
    followsSlider_ = false;
    trajectorySerial_ =
        trajectoryWorker_->submit({shownState(), {views_[0].level, views_[1].level}, starts_, view_.input});
}

void Explorer::requestTrajectoriesAfterPortraits() {
    // The flow follows the hand first; trajectories get the time that is left of a frame.
    portraitsFirst_ = 0;
    for (const View& view : views_) portraitsFirst_ += state()->has(view.level) ? 1 : 0;
    if ((starts_.empty() && !trialWanted_) || portraitsFirst_ == 0) {
        portraitsFirst_ = 0;
        requestTrajectories();
        requestTrial();
    }
}

void Explorer::requestTrial() {
    if (state() && std::exchange(trialWanted_, false)) trials_.request(state(), {views_[0].level, views_[1].level});
}

void Explorer::requestProbe() {
    if (!state()) return;
    const int other = 1 - crossSide_;
    const int side = state()->has(views_[at(crossSide_)].level) ? crossSide_ : other;
    if (!state()->has(views_[at(side)].level)) return;
    const int rank = state()->rank(), dimensions = view_.dimensions(rank);
    Eigen::VectorXd kappa = Eigen::VectorXd::Zero(rank);
    std::optional<double> level;  // v_s in the plane of an input
    const auto& drawn = views_[at(side)].trajectories;
    if (cross_) {
        kappa = view_.kappa(cross_->x(), cross_->y(), rank);
        level = cross_->y();
    } else if (const Eigen::VectorXd moment = trials_.kappa(side); moment.size() == kappa.size()) {
        kappa = moment;
        if (view_.input >= 0) level = trials_.drive()[view_.input];
    } else if (drawn && !drawn->empty()) {
        const Eigen::MatrixXd& points = drawn->back().backward ? drawn->back().orbit : drawn->back().steps;
        if (points.cols() > 0 && points.rows() == dimensions) {
            kappa = points.col(points.cols() - 1).head(rank);
            level = points(dimensions - 1, points.cols() - 1);
        }
    }
    probeWorker_->submit({stateAtLevel(level), views_[at(side)].level, std::move(kappa)});
}

void Explorer::receivePortrait(int side, const Delivery<PortraitResult>& delivery) {
    View& view = views_[at(side)];
    if (delivery.outcome.has_value() && delivery.serial == view.serial) view.busy = false;
    if (delivery.error) emit failed(sentence(*delivery.error));
    if (portraitsFirst_ > 0 && (delivery.result || delivery.error) && --portraitsFirst_ == 0) {
        requestTrajectories();
        followsSlider_ = true;
        requestTrial();
    }
    if (!delivery.result) return;
    const PortraitResult& result = *delivery.result;
    // Shown unless the network or the kind of view has changed since.
    if (!state() || result.level != view.level || !isSource(*state(), result.state, view.level) ||
        !result.view.samePlane(view_))
        return;
    view.result = delivery.result;
    emit portraitChanged(side);
    if (result.suggestion && automatic_) {
        view.suggestion = result.suggestion;
        view.fitWanted = false;
        applySuggestions();
    }
    matchSpeeds();
}

void Explorer::matchSpeeds() {
    // While a slider moves each portrait knows the other's last speed; at rest both get the same scale.
    const auto &left = views_[0].result, &right = views_[1].result;
    if (!left || !right || !left->complete || !right->complete || !(left->view == right->view)) return;
    const double scale = std::max(left->speed, right->speed);
    for (int side = 0; side < sides; ++side) {
        const View& view = views_[at(side)];
        if (!view.busy && view.result->view == view_ && std::abs(view.result->speedScale - scale) > 0.005 * scale)
            requestPortrait(side);
    }
}

void Explorer::applySuggestions() {
    std::optional<phase::View> whole;
    bool waiting = false;
    for (const View& view : views_) {
        waiting = waiting || view.fitWanted;
        if (view.suggestion) whole = whole ? unite(*whole, *view.suggestion) : *view.suggestion;
    }
    if (!whole) return;
    whole->held = view_.held;
    holdTrial(*whole);
    whole_ = whole;
    if (state()->rank() > 1) whole = withAspect(*whole, aspect());
    if (!(*whole == view_)) {
        view_ = *whole;
        emit viewChanged();
    }
    if (waiting) return;
    for (int side = 0; side < sides; ++side) {
        const auto& result = views_[at(side)].result;
        if (result && !(result->view == view_)) requestPortrait(side);
    }
    if (std::exchange(demonstrate_, false)) addDemonstration();
}

double Explorer::aspect() const {
    return views_[0].pixels.width() / std::max(1.0, 1.0 * views_[0].pixels.height());
}

void Explorer::addDemonstration() {
    const auto start = [this](double across, double up) {
        addTrajectory(view_.xMin + across * view_.width(), view_.yMin + up * view_.height());
    };
    if (!starts_.empty()) return;
    const auto changes = viewChanges_;  // ours, not the hand's
    if (state()->rank() == 1) {
        start(0.06, 0.5);
        start(0.94, 0.5);
    } else {
        start(0.10, 0.86);
        start(0.84, 0.08);
    }
    viewChanges_ = changes;
}

void Explorer::receiveTrajectories(const Delivery<TrajectoryResult>& delivery) {
    if (delivery.serial == trajectorySerial_) trajectoriesBusy_ = false;
    if (delivery.error) emit failed(sentence(*delivery.error));
    if (!delivery.result || starts_.empty() || !state()) return;
    const TrajectoryResult& result = *delivery.result;
    if (result.input != view_.input) return;  // of another plane
    for (int side = 0; side < sides; ++side) {
        View& view = views_[at(side)];
        if (result.levels[at(side)] != view.level || !isSource(*state(), result.state, view.level)) continue;
        view.trajectories = result.trajectories[at(side)];
    }
    if (holdMarkedState()) requestTraces();
    // While a slider moves, the next request carries these; a click, and the end of a drag, need a picture of their
    // own.
    if (followsSlider_)
        repaint_.start();
    else
        requestPortraits();
    emit trajectoriesChanged();
    if (!cross_) requestProbe();
}

}  // namespace kappascope::session
