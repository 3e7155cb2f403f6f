// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/train_portrait.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/session/planar.h"

namespace kappascope::session {

namespace {

constexpr Eigen::Index mostFullRankUnits = 1024;  // whose modes are found in a fraction of a second
constexpr int shownModes = 2;
constexpr double inner = 0.94;  // share of the axes that everything lies in, or they grow

std::vector<QString> shownLayers() {
    return {QStringLiteral("speed"), QStringLiteral("streamlines"), QStringLiteral("nullclines"),
            QStringLiteral("cycles"), QStringLiteral("fixed-points")};
}

}  // namespace

std::shared_ptr<const State> stateOf(const RunSnapshot& snapshot) {
    auto state = std::make_shared<State>();
    auto network = std::make_shared<network::Network>(snapshot.network());
    state->title = QString::fromStdString(network->name);
    state->file = network;
    if (!network->isLowRank()) {
        if (network->units() > mostFullRankUnits) throw Error(ErrorCode::needsLowRank);
        network = std::make_shared<network::Network>(network::truncated(*network, shownModes));
    }
    state->network = network;
    state->exact = std::make_shared<reduction::ExactReduction>(state->network);
    state->input = Eigen::VectorXd::Zero(network->inputs());
    state->gains = network->defaultGains();
    state->on.assign(static_cast<std::size_t>(state->gains.size()), true);
    return state;
}

TrainPortrait::TrainPortrait(PaintPortrait paint, QObject* parent) : QObject(parent) {
    stateWorker_ = std::make_unique<StateWorker>(
        [](const SnapshotPtr& snapshot, const StateWorker::Run&) { return stateOf(*snapshot); },
        [this](const Delivery<State>& delivery) {
            if (delivery.serial < firstState_) return;
            if (delivery.error && delivery.serial == stateSerial_) {
                settled_ = true;
                result_.reset();
                whyNot_ = delivery.error->code() == ErrorCode::needsLowRank
                              ? tr("no portrait: a full-rank network of so many units")
                              : sentence(*delivery.error);
                emit changed();
            }
            if (!delivery.result || !snapshot_) return;
            whyNot_.clear();
            state_ = delivery.result;
            request(!fitted_);
        });
    portraitWorker_ = makePortraitWorker(
        std::move(paint), [this](const Delivery<PortraitResult>& delivery) { receive(delivery); }, nullptr);
}

TrainPortrait::~TrainPortrait() = default;

void TrainPortrait::setPixels(QSize pixels, double pixelRatio) {
    if (pixels == pixels_ && pixelRatio == pixelRatio_) return;
    pixels_ = pixels;
    pixelRatio_ = pixelRatio;
    if (state_ && snapshot_) request(!fitted_);
}

void TrainPortrait::setDark(bool dark) {
    if (dark == dark_) return;
    dark_ = dark;
    if (state_ && snapshot_) request(!fitted_);
}

void TrainPortrait::show(SnapshotPtr snapshot, const Eigen::VectorXd& u) {
    const bool sameInput = u.size() == u_.size() && u == u_;
    if (!snapshot || (snapshot == snapshot_ && sameInput)) return;
    if (!sameInput) refitted_.reset();
    u_ = u;
    settled_ = false;
    if (std::exchange(snapshot_, snapshot) == snapshot && state_) {
        request(!fitted_);
        return;
    }
    stateSerial_ = stateWorker_->submit(std::move(snapshot));
}

void TrainPortrait::resetView() {
    fitted_ = false;
    automatic_ = true;
    // What is on its way is another run's.
    snapshot_.reset();
    state_.reset();
    firstState_ = stateSerial_ + 1;
    firstSerial_ = serial_ + 1;
    settled_ = true;
}

void TrainPortrait::clear() {
    resetView();
    if (!std::exchange(result_, nullptr)) return;
    emit changed();
}

void TrainPortrait::setAxes(int horizontal, int vertical) {
    const int modes = rank();
    if (modes < 2 || horizontal == vertical || std::min(horizontal, vertical) < 0) return;
    if (std::max(horizontal, vertical) >= modes || view_.axes == std::array{horizontal, vertical}) return;
    view_.axes = {horizontal, vertical};
    changePlane();
}

void TrainPortrait::setVerticalInput(int input) {
    input = std::max(input, -1);
    if (!state_ || state_->rank() != 1 || input >= state_->inputs() || input == view_.input) return;
    view_.input = input;
    view_.axes = {0, input < 0 ? 0 : 1};
    changePlane();
}

/// What was shown lies in other coordinates.
void TrainPortrait::changePlane() {
    result_.reset();
    automatic_ = true;
    fitted_ = false;
    firstSerial_ = serial_ + 1;
    if (state_ && snapshot_) request(true);
    emit changed();
}

void TrainPortrait::setHeldModes(const Eigen::VectorXd& kappa) {
    if (kappa.size() == heldModes_.size() && kappa == heldModes_) return;
    heldModes_ = kappa;
    if (state_ && snapshot_ && state_->rank() > 2) request(!fitted_);
}

void TrainPortrait::setView(const phase::View& asked) {
    phase::View view = asked;
    view.held = view_.held;
    if (!view.samePlane(view_) || view == view_ || !(view.width() > 0) || !(view.height() > 0)) return;
    view_ = view;
    automatic_ = false;
    fitted_ = true;
    if (state_ && snapshot_) request(false);
    emit changed();
}

void TrainPortrait::fit() {
    automatic_ = true;
    fitted_ = false;
    refitted_.reset();
    if (state_ && snapshot_) request(true);
}

bool TrainPortrait::isSettled() const {
    return settled_;
}

double TrainPortrait::aspect() const {
    return pixels_.width() / std::max(1.0, 1.0 * pixels_.height());
}

/// A plane that the network has: the one that was chosen, where it still fits.
void TrainPortrait::choosePlane() {
    const int modes = state_->rank();
    const phase::View before = view_;
    if (modes != 1 || view_.input >= state_->inputs()) view_.input = -1;
    if (modes == 1)
        view_.axes = {0, view_.input < 0 ? 0 : 1};
    else if (view_.axes[0] == view_.axes[1] || std::max(view_.axes[0], view_.axes[1]) >= modes)
        view_.axes = {0, 1};
    view_.held = {};
    if (modes > 2 && heldModes_.size() == modes) view_.held = heldModes_;
    if (view_.samePlane(before)) return;
    fitted_ = false;
    automatic_ = true;
}

void TrainPortrait::request(bool fit) {
    choosePlane();
    fit = fit || !fitted_;
    PortraitRequest order;
    if (u_.size() == state_->input.size() && u_ != state_->input) {
        auto state = std::make_shared<State>(*state_);
        state->input = u_;
        order.state = std::move(state);
    } else {
        order.state = state_;
    }
    order.level = Level::exact;
    order.view = view_;
    order.fit = fit;
    order.pixels = pixels_;
    order.pixelRatio = pixelRatio_;
    order.dark = dark_;
    order.layers = shownLayers();
    settled_ = false;
    serial_ = portraitWorker_->submit(std::move(order));
}

/// Whether something of the portrait lies too near to the border, or beyond it.
bool TrainPortrait::outgrown(const PortraitResult& result) const {
    const phase::Portrait& portrait = *result.portrait;
    const double x = (view_.xMin + view_.xMax) / 2, y = (view_.yMin + view_.yMax) / 2;
    const auto beyond = [&](double dx, double half) { return std::abs(dx) > inner * half; };
    const bool line = portrait.rank == 1;
    for (const auto& point : portrait.census.points) {
        if (beyond(point.kappa[view_.axes[0]] - x, view_.width() / 2)) return true;
        if (!line && beyond(point.kappa[view_.axes[1]] - y, view_.height() / 2)) return true;
    }
    if (portrait.behind || line) return false;
    for (const auto& cycle : portrait.cycles)
        for (Eigen::Index k = 0; k < cycle.points.cols(); ++k)
            if (beyond(cycle.points(view_.axes[0], k) - x, view_.width() / 2) ||
                beyond(cycle.points(view_.axes[1], k) - y, view_.height() / 2))
                return true;
    return false;
}

/// Of rank 1 the vertical axis holds the speeds, which fall far while a network learns: it may shrink, too. True where
/// it is another now.
bool TrainPortrait::fitSpeeds(const PortraitResult& result) {
    if (result.portrait->rank != 1) return false;
    constexpr double most = 1.02, least = 0.3, room = 1.25;
    double speed = 1e-6;
    for (const float each : result.portrait->line.speed) speed = std::max(speed, static_cast<double>(std::abs(each)));
    const double half = std::max(std::abs(view_.yMin), std::abs(view_.yMax));
    if (speed <= most * half && speed >= least * half) return false;
    view_.yMax = room * speed;
    view_.yMin = -view_.yMax;
    return true;
}

void TrainPortrait::receive(const Delivery<PortraitResult>& delivery) {
    if (delivery.serial < firstSerial_) return;
    const bool newest = delivery.serial == serial_;
    if (delivery.error && newest) {
        settled_ = true;
        whyNot_ = sentence(*delivery.error);
        emit changed();
    }
    if (!delivery.result || !snapshot_) return;
    const PortraitResult& result = *delivery.result;
    // An answer to a request that was to choose the range: what was there stays within.
    if (result.suggestion && automatic_ && view_.samePlane(result.view)) {
        phase::View wanted = result.view;
        wanted.held = view_.held;
        if (fitted_) wanted = unite(view_, wanted);
        if (result.state->rank() > 1) wanted = withAspect(wanted, aspect());
        view_ = wanted;
        fitted_ = true;
    }
    if (!fitted_ || !result.view.samePlane(view_)) return;
    result_ = delivery.result;
    if (newest && delivery.outcome) settled_ = true;
    emit changed();
    if (!newest || !delivery.outcome) return;
    if (!(result.view == view_) || (automatic_ && fitSpeeds(result)))
        request(false);
    else if (automatic_ && !result.suggestion && outgrown(result) && std::exchange(refitted_, state_) != state_)
        request(true);
}

}  // namespace kappascope::session
