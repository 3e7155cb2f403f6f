// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/executor.h"
#include "core/simulation/agreement.h"
#include "core/tasks/task.h"
#include "ui/session/edits.h"

namespace kappascope::session {

// How good is the reduction: the exact flow and circuits of several numbers of populations, each held against the
// network over one task. The network is taken at unit gains, whatever populations it has.

/// What the table of reductions is to hold.
struct ReductionsPlan {
    TrialChoice choice;           ///< task and its options; an empty task is the network's own
    std::optional<double> noise;  ///< sigma of the state noise, per unit and step, >= 0; none: trainingNoise()
    int most = 3;                 ///< circuits fitted with 1..most populations, 1..16
    int refined = 0;              ///< populations of a circuit that is refined to the flow, 1..16; 0: none
    int trials = 10;              ///< noisy ones of each condition, for rms and choices, 1..100000
    int fresh = 500;              ///< trials for each accuracy, 1..1000000
    int draws = 20;               ///< networks drawn from each circuit, 0..10000
    std::uint64_t seed = 1;
    /// The network with a circuit that none of the others need be, measured last at the circuit's own gains; may be
    /// null. Left out where it is what was fitted already.
    StatePtr own;
};

/// What all rows of a table share.
struct ReductionsGround {
    TrialChoice choice;  ///< completed, with noise, trials and seed
    const tasks::Task* task = nullptr;
    tasks::TaskOptions taskOptions;
    double noise = 0;
};

/// One row of the table: a level, or a circuit of some populations.
struct Reduction {
    enum class Kind { exact, fitted, refined, own };

    Kind kind = Kind::exact;
    int asked = 0;        ///< populations that the fit was asked for; 0 where none was
    int populations = 0;  ///< 0: the exact level, which has none
    QString origin;       ///< originText() of the circuit
    QString warning;      ///< empty, or what to beware of, for people
    StatePtr state;       ///< what was measured: the network, and the circuit where there is one

    simulation::Agreement agreement;
    bool pointsKnown = false;    ///< fixed points were looked for: not in a truncated view of a full-rank network
    int points = 0;              ///< the network's, at rest and at each input that trials hold
    int reducedPoints = 0;       ///< the reduction's, at the same inputs
    int matched = 0;             ///< pairs, one to one
    int sameKind = 0;            ///< of them, how many are of one kind
    double largestDistance = 0;  ///< of a pair, in kappa
    bool proven = true;          ///< no fixed point is missing on either side
    std::optional<double>
        accuracy;               ///< of the level itself, share of right trials; none: its outputs are not the task's
    std::vector<double> drawn;  ///< accuracy of each network drawn from the circuit
};

/// How a table is worked on. Results do not depend on the executor.
struct ReductionsWork {
    Executor executor = inThisThread();
    std::function<void(Reduction)> row = {};    ///< takes each row once it is done, in order
    std::function<void(double)> progress = {};  ///< share of everything, 0..1; called from any thread
    std::stop_token stop = {};
};

/// State noise to judge a network by: its own, or where that is 0 (many files, and circuits, say nothing of it) that of
/// the task's training.
double trainingNoise(double own, const tasks::Task& task, const tasks::TaskOptions& options);

/// Throws needsUnits, needsLowRank, and as completed().
ReductionsGround reductionsGround(const State& state, const ReductionsPlan& plan);

/// How many rows the table has at most.
int rowCount(const ReductionsPlan& plan);

/// Measures the rows of the table, in the order exact, fitted, refined, own. Throws as compare(), matchPoints(),
/// training::evaluate(), statistics::findPopulations() and refineToFlow(); stopped.
void measureReductions(const StatePtr& state, const ReductionsPlan& plan, const ReductionsGround& ground,
                       const ReductionsWork& work);

/// Accuracy of the network as its file has it (a full-rank one itself, not its view) over the same fresh trials, at
/// unit gains. Throws as training::evaluate().
double networkAccuracy(const StatePtr& state, const ReductionsPlan& plan, const ReductionsGround& ground,
                       const ReductionsWork& work);

}  // namespace kappascope::session
