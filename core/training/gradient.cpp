// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/gradient.h"

#include "core/error.h"
#include "core/training/differentiators.h"
#include "core/training/kernels.h"

namespace kappascope::training {

void Score::add(const Score& other) {
    lossSum += other.lossSum;
    trials += other.trials;
    right += other.right;
    judged += other.judged;
}

template <class T>
std::unique_ptr<Differentiator<T>> makeDifferentiator(const Shape& shape, const Trainable& trainable) {
    if (shape.isFullRank()) return makeFullRankDifferentiator<T>(shape, trainable);
    if (shape.rank > kernels::maximumRank)
        throw Error(ErrorCode::badOption, "rank",
                    {std::to_string(shape.rank), "1.." + std::to_string(kernels::maximumRank)});
    return makeLowRankDifferentiator<T>(shape, trainable);
}

template std::unique_ptr<Differentiator<float>> makeDifferentiator(const Shape&, const Trainable&);
template std::unique_ptr<Differentiator<double>> makeDifferentiator(const Shape&, const Trainable&);

}  // namespace kappascope::training
