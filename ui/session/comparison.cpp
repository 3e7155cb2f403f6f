// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/comparison.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/io/text.h"
#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

constexpr int trialLimit = 100'000;
constexpr int blockSize = 128;  ///< trials whose sums are held at once

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Comparison)
};

/// Makes trial `index` of a condition.
using MakeTrial = std::function<tasks::TaskTrial(int index)>;

struct Condition {
    QString name;
    MakeTrial make;
};

/// The mask with one row for each output of the network; a task's only row holds for all of them.
Eigen::MatrixXd maskFor(const Eigen::MatrixXd& mask, Eigen::Index outputs, const QString& task) {
    if (mask.rows() == outputs || mask.size() == 0) return mask;
    if (mask.rows() != 1)
        throw Error(ErrorCode::wrongShape, Texts::tr("the output of the task %1").arg(task).toStdString(),
                    {std::to_string(mask.rows()), std::to_string(outputs)});
    return mask.replicate(outputs, 1);
}

/// One state's network and reduced levels.
class Levels {
public:
    explicit Levels(const State& state, double noise, std::uint64_t seed, std::stop_token stop)
        : state_(state), stop_(std::move(stop)) {
        if (!state.network || !state.file) throw Error(ErrorCode::needsUnits);
        options_.noise = noise;
        options_.seed = seed;
        options_.recordUnits = false;
        levels_.push_back(Level::exact);
        if (state.circuit) levels_.push_back(Level::meanField);
    }

    const std::vector<Level>& all() const { return levels_; }

    /// The exact level of a low-rank network is the network itself in other variables.
    bool isIdentity(Level level) const { return level == Level::exact && !state_.isTruncated(); }

    /// One tally for each level. index: the noise's.
    std::vector<simulation::AgreementTally> run(const tasks::TaskTrial& trial, std::uint64_t index,
                                                const QString& task) const {
        auto options = options_;
        options.trialIndex = index;
        simulation::TrialPair pair;
        pair.mask = maskFor(trial.mask, state_.network->outputs(), task);
        pair.network = simulateLevel(state_, Level::network, trial.trial, options, stop_);
        std::vector<simulation::AgreementTally> tallies(levels_.size());
        for (std::size_t l = 0; l < levels_.size(); ++l) {
            pair.reduced = simulateLevel(state_, levels_[l], trial.trial, options, stop_);
            tallies[l].add(pair);
        }
        return tallies;
    }

private:
    const State& state_;
    simulation::SimulationOptions options_;
    std::stop_token stop_;
    std::vector<Level> levels_;
};

QStringList warningsOf(const State& state) {
    QStringList warnings;
    if (state.isTruncated())
        warnings << Texts::tr(
                        "The network is full-rank: its projection on %1 modes of J is held against the flow of its "
                        "view truncated to rank %1, which is no identity.")
                        .arg(state.rank());
    if (!state.circuit)
        warnings << Texts::tr(
            "The mean-field level is left out: this network has no populations. Use one Gaussian for the whole "
            "network, part it by a loading, or give a file of labels.");
    if (state.circuit && state.network->initialState.size() > 0)
        warnings << Texts::tr(
            "The network starts from a state x0 of its own; the mean-field circuit starts from kappa = 0.");
    if (state.circuit && state.network->readout != network::Readout::rate)
        warnings << Texts::tr(
            "The network's z is not read from the rates r, the mean-field circuit's is: their z differ for that "
            "alone.");
    return warnings;
}

