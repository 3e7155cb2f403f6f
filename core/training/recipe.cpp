// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "core/training/kernels.h"

namespace kappascope::training {

namespace {

constexpr double mostFullRankUnits = 8192;
constexpr double mostGradientBytes = 4294967296.0;  ///< of the gradients of all blocks of a batch, together

/// What a task's training is unless options say otherwise.
struct Recipe {
    std::string_view task;
    int rank = 1;
    int epochs = 20;
    double rate = 5e-3;
    double clip = 0;
    double noise = 0.05;
    double overlap = 0;  ///< of n with m at the start
    bool trainInputs = false;
    double untilAccuracy = 0;
    double untilLoss = 0;
    Measure measure = Measure::signOfMean;
    std::vector<Stage> stages = {};  ///< before the last one
};

const std::vector<Recipe>& recipes() {
    static const std::vector<Recipe> all{
        {.task = "rdm"},
        {.task = "romo", .rank = 2, .epochs = 100, .rate = 1e-2, .clip = 1, .noise = 0.005, .untilLoss = 0.002},
        {.task = "mante", .epochs = 100, .rate = 1e-2, .clip = 0.1, .trainInputs = true, .untilLoss = 0.05},
        {.task = "raposo", .epochs = 30, .rate = 1e-2, .clip = 0.1, .trainInputs = true, .untilLoss = 0.05},
        // From m, n ~ N(0, 1) this task stays at chance for long: the start has two memories, and delays grow.
        {.task = "dms",
         .rank = 2,
         .epochs = 100,
         .rate = 1e-2,
         .clip = 1,
         .overlap = 1.5,
         .untilLoss = 0.05,
         .stages = {{{{"delay-max", 35}}, 1, 0.95, 40}, {{{"delay-max", 50}}, 1, 0.95, 20}}},
        {.task = "flipflop",
         .rank = 3,
         .epochs = 100,
         .rate = 1e-2,
         .clip = 1,
         .noise = 0.01,
         .overlap = 1.5,
         .trainInputs = true,
         .untilAccuracy = 0.99,
         .measure = Measure::heldBits},
    };
    return all;
}

const Recipe& recipeOf(std::string_view task) {
    const auto& all = recipes();
    const auto found = std::find_if(all.begin(), all.end(), [task](const Recipe& each) { return each.task == task; });
    static const Recipe usual;
    return found == all.end() ? usual : *found;
}

std::string rangeText(const tasks::OptionSchema& schema) {
    return toText(schema.minimum) + ".." + toText(schema.maximum);
}

}  // namespace

std::vector<tasks::OptionSchema> optionsFor(const tasks::Task& task) {
    const Recipe& recipe = recipeOf(task.id());
    const double inputs = recipe.trainInputs ? 1 : 0;
    return {
        {"units", 512, 1, 65536, true},
        {"rank", double(recipe.rank), 0, double(kernels::maximumRank), true},  // 0: full rank
        {"epochs", double(recipe.epochs), 1, 100000, true},
        {"lr", recipe.rate, 1e-9, 10, false},
        {"batch", 32, 1, 4096, true},
        {"clip", recipe.clip, 0, 1e9, false},  // 0: none
        {"noise", recipe.noise, 0, 1e3, false},
        {"trials", 800, 1, 20000, true},
        {"validation-trials", 200, 1, 20000, true},
        {"until-accuracy", recipe.untilAccuracy, 0, 1, false},  // 0: no matter what
        {"until-loss", recipe.untilLoss, 0, 1e9, false},        // 0: no matter what
        {"curriculum", 1, 0, 1, true},
        {"overlap", recipe.overlap, -1e3, 1e3, false},
        {"populations", 0, 0, 16, true},  // 0: the weights themselves
        {"train-m", 1, 0, 1, true},
        {"train-n", 1, 0, 1, true},
        {"train-w", 0, 0, 1, true},
        {"train-I", inputs, 0, 1, true},
        {"train-si", 1, 0, 1, true},
        {"train-so", 1, 0, 1, true},
        {"train-bias", 0, 0, 1, true},
        {"train-x0", 0, 0, 1, true},
        {"train-means", 0, 0, 1, true},
    };
}

Settings makeSettings(std::string_view taskId, const tasks::TaskOptions& taskOptions, const TrainingOptions& options,
                      std::uint64_t seed, std::vector<double> fractions) {
    const tasks::Task& task = tasks::task(taskId);
    Settings settings;
    settings.task = taskId;
    settings.seed = seed;
    const auto complete = [](const std::vector<tasks::OptionSchema>& schemas,
                             const std::map<std::string, double>& given) {
        std::map<std::string, double> result;
        for (const auto& schema : schemas) result[schema.id] = schema.value;
        for (const auto& [id, value] : given) {
            const auto schema =
                std::find_if(schemas.begin(), schemas.end(), [&id](const auto& each) { return each.id == id; });
            if (schema == schemas.end()) {
                std::string known;
                for (const auto& each : schemas) known += (known.empty() ? "" : ", ") + each.id;
                throw Error(ErrorCode::badOption, id, {toText(value), known});
            }
            const bool inRange = value >= schema->minimum && value <= schema->maximum;
            if (!inRange || (schema->integer && value != std::floor(value)))
                throw Error(ErrorCode::badOption, id, {toText(value), rangeText(*schema)});
            result[id] = value;
        }
        return result;
    };
    settings.taskOptions = complete(task.options(), taskOptions);
    TrainingOptions typed = options;
    if (const auto rank = options.find("rank"); rank != options.end() && rank->second == 0) {
        // A full J has many more numbers to move at once: small steps, and only exploding gradients are clipped.
        typed.insert({"lr", 1e-3});
        typed.insert({"clip", 1});
    }
    // A mixture has few numbers, and each moves many units: large steps. 20 epochs are short for their noise.
    if (const auto given = options.find("populations"); given != options.end() && given->second > 0) {
        typed.insert({"lr", 3e-2});
        typed.insert({"epochs", std::max(40.0, double(recipeOf(taskId).epochs))});
    }
    settings.options = complete(optionsFor(task), typed);
    // J, its two moments and its gradients have to fit.
    if (settings.value("rank") == 0 && settings.value("units") > mostFullRankUnits)
        throw Error(ErrorCode::badOption, "units",
                    {toText(settings.value("units")), "1.." + toText(mostFullRankUnits)});
    const Shape shape = settings.shape();
    const double units = settings.value("units");
    const auto columns = static_cast<double>(2 * shape.rank + shape.inputs + shape.outputs + 2);
    const double blockBytes = 4 * units * (shape.isFullRank() ? units : columns);
    const double most = std::floor(mostGradientBytes / blockBytes) * (shape.isFullRank() ? 16 : 8);  // trials a block
    if (settings.value("batch") > most)
        throw Error(ErrorCode::badOption, "batch", {toText(settings.value("batch")), "1.." + toText(most)});
    const auto trainable = settings.trainable();
    if (std::none_of(trainable.begin(), trainable.end(), [](bool learns) { return learns; }))
        throw Error(ErrorCode::badOption, "train-m", {"0", "1"});
    const double populations = settings.value("populations");
    if (static_cast<double>(fractions.size()) != populations && !fractions.empty())
        throw Error(ErrorCode::badOption, "populations", {toText(populations), std::to_string(fractions.size())});
    if (populations > 0) {
        if (shape.isFullRank()) throw Error(ErrorCode::badOption, "populations", {toText(populations), "0"});
        for (const char* part : {"train-bias", "train-x0"})
            if (settings.value(part) != 0) throw Error(ErrorCode::badOption, part, {"1", "0"});
        if (settings.value("units") < populations)
            throw Error(ErrorCode::badOption, "units", {toText(settings.value("units")), ">= " + toText(populations)});
        if (fractions.empty()) fractions.assign(static_cast<std::size_t>(populations), 1 / populations);
    }
    settings.fractions = std::move(fractions);
    (void)settings.mixture();
    return settings;
}

Shape Settings::shape() const {
    const tasks::Task& own = tasks::task(task);
    // Every trial of a task has the same outputs.
    const auto trial = own.randomTrial(taskOptions, seed, 0);
    return {static_cast<std::size_t>(value("units")), static_cast<std::size_t>(value("rank")),
            static_cast<std::size_t>(own.inputs()), static_cast<std::size_t>(trial.target.rows())};
}

std::optional<Mixture> Settings::mixture() const {
    if (fractions.empty()) return std::nullopt;
    return Mixture(shape(), fractions);
}

std::size_t Settings::parameterCount() const {
    const auto own = mixture();
    return own ? own->total() : shape().total();
}

Trainable Settings::trainable() const {
    const auto learns = [this](std::string_view id) { return value(id) != 0; };
    const bool lowRank = value("rank") != 0;
    Trainable result{};
    const auto set = [&result](Part part, bool learned) { result[static_cast<std::size_t>(part)] = learned; };
    set(Part::m, lowRank && learns("train-m"));
    set(Part::n, lowRank && learns("train-n"));
    set(Part::connectivity, !lowRank && (learns("train-m") || learns("train-n")));
    set(Part::outputWeights, learns("train-w"));
    set(Part::inputWeights, learns("train-I"));
    set(Part::inputScales, learns("train-si"));
    set(Part::outputScales, learns("train-so"));
    set(Part::bias, learns("train-bias"));
    set(Part::initialState, learns("train-x0"));
    return result;
}

std::vector<Stage> Settings::stages() const {
    std::vector<Stage> result;
    if (value("curriculum") != 0) {
        for (Stage stage : recipeOf(task).stages) {
            bool easier = false;
            for (auto& [id, limit] : stage.task) {
                const double own = taskOptions.find(id)->second;
                easier = easier || limit < own;
                limit = std::min(limit, own);
            }
            if (easier) result.push_back(std::move(stage));
        }
    }
    result.push_back({});
    for (Stage& stage : result) {
        tasks::TaskOptions complete = taskOptions;
        for (const auto& [id, limit] : stage.task) complete[id] = limit;
        if (complete.contains("delay-min"))
            complete["delay-min"] = std::min(complete["delay-min"], complete["delay-max"]);
        stage.task = std::move(complete);
    }
    result.back().epochs = static_cast<int>(value("epochs"));
    if (const double accuracy = value("until-accuracy"); accuracy > 0) result.back().untilAccuracy = accuracy;
    return result;
}

Measure Settings::measure() const {
    return measureOf(task);
}

Measure measureOf(std::string_view task) {
    return recipeOf(task).measure;
}

}  // namespace kappascope::training
