// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/training/gradient.h"

namespace kappascope::training {

/// Gradients in kappa-space: the forward pass keeps kappa (R numbers) and the rates of each trial and step, the
/// backward pass carries R adjoints a trial.
template <class T>
std::unique_ptr<Differentiator<T>> makeLowRankDifferentiator(const Shape& shape, const Trainable& trainable);

/// Ordinary backpropagation through time with products of matrices over the trials of a block.
template <class T>
std::unique_ptr<Differentiator<T>> makeFullRankDifferentiator(const Shape& shape, const Trainable& trainable);

}  // namespace kappascope::training
