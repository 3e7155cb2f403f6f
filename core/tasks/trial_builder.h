// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <string>

#include "core/random.h"
#include "core/tasks/task.h"

namespace kappascope::tasks {

/// Steps first..end-1.
struct Span {
    int first = 0;
    int end = 0;
};

/// Puts one trial together, epoch after epoch.
class TrialBuilder {
public:
    /// inputs: S; outputs: O; steps: T. Everything starts at zero.
    TrialBuilder(int inputs, int outputs, int steps, std::string condition);

    /// The next `length` steps, under a name. At most the steps that are left.
    Span epoch(std::string name, int length);

    /// Adds a constant level to one input (0-based) over a span.
    void input(int channel, Span span, double level);

    /// Adds sigma N(0, 1) to the inputs 0..channels-1 at every step.
    void noise(int channels, double sigma, Random random);

    /// Sets the target of one output (0-based) over a span and counts the span in the loss.
    void target(int output, Span span, double value);

    /// What the trial is about.
    void variable(std::string name, double value);

    /// Steps that belong to no epoch become "rest".
    TaskTrial finish();

private:
    TaskTrial result_;
    int next_ = 0;
};

/// Epochs of a decision between two inputs under a cue: fixation 5, context 17, stimulus 40, delay 5, decision 1.
struct CuedEpochs {
    static constexpr int steps = 68;
    Span fixation, context, stimulus, delay, decision;
    explicit CuedEpochs(TrialBuilder& builder);
};

}  // namespace kappascope::tasks
