// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/tasks/task.h"
#include "ui/session/state.h"

namespace kappascope::session {

// Which trials a network can be put through.

/// A task's name for people, through tr(): "Delayed match to sample"; its id where it has none.
QString taskTitle(const QString& taskId);

/// Ids of the tasks that have as many inputs as the state, in the order of the registry; the network's own first.
std::vector<QString> tasksFor(const State& state);

/// The named conditions of a task. Throws unknownTask.
std::vector<QString> conditionsOf(const QString& taskId);

/// The task that a network or circuit says it was made for, with the options stored there and its first condition; no
/// task where it says nothing, or something that does not fit its inputs.
TrialChoice proposedTrial(const State& state);

/// A task as it is first shown: its first condition, the options that the network stores for it, no noise.
TrialChoice firstTrial(const State& state, const QString& taskId);

/// Trial `index` of a choice, in the network's own steps. Input noise where the choice has state noise; without a
/// condition the random trial of the seed, the same for every index. Throws unknownTask, unknownCondition, badOption,
/// inputsDoNotMatch.
tasks::TaskTrial makeTrial(const State& state, const TrialChoice& choice, int index = 0);

}  // namespace kappascope::session
