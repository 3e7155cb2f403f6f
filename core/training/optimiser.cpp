// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimiser.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace kappascope::training {

namespace {

Eigen::Map<Eigen::ArrayXf> array(std::span<float> values) {
    return {values.data(), std::ssize(values)};
}
Eigen::Map<const Eigen::ArrayXf> array(std::span<const float> values) {
    return {values.data(), std::ssize(values)};
}

}  // namespace

void Adam::update(std::span<float> parameters, std::span<const float> gradient, double rate) {
    if (first.size() != parameters.size() || second.size() != parameters.size()) {
        first.assign(parameters.size(), 0);
        second.assign(parameters.size(), 0);
        steps = 0;
    }
    ++steps;
    const auto power = static_cast<double>(steps);
    const auto step = static_cast<float>(rate / (1 - std::pow(beta1, power)));
    const auto unbias = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, power)));
    // In pieces with room of their own: where an array begins in memory decides which of its elements Eigen takes one
    // by one, with another square root than that of vectors, and the same run would end in other bits.
    constexpr std::ptrdiff_t most = 64;
    using Piece = Eigen::Array<float, most, 1>;
    Piece g = Piece::Zero(), mean = Piece::Zero(), square = Piece::Zero();
    for (std::ptrdiff_t k = 0; k < std::ssize(parameters); k += most) {
        const std::ptrdiff_t count = std::min(most, std::ssize(parameters) - k);
        std::copy_n(gradient.data() + k, count, g.data());
        std::copy_n(first.data() + k, count, mean.data());
        std::copy_n(second.data() + k, count, square.data());
        mean = static_cast<float>(beta1) * mean + static_cast<float>(1 - beta1) * g;
        square = static_cast<float>(beta2) * square + static_cast<float>(1 - beta2) * g.square();
        const Piece change = step * mean / (square.sqrt() * unbias + static_cast<float>(epsilon));
        std::copy_n(mean.data(), count, first.data() + k);
        std::copy_n(square.data(), count, second.data() + k);
        for (std::ptrdiff_t i = 0; i < count; ++i) parameters[static_cast<std::size_t>(k + i)] -= change[i];
    }
}

double normOf(std::span<const float> gradient) {
    return std::sqrt(array(gradient).cast<double>().square().sum());
}

void clip(std::span<float> gradient, double norm, double limit) {
    if (limit > 0 && norm > limit) array(gradient) *= static_cast<float>(limit / (norm + 1e-6));
}

}  // namespace kappascope::training
