// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>

#include "core/training/recipe.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// What a run will take, before it starts.
struct RunEstimate {
    double secondsPerEpoch = 0;  ///< of the last stage, whose trials are the longest; measured on part of a batch
    double seconds = 0;          ///< of all epochs that the settings allow, every stage counted: at most so many
    int epochs = 0;              ///< so many at most
    std::size_t bytes = 0;       ///< memory while it runs, from the sizes of what it keeps
};

/// A run may take so much memory.
inline constexpr std::size_t mostRunBytes = std::size_t{8} << 30;

/// Memory of a run, from the sizes of what trainer, its pool of `threads` threads, history and checkpoints keep.
std::size_t runBytes(const training::Settings& settings, int threads);

/// Throws runTooLarge for what would need more than mostRunBytes.
void refuseLargeRun(const training::Settings& settings, int threads);

/// Memory from a model, time from part of a batch that is really trained on, for some 10 ms a stage at normal priority.
/// threads: 0: as many as the machine has.
/// Throws runTooLarge, stopped.
RunEstimate estimateRun(const training::Settings& settings, int threads, std::stop_token stop = {});

/// Estimates in a thread of its own; a newer request ends the one before.
using EstimateWorker = LatestWorker<training::Settings, RunEstimate>;
std::unique_ptr<EstimateWorker> makeEstimateWorker(int threads, EstimateWorker::Receive receive);

}  // namespace kappascope::session
