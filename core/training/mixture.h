// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/reduction/circuit.h"
#include "core/training/model.h"

namespace kappascope::training {

/// A circuit as it is trained: not the weights of N units, but the Gaussian mixture that they are drawn from. With
/// L = 2R + S + O loadings in the order of reduction::Circuit, the loadings of a unit i of population p are
///
///   l_i = A_p g_i + mu_p,   g_i ~ N(0, 1) in L dimensions,   hence covariance A_p A_p^T and mean mu_p,
///
/// and the parameters are A_p (L x L, by rows) and mu_p (L) for each population, then the scales si (S) and so (O).
/// A step of training draws the units anew and takes the gradient of the weights back through l = A g + mu; fractions
/// are given and stay. There are no biases, and trials start at zero.
class Mixture {
public:
    /// shape: of the networks that are drawn, of low rank. fractions: a_p, one a population, together 1; units are
    /// divided by largest remainder and ordered by population. Throws needsLowRank, missingField, badOption,
    /// fractionsDoNotAddUp (1 within 1e-6).
    Mixture(const Shape& shape, std::vector<double> fractions);

    std::size_t populations() const { return fractions_.size(); }
    std::size_t loadings() const { return loadings_; }  ///< L
    std::size_t total() const;                          ///< numbers that are trained
    const std::vector<double>& fractions() const { return fractions_; }

    /// Normal deviates of all units for one draw, L columns of N. A function of seed and draw alone.
    std::vector<float> deviates(std::uint64_t seed, std::uint64_t draw) const;

    /// Writes the weights of a network with these deviates to `weights` (Shape::total() numbers).
    template <class T>
    void expand(std::span<const T> parameters, std::span<const float> deviates, std::span<T> weights) const;

    /// The chain rule: from the gradient of the weights (Shape::total() numbers) to that of the parameters. Means that
    /// are not to be learned get zeros.
    template <class T>
    void pullBack(std::span<const T> ofWeights, std::span<const float> deviates, bool learnsMeans,
                  std::span<T> ofParameters) const;

    /// Parameters to begin with: A_p as the weights of a network begin (model.h: m, I ~ N(0, 1), w ~ N(0, 16),
    /// n = overlap m + N(0, 1), all independent), and on top of it, different for each population, N(0, 0.5^2) for
    /// every number of the rows of m, n and I; means 0, scales 1.
    std::vector<float> start(const Start& start, std::uint64_t seed) const;

    /// The parameters as a circuit, scales multiplied in; names and task are the caller's.
    reduction::Circuit circuit(std::span<const float> parameters) const;

    /// Parameters of a circuit: A_p the root of its covariance. Throws as Circuit::validate(), wrongShape where the
    /// populations or loadings are others, and badOption where it has biases or gains other than 1.
    std::vector<float> parametersOf(const reduction::Circuit& circuit) const;

    /// The population of each unit.
    std::vector<int> labels() const;

private:
    std::size_t factor(std::size_t population) const { return population * loadings_ * (loadings_ + 1); }
    std::size_t mean(std::size_t population) const { return factor(population) + loadings_ * loadings_; }
    std::size_t scales() const { return factor(fractions_.size()); }
    /// Where the column of a loading begins in the weights.
    std::size_t column(std::size_t loading) const;

    Shape shape_;
    std::vector<double> fractions_;
    std::vector<std::size_t> first_;  ///< unit of each population, and N
    std::size_t loadings_ = 0;
};

extern template void Mixture::expand(std::span<const float>, std::span<const float>, std::span<float>) const;
extern template void Mixture::expand(std::span<const double>, std::span<const float>, std::span<double>) const;
extern template void Mixture::pullBack(std::span<const float>, std::span<const float>, bool, std::span<float>) const;
extern template void Mixture::pullBack(std::span<const double>, std::span<const float>, bool, std::span<double>) const;

}  // namespace kappascope::training
