// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/random.h"
#include "core/reduction/sampling.h"
#include "core/text.h"

namespace kappascope::training {

namespace {

// Above the indices that initialModel() draws from.
constexpr std::uint64_t draws = std::uint64_t{1} << 40;
constexpr std::uint64_t starts = std::uint64_t{1} << 39;

constexpr float spread = 0.5f;  ///< of the rows at the start, from population to population

}  // namespace

Mixture::Mixture(const Shape& shape, std::vector<double> fractions)
    : shape_(shape), fractions_(std::move(fractions)), loadings_(2 * shape.rank + shape.inputs + shape.outputs) {
    if (shape_.isFullRank()) throw Error(ErrorCode::needsLowRank, "populations");
    if (fractions_.empty()) throw Error(ErrorCode::missingField, "populations");
    double sum = 0;
    for (const double fraction : fractions_) {
        if (!(fraction >= 0 && fraction <= 1))
            throw Error(ErrorCode::badOption, "fraction", {toText(fraction), "0..1"});
        sum += fraction;
    }
    if (std::abs(sum - 1) > 1e-6) throw Error(ErrorCode::fractionsDoNotAddUp, "populations", {toText(sum)});

    const auto sizes = reduction::populationSizes(fractions_, static_cast<Eigen::Index>(shape_.units));
    first_.push_back(0);
    for (const Eigen::Index size : sizes) first_.push_back(first_.back() + static_cast<std::size_t>(size));
}

std::size_t Mixture::total() const {
    return scales() + shape_.inputs + shape_.outputs;
}

std::size_t Mixture::column(std::size_t loading) const {
    const auto of = [&](Part part, std::size_t before) {
        return shape_.offset(part) + (loading - before) * shape_.units;
    };
    const std::size_t rank = shape_.rank;
    if (loading < rank) return of(Part::m, 0);
    if (loading < 2 * rank) return of(Part::n, rank);
    if (loading < 2 * rank + shape_.inputs) return of(Part::inputWeights, 2 * rank);
    return of(Part::outputWeights, 2 * rank + shape_.inputs);
}

std::vector<float> Mixture::deviates(std::uint64_t seed, std::uint64_t draw) const {
    std::vector<float> result(loadings_ * shape_.units);
    fillNormal(seed, Stream::loadings, draws + draw, result);
    return result;
}

template <class T>
void Mixture::expand(std::span<const T> parameters, std::span<const float> deviates, std::span<T> weights) const {
    std::ranges::fill(weights, T(0));
    const std::size_t units = shape_.units;
    for (std::size_t p = 0; p < populations(); ++p) {
        for (std::size_t l = 0; l < loadings_; ++l) {
            T* const to = weights.data() + column(l);
            std::fill(to + first_[p], to + first_[p + 1], parameters[mean(p) + l]);
            for (std::size_t b = 0; b < loadings_; ++b) {
                const T a = parameters[factor(p) + l * loadings_ + b];
                const float* const g = deviates.data() + b * units;
                for (std::size_t i = first_[p]; i < first_[p + 1]; ++i) to[i] += a * static_cast<T>(g[i]);
            }
        }
    }
    const T* const factors = parameters.data() + scales();
    std::copy_n(factors, shape_.inputs, weights.data() + shape_.offset(Part::inputScales));
    std::copy_n(factors + shape_.inputs, shape_.outputs, weights.data() + shape_.offset(Part::outputScales));
}

template <class T>
void Mixture::pullBack(std::span<const T> ofWeights, std::span<const float> deviates, bool learnsMeans,
                       std::span<T> ofParameters) const {
    const std::size_t units = shape_.units;
    for (std::size_t p = 0; p < populations(); ++p) {
        for (std::size_t l = 0; l < loadings_; ++l) {
            const T* const from = ofWeights.data() + column(l);
            // Thousands of numbers are added: in double.
            ofParameters[mean(p) + l] =
                learnsMeans ? static_cast<T>(std::accumulate(from + first_[p], from + first_[p + 1], 0.0)) : T(0);
            for (std::size_t b = 0; b < loadings_; ++b) {
                const float* const g = deviates.data() + b * units;
                double sum = 0;
                for (std::size_t i = first_[p]; i < first_[p + 1]; ++i)
                    sum += static_cast<double>(from[i]) * static_cast<double>(g[i]);
                ofParameters[factor(p) + l * loadings_ + b] = static_cast<T>(sum);
            }
        }
    }
    T* const factors = ofParameters.data() + scales();
    std::copy_n(ofWeights.data() + shape_.offset(Part::inputScales), shape_.inputs, factors);
    std::copy_n(ofWeights.data() + shape_.offset(Part::outputScales), shape_.outputs, factors + shape_.inputs);
}

template void Mixture::expand(std::span<const float>, std::span<const float>, std::span<float>) const;
template void Mixture::expand(std::span<const double>, std::span<const float>, std::span<double>) const;
template void Mixture::pullBack(std::span<const float>, std::span<const float>, bool, std::span<float>) const;
template void Mixture::pullBack(std::span<const double>, std::span<const float>, bool, std::span<double>) const;

std::vector<float> Mixture::start(const Start& start, std::uint64_t seed) const {
    std::vector<float> result(total(), 0);
    const std::size_t rank = shape_.rank;
    for (std::size_t p = 0; p < populations(); ++p) {
        const std::span<float> factors(result.data() + factor(p), loadings_ * loadings_);
        const std::size_t trained = (2 * rank + shape_.inputs) * loadings_;
        fillNormal(seed, Stream::loadings, starts + p, factors.first(trained));
        for (float& value : factors.first(trained)) value *= spread;
        for (std::size_t l = 0; l < loadings_; ++l)
            factors[l * loadings_ + l] += l < 2 * rank + shape_.inputs ? 1.0f : 4.0f;
        for (std::size_t r = 0; r < rank; ++r)
            for (std::size_t b = 0; b < loadings_; ++b)
                factors[(rank + r) * loadings_ + b] += static_cast<float>(start.overlap) * factors[r * loadings_ + b];
    }
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(scales()), result.end(), 1.0f);
    return result;
}

