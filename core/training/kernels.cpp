// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/training/kernels.cpp"
#include <hwy/foreach_target.h>
// Highway's headers come after the loop over targets.
#include <hwy/highway.h>

#include "core/network/tanh-inl.h"

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {

using training::kernels::Backward;
using training::kernels::Forward;
using training::kernels::Loadings;
using training::kernels::maximumRank;
using training::kernels::padding;
using training::kernels::width;

/// R: the rank where it is known at compile time, 0 otherwise.
template <std::size_t R, class T>
void forwardOfRank(const Loadings<T>& loadings, const Forward<T>& step) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t rank = R > 0 ? R : loadings.rank;
    V sum[R > 0 ? R : maximumRank][width];
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::Zero(d);
    const V decay = hn::Set(d, step.decay);
    const V sigma = hn::Set(d, step.sigma);
    const bool noisy = step.noise[0] != nullptr;
    for (std::size_t i = 0; i < loadings.count; i += lanes) {
        V x[width];
        const V bias = hn::LoadU(d, loadings.bias + i);
        for (std::size_t q = 0; q < width; ++q) {
            V rest = hn::Mul(hn::LoadU(d, step.rest[q] + i), decay);
            if (noisy) rest = hn::MulAdd(hn::LoadU(d, step.noise[q] + i), sigma, rest);
            hn::StoreU(rest, d, step.rest[q] + i);
            x[q] = hn::Add(rest, bias);
        }
        for (std::size_t p = 0; p < loadings.states; ++p) {
            const V column = hn::LoadU(d, loadings.state[p] + i);
            const T* y = step.coefficients + p * width;
            for (std::size_t q = 0; q < width; ++q) x[q] = hn::MulAdd(column, hn::Set(d, y[q]), x[q]);
        }
        for (std::size_t q = 0; q < width; ++q) {
            x[q] = tanhOf(d, x[q]);
            hn::StoreU(x[q], d, step.rates[q] + i);
        }
        for (std::size_t r = 0; r < rank; ++r) {
            const V column = hn::LoadU(d, loadings.latent[r] + i);
            for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::MulAdd(column, x[q], sum[r][q]);
        }
    }
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) step.sums[r * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[r][q]));
}

template <class T>
void forwardOf(const Loadings<T>& loadings, const Forward<T>& step) {
    switch (loadings.rank) {
        case 1: return forwardOfRank<1>(loadings, step);
        case 2: return forwardOfRank<2>(loadings, step);
        case 3: return forwardOfRank<3>(loadings, step);
        default: return forwardOfRank<0>(loadings, step);
    }
}

template <class T>
void readOutOf(const Loadings<T>& loadings, const T* const* rates, T* sums) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t o = 0; o < loadings.outputs; ++o) {
        V sum[width];
        for (std::size_t q = 0; q < width; ++q) sum[q] = hn::Zero(d);
        for (std::size_t i = 0; i < loadings.count; i += lanes) {
            const V column = hn::LoadU(d, loadings.output[o] + i);
            for (std::size_t q = 0; q < width; ++q) sum[q] = hn::MulAdd(column, hn::LoadU(d, rates[q] + i), sum[q]);
        }
        for (std::size_t q = 0; q < width; ++q) sums[o * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[q]));
    }
}

/// target += sum_q values_q weights_q
template <class D, class V, class T>
HWY_INLINE void accumulate(D d, const V (&values)[width], const T* weights, T* target) {
    V sum = hn::LoadU(d, target);
    for (std::size_t q = 0; q < width; ++q) sum = hn::MulAdd(values[q], hn::Set(d, weights[q]), sum);
    hn::StoreU(sum, d, target);
}

template <class D, class V>
HWY_INLINE V total(D, const V (&values)[width]) {
    return hn::Add(hn::Add(values[0], values[1]), hn::Add(values[2], values[3]));
}

