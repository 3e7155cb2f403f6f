// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "core/tasks/factories.h"
#include "core/tasks/task.h"

namespace kappascope::tasks {

const std::vector<std::unique_ptr<const Task>>& registry() {
    static const auto tasks = [] {
        std::vector<std::unique_ptr<const Task>> list;
        list.push_back(makePerceptualDecision());
        list.push_back(makeParametricWorkingMemory());
        list.push_back(makeContextDependentDecision());
        list.push_back(makeMultiSensoryDecision());
        list.push_back(makeDelayedMatch());
        list.push_back(makeFlipFlop());
        return list;
    }();
    return tasks;
}

const Task& task(std::string_view id) {
    std::string known;
    for (const auto& candidate : registry()) {
        if (candidate->id() == id) return *candidate;
        known += (known.empty() ? "" : ", ") + std::string(candidate->id());
    }
    throw Error(ErrorCode::unknownTask, {}, {std::string(id), known});
}

}  // namespace kappascope::tasks
