// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <iterator>

#include "core/io/text.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

constexpr int channels = 3;
constexpr int pulseSteps = 5;
constexpr int settlingSteps = 10;  ///< from a pulse's first step on, the output may still be on its way
constexpr int randomSteps = 300;
constexpr int leadSteps = 10;  ///< before the first pulse of a named condition

struct Pulse {
    int channel = 0;
    int step = 0;
    double sign = 1;
};

/// Three bits, each remembered from pulse to pulse. Conditions name the pulses in order, one every `spacing` steps: "1+
/// 2- 3+ 1-".
class FlipFlop final : public Task {
public:
    std::string_view id() const override { return "flipflop"; }
    int inputs() const override { return channels; }
    std::vector<std::string> inputNames() const override { return {"pulse 1", "pulse 2", "pulse 3"}; }
    std::vector<OptionSchema> options() const override {
        return {
            {"probability", 0.02, 1e-4, 1, false}, {"spacing", 40, 5, 1000, true}, {"input-noise", 0, 0, 10, false}};
    }

    std::vector<std::string> conditions() const override {
        return {"1+ 2- 3+ 1-", "1+ 2+ 3+ 1- 2- 3-", "1- 2- 3- 1+ 2+ 3+", "1+ 1- 1+ 1-", "2+ 2- 2+ 2-", "3+ 3- 3+ 3-"};
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        const auto parts = words(condition, id());
        if (parts.empty() || parts.size() > 200) refuseCondition(*this, condition);
        const int spacing = static_cast<int>(option(*this, options, "spacing"));
        std::vector<Pulse> pulses;
        std::string name;
        int step = leadSteps;
        for (const auto& part : parts) {
            if (part.size() != 2 || part[0] < '1' || part[0] >= '1' + channels || (part[1] != '+' && part[1] != '-'))
                refuseCondition(*this, condition);
            pulses.push_back({part[0] - '1', step, part[1] == '+' ? 1.0 : -1.0});
            name += (name.empty() ? "" : " ") + part;
            step += spacing;
        }
        return build(pulses, step, name, options, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        const double probability = option(*this, options, "probability");
        Random random(seed, Stream::trialChoice, trialIndex);
        std::vector<Pulse> pulses;
        std::array<int, channels> busyUntil{};
        for (int step = 0; step < randomSteps; ++step) {
            for (int channel = 0; channel < channels; ++channel) {
                auto& busy = busyUntil[static_cast<std::size_t>(channel)];
                const bool begins = random.uniform() < probability;
                const double sign = random.integer(0, 1) == 0 ? -1 : 1;
                if (step < busy || !begins) continue;
                pulses.push_back({channel, step, sign});
                busy = step + pulseSteps;
            }
        }
        return build(pulses, randomSteps, "random", options, true, seed, trialIndex);
    }

private:
    TaskTrial build(const std::vector<Pulse>& pulses, int steps, const std::string& name, const TaskOptions& options,
                    bool inputNoise, std::uint64_t seed, std::uint64_t trialIndex) const {
        const double sigma = option(*this, options, "input-noise");
        TrialBuilder builder(channels, channels, steps, name);
        for (int channel = 0; channel < channels; ++channel) {
            std::vector<Pulse> own;
            std::copy_if(pulses.begin(), pulses.end(), std::back_inserter(own),
                         [channel](const Pulse& pulse) { return pulse.channel == channel; });
            for (std::size_t k = 0; k < own.size(); ++k) {
                const int next = k + 1 < own.size() ? own[k + 1].step : steps;
                builder.input(channel, {own[k].step, std::min(own[k].step + pulseSteps, steps)}, own[k].sign);
                const int settled = std::min(own[k].step + settlingSteps, next);
                builder.target(channel, {settled, next}, own[k].sign);
            }
        }
        addEpochs(builder, pulses, steps);
        if (inputNoise) builder.noise(channels, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }

    /// A pulse of any channel is an epoch ("1+"), what lies between is "memory".
    static void addEpochs(TrialBuilder& builder, const std::vector<Pulse>& pulses, int steps) {
        int next = 0;
        for (const auto& pulse : pulses) {
            if (pulse.step < next) continue;
            if (pulse.step > next) builder.epoch(next == 0 ? "fixation" : "memory", pulse.step - next);
            const int end = std::min(pulse.step + pulseSteps, steps);
            builder.epoch(io::toText(pulse.channel + 1) + (pulse.sign > 0 ? "+" : "-"), end - pulse.step);
            next = end;
        }
        if (next < steps) builder.epoch(next == 0 ? "fixation" : "memory", steps - next);
    }
};

}  // namespace

std::unique_ptr<const Task> makeFlipFlop() {
    return std::make_unique<FlipFlop>();
}

}  // namespace kappascope::tasks
