// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kappascope::statistics {

/// ln Gamma(x) for x > 0, by recurrence and Stirling's series; relative error below 1e-14 away from its zeros. Unlike
/// std::lgamma it writes no global sign and may run in many threads.
double logGamma(double x);

/// psi(x) = d/dx ln Gamma(x) for x > 0, by recurrence and the asymptotic series; error below 1e-13.
double digamma(double x);

}  // namespace kappascope::statistics
