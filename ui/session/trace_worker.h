// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "ui/session/portrait_worker.h"
#include "ui/session/trial_worker.h"

namespace kappascope::session {

/// An order for the nullclines that the epochs of a trial leave behind, in both portraits.
struct TraceRequest {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;  ///< one for each portrait
    phase::View view;
    std::shared_ptr<const TrialResult> trial;
};

struct TraceResult {
    std::shared_ptr<const State> state;
    std::vector<Level> levels;
    std::vector<std::shared_ptr<const NullclineTraces>> traces;  ///< one for each portrait; null where there is none
};

/// Nullclines at v of the last step of every epoch, in the order of the epochs; an epoch that ends at the same v as an
/// earlier one leaves none of its own. Throws Error stopped.
NullclineTraces computeTraces(const State& state, Level level, const phase::View& view, const TrialResult& trial,
                              std::stop_token stop);

using TraceWorker = LatestWorker<TraceRequest, TraceResult>;

/// Works only while nothing newer waits: traces are the first to give way to a drag.
std::unique_ptr<TraceWorker> makeTraceWorker(TraceWorker::Receive receive);

}  // namespace kappascope::session
