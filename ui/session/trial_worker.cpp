// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trial_worker.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ui/session/level_run.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

constexpr std::chrono::milliseconds quiet(60), pause(50), shortestRest(30), longestRest(100);
constexpr int runsBetweenPictures = 8;

simulation::Trajectory run(const State& state, Level level, int index, std::stop_token stop) {
    const auto trial = makeTrial(state, state.trial, index).trial;
    simulation::SimulationOptions options;
    options.noise = state.trial.noise;
    options.seed = state.trial.seed;
    options.trialIndex = static_cast<std::uint64_t>(index);
    return simulateLevel(state, level, trial, options, std::move(stop));
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
    explicit Bundles(const TrialRequest& request) : state_(*request.state) {
        const auto first = makeTrial(state_, state_.trial);
        mask_ = first.mask;
        result_.state = request.state;
        result_.levels = request.levels;
        result_.trial = first.trial;
        result_.stepMs = first.trial.alpha * (state_.network ? state_.network->tauMs : 100.0);
        const auto& levels = request.levels;
        for (const Level level : {Level::network, Level::exact, Level::meanField}) {
            const bool shown = std::find(levels.begin(), levels.end(), level) != levels.end();
            if (state_.has(level) && (shown || level == Level::network))
                bundles_.push_back({level, {}, {}, {}, {}, {}});
        }
        // The right portrait's, where both show a reduced level.
        for (const Level level : levels)
            if (level != Level::network && state_.has(level)) reduced_ = level;
    }

    void addRun(int index, std::stop_token stop, Precedence* precedence = nullptr) {
        for (auto& bundle : bundles_) {
            if (precedence) precedence->giveWay(stop);
            bundle.runs.push_back(run(state_, bundle.level, index, stop));
        }
        const TrialBundle* network = find(Level::network);
        const TrialBundle* reduced = reduced_ ? find(*reduced_) : nullptr;
        if (!network || !reduced) return;
        simulation::TrialPair pair{network->runs.back(), reduced->runs.back()};
        pair.mask = mask_.rows() == pair.network.z.rows() ? mask_ : mask_.row(0).replicate(pair.network.z.rows(), 1);
        tally_.add(pair);
        compared_ = true;
    }

    /// The level that is held against the network; none where a portrait is missing or shows the network too.
    std::optional<Level> comparedLevel() const { return compared_ ? reduced_ : std::nullopt; }

    TrialResult result(bool complete, std::shared_ptr<const Comparison> comparison = nullptr) const {
        TrialResult result = result_;
        result.complete = complete;
        result.comparison = std::move(comparison);
        std::vector<std::shared_ptr<const TrialBundle>> all;
        for (TrialBundle bundle : bundles_) {
            summarize(bundle);
            all.push_back(std::make_shared<const TrialBundle>(std::move(bundle)));
        }
        const auto shared = [&all](Level level) {
            const auto at = std::find_if(all.begin(), all.end(), [level](const auto& b) { return b->level == level; });
            return at == all.end() ? nullptr : *at;
        };
        result.network = shared(Level::network);
        if (reduced_) result.reduced = shared(*reduced_);
        for (const Level level : result.levels) result.sides.push_back(shared(level));
        if (compared_) {
            result.agreement = tally_.result();
            result.agreement->identity = *reduced_ == Level::exact && !state_.isTruncated();
        }
        return result;
    }

private:
    const TrialBundle* find(Level level) const {
        for (const auto& bundle : bundles_)
            if (bundle.level == level) return &bundle;
        return nullptr;
    }

    const State& state_;
    Eigen::MatrixXd mask_;
    TrialResult result_;
    std::vector<TrialBundle> bundles_;
    std::optional<Level> reduced_;
    simulation::AgreementTally tally_;
    bool compared_ = false;
};

/// One request after the other; keeps the last comparison, which another condition does not change.
class TrialEngine {
public:
    explicit TrialEngine(std::shared_ptr<Precedence> precedence) : precedence_(std::move(precedence)) {}

