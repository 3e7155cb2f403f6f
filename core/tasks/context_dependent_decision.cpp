// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/condition.h"
#include "core/tasks/factories.h"
#include "core/tasks/trial_builder.h"

namespace kappascope::tasks {

namespace {

/// Two noisy stimuli at once; the cue says whose sign counts. Conditions: "ctx1 coh 4,-4", "cue0.5 ctx2 coh 1,-2".
class ContextDependentDecision final : public Task {
public:
    std::string_view id() const override { return "mante"; }
    int inputs() const override { return 4; }
    std::vector<std::string> inputNames() const override {
        return {"stimulus 1", "stimulus 2", "context 1", "context 2"};
    }
    std::vector<OptionSchema> options() const override {
        return {{"cue", 0.1, 0, 10, false}, {"input-noise", 0.1, 0, 10, false}};
    }

    std::vector<std::string> conditions() const override {
        std::vector<std::string> names;
        for (const char* context : {"ctx1", "ctx2"})
            for (const char* first : {"4", "1", "-1", "-4"})
                for (const char* second : {"-4", "-1", "1", "4"})
                    names.push_back(std::string(context) + " coh " + first + "," + second);
        return names;
    }

    TaskTrial trial(std::string_view condition, const TaskOptions& options, bool inputNoise, std::uint64_t seed,
                    std::uint64_t trialIndex) const override {
        auto parts = words(condition, id());
        TaskOptions chosen = options;
        std::string prefix;
        if (!parts.empty() && parts[0].starts_with("cue")) {
            const auto cue = number(std::string_view(parts[0]).substr(3));
            if (!cue) refuseCondition(*this, condition);
            chosen["cue"] = *cue;
            prefix = "cue" + io::toText(*cue) + " ";
            parts.erase(parts.begin());
        }
        if (parts.size() != 3 || (parts[0] != "ctx1" && parts[0] != "ctx2") || parts[1] != "coh")
            refuseCondition(*this, condition);
        const auto coherences = numberPair(parts[2]);
        if (!coherences) refuseCondition(*this, condition);
        return build(prefix, parts[0] == "ctx1" ? 0 : 1, *coherences, chosen, inputNoise, seed, trialIndex);
    }

    TaskTrial randomTrial(const TaskOptions& options, std::uint64_t seed, std::uint64_t trialIndex) const override {
        Random random(seed, Stream::trialChoice, trialIndex);
        const int context = random.integer(0, 1);
        const double first = drawCoherence(random);
        const double second = drawCoherence(random);
        return build({}, context, {first, second}, options, true, seed, trialIndex);
    }

    ChoicePlot choicePlot(const TaskOptions&, const std::vector<double>& values) const override {
        const auto coherences = axisValues(values, {-4, -2, -1, 1, 2, 4});
        ChoicePlot plot{"positive", "stimulus", {}};
        for (const std::string context : {"ctx1", "ctx2"})
            plot.panels.push_back(panelOf(
                context, {{"context", context == "ctx1" ? 1.0 : -1.0}},
                {{"coherence 1", coherences}, {"coherence 2", coherences}},
                [&context](const std::vector<std::string>& at) { return context + " coh " + at[0] + "," + at[1]; }));
        return plot;
    }

private:
    TaskTrial build(const std::string& prefix, int context, std::array<double, 2> coherences,
                    const TaskOptions& options, bool inputNoise, std::uint64_t seed, std::uint64_t trialIndex) const {
        const double cue = option(*this, options, "cue");
        const double sigma = option(*this, options, "input-noise");
        TrialBuilder builder(4, 1, CuedEpochs::steps,
                             prefix + "ctx" + io::toText(context + 1) + " coh " + io::toText(coherences[0]) + "," +
                                 io::toText(coherences[1]));
        builder.variable("coherence 1", coherences[0]);
        builder.variable("coherence 2", coherences[1]);
        builder.variable("context", context == 0 ? 1 : -1);
        const CuedEpochs epochs(builder);
        builder.input(0, epochs.stimulus, coherenceScale * coherences[0]);
        builder.input(1, epochs.stimulus, coherenceScale * coherences[1]);
        builder.input(2 + context, {epochs.context.first, epochs.delay.end}, cue);
        builder.target(0, epochs.decision, signOf(coherences[static_cast<std::size_t>(context)]));
        if (inputNoise) builder.noise(2, sigma, Random(seed, Stream::inputNoise, trialIndex));
        return builder.finish();
    }
};

}  // namespace

std::unique_ptr<const Task> makeContextDependentDecision() {
    return std::make_unique<ContextDependentDecision>();
}

}  // namespace kappascope::tasks