template <std::size_t R, class T>
void backwardOfRank(const Loadings<T>& loadings, const Backward<T>& step) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t rank = R > 0 ? R : loadings.rank;
    V sum[R > 0 ? R : maximumRank][width];
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::Zero(d);
    const V decay = hn::Set(d, step.decay);
    for (std::size_t i = 0; i < loadings.count; i += lanes) {
        V t[width];
        V delta[width];
        for (std::size_t q = 0; q < width; ++q) {
            t[q] = hn::LoadU(d, step.rates[q] + i);
            delta[q] = hn::Zero(d);
        }
        for (std::size_t r = 0; r < rank; ++r) {
            const V column = hn::LoadU(d, loadings.latent[r] + i);
            const T* a = step.latentAdjoints + r * width;
            for (std::size_t q = 0; q < width; ++q) delta[q] = hn::MulAdd(column, hn::Set(d, a[q]), delta[q]);
            if (step.dLatent) accumulate(d, t, a, step.dLatent[r] + i);
        }
        if (step.outputAdjoints) {
            for (std::size_t o = 0; o < loadings.outputs; ++o) {
                const V column = hn::LoadU(d, loadings.output[o] + i);
                const T* e = step.outputAdjoints + o * width;
                for (std::size_t q = 0; q < width; ++q) delta[q] = hn::MulAdd(column, hn::Set(d, e[q]), delta[q]);
                if (step.dOutput) accumulate(d, t, e, step.dOutput[o] + i);
            }
        }
        // delta = s (1 - t^2)
        for (std::size_t q = 0; q < width; ++q) delta[q] = hn::NegMulAdd(hn::Mul(delta[q], t[q]), t[q], delta[q]);
        for (std::size_t r = 0; r < rank; ++r) {
            const V column = hn::LoadU(d, loadings.state[r] + i);
            for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::MulAdd(column, delta[q], sum[r][q]);
        }
        for (std::size_t p = 0; p < step.learnedStates; ++p)
            accumulate(d, delta, step.coefficients + p * width, step.dState[p] + i);
        if (step.dBias) hn::StoreU(hn::Add(hn::LoadU(d, step.dBias + i), total(d, delta)), d, step.dBias + i);
        if (step.dStart)
            hn::StoreU(hn::MulAdd(total(d, delta), decay, hn::LoadU(d, step.dStart + i)), d, step.dStart + i);
    }
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) step.sums[r * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[r][q]));
}

template <class T>
void backwardOf(const Loadings<T>& loadings, const Backward<T>& step) {
    switch (loadings.rank) {
        case 1: return backwardOfRank<1>(loadings, step);
        case 2: return backwardOfRank<2>(loadings, step);
        case 3: return backwardOfRank<3>(loadings, step);
        default: return backwardOfRank<0>(loadings, step);
    }
}

void forwardSingle(const Loadings<float>& loadings, const Forward<float>& step) {
    forwardOf(loadings, step);
}
void forwardDouble(const Loadings<double>& loadings, const Forward<double>& step) {
    forwardOf(loadings, step);
}
void readOutSingle(const Loadings<float>& loadings, const float* const* rates, float* sums) {
    readOutOf(loadings, rates, sums);
}
void readOutDouble(const Loadings<double>& loadings, const double* const* rates, double* sums) {
    readOutOf(loadings, rates, sums);
}
void backwardSingle(const Loadings<float>& loadings, const Backward<float>& step) {
    backwardOf(loadings, step);
}
void backwardDouble(const Loadings<double>& loadings, const Backward<double>& step) {
    backwardOf(loadings, step);
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kappascope {
HWY_EXPORT(forwardSingle);
HWY_EXPORT(forwardDouble);
HWY_EXPORT(readOutSingle);
HWY_EXPORT(readOutDouble);
HWY_EXPORT(backwardSingle);
HWY_EXPORT(backwardDouble);

namespace training::kernels {
void forward(const Loadings<float>& loadings, const Forward<float>& step) {
    HWY_DYNAMIC_DISPATCH(forwardSingle)(loadings, step);
}
void forward(const Loadings<double>& loadings, const Forward<double>& step) {
    HWY_DYNAMIC_DISPATCH(forwardDouble)(loadings, step);
}
void readOut(const Loadings<float>& loadings, const float* const* rates, float* sums) {
    HWY_DYNAMIC_DISPATCH(readOutSingle)(loadings, rates, sums);
}
void readOut(const Loadings<double>& loadings, const double* const* rates, double* sums) {
    HWY_DYNAMIC_DISPATCH(readOutDouble)(loadings, rates, sums);
}
void backward(const Loadings<float>& loadings, const Backward<float>& step) {
    HWY_DYNAMIC_DISPATCH(backwardSingle)(loadings, step);
}
void backward(const Loadings<double>& loadings, const Backward<double>& step) {
    HWY_DYNAMIC_DISPATCH(backwardDouble)(loadings, step);
}
}  // namespace training::kernels
}  // namespace kappascope
#endif
