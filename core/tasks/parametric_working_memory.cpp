// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/io/text.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

constexpr int lowest = 10;
constexpr int highest = 34;
constexpr double middle = (lowest + highest) / 2.0;
constexpr double span = highest - lowest;

/// Which of two frequencies, a delay apart, was higher, and by how much? Conditions: "10-34 delay 25".
class ParametricWorkingMemory final : public Task {
public:
    std::string_view id() const override { return "romo"; }
    int inputs() const override { return 1; }
    std::vector<std::string> inputNames() const override { return {"frequency"}; }
    std::vector<OptionSchema> options() const override {
        return {
            {"input-noise", 0.01, 0, 10, false}, {"delay-min", 25, 0, 10000, true}, {"delay-max", 50, 0, 10000, true}};
    }

    std::vector<std::string> conditions() const override {
        std::vector<std::string> names;
        for (const char* delay : {"25", "50"})
            for (const char* pair : {"10-34", "34-10", "14-30", "30-14", "14-22", "22-14", "22-30", "30-22"})
                names.push_back(std::string(pair) + " delay " + delay);
        return names;
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        const auto parts = words(condition, id());
        if (parts.empty()) refuseCondition(*this, condition);
        const auto dash = parts[0].find('-', 1);
        const auto delay = delaySteps(parts, 1, 25);
        if (dash == std::string::npos || !delay) refuseCondition(*this, condition);
        const auto f1 = number(parts[0].substr(0, dash));
        const auto f2 = number(parts[0].substr(dash + 1));
        if (!f1 || !f2 || *f1 < 0 || *f2 < 0) refuseCondition(*this, condition);
        return build(*f1, *f2, *delay, std::max(*delay, paddedDelay), options, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        const int least = static_cast<int>(option(*this, options, "delay-min"));
        const int most = static_cast<int>(option(*this, options, "delay-max"));
        if (least > most) throw Error(ErrorCode::badOption, "delay-min", {io::toText(least), "0.." + io::toText(most)});
        // Every pair in 10..34 that is 8, 16 or 24 apart is equally likely.
        std::vector<std::array<int, 2>> pairs;
        for (int f1 = lowest; f1 <= highest; ++f1)
            for (const int difference : {-24, -16, -8, 8, 16, 24})
                if (f1 + difference >= lowest && f1 + difference <= highest) pairs.push_back({f1, f1 + difference});
        Random random(seed, Stream::trialChoice, trialIndex);
        const auto& pair = pairs[static_cast<std::size_t>(random.integer(0, static_cast<int>(pairs.size()) - 1))];
        return build(pair[0], pair[1], random.integer(least, most), most, options, true, seed, trialIndex);
    }

    ChoicePlot choicePlot(const TaskOptions& options, const std::vector<double>& values) const override {
        const auto frequencies = axisValues(values, {10, 14, 18, 22, 26, 30, 34}, 0);
        const std::string delay = " delay " + io::toText(usualDelay(*this, options, 25));
        return {"f1 > f2",
                "delay",
                {panelOf({}, {}, {{"f1", frequencies}, {"f2", frequencies}},
                         [&delay](const std::vector<std::string>& at) { return at[0] + "-" + at[1] + delay; })}};
    }

private:
    TaskTrial build(double f1, double f2, int delay, int longest, const TaskOptions& options, bool inputNoise,
                    std::uint64_t seed, std::uint64_t trialIndex) const {
        const double sigma = option(*this, options, "input-noise");
        TrialBuilder builder(1, 1, 20 + longest, io::toText(f1) + "-" + io::toText(f2) + " delay " + io::toText(delay));
        builder.variable("f1", f1);
        builder.variable("f2", f2);
        builder.epoch("fixation", 5);
        builder.input(0, builder.epoch("f1", 5), (f1 - middle) / span);
        builder.epoch("delay", delay);
        builder.input(0, builder.epoch("f2", 5), (f2 - middle) / span);
        builder.target(0, builder.epoch("decision", 5), (f1 - f2) / span);
        if (inputNoise) builder.noise(1, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }
};

}  // namespace

std::unique_ptr<const Task> makeParametricWorkingMemory() {
    return std::make_unique<ParametricWorkingMemory>();
}

}  // namespace kappascope::tasks
