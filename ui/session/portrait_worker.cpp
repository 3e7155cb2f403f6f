// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/portrait_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ui/session/level_run.h"
#include "ui/session/planar.h"
#include "ui/session/portrait_extras.h"

namespace kappascope::session {

namespace {

constexpr int fineNodes = 48;
constexpr int lineNodes = 257;
constexpr int coarseRefinement = 1, fineRefinement = 2;  // of the nullclines
constexpr std::chrono::milliseconds pause(50);

/// Nodes a side of the coarse field: as many as leave a drag fluent at this network's size.
int coarseNodes(const State& state, Level level) {
    constexpr double affordable = 1200;  // units at which the fine field takes a millisecond or two
    constexpr int fewest = 20, circuitNodes = 32;
    if (level == Level::meanField || !state.network) return circuitNodes;
    const auto units = static_cast<double>(state.network->units());
    return std::clamp(static_cast<int>(fineNodes * std::sqrt(affordable / units)), fewest, fineNodes);
}

bool equal(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    return a.size() == b.size() && a == b;
}

std::vector<Eigen::VectorXd> seedsOf(const phase::Portrait& portrait) {
    std::vector<Eigen::VectorXd> seeds;
    if (portrait.rank == 1) {
        for (const double kappa : crossings(portrait.line)) seeds.push_back(Eigen::VectorXd::Constant(1, kappa));
    } else if (portrait.rank == 2) {
        for (const auto& point : crossings(portrait.field)) seeds.push_back(portrait.view.kappa(point.x, point.y, 2));
    }
    return seeds;
}

double aspectOf(const PortraitRequest& request) {
    return request.pixels.width() / std::max(1.0, 1.0 * request.pixels.height());
}

bool unstableUnderEuler(const phase::Census& census, double alpha) {
    for (const auto& point : census.points)
        for (const auto& lambda : point.eigenvalues)
            if (lambda.real() < 0 && std::abs(1.0 + alpha * lambda) > 1 && point.unstableDirections == 0) return true;
    return false;
}

}  // namespace

std::shared_ptr<const PortraitResult> PortraitEngine::run(const PortraitRequest& request,
                                                          const PortraitWorker::Run& run) {
    std::optional<Precedence::Hold> first;
    if (precedence_) first.emplace(*precedence_);
    const State& state = *request.state;
    const auto flow = flowOf(state, request.level, request.v(), request.view.input);
    const bool meanField = request.level == Level::meanField;

    Kept next;
    next.network = meanField ? nullptr : state.network;
    next.circuit = meanField ? state.circuit : nullptr;
    next.input = request.v();
    next.noiseVariance = meanField ? noiseVariance(state) : 0;
    next.gains = state.effectiveGains();
    next.portrait.rank = flow->rank();
    // Another noise is another field, near the last one.
    if (kept_ && kept_->noiseVariance != next.noiseVariance) kept_->input.resize(0);

    const bool sameSource = kept_ && kept_->network == next.network && kept_->circuit == next.circuit &&
                            kept_->portrait.view.input == request.view.input;
    const bool sameField = sameSource && equal(kept_->input, next.input);
    const bool sameFlow = sameField && equal(kept_->gains, next.gains);
    if (sameFlow) {
        next.censusDone = kept_->censusDone;
        next.cyclesDone = kept_->cyclesDone;
        next.portrait.census = kept_->portrait.census;
        next.portrait.cycles = kept_->portrait.cycles;
        next.portrait.behind = kept_->portrait.behind;
        if (flow->rank() > 2) next.portrait.manifolds = kept_->portrait.manifolds;
    } else if (sameSource) {
        next.portrait.census = kept_->portrait.census;
        next.portrait.cycles = kept_->portrait.cycles;
        if (flow->rank() > 2) {  // nothing follows them there: the last ones stay until the hand rests
            next.portrait.manifolds = kept_->portrait.manifolds;
            next.portrait.behind = !next.portrait.cycles.empty() || !next.portrait.manifolds.empty();
        }
    } else if (kept_ && kept_->portrait.rank == flow->rank() && !request.fit) {
        next.portrait.census = kept_->portrait.census;  // a network in training moves on from the last one
    }

    phase::View view = request.view;
    std::optional<phase::View> suggestion;
    if (request.fit) {
        suggestion = chosenView(*flow, request, next, run.giveWay);
        // kappa and v have no common unit.
        view = state.rank() > 1 ? withAspect(*suggestion, aspectOf(request)) : *suggestion;
    }
    const bool sameView = kept_ && kept_->portrait.view == view;
    next.portrait.view = view;
    if (kept_) {
        for (const auto& seed : kept_->portrait.streamlines.seeds)
            if (view.contains(seed.x, seed.y)) next.portrait.streamlines.seeds.push_back(seed);
    }

    // Coarse: never stopped by a newer request, so that every drag shows something.
    const bool repaintOnly = sameFlow && sameView;
    if (repaintOnly) {
        const Kept asked = std::exchange(next, *kept_);
        if (asked.censusDone && !next.censusDone) {  // a fit did the census
            next.censusDone = true;
            next.portrait.census = asked.portrait.census;
        }
    } else {
        if (sameField && sameView) {
            next.portrait.field = kept_->portrait.field;
            next.portrait.line = kept_->portrait.line;
            next.fine = kept_->fine;
            if (next.portrait.rank > 1)
                phase::recombine(next.portrait.field, next.gains);
            else
                phase::recombine(next.portrait.line, next.gains);
        } else {
            const int nodes = coarseNodes(state, request.level);
            computeField(*flow, view, nodes, next, run.stop);
            next.fine = nodes == fineNodes;
        }
        if (!next.censusDone) followPoints(*flow, next);
        drawLines(next, coarseRefinement, run.stop);
        next.linesFine = false;
    }
    addExtras(*flow, state, request.level, request.layers, Detail::coarse, next.portrait, run.stop);
    kept_ = next;
    const bool last = next.fine && next.linesFine && next.censusDone && next.cyclesDone &&
                      hasExtras(next.portrait, request.layers, Detail::fine);
    auto result = painted(request, view, !last && !request.fit);
    result->suggestion = suggestion;
    if (result->complete) return result;
    run.deliver(result);
    first.reset();

    // Fine: gives way to a newer request at every stage, and leaves the processor to a drag that goes on.
    if (!request.fit) run.rest(pause, run.giveWay);
    if (!next.fine) {
        computeField(*flow, view, fineNodes, next, run.giveWay);
        next.fine = true;
    }
    if (!next.censusDone) {
        next.portrait.census = phase::findFixedPoints(*flow, {}, run.giveWay);
        next.censusDone = true;
    }
    // Nothing turns on a line, nor where v does as it likes.
    if (next.portrait.rank < 2 || view.input >= 0) next.cyclesDone = true;
    drawLines(next, fineRefinement, run.giveWay);
    next.linesFine = true;
    if (next.cyclesDone)
        addExtras(*flow, state, request.level, request.layers, Detail::fine, next.portrait, run.giveWay);
    kept_ = next;
    result = painted(request, view);
    result->suggestion = suggestion;
    if (next.cyclesDone) return result;
    run.deliver(result);

    next.portrait.cycles = phase::findLimitCycles(*flow, next.portrait.census, {}, run.giveWay);
    next.cyclesDone = true;
    drawLines(next, fineRefinement, run.giveWay);
    if (next.portrait.behind && next.portrait.manifoldDetail == phase::Manifolds::none) next.portrait.manifolds.clear();
    next.portrait.behind = false;
    addExtras(*flow, state, request.level, request.layers, Detail::fine, next.portrait, run.giveWay);
    kept_ = next;
    result = painted(request, view);
    if (request.fit) {
        phase::View whole = phase::chooseView(*flow, next.portrait.census, next.portrait.cycles, view.axes);
        whole.held = view.held;
        whole.input = view.input;
        result->suggestion = whole;
    }
    return result;
}

phase::View PortraitEngine::chosenView(const reduction::Flow& flow, const PortraitRequest& request, Kept& next,
                                       std::stop_token giveWay) const {
    if (!next.censusDone) {
        next.portrait.census = phase::findFixedPoints(flow, {}, giveWay);
        next.censusDone = true;
    }
    if (flow.rank() == 2 && request.view.input < 0 && !next.cyclesDone) {
        phase::View whole = request.view;
        const Eigen::VectorXd box = flow.box();
        whole.xMax = std::max(box[whole.axes[0]], 1e-3);
        whole.yMax = std::max(box[whole.axes[1]], 1e-3);
        whole.xMin = -whole.xMax;
        whole.yMin = -whole.yMax;
        const auto field = phase::computeFlowField(flow, whole, coarseNodes(*request.state, request.level),
                                                   coarseNodes(*request.state, request.level), giveWay);
        next.portrait.cycles = followedCycles(field, next.portrait.census, next.portrait.cycles);
    }
    const std::vector<phase::LimitCycle> none;
    phase::View view = phase::chooseView(flow, next.portrait.census, next.portrait.behind ? none : next.portrait.cycles,
                                         request.view.axes);
    view.held = request.view.held;
    view.input = request.view.input;
    return view;
}

void PortraitEngine::computeField(const reduction::Flow& flow, const phase::View& view, int nodes, Kept& next,
                                  std::stop_token stop) const {
    if (flow.rank() == 1)
        next.portrait.line = phase::computeFlowLine(flow, view.xMin, view.xMax, lineNodes);
    else
        next.portrait.field = phase::computeFlowField(flow, view, nodes, nodes, stop);
}

void PortraitEngine::followPoints(const reduction::Flow& flow, Kept& next) const {
    next.portrait.census = followedCensus(flow, next.portrait.census.points, seedsOf(next.portrait));
    if (flow.rank() == 2)
        next.portrait.cycles = followedCycles(next.portrait.field, next.portrait.census, next.portrait.cycles);
}

void PortraitEngine::drawLines(Kept& next, int refinement, std::stop_token stop) const {
    phase::Portrait& portrait = next.portrait;
    if (portrait.rank < 2) return;
    const int x = portrait.view.axes[0], y = portrait.view.axes[1];
    phase::StreamlineOptions options;
    options.seeds = std::move(portrait.streamlines.seeds);
    if (portrait.rank == 2) {
        for (const auto& point : portrait.census.points)
            options.fixedPoints.push_back({point.kappa[x], point.kappa[y]});
        for (const auto& cycle : portrait.cycles) {
            phase::Polyline line;
            for (Eigen::Index k = 0; k < cycle.points.cols(); ++k)
                line.push_back({cycle.points(x, k), cycle.points(y, k)});
            options.cycles.push_back(std::move(line));
        }
    }
    portrait.streamlines = phase::evenlySpacedStreamlines(portrait.field, options, stop);
    for (int component = 0; component < 2; ++component)
        portrait.nullclines[static_cast<std::size_t>(component)] =
            phase::nullcline(portrait.field, component, refinement);
}

std::shared_ptr<PortraitResult> PortraitEngine::painted(const PortraitRequest& request, const phase::View& view,
                                                        bool hasty) const {
    auto result = std::make_shared<PortraitResult>();
    result->state = request.state;
    result->level = request.level;
    result->v = request.v();
    result->view = view;
    result->portrait = std::make_shared<const phase::Portrait>(kept_->portrait);
    result->diffusion = projectedNoise(*request.state, request.level, view);
    result->speed = kept_->portrait.maximumSpeed();
    result->speedScale = std::max(result->speed, request.otherSpeed);
    result->complete = kept_->fine && kept_->linesFine && kept_->censusDone && kept_->cyclesDone &&
                       hasExtras(kept_->portrait, request.layers, Detail::fine);
    if (request.traces)
        result->traces = static_cast<std::size_t>(
            std::count_if(request.traces->begin(), request.traces->end(),
                          [&request](const NullclineTrace& trace) { return trace.end <= request.tracesBefore; }));
    result->eulerUnstable =
        request.state->network && unstableUnderEuler(kept_->portrait.census, request.state->network->alpha);
    if (!paint_ || request.pixels.isEmpty()) return result;
    // On a fine screen most of a drag's time would go into pixels that the next picture replaces.
    const int factor = hasty ? static_cast<int>(request.pixelRatio) : 1;
    if (factor < 2 || factor != request.pixelRatio) {
        result->image = paint_(result->portrait, view, request);
        return result;
    }
    PortraitRequest coarse = request;
    coarse.pixels = request.pixels / factor;
    coarse.pixelRatio = 1;
    result->image = paint_(result->portrait, view, coarse);
    return result;
}

std::unique_ptr<PortraitWorker> makePortraitWorker(PaintPortrait paint, PortraitWorker::Receive receive,
                                                   std::shared_ptr<Precedence> precedence) {
    auto engine = std::make_shared<PortraitEngine>(std::move(paint), std::move(precedence));
    return std::make_unique<PortraitWorker>(
        [engine](const PortraitRequest& request, const PortraitWorker::Run& run) { return engine->run(request, run); },
        std::move(receive));
}

}  // namespace kappascope::session