reduction::Circuit Mixture::circuit(std::span<const float> parameters) const {
    reduction::Circuit circuit;
    circuit.rank = static_cast<int>(shape_.rank);
    circuit.inputs = static_cast<int>(shape_.inputs);
    circuit.outputs = static_cast<int>(shape_.outputs);
    const auto size = static_cast<Eigen::Index>(loadings_);
    Eigen::VectorXd scale = Eigen::VectorXd::Ones(size);
    for (std::size_t k = 0; k < shape_.inputs + shape_.outputs; ++k)
        scale[static_cast<Eigen::Index>(2 * shape_.rank + k)] = static_cast<double>(parameters[scales() + k]);
    for (std::size_t p = 0; p < populations(); ++p) {
        using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const Eigen::Map<const RowMajor> a(parameters.data() + factor(p), size, size);
        const Eigen::Map<const Eigen::VectorXf> mu(parameters.data() + mean(p), size);
        const Eigen::MatrixXd scaled = scale.asDiagonal() * a.cast<double>();
        reduction::Population population;
        population.name = "population " + std::to_string(p + 1);
        population.fraction = fractions_[p];
        population.mean = scale.cwiseProduct(mu.cast<double>());
        population.covariance = scaled.lazyProduct(scaled.transpose());
        circuit.populations.push_back(std::move(population));
    }
    return circuit;
}

std::vector<float> Mixture::parametersOf(const reduction::Circuit& circuit) const {
    circuit.validate();
    const auto given = std::vector<int>{circuit.populationCount(), circuit.rank, circuit.inputs, circuit.outputs};
    const auto own = std::vector<std::size_t>{populations(), shape_.rank, shape_.inputs, shape_.outputs};
    constexpr const char* fields[] = {"populations", "rank", "inputs", "outputs"};
    for (std::size_t k = 0; k < own.size(); ++k)
        if (static_cast<std::size_t>(given[k]) != own[k])
            throw Error(ErrorCode::wrongShape, fields[k], {std::to_string(given[k]), std::to_string(own[k])});
    if (circuit.bias) throw Error(ErrorCode::badOption, "bias", {"1", "0"});
    std::vector<float> result(total(), 1);
    for (std::size_t p = 0; p < populations(); ++p) {
        const auto& population = circuit.populations[p];
        if (population.gain != 1) throw Error(ErrorCode::badOption, "gain", {toText(population.gain), "1"});
        const Eigen::MatrixXd root = linalg::symmetricRoot(population.covariance);
        for (std::size_t l = 0; l < loadings_; ++l) {
            const auto row = static_cast<Eigen::Index>(l);
            result[mean(p) + l] = static_cast<float>(population.mean[row]);
            for (std::size_t b = 0; b < loadings_; ++b)
                result[factor(p) + l * loadings_ + b] = static_cast<float>(root(row, static_cast<Eigen::Index>(b)));
        }
    }
    return result;
}

std::vector<int> Mixture::labels() const {
    std::vector<int> result(shape_.units);
    for (std::size_t p = 0; p < populations(); ++p)
        std::fill(result.begin() + static_cast<std::ptrdiff_t>(first_[p]),
                  result.begin() + static_cast<std::ptrdiff_t>(first_[p + 1]), static_cast<int>(p));
    return result;
}

}  // namespace kappascope::training
