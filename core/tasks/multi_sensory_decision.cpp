// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

enum class Modality { visual, auditory, both };

/// The same evidence by eye, by ear, or by both. Conditions: "visual 4", "auditory -2", "both 4,1" (of one sign).
class MultiSensoryDecision final : public Task {
public:
    std::string_view id() const override { return "raposo"; }
    int inputs() const override { return 4; }
    std::vector<std::string> inputNames() const override {
        return {"visual", "auditory", "visual cue", "auditory cue"};
    }
    std::vector<OptionSchema> options() const override {
        return {{"cue", 0.1, 0, 10, false}, {"input-noise", 0.1, 0, 10, false}};
    }

    std::vector<std::string> conditions() const override {
        std::vector<std::string> names;
        for (const char* modality : {"visual", "auditory"})
            for (const char* coherence : {"-4", "-2", "-1", "1", "2", "4"})
                names.push_back(std::string(modality) + " " + coherence);
        for (const char* pair : {"-4,-4", "-4,-1", "-1,-4", "-1,-1", "1,1", "1,4", "4,1", "4,4"})
            names.push_back(std::string("both ") + pair);
        return names;
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        const auto parts = words(condition, id());
        if (parts.size() != 2) refuseCondition(*this, condition);
        if (parts[0] == "both") {
            const auto pair = numberPair(parts[1]);
            if (!pair || (*pair)[0] * (*pair)[1] < 0) refuseCondition(*this, condition);
            return build(Modality::both, *pair, options, inputNoise, seed, trialIndex);
        }
        const auto coherence = number(parts[1]);
        if (!coherence || (parts[0] != "visual" && parts[0] != "auditory")) refuseCondition(*this, condition);
        if (parts[0] == "visual")
            return build(Modality::visual, {*coherence, 0}, options, inputNoise, seed, trialIndex);
        return build(Modality::auditory, {0, *coherence}, options, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        Random random(seed, Stream::trialChoice, trialIndex);
        const auto modality = static_cast<Modality>(random.integer(0, 2));
        const int sign = random.integer(0, 1) == 0 ? -1 : 1;
        // The magnitudes are drawn independently, the sign is one.
        std::array<double, 2> coherences{drawCoherence(random, sign), drawCoherence(random, sign)};
        if (modality == Modality::visual) coherences[1] = 0;
        if (modality == Modality::auditory) coherences[0] = 0;
        return build(modality, coherences, options, true, seed, trialIndex);
    }

    ChoicePlot choicePlot(const TaskOptions&, const std::vector<double>& values) const override {
        const auto coherences = axisValues(values, fineCoherences());
        ChoicePlot plot{"positive", "stimulus", {}};
        for (const std::string modality : {"visual", "auditory", "both"})
            plot.panels.push_back(panelOf(modality,
                                          {{"visual cue", modality == "auditory" ? 0.0 : 1.0},
                                           {"auditory cue", modality == "visual" ? 0.0 : 1.0}},
                                          {{"coherence", coherences}}, [&modality](const std::vector<std::string>& at) {
                                              return modality + " " + at[0] + (modality == "both" ? "," + at[0] : "");
                                          }));
        return plot;
    }

private:
    static std::string conditionName(Modality modality, const std::array<double, 2>& coherences) {
        switch (modality) {
            case Modality::visual: return "visual " + io::toText(coherences[0]);
            case Modality::auditory: return "auditory " + io::toText(coherences[1]);
            case Modality::both: break;
        }
        return "both " + io::toText(coherences[0]) + "," + io::toText(coherences[1]);
    }

    TaskTrial build(Modality modality, const std::array<double, 2>& coherences, const TaskOptions& options,
                    bool inputNoise, std::uint64_t seed, std::uint64_t trialIndex) const {
        const double cue = option(*this, options, "cue");
        const double sigma = option(*this, options, "input-noise");
        TrialBuilder builder(4, 1, CuedEpochs::steps, conditionName(modality, coherences));
        builder.variable("visual", coherences[0]);
        builder.variable("auditory", coherences[1]);
        builder.variable("visual cue", modality != Modality::auditory ? 1 : 0);
        builder.variable("auditory cue", modality != Modality::visual ? 1 : 0);
        const CuedEpochs epochs(builder);
        const Span cued{epochs.context.first, epochs.stimulus.end};
        builder.input(0, epochs.stimulus, coherenceScale * coherences[0]);
        builder.input(1, epochs.stimulus, coherenceScale * coherences[1]);
        if (modality != Modality::auditory) builder.input(2, cued, cue);
        if (modality != Modality::visual) builder.input(3, cued, cue);
        builder.target(0, epochs.decision, signOf(coherences[0] + coherences[1]));
        if (inputNoise) builder.noise(2, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }
};

}  // namespace

std::unique_ptr<const Task> makeMultiSensoryDecision() {
    return std::make_unique<MultiSensoryDecision>();
}

}  // namespace kappascope::tasks
