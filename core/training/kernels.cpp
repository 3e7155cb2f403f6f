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

constexpr std::size_t manyOutputs = 1000;

/// What a kernel reads in its loop, copied from where stores through vectors might change it as far as the compiler can
/// tell. R: how many there are where it is known at compile time, 0 otherwise.
template <std::size_t R, class Pointer>
struct Local {
    Pointer values[R > 0 ? R : maximumRank] = {};
    Local(const Pointer* from, std::size_t count) {
        for (std::size_t k = 0; k < count; ++k) values[k] = from[k];
    }
    Pointer operator[](std::size_t k) const { return values[k]; }
};

/// R: the rank where it is known at compile time, 0 otherwise. O: how many outputs are read in the same pass.
template <std::size_t R, std::size_t O, class T>
void forwardOfRank(const Loadings<T>& given, const Forward<T>& givenStep) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const Loadings<T> loadings = given;
    const Forward<T> step = givenStep;
    const std::size_t rank = R > 0 ? R : loadings.rank;
    const Local<R, const T*> state(loadings.state, rank);
    const Local<R, const T*> latent(loadings.latent, rank);
    const Local<O, const T*> output(loadings.output, O);
    V sum[R > 0 ? R : maximumRank][width];
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::Zero(d);
    V read[O > 0 ? O : 1][width];
    for (std::size_t o = 0; o < O; ++o)
        for (std::size_t q = 0; q < width; ++q) read[o][q] = hn::Zero(d);
    const V decay = hn::Set(d, step.decay);
    const V sigma = hn::Set(d, step.sigma);
    const bool noisy = step.noise[0] != nullptr;
    for (std::size_t i = 0; i < loadings.count; i += lanes) {
        V x[width];
        const V bias = loadings.bias ? hn::LoadU(d, loadings.bias + i) : hn::Zero(d);
        for (std::size_t q = 0; q < width; ++q) {
            V rest = hn::Mul(hn::LoadU(d, step.rest[q] + i), decay);
            if (noisy) rest = hn::MulAdd(hn::LoadU(d, step.noise[q] + i), sigma, rest);
            hn::StoreU(rest, d, step.rest[q] + i);
            x[q] = loadings.bias ? hn::Add(rest, bias) : rest;
        }
        const auto addState = [&](const T* values, const T* y) HWY_ATTR {
            const V column = hn::LoadU(d, values + i);
            for (std::size_t q = 0; q < width; ++q) x[q] = hn::MulAdd(column, hn::Set(d, y[q]), x[q]);
        };
        for (std::size_t r = 0; r < rank; ++r) addState(state[r], step.coefficients + r * width);
        for (std::size_t s = 0; s < step.inputs.count; ++s) {
            const std::size_t p = step.inputs.state[s];
            addState(loadings.state[p], step.coefficients + p * width);
        }
        for (std::size_t q = 0; q < width; ++q) {
            x[q] = tanhOf(d, x[q]);
            hn::StoreU(x[q], d, step.rates[q] + i);
        }
        for (std::size_t r = 0; r < rank; ++r) {
            const V column = hn::LoadU(d, latent[r] + i);
            for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::MulAdd(column, x[q], sum[r][q]);
        }
        for (std::size_t o = 0; o < O; ++o) {
            const V column = hn::LoadU(d, output[o] + i);
            for (std::size_t q = 0; q < width; ++q) read[o][q] = hn::MulAdd(column, x[q], read[o][q]);
        }
    }
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) step.sums[r * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[r][q]));
    for (std::size_t o = 0; o < O; ++o)
        for (std::size_t q = 0; q < width; ++q)
            step.outputs[o * width + q] = hn::GetLane(hn::SumOfLanes(d, read[o][q]));
}

/// Any number of outputs, one after the other, from the rates of a step.
template <class T>
void readOut(const Loadings<T>& loadings, const Forward<T>& step) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t o = 0; o < loadings.outputs; ++o) {
        V sum[width];
        for (std::size_t q = 0; q < width; ++q) sum[q] = hn::Zero(d);
        for (std::size_t i = 0; i < loadings.count; i += lanes) {
            const V column = hn::LoadU(d, loadings.output[o] + i);
            for (std::size_t q = 0; q < width; ++q)
                sum[q] = hn::MulAdd(column, hn::LoadU(d, step.rates[q] + i), sum[q]);
        }
        for (std::size_t q = 0; q < width; ++q) step.outputs[o * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[q]));
    }
}

template <std::size_t R, class T>
void forwardOfOutputs(const Loadings<T>& loadings, const Forward<T>& step) {
    if (!step.outputs) return forwardOfRank<R, 0>(loadings, step);
    switch (loadings.outputs) {
        case 1: return forwardOfRank<R, 1>(loadings, step);
        case 3: return forwardOfRank<R, 3>(loadings, step);
        default: forwardOfRank<R, 0>(loadings, step); return readOut(loadings, step);
    }
}

