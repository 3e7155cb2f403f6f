// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>

#include "core/phase/orbit.h"

namespace kappascope::phase::detail {

/// Newton's method on the closed orbit near a point and a period (shooting: phi_T(x) = x, with a phase condition; the
/// variational equations give the derivative), then its multipliers, points and extent. False where it does not
/// converge to a closed orbit that is larger than smallest (in kappa). Throws stopped.
bool refineCycle(const reduction::Flow& flow, const Eigen::VectorXd& point, double period, double smallest,
                 LimitCycle& cycle, const std::stop_token& stop);

}  // namespace kappascope::phase::detail
