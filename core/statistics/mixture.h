// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/executor.h"

namespace kappascope::statistics {

enum class MixtureMethod {
    expectationMaximisation,  ///< maximum likelihood, full covariances
    variationalBayes,         ///< Dirichlet-process weights: what is not needed is emptied
};

/// Where a start takes its first memberships from. Populations of trained networks often share their mean and differ in
/// covariance alone; means of k-means say little about those, directions more.
enum class StartKind {
    mixed,       ///< the three below in turn
    random,      ///< uniform random memberships, as published
    kMeans,      ///< k-means++ and Lloyd's iterations
    directions,  ///< the same for lines through the centre: units by the axis they lie closest to
};

/// Fits happen in whitened coordinates: columns are centred (not with zeroMean), scaled to unit variance and
/// decorrelated, so that neither units nor overlaps of the loadings decide. What comes back is in the loadings' own
/// units.
struct MixtureOptions {
    int count = 2;  ///< components P, 1..64; populations may be fewer, see smallestFraction
    MixtureMethod method = MixtureMethod::variationalBayes;
    StartKind start = StartKind::mixed;
    int starts = 50;                 ///< 1..100000; the one with the highest lower bound is kept (see keepCount)
    int maximumIterations = 200;     ///< of a start, 1..1000000
    double tolerance = 1e-3;         ///< a start ends when its lower bound (in nats, of all units) gains less, > 0
    bool zeroMean = false;           ///< means at zero: exactly (EM), or by a prior of high precision (VB)
    double meanPrecision = 0;        ///< VB: prior weight of the means, in units; 0: 1, with zeroMean 1e5
    double concentration = 0;        ///< VB: gamma of the Dirichlet process; 0: 1 / P
    double regularisation = 1e-6;    ///< EM: lambda / N of the penalty lambda tr(S^-1) / 2, in whitened units, >= 0
    double smallestFraction = 0.02;  ///< components with a smaller share of the units are emptied, 0..0.5
    /// For who asks for so many populations. Starts that keep every component occupied go before those that do not; of
    /// these the most likely, as the variational bound would have one population and a fragment of it where populations
    /// overlap; and of those within 0.25 nats, the one with the highest bound.
    bool keepCount = false;
    std::uint64_t seed = 1;
};

/// One Gaussian of a fit, over all columns, in their own units: moments weighted with the memberships.
struct Component {
    double weight = 0;           ///< mean membership
    Eigen::VectorXd mean;        ///< K
    Eigen::MatrixXd covariance;  ///< K x K, divided by the sum of memberships
};

/// The best start of a fit. Populations are numbered by falling size.
struct MixtureFit {
    std::vector<int> labels;            ///< of each row, 0..P'-1, P' <= P: occupied populations only
    std::vector<double> fractions;      ///< share of the rows, P'
    std::vector<Component> components;  ///< P'
    Eigen::MatrixXd memberships;        ///< N x P', rows add up to 1
    /// VB: the lower bound of the log evidence. EM: the penalised log likelihood. In nats, densities in the units of
    /// the columns (without those that are constant or depend on others).
    double lowerBound = 0;
    double evidence = 0;               ///< VB: lowerBound; EM: less ln N / 2 for every free parameter (BIC)
    std::vector<double> boundHistory;  ///< lower bound of each iteration, never falling
    bool converged = false;
    int start = 0;  ///< which start it was

    int count() const { return static_cast<int>(fractions.size()); }
};

/// How long work is run: on which threads, and who hears of it.
struct Work {
    Executor executor = inThisThread();
    std::function<void()> step = {};  ///< called when one more of the steps is done, from any thread
    std::stop_token stop = {};
};

/// Fits a mixture of Gaussians to the rows of an N x K matrix by many starts, one step of `work` each. Expectation-
/// maximisation with the penalty above, or the variational fit of Blei and Jordan (2006) with priors as published for
/// population structure (Dubreuil, Valente et al. 2022; those of scikit-learn): K degrees of freedom, the data's
/// covariance, means with precision 1 at the data's mean. Results do not depend on the executor. Throws wrongShape,
/// notFinite, badOption (an option out of its range, more components than rows), stopped.
MixtureFit fitMixture(const Eigen::MatrixXd& rows, const MixtureOptions& options, const Work& work = {});

/// Numbers populations so that those of earlier labels of the same rows are kept where they overlap most (orderAs()).
/// Throws wrongShape where the labels are not as many.
void renumberAs(MixtureFit& fit, const std::vector<int>& earlier);

}  // namespace kappascope::statistics
