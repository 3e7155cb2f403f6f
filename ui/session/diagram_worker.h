// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// An order for the couplings of a level at one state of kappa, with the state's input (v = u) and gains.
struct DiagramRequest {
    std::shared_ptr<const State> state;
    Level level = Level::meanField;
    Eigen::VectorXd kappa;  ///< R
};

/// What a diagram of a circuit draws. Mean field: the functional couplings (core/reduction/couplings.h). Network and
/// exact flow: the couplings linearised at the state (core/reduction/network_couplings.h).
struct DiagramValues {
    std::shared_ptr<const State> state;
    Level level = Level::meanField;
    Eigen::VectorXd kappa;
    std::vector<Eigen::MatrixXd> byPopulation;  ///< P of (R + O) x (R + S)
    double fullKappa = 1;   ///< the largest |coupling| to a kappa that is possible at unit gains (all slopes 1)
    double fullOutput = 1;  ///< the same to an output
};

/// Throws needsPopulations, needsUnits, wrongShape.
DiagramValues diagramValues(const DiagramRequest& request);

using DiagramWorker = LatestWorker<DiagramRequest, DiagramValues>;
std::unique_ptr<DiagramWorker> makeDiagramWorker(DiagramWorker::Receive receive);

}  // namespace kappascope::session
