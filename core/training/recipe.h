// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tasks/task.h"
#include "core/training/gradient.h"
#include "core/training/mixture.h"

namespace kappascope::training {

/// Options of a run by id; what is missing has its default.
using TrainingOptions = std::map<std::string, double>;

/// One piece of a curriculum.
struct Stage {
    tasks::TaskOptions task;   ///< upper limits of the task's own options in this stage, such as delay-max
    double rateFactor = 1;     ///< of the learning rate
    double untilAccuracy = 2;  ///< of validation trials; above 1: never
    int epochs = 0;            ///< at most so many; 0: no limit. Those of the last stage are the run's
};

/// Everything that a run begins with. A run is a function of these alone.
struct Settings {
    std::string task;
    tasks::TaskOptions taskOptions;  ///< of the task, complete
    TrainingOptions options;         ///< of optionsFor(task), complete
    std::uint64_t seed = 1;
    std::vector<double> fractions;  ///< a_p, one a population, where a mixture is trained; none for weights

    double value(std::string_view id) const { return options.find(std::string(id))->second; }
    Shape shape() const;
    std::optional<Mixture> mixture() const;  ///< what is trained in place of the weights
    std::size_t parameterCount() const;      ///< numbers of a run: weights, or those of the mixture
    Trainable trainable() const;
    std::vector<Stage> stages() const;  ///< at least one
    Measure measure() const;
};

/// The options of a run for one task: id, default of the task's recipe, range, kind. Command line, form, session and
/// checkpoint derive from this. Recipes as published (Dubreuil, Valente et al. 2022) unless said otherwise in
/// recipe.cpp.
std::vector<tasks::OptionSchema> optionsFor(const tasks::Task& task);

/// Fills in defaults (of full rank: learning rate 1e-3, clip 1; of a mixture: learning rate 3e-2, at least 40 epochs).
/// Throws unknownTask, or badOption for what is unknown, out of range or not whole. fractions: of as many populations
/// as options say; none: all the same. Of a mixture also throws as Mixture's constructor.
Settings makeSettings(std::string_view task, const tasks::TaskOptions& taskOptions, const TrainingOptions& options,
                      std::uint64_t seed, std::vector<double> fractions = {});

/// What counts as right in a task.
Measure measureOf(std::string_view task);

}  // namespace kappascope::training
