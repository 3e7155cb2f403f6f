// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trace_worker.h"

#include <algorithm>
#include <chrono>

#include "core/phase/flow_field.h"

namespace kappascope::session {

namespace {

constexpr std::chrono::milliseconds pause(120);
constexpr int nodes = 40, lineNodes = 193;
constexpr double sameInput = 1e-3;  // nullclines this near lie on top of each other

}  // namespace

NullclineTraces computeTraces(const State& state, Level level, const phase::View& view, const TrialResult& trial,
                              std::stop_token stop) {
    NullclineTraces traces;
    std::vector<Eigen::VectorXd> seen;
    for (const auto& epoch : trial.trial.epochs) {
        if (epoch.end <= epoch.first || epoch.end > trial.steps()) continue;
        const Eigen::VectorXd v = trial.drive(epoch.end - 1, view.input);
        const auto isSame = [&v](const Eigen::VectorXd& other) {
            return (other - v).cwiseAbs().maxCoeff() < sameInput;
        };
        if (v.size() > 0 && std::any_of(seen.begin(), seen.end(), isSame)) continue;
        seen.push_back(v);
        const auto flow = flowOf(state, level, v, view.input);
        NullclineTrace trace;
        trace.end = epoch.end;
        if (flow->rank() == 1) {
            const auto line = phase::computeFlowLine(*flow, view.xMin, view.xMax, lineNodes);
            phase::Polyline curve;
            for (int k = 0; k < line.count(); ++k)
                curve.push_back({line.node(k), line.speed[static_cast<std::size_t>(k)]});
            trace.nullclines[0].push_back(std::move(curve));
        } else {
            const auto field = phase::computeFlowField(*flow, view, nodes, nodes, stop);
            for (int axis = 0; axis < 2; ++axis)
                trace.nullclines[static_cast<std::size_t>(axis)] = phase::nullcline(field, axis, 2);
        }
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        traces.push_back(std::move(trace));
    }
    return traces;
}

std::unique_ptr<TraceWorker> makeTraceWorker(TraceWorker::Receive receive) {
    return std::make_unique<TraceWorker>(
        [](const TraceRequest& request, const TraceWorker::Run& run) {
            run.rest(pause, run.giveWay);
            auto result = std::make_shared<TraceResult>(TraceResult{request.state, request.levels, {}});
            for (const Level level : request.levels)
                result->traces.push_back(request.state->has(level)
                                             ? std::make_shared<const NullclineTraces>(computeTraces(
                                                   *request.state, level, request.view, *request.trial, run.giveWay))
                                             : nullptr);
            return std::shared_ptr<const TraceResult>(std::move(result));
        },
        std::move(receive));
}

}  // namespace kappascope::session