template <class T>
void forwardOf(const Loadings<T>& loadings, const Forward<T>& step) {
    switch (loadings.rank) {
        case 1: return forwardOfOutputs<1>(loadings, step);
        case 2: return forwardOfOutputs<2>(loadings, step);
        case 3: return forwardOfOutputs<3>(loadings, step);
        default: return forwardOfOutputs<0>(loadings, step);
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

/// O: the outputs where errors of so many are read, 0 where none are, and any number where it is `manyOutputs`.
template <std::size_t R, std::size_t O, class T>
void backwardOfRank(const Loadings<T>& given, const Backward<T>& givenStep) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const Loadings<T> loadings = given;
    const Backward<T> step = givenStep;
    const std::size_t rank = R > 0 ? R : loadings.rank;
    const std::size_t outputs = O == manyOutputs ? loadings.outputs : O;
    const Local<R, const T*> state(loadings.state, rank);
    const Local<R, const T*> latent(loadings.latent, rank);
    const Local<R, T*> dState(step.dState, step.learnedStates > 0 ? rank : 0);
    const Local<R, T*> dLatent(step.dLatent, step.dLatent ? rank : 0);
    V sum[R > 0 ? R : maximumRank][width];
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::Zero(d);
    const V decay = hn::Set(d, step.decay);
    const std::size_t learnedInputs = step.learnedStates > rank ? step.inputs.count : 0;
    for (std::size_t i = 0; i < loadings.count; i += lanes) {
        V t[width];
        V delta[width];
        for (std::size_t q = 0; q < width; ++q) {
            t[q] = hn::LoadU(d, step.rates[q] + i);
            delta[q] = hn::Zero(d);
        }
        const auto addAdjoint = [&](const T* column, const T* adjoints) HWY_ATTR {
            const V values = hn::LoadU(d, column + i);
            for (std::size_t q = 0; q < width; ++q) delta[q] = hn::MulAdd(values, hn::Set(d, adjoints[q]), delta[q]);
        };
        for (std::size_t r = 0; r < rank; ++r) {
            addAdjoint(latent[r], step.latentAdjoints + r * width);
            if (step.dLatent) accumulate(d, t, step.latentAdjoints + r * width, dLatent[r] + i);
        }
        for (std::size_t o = 0; o < outputs; ++o) {
            addAdjoint(loadings.output[o], step.outputAdjoints + o * width);
            if (step.dOutput) accumulate(d, t, step.outputAdjoints + o * width, step.dOutput[o] + i);
        }
        // delta = s (1 - t^2)
        for (std::size_t q = 0; q < width; ++q) delta[q] = hn::NegMulAdd(hn::Mul(delta[q], t[q]), t[q], delta[q]);
        for (std::size_t r = 0; r < rank; ++r) {
            const V column = hn::LoadU(d, state[r] + i);
            for (std::size_t q = 0; q < width; ++q) sum[r][q] = hn::MulAdd(column, delta[q], sum[r][q]);
        }
        if (step.learnedStates > 0)
            for (std::size_t r = 0; r < rank; ++r) accumulate(d, delta, step.coefficients + r * width, dState[r] + i);
        for (std::size_t s = 0; s < learnedInputs; ++s) {
            const std::size_t p = step.inputs.state[s];
            accumulate(d, delta, step.coefficients + p * width, step.dState[p] + i);
        }
        if (step.dBias) hn::StoreU(hn::Add(hn::LoadU(d, step.dBias + i), total(d, delta)), d, step.dBias + i);
        if (step.dStart)
            hn::StoreU(hn::MulAdd(total(d, delta), decay, hn::LoadU(d, step.dStart + i)), d, step.dStart + i);
    }
    for (std::size_t r = 0; r < rank; ++r)
        for (std::size_t q = 0; q < width; ++q) step.sums[r * width + q] = hn::GetLane(hn::SumOfLanes(d, sum[r][q]));
}

template <std::size_t R, class T>
void backwardOfOutputs(const Loadings<T>& loadings, const Backward<T>& step) {
    if (!step.outputAdjoints) return backwardOfRank<R, 0>(loadings, step);
    switch (loadings.outputs) {
        case 1: return backwardOfRank<R, 1>(loadings, step);
        case 3: return backwardOfRank<R, 3>(loadings, step);
        default: return backwardOfRank<R, manyOutputs>(loadings, step);
    }
}

template <class T>
void backwardOf(const Loadings<T>& loadings, const Backward<T>& step) {
    switch (loadings.rank) {
        case 1: return backwardOfOutputs<1>(loadings, step);
        case 2: return backwardOfOutputs<2>(loadings, step);
        case 3: return backwardOfOutputs<3>(loadings, step);
        default: return backwardOfOutputs<0>(loadings, step);
    }
}

void forwardSingle(const Loadings<float>& loadings, const Forward<float>& step) {
    forwardOf(loadings, step);
}
void forwardDouble(const Loadings<double>& loadings, const Forward<double>& step) {
    forwardOf(loadings, step);
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
HWY_EXPORT(backwardSingle);
HWY_EXPORT(backwardDouble);

namespace training::kernels {
void forward(const Loadings<float>& loadings, const Forward<float>& step) {
    HWY_DYNAMIC_DISPATCH(forwardSingle)(loadings, step);
}
void forward(const Loadings<double>& loadings, const Forward<double>& step) {
    HWY_DYNAMIC_DISPATCH(forwardDouble)(loadings, step);
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
