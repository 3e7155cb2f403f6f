// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kappascope::training {

/// Adam (Kingma and Ba 2015) with its published defaults.
struct Adam {
    static constexpr double beta1 = 0.9;
    static constexpr double beta2 = 0.999;
    static constexpr double epsilon = 1e-8;

    std::vector<float> first;   ///< mean of the gradient
    std::vector<float> second;  ///< mean of its square
    std::uint64_t steps = 0;

    /// p <- p - rate m' / (sqrt(v') + epsilon), bias-corrected; gradient: as many numbers as parameters.
    void update(std::span<float> parameters, std::span<const float> gradient, double rate);
};

/// The Euclidean norm, summed in double precision; not finite where a number is not.
double normOf(std::span<const float> gradient);

/// Scales a gradient of this norm down to `limit` (0: no limit), as torch.nn.utils.clip_grad_norm_ does.
void clip(std::span<float> gradient, double norm, double limit);

}  // namespace kappascope::training
