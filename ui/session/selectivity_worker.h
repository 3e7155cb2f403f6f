// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/statistics/epairs.h"
#include "core/statistics/selectivity.h"
#include "core/statistics/tuning.h"
#include "ui/session/behaviour_setup.h"
#include "ui/session/page_views.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// What units are selective for is asked.
struct SelectivityRequest {
    BehaviourSetup setup;  ///< with a network
    statistics::Modulation modulation;
    QString window;  ///< an epoch; empty: the task's usual one
    int trials = 400;
    int tuningTrials = 20;  ///< of each condition
    std::stop_token cancel;
};

/// Units seen in a task; what is not there yet follows.
struct SelectivityResult {
    SelectivityRequest request;
    std::shared_ptr<const statistics::Selectivity> selectivity;
    std::shared_ptr<const statistics::ContextChange> change;  ///< of tasks with two contexts
    std::shared_ptr<const std::vector<statistics::TuningCurves>> tuning;
    bool complete = false;
};

/// The epochs of a task's trials, each named once, in order.
QStringList windowsOf(const BehaviourSetup& setup);

/// Regressions first, then the change between contexts, then tuning curves; the later ones give way to a newer request.
using SelectivityWorker = LatestWorker<SelectivityRequest, SelectivityResult>;
std::unique_ptr<SelectivityWorker> makeSelectivityWorker(SelectivityWorker::Receive receive);

struct EpairsRequest {
    EpairsOf of = EpairsOf::loadings;
    std::shared_ptr<const network::Network> network;             ///< whose loadings
    std::shared_ptr<const statistics::Selectivity> selectivity;  ///< or these
    int draws = 200;
    std::uint64_t seed = 1;
    std::stop_token cancel;
};

struct EpairsResult {
    EpairsOf of = EpairsOf::loadings;
    std::shared_ptr<const network::Network> network;
    std::shared_ptr<const statistics::Epairs> test;  ///< null in a report of progress
    double progress = 1;                             ///< 0..1
};

/// The ePAIRS test of the loadings m, n, I, w of a low-rank network, or of selectivity, with progress.
using EpairsWorker = LatestWorker<EpairsRequest, EpairsResult>;
std::unique_ptr<EpairsWorker> makeEpairsWorker(EpairsWorker::Receive receive);

}  // namespace kappascope::session
