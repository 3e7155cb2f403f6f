// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <vector>

namespace kappascope::reduction {

/// Units of each population: a_p N to within one unit, by largest remainder; ties go to the earlier population.
/// fractions: together 1.
std::vector<Eigen::Index> populationSizes(const std::vector<double>& fractions, Eigen::Index units);

}  // namespace kappascope::reduction
