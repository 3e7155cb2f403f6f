// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/error.h"
#include "core/io/text.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

/// Were two stimuli, a delay apart, the same? Conditions: "A-B delay 50", or "A-B" (50 steps).
class DelayedMatch final : public Task {
public:
    std::string_view id() const override { return "dms"; }
    int inputs() const override { return 2; }
    std::vector<std::string> inputNames() const override { return {"A", "B"}; }
    std::vector<OptionSchema> options() const override {
        return {
            {"input-noise", 0.03, 0, 10, false}, {"delay-min", 25, 0, 10000, true}, {"delay-max", 150, 0, 10000, true}};
    }

    std::vector<std::string> conditions() const override {
        std::vector<std::string> names;
        for (const char* delay : {"50", "25", "150"})
            for (const char* pair : {"A-A", "A-B", "B-A", "B-B"})
                names.push_back(std::string(pair) + " delay " + delay);
        return names;
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        const auto parts = words(condition, id());
        const auto delay = parts.empty() ? std::nullopt : delaySteps(parts, 1, 50);
        if (!delay || parts[0].size() != 3 || parts[0][1] != '-') refuseCondition(*this, condition);
        const int first = parts[0][0] - 'a';
        const int second = parts[0][2] - 'a';
        if (first < 0 || first > 1 || second < 0 || second > 1) refuseCondition(*this, condition);
        return build(first, second, *delay, std::max(*delay, paddedDelay), options, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        const int least = static_cast<int>(option(*this, options, "delay-min"));
        const int most = static_cast<int>(option(*this, options, "delay-max"));
        if (least > most) throw Error(ErrorCode::badOption, "delay-min", {io::toText(least), "0.." + io::toText(most)});
        Random random(seed, Stream::trialChoice, trialIndex);
        const int first = random.integer(0, 1);
        const int second = random.integer(0, 1);
        return build(first, second, random.integer(least, most), most, options, true, seed, trialIndex);
    }

    ChoicePlot choicePlot(const TaskOptions& options, const std::vector<double>& values) const override {
        refuseValues(values);
        const std::string delay = " delay " + io::toText(usualDelay(*this, options, 50));
        const auto axis = [](const char* name) { return Axis{name, {1, -1}, {"A", "B"}}; };
        return {"match",
                "delay",
                {panelOf({}, {}, {axis("stimulus 1"), axis("stimulus 2")},
                         [&delay](const std::vector<std::string>& at) { return at[0] + "-" + at[1] + delay; })}};
    }

private:
    /// first, second: 0 for A, 1 for B.
    TaskTrial build(int first, int second, int delay, int longest, const TaskOptions& options, bool inputNoise,
                    std::uint64_t seed, std::uint64_t trialIndex) const {
        const double sigma = option(*this, options, "input-noise");
        const auto letter = [](int stimulus) { return std::string(stimulus == 0 ? "A" : "B"); };
        TrialBuilder builder(2, 1, 105 + longest, letter(first) + "-" + letter(second) + " delay " + io::toText(delay));
        builder.variable("stimulus 1", first == 0 ? 1 : -1);
        builder.variable("stimulus 2", second == 0 ? 1 : -1);
        builder.epoch("fixation", 5);
        builder.input(first, builder.epoch("stimulus " + letter(first), 25), 1);
        builder.epoch("delay", delay);
        builder.input(second, builder.epoch("stimulus " + letter(second), 25), 1);
        builder.target(0, builder.epoch("decision", 50), first == second ? 1 : -1);
        if (inputNoise) builder.noise(2, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }
};

}  // namespace

std::unique_ptr<const Task> makeDelayedMatch() {
    return std::make_unique<DelayedMatch>();
}

}  // namespace kappascope::tasks
