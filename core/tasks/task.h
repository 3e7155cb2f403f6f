// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/simulation/trial.h"

namespace kappascope::tasks {

/// One option of a task; command line, form and session derive from this.
struct OptionSchema {
    std::string id;    ///< "cue"
    double value = 0;  ///< default
    double minimum = 0;
    double maximum = 0;
    bool integer = false;
};

/// Options by id; what is missing has its default.
using TaskOptions = std::map<std::string, double>;

/// What a trial is about, as a number: {"coherence", -4}.
struct TaskVariable {
    std::string name;
    double value = 0;

    bool operator==(const TaskVariable&) const = default;
};

/// A trial with its target and mask, as training needs them.
struct TaskTrial {
    simulation::Trial trial;
    Eigen::MatrixXd target;                    ///< O x T
    Eigen::MatrixXd mask;                      ///< O x T, 0 or 1
    std::vector<TaskVariable> variables = {};  ///< the same names, in the same order, in every trial of a task
};

/// A variable that choices are plotted over.
struct Axis {
    std::string name;                      ///< "coherence 1"
    std::vector<double> values;            ///< as in TaskVariable where the task has one of this name
    std::vector<std::string> labels = {};  ///< "A", "B": for people, where the values are only codes; one a value
};

/// A curve (one axis) or a matrix (two) of choices, in one context of a task.
struct ChoicePanel {
    std::string name;                      ///< "ctx1"; empty where a task has one panel only
    std::vector<TaskVariable> holds = {};  ///< what all of its trials have in common
    std::vector<Axis> axes;                ///< one or two
    std::vector<std::string> conditions;   ///< of each cell, in the task's grammar; the first axis moves slowest
};

/// How the choices of a task are plotted.
struct ChoicePlot {
    std::string positive;             ///< what a positive output says: "match"
    std::string window;               ///< the epoch in which units are usually asked what they are selective for
    std::vector<ChoicePanel> panels;  ///< none: a trial of this task has no single choice
};

/// A task: a generator of trials. Numbers as in Dubreuil, Valente et al. 2022 (dt 20 ms, tau 100 ms).
class Task {
public:
    virtual ~Task() = default;
    virtual std::string_view id() const = 0;  ///< "rdm"
    virtual int inputs() const = 0;           ///< S
    virtual std::vector<std::string> inputNames() const = 0;
    virtual std::vector<OptionSchema> options() const = 0;

    /// The named conditions that a form offers, such as "A-A delay 50". Others of the same grammar are understood too.
    virtual std::vector<std::string> conditions() const = 0;

    /// The trial of a named condition: no input noise unless inputNoise. Case and the task's own id in front do not
    /// matter. Throws unknownCondition or badOption.
    virtual TaskTrial trial(std::string_view condition, const TaskOptions& options = {}, bool inputNoise = false,
                            std::uint64_t seed = 1, std::uint64_t trialIndex = 0) const = 0;

    /// A random trial with input noise, as for training.
    virtual TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const = 0;

    /// What its choices are plotted over. values: of the axes in place of the task's own, at most 101, all different.
    /// Throws badOption ("values": not finite, out of range, too many, or the axes have no numbers).
    virtual ChoicePlot choicePlot(const TaskOptions& options = {}, const std::vector<double>& values = {}) const;
};

/// All tasks, in the order in which they are offered.
const std::vector<std::unique_ptr<const Task>>& registry();

/// Throws unknownTask.
const Task& task(std::string_view id);

}  // namespace kappascope::tasks