    std::shared_ptr<const TrialResult> perform(const TrialRequest& request, const TrialWorker::Run& run) {
        const State& state = *request.state;
        const int count = runsOf(state.trial);
        Bundles bundles(request);
        const auto share = [&](bool complete, std::shared_ptr<const Comparison> comparison = nullptr) {
            return std::make_shared<const TrialResult>(bundles.result(complete, std::move(comparison)));
        };
        // During a drag the flow comes first: a quarter of the time is enough for trials, and 30 a second.
        const auto& stop = isCostly(state, Level::network) ? run.giveWay : run.stop;
        const auto spent = timed([&] { bundles.addRun(0, stop, precedence_.get()); });
        const auto kept = bundles.comparedLevel() && matches(state) ? comparison_ : nullptr;
        const bool done = count == 1 && (kept || !bundles.comparedLevel());
        run.deliver(share(done, kept));
        run.rest(std::clamp<Microseconds>(3 * spent, shortestRest, longestRest), run.stop);
        if (done) return nullptr;

        run.rest(pause, run.giveWay);
        for (int k = 1; k < count; ++k) {
            const auto took = timed([&] { bundles.addRun(k, run.giveWay, precedence_.get()); });
            if (k % runsBetweenPictures == 0 && k + 1 < count) run.deliver(share(false, kept));
            run.rest(took, run.giveWay);
        }
        if (kept || !bundles.comparedLevel()) return share(true, kept);
        if (count > 1) run.deliver(share(false));
        // Nothing waits for this: it takes a third of one processor, and almost nothing while a slider moves.
        const auto gently = [&](int trials, const std::function<void(int)>& work) {
            for (int index = 0; index < trials; ++index) {
                if (precedence_) precedence_->giveWay(run.giveWay, quiet);
                run.rest(2 * timed([&] { work(index); }), run.giveWay);
            }
        };
        comparison_ =
            std::make_shared<const Comparison>(compare(state, comparedChoice(state.trial), run.giveWay, gently));
        compared_ = request.state;
        return share(true, comparison_);
    }

private:
    using Microseconds = std::chrono::microseconds;

    static Microseconds timed(const std::function<void()>& work) {
        using Clock = std::chrono::steady_clock;
        const auto begun = Clock::now();
        work();
        return std::chrono::duration_cast<Microseconds>(Clock::now() - begun);
    }

    bool matches(const State& state) const {
        return compared_ && compared_->network == state.network && compared_->circuit == state.circuit &&
               compared_->effectiveGains() == state.effectiveGains() &&
               comparedChoice(compared_->trial) == comparedChoice(state.trial);
    }

    std::shared_ptr<Precedence> precedence_;
    std::shared_ptr<const State> compared_;
    std::shared_ptr<const Comparison> comparison_;
};

}  // namespace

Eigen::VectorXd TrialResult::drive(int step, int input) const {
    Eigen::VectorXd v = trial.inputs.col(step);
    for (const auto& bundle : {network, reduced, sides.empty() ? nullptr : sides[0]})
        if (bundle) {
            v = bundle->runs[0].v.col(step);
            break;
        }
    if (input >= 0 && input < v.size()) v[input] = trial.inputs(input, step);
    return v;
}

std::string TrialResult::epoch(int step) const {
    for (const auto& epoch : trial.epochs)
        if (step >= epoch.first && step < epoch.end) return epoch.name;
    return {};
}

int runsOf(const TrialChoice& choice) {
    return choice.noise > 0 ? choice.trials : 1;
}

TrialChoice comparedChoice(const TrialChoice& choice) {
    constexpr int most = 48;
    TrialChoice compared = choice;
    compared.condition.clear();
    const int conditions = std::max(1, static_cast<int>(conditionsOf(choice.task).size()));
    compared.trials = std::clamp(most / conditions, 1, std::max(1, choice.trials));
    return compared;
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
    if (view.input >= 0) {
        if (kappa.rows() != 1 || view.input >= run.v.rows()) return path;
        for (Eigen::Index k = 0; k < kappa.cols(); ++k) path.append({kappa(0, k), run.v(view.input, k)});
    } else if (kappa.rows() == 1) {
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

std::unique_ptr<TrialWorker> makeTrialWorker(TrialWorker::Receive receive, std::shared_ptr<Precedence> precedence) {
    auto engine = std::make_shared<TrialEngine>(std::move(precedence));
    return std::make_unique<TrialWorker>(
        [engine](const TrialRequest& request, const TrialWorker::Run& run) { return engine->perform(request, run); },
        std::move(receive));
}

}  // namespace kappascope::session
