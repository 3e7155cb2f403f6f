// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimiser.h"

#include <Eigen/Core>
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
    const auto g = array(gradient);
    auto mean = array(std::span<float>(first));
    auto square = array(std::span<float>(second));
    mean = static_cast<float>(beta1) * mean + static_cast<float>(1 - beta1) * g;
    square = static_cast<float>(beta2) * square + static_cast<float>(1 - beta2) * g.square();
    array(parameters) -= step * mean / (square.sqrt() * unbias + static_cast<float>(epsilon));
}

double normOf(std::span<const float> gradient) {
    return std::sqrt(array(gradient).cast<double>().square().sum());
}

void clip(std::span<float> gradient, double norm, double limit) {
    if (limit > 0 && norm > limit) array(gradient) *= static_cast<float>(limit / (norm + 1e-6));
}

}  // namespace kappascope::training
