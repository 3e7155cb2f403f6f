// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace kappascope::statistics {

/// Adjusted Rand index of two labellings of the same units (Hubert and Arabie 1985): 1 for the same partition whatever
/// the numbers, 0 on average for independent ones. Labels may be any integers. Two labellings that each put all units
/// together, or each unit apart, agree: 1. Throws wrongShape where the lengths differ.
double adjustedRandIndex(const std::vector<int>& a, const std::vector<int>& b);

/// Share of the units with label 0, 1, ... count - 1. Labels outside are not counted. Nothing for no units.
std::vector<double> fractionsOf(const std::vector<int>& labels, int count);

/// Populations in a fixed order: by falling size, equal sizes by the first unit that has the label. Entry p of the
/// result is the new number of population p; numbers without a unit come last.
std::vector<int> orderBySize(const std::vector<int>& labels, int count);

/// New numbers that keep those of earlier labels: the two populations with the largest overlap are matched first, then
/// the next pair that is free. What finds no partner takes the numbers left over, by falling size. Entry p of the
/// result is the new number of population p, all below count. Throws wrongShape where the lengths differ.
std::vector<int> orderAs(const std::vector<int>& labels, int count, const std::vector<int>& earlier);

/// labels[i] = numbers[labels[i]].
void renumber(std::vector<int>& labels, const std::vector<int>& numbers);

}  // namespace kappascope::statistics
