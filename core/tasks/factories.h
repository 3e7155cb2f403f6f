// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/tasks/task.h"

namespace kappascope::tasks {

// One task a file; the registry lists them.
std::unique_ptr<const Task> makePerceptualDecision();
std::unique_ptr<const Task> makeParametricWorkingMemory();
std::unique_ptr<const Task> makeContextDependentDecision();
std::unique_ptr<const Task> makeMultiSensoryDecision();
std::unique_ptr<const Task> makeDelayedMatch();
std::unique_ptr<const Task> makeFlipFlop();

}  // namespace kappascope::tasks
