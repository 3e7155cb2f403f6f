// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/simulation/agreement.h"
#include "core/tasks/task.h"
#include "ui/session/state.h"

namespace kappascope::session {

/// How well one reduced level follows the network.
struct LevelAgreement {
    Level level = Level::exact;
    simulation::Agreement agreement;
};

/// The network against each reduced level that the state has, over the trials of one condition or of all.
struct Comparison {
    struct Row {
        QString condition;
        std::vector<LevelAgreement> levels;
    };

    QString task;                        ///< empty for a trial of the user's own
    std::vector<Row> rows;               ///< one for each condition
    std::vector<LevelAgreement> levels;  ///< over all trials of all conditions: exact, mean-field where there is one
    double alpha = 0.2;                  ///< the step that both were made with, dt / tau
    double tauMs = 100;
    double noise = 0;           ///< sigma of the state noise, per unit and step
    int trials = 1;             ///< of each condition
    QStringList warnings = {};  ///< what to beware of, for people

    /// The agreement over all trials; null where the level was not compared.
    const simulation::Agreement* of(Level level) const;
};

/// Calls work(index) for 0..count-1, in any order, perhaps on several threads; passes exceptions on.
using ForEach = std::function<void(int count, const std::function<void(int)>& work)>;

/// The loop of the calling thread alone.
void forEachInOrder(int count, const std::function<void(int)>& work);

/// Runs every trial of the choice through the network and each reduced level, with the same input noise and the same
/// state noise (the mean field takes it as a variance), from the network's own start, with the network's own step and
/// the state's effective gains.
///
/// choice: an empty task means the network's own one with its options; an empty condition means every named condition;
/// `trials` of each, which differ in their noise (trials 1..100 count from 0 within the seed, on from condition to
/// condition). The choice that trials end in is read where the task's mask is not zero. A full-rank file is stepped
/// itself, and its projection on the modes of its truncated view is held against the view's flow.
///
/// The result depends on neither threads nor the order in which `forEach` runs. Throws needsUnits, needsTask,
/// unknownTask, unknownCondition, inputsDoNotMatch, badOption, stopped.
Comparison compare(const State& state, const TrialChoice& choice, std::stop_token stop = {},
                   const ForEach& forEach = forEachInOrder);

/// The same over a trial that no task knows, such as one from a file. Without a mask the last step decides.
/// trialCount: 1..100000, differing in their state noise.
Comparison compare(const State& state, const tasks::TaskTrial& trial, double noise, int trialCount, std::uint64_t seed,
                   std::stop_token stop = {}, const ForEach& forEach = forEachInOrder);

/// The task that a network was trained on, as far as its file says; empty where it does not.
network::TaskReference ownTask(const State& state);

/// A choice with what it leaves open filled in from the network: its task, with the options that it was trained with.
/// Throws needsTask (neither names one), unknownTask, inputsDoNotMatch.
TrialChoice completed(const State& state, TrialChoice choice);

/// The choice's options as the tasks take them.
tasks::TaskOptions taskOptions(const TrialChoice& choice);

}  // namespace kappascope::session
