// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/reductions.h"

#include <QCoreApplication>
#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "core/statistics/loadings.h"
#include "core/statistics/populations.h"
#include "core/training/evaluation.h"
#include "core/training/recipe.h"
#include "ui/session/comparison.h"
#include "ui/session/point_matches.h"
#include "ui/session/refining.h"

namespace kappascope::session {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Reductions)
};

// Parts of a row's progress: making its circuit, and the trials through it.
constexpr double made = 0.3, compared = 0.5, matched = 0.6;

/// Populations by number of first appearance, so that two partitions are equal where their numbers alone differ.
std::vector<int> canonical(const std::vector<int>& labels) {
    std::map<int, int> numbers;
    std::vector<int> result;
    result.reserve(labels.size());
    for (const int label : labels)
        result.push_back(numbers.try_emplace(label, static_cast<int>(numbers.size())).first->second);
    return result;
}

StatePtr atGains(const StatePtr& state, const Eigen::VectorXd& gains) {
    auto next = std::make_shared<State>(*state);
    next->gains = gains;
    next->on.assign(static_cast<std::size_t>(gains.size()), true);
    return next;
}

/// The network in one piece, at unit gains, whatever its file says.
StatePtr whole(const StatePtr& state) {
    auto one = std::make_shared<State>(*withOneGaussian(state));
    const auto plain = [](const network::Network& from) {
        auto network = std::make_shared<network::Network>(from);
        network->storedGains.resize(0);
        return network;
    };
    if (one->network->storedGains.size() > 0) {
        const bool shared = one->file == one->network;
        one->network = plain(*one->network);
        one->file = shared ? one->network : plain(*one->file);
        one->exact = std::make_shared<const reduction::ExactReduction>(one->network);
        measureCircuit(*one);
    }
    return atGains(one, Eigen::VectorXd::Ones(one->circuit->populationCount()));
}

/// One table in the making.
class Table {
public:
    Table(const StatePtr& state, const ReductionsPlan& plan, const ReductionsGround& ground, const ReductionsWork& work)
        : plan_(plan), ground_(ground), work_(work), whole_(whole(state)) {}

    void run() {
        finish(measured(start(Reduction::Kind::exact, 0, whole_), Level::exact));
        for (int count = 1; count <= plan_.most; ++count) {
            auto row = fitted(count);
            seen_[count] = {row.state, row.warning};
            finish(measured(std::move(row), Level::meanField));
        }
        if (plan_.refined > 0) finish(measured(refined(), Level::meanField));
        if (plan_.own && !isSeen(*plan_.own)) {
            const auto own = atGains(plan_.own, plan_.own->circuit->defaultGains());
            finish(measured(start(Reduction::Kind::own, 0, own), Level::meanField));
        }
        if (work_.progress) work_.progress(1);
    }

private:
    struct Fitted {
        StatePtr state;
        QString warning;
    };

    static Reduction start(Reduction::Kind kind, int asked, StatePtr state) {
        Reduction row;
        row.kind = kind;
        row.asked = asked;
        row.state = std::move(state);
        return row;
    }

    void finish(Reduction row) {
        if (work_.stop.stop_requested()) throw Error(ErrorCode::stopped);
        ++rows_;
        tell(0);
        if (work_.row) work_.row(std::move(row));
    }

    /// share: of this row.
    void tell(double share) const {
        if (work_.progress) work_.progress((rows_ + share) / rowCount(plan_));
    }

    /// A step of so many until the circuit is made.
    std::function<void()> step(std::size_t steps) {
        done_ = 0;
        return [this, steps] {
            tell(made * static_cast<double>(++done_) / static_cast<double>(std::max<std::size_t>(1, steps)));
        };
    }

    Reduction fitted(int count) {
        auto row = start(Reduction::Kind::fitted, count, whole_);
        if (count == 1) return row;
        statistics::PopulationsOptions fit;
        fit.count = count;
        fit.fitAlone = true;
        fit.mixture.seed = plan_.seed;
        const Eigen::MatrixXd loadings = statistics::loadingsOf(*whole_->network);
        const auto found = statistics::findPopulations(
            loadings, fit, {work_.executor, step(statistics::stepsOf(fit, loadings)), work_.stop});
        if (found.fit.count() < count)
            row.warning = Texts::tr("Of %1 populations the fit occupies %2.").arg(count).arg(found.fit.count());
        row.state = withLabels(whole_, found.fit.labels);
        return row;
    }

    Reduction refined() {
        const auto earlier = seen_.find(plan_.refined);
        Reduction row = earlier == seen_.end() ? fitted(plan_.refined)
                                               : start(Reduction::Kind::refined, plan_.refined, earlier->second.state);
        if (earlier != seen_.end()) row.warning = earlier->second.warning;
        row.kind = Reduction::Kind::refined;
        training::RefinementOptions options;
        options.seed = plan_.seed;
        auto result =
            refineToFlow(*row.state, *row.state->circuit, refinementTrials(*row.state, ground_.choice), options,
                         {work_.executor, step(static_cast<std::size_t>(options.starts)), work_.stop});
        row.state = withCircuit(whole_, std::make_shared<const reduction::Circuit>(std::move(result.circuit)));
        return row;
    }