Comparison compareAll(const State& state, const std::vector<Condition>& conditions, double noise, int trials,
                      std::uint64_t seed, const QString& task, const std::stop_token& stop, const ForEach& forEach) {
    if (trials < 1 || trials > trialLimit)
        throw Error(ErrorCode::badOption, "trials", {std::to_string(trials), "1.." + std::to_string(trialLimit)});
    const Levels levels(state, noise, seed, stop);
    const std::size_t count = levels.all().size();
    const auto agreements = [&](const std::vector<simulation::AgreementTally>& tallies) {
        std::vector<LevelAgreement> result;
        for (std::size_t l = 0; l < count; ++l) {
            result.push_back({levels.all()[l], tallies[l].result()});
            result.back().agreement.identity = levels.isIdentity(levels.all()[l]);
        }
        return result;
    };

    Comparison result;
    result.task = task;
    result.tauMs = state.network->tauMs;
    result.noise = noise;
    result.trials = trials;
    result.warnings = warningsOf(state);
    std::vector<std::vector<simulation::AgreementTally>> rows(conditions.size(),
                                                              std::vector<simulation::AgreementTally>(count));
    const int all = static_cast<int>(conditions.size()) * trials;
    std::vector<std::vector<simulation::AgreementTally>> block;
    for (int first = 0; first < all; first += blockSize) {
        const int size = std::min(blockSize, all - first);
        block.assign(static_cast<std::size_t>(size), {});
        forEach(size, [&](int k) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const int index = first + k;
            const auto trial = conditions[static_cast<std::size_t>(index / trials)].make(index);
            block[static_cast<std::size_t>(k)] = levels.run(trial, static_cast<std::uint64_t>(index), task);
        });
        // In the trials' order, whatever the order they were done in.
        for (int k = 0; k < size; ++k)
            for (std::size_t l = 0; l < count; ++l)
                rows[static_cast<std::size_t>((first + k) / trials)][l].add(block[static_cast<std::size_t>(k)][l]);
    }

    std::vector<simulation::AgreementTally> total(count);
    for (std::size_t c = 0; c < conditions.size(); ++c) {
        for (std::size_t l = 0; l < count; ++l) total[l].add(rows[c][l]);
        result.rows.push_back({conditions[c].name, agreements(rows[c])});
    }
    result.levels = agreements(total);
    return result;
}

}  // namespace

const simulation::Agreement* Comparison::of(Level level) const {
    for (const auto& each : levels)
        if (each.level == level) return &each.agreement;
    return nullptr;
}

void forEachInOrder(int count, const std::function<void(int)>& work) {
    for (int index = 0; index < count; ++index) work(index);
}

network::TaskReference ownTask(const State& state) {
    if (state.file) return state.file->task;
    return state.circuit ? state.circuit->task : network::TaskReference();
}

TrialChoice completed(const State& state, TrialChoice choice) {
    const auto own = ownTask(state);
    if (choice.task.isEmpty()) choice.task = QString::fromStdString(own.id);
    if (choice.task.isEmpty()) {
        std::string known;
        for (const auto& task : tasks::registry()) known += (known.empty() ? "" : ", ") + std::string(task->id());
        throw Error(ErrorCode::needsTask, {}, {known});
    }
    const auto& task = tasks::task(choice.task.toStdString());
    if (own.id == task.id())
        for (const auto& schema : task.options())
            if (const auto stored = own.options.find(schema.id); stored != own.options.end())
                if (const auto value = io::toNumber(stored->second))
                    choice.options.try_emplace(QString::fromStdString(schema.id), *value);
    if (task.inputs() != state.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, Texts::tr("The task %1").arg(choice.task).toStdString(),
                    {std::to_string(task.inputs()), std::to_string(state.inputs())});
    return choice;
}

tasks::TaskOptions taskOptions(const TrialChoice& choice) {
    tasks::TaskOptions result;
    for (const auto& [id, value] : choice.options) result[id.toStdString()] = value;
    return result;
}

Comparison compare(const State& state, const TrialChoice& choice, std::stop_token stop, const ForEach& forEach) {
    if (!state.network || !state.file) throw Error(ErrorCode::needsUnits);
    const TrialChoice chosen = completed(state, choice);
    const auto& task = tasks::task(chosen.task.toStdString());
    const auto options = taskOptions(chosen);
    std::vector<std::string> names{chosen.condition.toStdString()};
    if (chosen.condition.isEmpty()) names = task.conditions();
    std::vector<Condition> conditions;
    for (const auto& name : names) {
        // Refuses at once what the task does not understand, and gives the name that the task itself writes.
        const auto written = task.trial(name, options).trial.condition;
        conditions.push_back({QString::fromStdString(written), [&, name](int index) {
                                  auto trial =
                                      task.trial(name, options, true, chosen.seed, static_cast<std::uint64_t>(index));
                                  trial.trial.alpha = state.network->alpha;
                                  return trial;
                              }});
    }
    auto result = compareAll(state, conditions, chosen.noise, chosen.trials, chosen.seed, chosen.task, stop, forEach);
    result.alpha = state.network->alpha;
    return result;
}

Comparison compare(const State& state, const tasks::TaskTrial& trial, double noise, int trialCount, std::uint64_t seed,
                   std::stop_token stop, const ForEach& forEach) {
    const std::vector<Condition> conditions{
        {QString::fromStdString(trial.trial.condition), [&trial](int) { return trial; }}};
    auto result = compareAll(state, conditions, noise, trialCount, seed, {}, stop, forEach);
    result.alpha = trial.trial.alpha;
    return result;
}

}  // namespace kappascope::session
