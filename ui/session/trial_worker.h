// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPolygonF>
#include <memory>
#include <optional>
#include <vector>

#include "core/phase/view.h"
#include "core/simulation/agreement.h"
#include "core/simulation/trial.h"
#include "ui/session/comparison.h"
#include "ui/session/precedence.h"
#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// An order for the state's trial through the levels of both portraits.
struct TrialRequest {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;  ///< one for each portrait
};

/// A trial through one level: as many runs as are drawn, which differ in their noise alone, their mean and spread.
struct TrialBundle {
    Level level = Level::network;
    std::vector<simulation::Trajectory> runs;  ///< at least one; the first is the one that markers follow
    Eigen::MatrixXd meanKappa, spreadKappa;    ///< R x T: mean and standard deviation over the runs
    Eigen::MatrixXd meanZ, spreadZ;            ///< O x T
};

struct TrialResult {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;
    simulation::Trial trial;                     ///< the first run's inputs, and the epochs
    double stepMs = 20;                          ///< duration of a step, tau alpha
    std::shared_ptr<const TrialBundle> network;  ///< null for a circuit without units
    std::shared_ptr<const TrialBundle> reduced;  ///< of a portrait that shows another level; may be null
    std::vector<std::shared_ptr<const TrialBundle>>
        sides;                                       ///< what each portrait's marker follows; null: no such level
    std::optional<simulation::Agreement> agreement;  ///< of reduced with network over the runs, where there are both
    /// The same over every condition of the task, as the command line's `compare` has it; null until it is done, or
    /// where there is nothing to compare.
    std::shared_ptr<const Comparison> comparison;
    bool complete = false;  ///< everything that was asked for; false: more follows

    int steps() const { return trial.steps(); }
    /// v after a step: what the units receive. Needs 0 <= step < steps(). With an input s, u_s of the step in place of
    /// v_s: what drives the plane (kappa, v_s).
    Eigen::VectorXd drive(int step, int input = -1) const;
    /// Name of the epoch that a step belongs to.
    std::string epoch(int step) const;
};

/// How many runs a choice asks for: without noise they would all be the same.
int runsOf(const TrialChoice& choice);

/// The choice whose trials are compared over all conditions: so many of each that a comparison stays a matter of
/// seconds.
TrialChoice comparedChoice(const TrialChoice& choice);

/// All runs at once, without the comparison over every condition: the same inputs and noise at every level, by the
/// trial's own Euler steps (simulateLevel()). Throws Error stopped, or what makeTrial throws.
TrialResult computeTrial(const TrialRequest& request, std::stop_token stop);

/// Where a run lies in a portrait, one point a step: the axes of the view, or of rank 1 kappa against dkappa/dt
/// or, in the plane of an input, against v_s.
QPolygonF pathOf(const simulation::Trajectory& run, const phase::View& view);

using TrialWorker = LatestWorker<TrialRequest, TrialResult>;

/// First one run at every level, then, while nothing newer waits, all of them, then every condition.
std::unique_ptr<TrialWorker> makeTrialWorker(TrialWorker::Receive receive, std::shared_ptr<Precedence> precedence);

}  // namespace kappascope::session
