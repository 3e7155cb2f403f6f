// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "core/phase/portrait.h"
#include "core/simulation/trial.h"
#include "ui/session/state.h"

namespace kappascope::session {

// Data as text, the same from window and command line: comma between columns, a header line, numbers that read back as
// the same double whatever the locale.

/// Columns t_ms, u1..., kappa1..., z1... (with a first column "trial" where there are several). t_ms: time since the
/// start when the state holds, (k + 1) dt after step k. tauMs: tau in ms.
std::string trajectoriesToCsv(std::span<const simulation::Trajectory* const> trajectories, double tauMs);

/// A portrait among others of the same rank.
struct CsvPortrait {
    std::string situation;  ///< a column of its own where any portrait has one
    Level level = Level::network;
    const phase::Portrait* portrait = nullptr;
};

/// Columns [situation,] level, kappa1..., kind, unstable_directions, re1, im1, ...: one row a fixed point, eigenvalues
/// in 1/tau.
std::string fixedPointsToCsv(std::span<const CsvPortrait> portraits);

/// Columns [situation,] level, cycle, stable, period_tau, point, kappa1...: one row a point of a cycle, in order.
std::string cyclesToCsv(std::span<const CsvPortrait> portraits);

}  // namespace kappascope::session
