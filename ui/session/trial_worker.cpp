// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trial_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

constexpr std::chrono::milliseconds pause(50), longestRest(100);
constexpr int runsBetweenPictures = 8;

simulation::Trajectory run(const State& state, Level level, int index, std::stop_token stop) {
    const auto trial = makeTrial(state, state.trial, index).trial;
    simulation::SimulationOptions options;
    options.noise = state.trial.noise;
    options.seed = state.trial.seed;
    options.trialIndex = static_cast<std::uint64_t>(index);
    const Eigen::VectorXd gains = state.effectiveGains();
    switch (level) {
        case Level::network: return simulation::simulateNetwork(*state.network, gains, trial, options, stop);
        case Level::exact: return simulation::simulateExact(*state.network, gains, trial, options, stop);
        case Level::meanField: return simulation::simulateMeanField(*state.circuit, gains, trial, options, stop);
    }
    return {};
}

/// Mean and standard deviation of one matrix of every run.
void summarize(const std::vector<simulation::Trajectory>& runs, Eigen::MatrixXd simulation::Trajectory::*part,
               Eigen::MatrixXd& mean, Eigen::MatrixXd& spread) {
    const auto count = static_cast<double>(runs.size());
    mean = runs[0].*part;
    spread = Eigen::MatrixXd::Zero(mean.rows(), mean.cols());
    for (std::size_t k = 1; k < runs.size(); ++k) mean += runs[k].*part;
    mean /= count;
    for (const auto& each : runs) spread += (each.*part - mean).cwiseAbs2();
    spread = (spread / count).cwiseSqrt();
}

void summarize(TrialBundle& bundle) {
    summarize(bundle.runs, &simulation::Trajectory::kappa, bundle.meanKappa, bundle.spreadKappa);
    summarize(bundle.runs, &simulation::Trajectory::z, bundle.meanZ, bundle.spreadZ);
}

/// The bundles of an order as they grow, each level simulated once.
class Bundles {
public:
    explicit Bundles(const TrialRequest& request) : request_(request) {
        const State& state = *request.state;
        const auto first = makeTrial(state, state.trial);
        result_.state = request.state;
        result_.levels = request.levels;
        result_.trial = first.trial;
        result_.stepMs = first.trial.alpha * (state.network ? state.network->tauMs : 100.0);
        const auto decides = (first.mask.array() != 0).colwise().any();
        for (Eigen::Index k = 0; k < decides.size(); ++k) {
            if (!decides[k]) continue;
            if (result_.choiceEnd == 0) result_.choiceFirst = static_cast<int>(k);
            result_.choiceEnd = static_cast<int>(k) + 1;
        }
        const auto isWanted = [&](Level level) {
            return state.has(level) &&
                   (level == Level::network ||
                    std::find(request.levels.begin(), request.levels.end(), level) != request.levels.end());
        };
        for (const Level level : {Level::network, Level::exact, Level::meanField})
            if (isWanted(level)) bundles_.push_back({level, {}, {}, {}, {}, {}});
    }

    void addRun(int index, std::stop_token stop) {
        for (auto& bundle : bundles_) bundle.runs.push_back(run(*request_.state, bundle.level, index, stop));
    }

    TrialResult result(bool complete) const {
        TrialResult result = result_;
        result.complete = complete;
        std::vector<std::shared_ptr<const TrialBundle>> all;
        for (TrialBundle bundle : bundles_) {
            summarize(bundle);
            all.push_back(std::make_shared<const TrialBundle>(std::move(bundle)));
        }
        const auto find = [&all](Level level) {
            const auto found =
                std::find_if(all.begin(), all.end(), [level](const auto& b) { return b->level == level; });
            return found == all.end() ? nullptr : *found;
        };
        result.network = find(Level::network);
        for (const Level level : request_.levels) {
            result.sides.push_back(find(level));
            // The right portrait's, where both show a reduced level.
            if (level != Level::network && result.sides.back()) result.reduced = result.sides.back();
        }
        return result;
    }

private:
    const TrialRequest& request_;
    TrialResult result_;
    std::vector<TrialBundle> bundles_;
};

std::shared_ptr<const TrialResult> perform(const TrialRequest& request, const TrialWorker::Run& run) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const int count = runsOf(request.state->trial);
    Bundles bundles(request);
    bundles.addRun(0, run.stop);
    run.deliver(std::make_shared<const TrialResult>(bundles.result(count == 1)));
    // During a drag the flow comes first: a quarter of the time is enough for trials.
    const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
    run.rest(std::min<std::chrono::microseconds>(3 * spent, longestRest), run.stop);
    if (count == 1) return nullptr;

    run.rest(pause, run.giveWay);
    for (int k = 1; k < count; ++k) {
        bundles.addRun(k, run.giveWay);
        if (k % runsBetweenPictures == 0 && k + 1 < count)
            run.deliver(std::make_shared<const TrialResult>(bundles.result(false)));
    }
    return std::make_shared<const TrialResult>(bundles.result(true));
}

}  // namespace

Eigen::VectorXd TrialResult::drive(int step) const {
    for (const auto& bundle : {network, reduced, sides.empty() ? nullptr : sides[0]})
        if (bundle) return bundle->runs[0].v.col(step);
    return trial.inputs.col(step);
}

std::string TrialResult::epoch(int step) const {
    for (const auto& epoch : trial.epochs)
        if (step >= epoch.first && step < epoch.end) return epoch.name;
    return {};
}

int runsOf(const TrialChoice& choice) {
    return choice.noise > 0 ? choice.trials : 1;
}

TrialResult computeTrial(const TrialRequest& request, std::stop_token stop) {
    Bundles bundles(request);
    for (int k = 0; k < runsOf(request.state->trial); ++k) bundles.addRun(k, stop);
    return bundles.result(true);
}

QPolygonF pathOf(const simulation::Trajectory& run, const phase::View& view) {
    QPolygonF path;
    const Eigen::MatrixXd& kappa = run.kappa;
    path.reserve(kappa.cols());
    if (kappa.rows() == 1) {
        // The Euler step is alpha dkappa/dt: the point lies on the curve of its moment.
        for (Eigen::Index k = 0; k < kappa.cols(); ++k) {
            const Eigen::Index from = std::max<Eigen::Index>(0, std::min(k, kappa.cols() - 2));
            const double speed = kappa.cols() < 2 ? 0 : (kappa(0, from + 1) - kappa(0, from)) / run.alpha;
            path.append({kappa(0, k), speed});
        }
    } else if (kappa.rows() > std::max(view.axes[0], view.axes[1])) {
        for (Eigen::Index k = 0; k < kappa.cols(); ++k) path.append({kappa(view.axes[0], k), kappa(view.axes[1], k)});
    }
    return path;
}

std::unique_ptr<TrialWorker> makeTrialWorker(TrialWorker::Receive receive) {
    return std::make_unique<TrialWorker>(perform, std::move(receive));
}

}  // namespace kappascope::session
