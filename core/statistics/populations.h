// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/statistics/epairs.h"
#include "core/statistics/mixture.h"

namespace kappascope::statistics {

struct PopulationsOptions {
    std::optional<int> count;        ///< of populations; none: chosen among 1..largestCount
    bool fitAlone = false;           ///< with count: no refits, no ePAIRS; stability and errors keep their defaults
    int largestCount = 5;            ///< 1..64; fewer for few units (at least D + 1 units a population)
    MixtureOptions mixture;          ///< its count is not used
    int subsamples = 20;             ///< refits for stability and standard error, 2..1000
    double subsampleFraction = 0.8;  ///< share of the units that a refit sees, 0.1..0.99
    int subsampleStarts = 48;        ///< of each refit, 1..100000; after some iterations the best three go on
    double stableFrom = 0.9;         ///< least median stability of a number that is chosen
    EpairsOptions epairs;            ///< its seed is that of the mixture
    double level = 0.05;             ///< ePAIRS sees structure where its p is at most this
    std::vector<int> earlier;  ///< labels of the same units whose numbers are kept where they overlap; may be empty
};

/// Why a number of populations was chosen.
enum class CountReason {
    given,              ///< the caller's own
    smallestStable,     ///< the smallest within one standard error of the best evidence, and stable
    noStructure,        ///< neither the evidence nor ePAIRS speaks for more than one
    oneByEvidence,      ///< ePAIRS sees clustered directions, but one population has as much evidence as several
    bestOfStable,       ///< none within one standard error is stable: of the stable ones that with the best evidence
    onlyOneIsPossible,  ///< too few units for two
};

/// What speaks for one number of populations.
struct CountFigures {
    int count = 1;        ///< components of the fit
    int occupied = 1;     ///< populations that it found
    double evidence = 0;  ///< MixtureFit::evidence of all units
    double error =
        0;  ///< of the mean over refits, of the difference from the best evidence; not its scatter over networks
    double stability = 1;           ///< median of `agreement`, 1 for one population
    std::vector<double> agreement;  ///< adjusted Rand index of each pair of refits, B (B - 1) / 2; empty for one
};

/// Populations of units, found in their loadings.
struct Populations {
    MixtureFit fit;
    CountReason reason = CountReason::given;
    std::vector<CountFigures> byCount;  ///< of every number that was tried, rising
    std::optional<Epairs> epairs;       ///< none for too few units or dimensions
};

/// Finds populations in the rows of an N x K matrix.
///
/// Stability: `subsamples` refits, each of a random share of the units drawn without replacement, from starts of their
/// own; each refit labels all units; the adjusted Rand index of the labels of every pair of refits.
///
/// Standard error of the difference in evidence between a number and the best one: every refit's subsample is fitted
/// with all numbers; the standard deviation over the B subsamples of the difference per unit, times N / sqrt(B). It
/// says how well the refits know the difference; what more parameters cost is in the evidence itself.
///
/// Steps of `work`: stepsOf(). Results do not depend on the executor. Throws as fitMixture(), and badOption.
Populations findPopulations(const Eigen::MatrixXd& rows, const PopulationsOptions& options, const Work& work = {});

/// How many steps findPopulations() has for these rows. Throws wrongShape, notFinite.
std::size_t stepsOf(const PopulationsOptions& options, const Eigen::MatrixXd& rows);

/// The rule of an automatic choice, given what speaks for each number (rising from 1; numbers whose components are not
/// all occupied never count, as they repeat a smaller one). clusteredDirections: whether ePAIRS sees structure.
struct Choice {
    std::size_t index = 0;  ///< into the list
    CountReason reason = CountReason::noStructure;
};
Choice choose(const std::vector<CountFigures>& figures, double stableFrom, bool clusteredDirections);

}  // namespace kappascope::statistics
