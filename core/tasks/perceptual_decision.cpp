// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

/// Is the noisy stimulus positive or negative? Conditions: "coh 4".
class PerceptualDecision final : public Task {
public:
    std::string_view id() const override { return "rdm"; }
    int inputs() const override { return 1; }
    std::vector<std::string> inputNames() const override { return {"stimulus"}; }
    std::vector<OptionSchema> options() const override { return {{"input-noise", 0.1, 0, 10, false}}; }

    std::vector<std::string> conditions() const override {
        return {"coh -4", "coh -2", "coh -1", "coh 1", "coh 2", "coh 4"};
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        const auto parts = words(condition, id());
        const auto coherence = parts.size() == 2 && parts[0] == "coh" ? number(parts[1]) : std::nullopt;
        if (!coherence) refuseCondition(*this, condition);
        return build(*coherence, options, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        Random random(seed, Stream::trialChoice, trialIndex);
        return build(drawCoherence(random), options, true, seed, trialIndex);
    }

    ChoicePlot choicePlot(const TaskOptions&, const std::vector<double>& values) const override {
        const Axis axis{"coherence", axisValues(values, fineCoherences())};
        return {"positive",
                "stimulus",
                {panelOf({}, {}, {axis}, [](const std::vector<std::string>& at) { return "coh " + at[0]; })}};
    }

private:
    TaskTrial build(double coherence, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const {
        const double sigma = option(*this, options, "input-noise");
        TrialBuilder builder(1, 1, 51, "coh " + io::toText(coherence));
        builder.variable("coherence", coherence);
        builder.epoch("fixation", 5);
        builder.input(0, builder.epoch("stimulus", 40), coherenceScale * coherence);
        builder.epoch("delay", 5);
        builder.target(0, builder.epoch("decision", 1), signOf(coherence));
        if (inputNoise) builder.noise(1, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }
};

}  // namespace

std::unique_ptr<const Task> makePerceptualDecision() {
    return std::make_unique<PerceptualDecision>();
}

}  // namespace kappascope::tasks
