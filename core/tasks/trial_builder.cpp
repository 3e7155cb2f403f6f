// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tasks/trial_builder.h"

#include <algorithm>
#include <utility>

namespace kappascope::tasks {

TrialBuilder::TrialBuilder(int inputs, int outputs, int steps, std::string condition) {
    result_.trial.inputs = Eigen::MatrixXd::Zero(inputs, steps);
    result_.trial.condition = std::move(condition);
    result_.target = Eigen::MatrixXd::Zero(outputs, steps);
    result_.mask = Eigen::MatrixXd::Zero(outputs, steps);
}

Span TrialBuilder::epoch(std::string name, int length) {
    const Span span{next_, std::min(next_ + length, result_.trial.steps())};
    result_.trial.epochs.push_back({std::move(name), span.first, span.end});
    next_ = span.end;
    return span;
}

void TrialBuilder::input(int channel, Span span, double level) {
    result_.trial.inputs.row(channel).segment(span.first, span.end - span.first).array() += level;
}

void TrialBuilder::noise(int channels, double sigma, Random random) {
    for (int step = 0; step < result_.trial.steps(); ++step)
        for (int channel = 0; channel < channels; ++channel)
            result_.trial.inputs(channel, step) += sigma * random.normal();
}

void TrialBuilder::target(int output, Span span, double value) {
    result_.target.row(output).segment(span.first, span.end - span.first).setConstant(value);
    result_.mask.row(output).segment(span.first, span.end - span.first).setOnes();
}

void TrialBuilder::variable(std::string name, double value) {
    result_.variables.push_back({std::move(name), value});
}

TaskTrial TrialBuilder::finish() {
    if (next_ < result_.trial.steps()) epoch("rest", result_.trial.steps() - next_);
    return std::move(result_);
}

CuedEpochs::CuedEpochs(TrialBuilder& builder)
    : fixation(builder.epoch("fixation", 5)),
      context(builder.epoch("context", 17)),
      stimulus(builder.epoch("stimulus", 40)),
      delay(builder.epoch("delay", 5)),
      decision(builder.epoch("decision", 1)) {}

}  // namespace kappascope::tasks