    /// The circuit is one of those that were fitted.
    bool isSeen(const State& own) const {
        if (own.circuitIsOneGaussian) return plan_.most >= 1;
        if (!own.circuitIsMoments) return false;
        const auto labels = canonical(own.network->labels);
        return std::ranges::any_of(
            seen_, [&labels](const auto& each) { return canonical(each.second.state->network->labels) == labels; });
    }

    double judged(const network::Network& network) const {
        return training::evaluate(network, *ground_.task, ground_.taskOptions, ground_.noise, plan_.fresh, plan_.seed,
                                  work_.executor, work_.stop)
            .accuracy();
    }

    Reduction measured(Reduction row, Level level) const {
        const State& state = *row.state;
        const ForEach forEach = [this](int count, const std::function<void(int)>& each) {
            work_.executor(static_cast<std::size_t>(count), [&each](std::size_t k) { each(static_cast<int>(k)); });
        };
        tell(made);
        row.agreement = *compare(state, ground_.choice, work_.stop, forEach).of(level);
        tell(compared);
        matchFixedPoints(row, level, forEach);
        tell(matched);
        if (level != Level::meanField) {
            row.accuracy = judged(*state.network);
            return row;
        }
        const auto& circuit = *state.circuit;
        row.populations = circuit.populationCount();
        row.origin = originText(circuit);
        if (circuit.outputs != ground_.task->randomTrial(ground_.taskOptions, plan_.seed, 0).target.rows()) return row;
        row.accuracy =
            training::evaluateMeanField(circuit, *ground_.task, ground_.taskOptions, ground_.noise,
                                        state.network->alpha, plan_.fresh, plan_.seed, work_.executor, work_.stop)
                .accuracy();
        for (int k = 0; k < plan_.draws; ++k) {
            auto network = reduction::sample(circuit, state.network->units(),
                                             derivedSeed(plan_.seed, static_cast<std::uint64_t>(k)));
            network.alpha = state.network->alpha;
            network.readout = state.network->readout;
            row.drawn.push_back(judged(network));
            tell(matched + (1 - matched) * (k + 1) / plan_.draws);
        }
        return row;
    }

    void matchFixedPoints(Reduction& row, Level level, const ForEach& forEach) const {
        const State& state = *row.state;
        row.pointsKnown = !state.isTruncated();
        if (!row.pointsKnown) return;
        for (const auto& each : matchPoints(state, level, heldInputs(state, ground_.choice), work_.stop, forEach)) {
            row.points += static_cast<int>(each.network.size());
            row.reducedPoints += static_cast<int>(each.reduced.size());
            row.matched += static_cast<int>(each.matching.matched.size());
            row.proven = row.proven && each.proven;
            for (const auto& pair : each.matching.matched) {
                row.sameKind += pair.sameKind;
                row.largestDistance = std::max(row.largestDistance, pair.distance);
            }
        }
    }

    const ReductionsPlan& plan_;
    const ReductionsGround& ground_;
    const ReductionsWork& work_;
    StatePtr whole_;
    std::map<int, Fitted> seen_;  ///< by the number of populations that was asked for
    int rows_ = 0;
    std::atomic<std::size_t> done_{0};
};

}  // namespace

double trainingNoise(double own, const tasks::Task& task, const tasks::TaskOptions& options) {
    if (own > 0) return own;
    return training::makeSettings(std::string(task.id()), options, {}, 1).value("noise");
}

ReductionsGround reductionsGround(const State& state, const ReductionsPlan& plan) {
    if (!state.network || !state.file) throw Error(ErrorCode::needsUnits);
    if (!state.network->isLowRank()) throw Error(ErrorCode::needsLowRank);
    ReductionsGround ground;
    ground.choice = completed(state, plan.choice);
    ground.task = &tasks::task(ground.choice.task.toStdString());
    ground.taskOptions = taskOptions(ground.choice);
    ground.noise = plan.noise.value_or(trainingNoise(state.network->noise, *ground.task, ground.taskOptions));
    ground.choice.condition.clear();  // all of them
    ground.choice.noise = ground.noise;
    ground.choice.trials = plan.trials;
    ground.choice.seed = plan.seed;
    return ground;
}

int rowCount(const ReductionsPlan& plan) {
    return 1 + plan.most + (plan.refined > 0 ? 1 : 0) + (plan.own ? 1 : 0);
}

void measureReductions(const StatePtr& state, const ReductionsPlan& plan, const ReductionsGround& ground,
                       const ReductionsWork& work) {
    Table(state, plan, ground, work).run();
}

double networkAccuracy(const StatePtr& state, const ReductionsPlan& plan, const ReductionsGround& ground,
                       const ReductionsWork& work) {
    return training::evaluate(*whole(state)->file, *ground.task, ground.taskOptions, ground.noise, plan.fresh,
                              plan.seed, work.executor, work.stop)
        .accuracy();
}

}  // namespace kappascope::session
