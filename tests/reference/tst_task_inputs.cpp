// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/tasks/task.h"
#include "tests/reference/reference.h"

using namespace kappascope;

/// The generators against the published inputs, step by step.
class TaskInputsTest : public QObject {
    Q_OBJECT

private slots:
    void everyPublishedConditionHasThePublishedInputs() {
        const auto& inputs = reference::networks().at("inputs");
        QVERIFY(inputs.size() >= 20);
        for (const auto& [name, channels] : inputs.items()) {
            const auto& task = tasks::task(name.substr(0, name.find(' ')));
            const auto trial = task.trial(name).trial;
            QCOMPARE(static_cast<std::size_t>(trial.inputs.rows()), channels.size());
            for (std::size_t channel = 0; channel < channels.size(); ++channel) {
                int covered = 0;
                for (const auto& piece : channels[channel]) {
                    const int first = piece[0];
                    const int end = piece[1];
                    const double level = piece[2];
                    QCOMPARE(first, covered);
                    QVERIFY(end <= trial.steps());
                    // The file keeps 11 digits: a level such as 1/3 agrees to those.
                    for (int step = first; step < end; ++step)
                        QVERIFY2(std::abs(trial.inputs(static_cast<Eigen::Index>(channel), step) - level) < 1e-11,
                                 name.c_str());
                    covered = end;
                }
                QCOMPARE(covered, trial.steps());
            }
        }
    }

    void theCueMayComeAsAnOption() {
        const auto& task = tasks::task("mante");
        const auto named = task.trial("mante cue0.5 ctx2 coh 1,-2");
        const auto optioned = task.trial("ctx2 coh 1,-2", {{"cue", 0.5}});
        QVERIFY(named.trial.inputs == optioned.trial.inputs);
    }
};

KAPPASCOPE_REFERENCE_MAIN(TaskInputsTest)
#include "tst_task_inputs.moc"
