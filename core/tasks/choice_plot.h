// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/tasks/task.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

/// Values of an axis, rising: those given, or the usual ones. least: of any. Throws badOption, "values".
std::vector<double> axisValues(const std::vector<double>& given, std::vector<double> usual,
                               double least = -std::numeric_limits<double>::infinity());

/// For axes without numbers: throws badOption where some were given.
void refuseValues(const std::vector<double>& given);

/// Coherences of a curve: those that trials draw from, 0, and weaker ones, where a trained network's curve bends.
std::vector<double> fineCoherences();

/// A panel whose cells are all combinations of its axes' values. condition: from the value of each axis, as text (its
/// label, where it has one).
ChoicePanel panelOf(std::string name, std::vector<TaskVariable> holds, std::vector<Axis> axes,
                    const std::function<std::string(const std::vector<std::string>&)>& condition);

/// The delay, in steps, of plots of a task with a variable one: `usual`, or what is next to it between the options
/// delay-min and delay-max.
int usualDelay(const Task& task, const TaskOptions& options, int usual);

/// A stretch of a trial: "delay" (its first epoch that is called so or begins with it), "stimulus 2" (the second epoch
/// that begins with "stimulus"), or steps "22:62" (62 is not among them). Throws badOption, "window", naming what there
/// is.
Span windowOf(const simulation::Trial& trial, std::string_view window);

/// Throws badOption, "task", naming those that have one, where a task has no choice to plot.
void requireChoices(const Task& task);

/// The panel of a name, upper or lower case. Throws badOption, "context".
const ChoicePanel& panelNamed(const ChoicePlot& plot, std::string_view name);

}  // namespace kappascope::tasks
