// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "core/tasks/task.h"

namespace kappascope::tasks {

/// The words of a condition's name in lower case, without the task's own id in front.
std::vector<std::string> words(std::string_view condition, std::string_view taskId);

/// A finite number, or nothing where the text is anything else. Independent of the locale.
std::optional<double> number(std::string_view text);

/// The two numbers of "4,-4".
std::optional<std::array<double, 2>> numberPair(std::string_view text);

/// Steps of a "delay 50" that ends a condition's name, words[from..]; fallback where there are no more words. Nothing
/// where they are anything else, or outside 0..10000.
std::optional<int> delaySteps(const std::vector<std::string>& words, std::size_t from, int fallback);

/// Value of an option, or its default. Throws badOption where the option is out of its range, not whole though it must
/// be, or where `options` holds one that the task does not know.
double option(const Task& task, const TaskOptions& options, std::string_view id);

/// Throws unknownCondition with what was given and some that are known.
[[noreturn]] void refuseCondition(const Task& task, std::string_view condition);

/// Coherences that random trials draw from, +-{1, 2, 4}, one of them, with the sign asked for (0: either).
double drawCoherence(Random& random, int sign = 0);

/// -1, 0 or 1.
double signOf(double value);

/// Amplitude of a sensory input at coherence 1.
inline constexpr double coherenceScale = 0.1;

/// Trials of tasks with a variable delay are at least as long as one with so many delay steps, the longest
/// delay of the published networks; so conditions that differ in nothing but the delay stay comparable.
inline constexpr int paddedDelay = 50;

}  // namespace kappascope::tasks
