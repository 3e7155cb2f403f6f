// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/exact_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reduction/exact_kernels.cpp"
#include <hwy/foreach_target.h>
// Highway's headers come after the loop over targets.
#include <hwy/highway.h>

#include "core/network/tanh-inl.h"

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {

using reduction::kernels::Loadings;
using reduction::kernels::padding;

template <int R, class T>
void jetOfRank(const Loadings<T>& loadings, const double* kappa, double* f, double* jacobian) {
    const hn::CappedTag<T, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    V k[R];
    for (int r = 0; r < R; ++r) k[r] = hn::Set(d, static_cast<T>(kappa[r]));
    for (int r = 0; r < R; ++r) f[r] = 0;
    if (jacobian)
        for (int r = 0; r < R * R; ++r) jacobian[r] = 0;
    const auto one = hn::Set(d, static_cast<T>(1));
    // Partial sums go to double after 64 terms, so that single precision does not lose digits in long sums.
    const std::size_t chunk = 64 * lanes;
    for (std::size_t first = 0; first < loadings.count; first += chunk) {
        const std::size_t end = first + chunk < loadings.count ? first + chunk : loadings.count;
        V sum[R];
        V slopes[R * R];
        for (int r = 0; r < R; ++r) sum[r] = hn::Zero(d);
        for (int r = 0; r < R * R; ++r) slopes[r] = hn::Zero(d);
        for (std::size_t i = first; i < end; i += lanes) {
            V m[R];
            V x = hn::Load(d, loadings.base + i);
            for (int r = 0; r < R; ++r) {
                m[r] = hn::Load(d, loadings.m[r] + i);
                x = hn::MulAdd(m[r], k[r], x);
            }
            const V t = tanhOf(d, x);
            const V slope = hn::NegMulAdd(t, t, one);
            for (int r = 0; r < R; ++r) {
                const V n = hn::Load(d, loadings.n[r] + i);
                sum[r] = hn::MulAdd(n, t, sum[r]);
                if (jacobian) {
                    const V weighted = hn::Mul(n, slope);
                    for (int s = 0; s < R; ++s) slopes[r * R + s] = hn::MulAdd(weighted, m[s], slopes[r * R + s]);
                }
            }
        }
        for (int r = 0; r < R; ++r) f[r] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum[r])));
        if (jacobian)
            for (int r = 0; r < R * R; ++r)
                jacobian[r] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, slopes[r])));
    }
}

template <class T>
void jetOf(const Loadings<T>& loadings, const double* kappa, double* f, double* jacobian) {
    switch (loadings.rank) {
        case 1: return jetOfRank<1>(loadings, kappa, f, jacobian);
        case 2: return jetOfRank<2>(loadings, kappa, f, jacobian);
        default: return jetOfRank<3>(loadings, kappa, f, jacobian);
    }
}

void jetDouble(const Loadings<double>& loadings, const double* kappa, double* f, double* jacobian) {
    jetOf(loadings, kappa, f, jacobian);
}
void jetSingle(const Loadings<float>& loadings, const double* kappa, double* f, double* jacobian) {
    jetOf(loadings, kappa, f, jacobian);
}

/// Four points at once: the loads are shared and the divisions overlap.
template <int R, int A>
void contributionsOf(const Loadings<float>& loadings, const double* kappas, std::size_t points, const int* axes,
                     float* sums, std::size_t stride) {
    const hn::CappedTag<float, padding> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    constexpr std::size_t width = 4;
    const float* n[A];
    for (int a = 0; a < A; ++a) n[a] = loadings.n[axes[a]];
    for (std::size_t first = 0; first < points; first += width) {
        V k[width][R];
        V sum[width][A];
        for (std::size_t q = 0; q < width; ++q) {
            const std::size_t point = first + q < points ? first + q : points - 1;
            for (int r = 0; r < R; ++r)
                k[q][r] = hn::Set(d, static_cast<float>(kappas[point * R + static_cast<std::size_t>(r)]));
            for (int a = 0; a < A; ++a) sum[q][a] = hn::Zero(d);
        }
        for (std::size_t i = 0; i < loadings.count; i += lanes) {
            const V base = hn::Load(d, loadings.base + i);
            V m[R];
            V weight[A];
            for (int r = 0; r < R; ++r) m[r] = hn::Load(d, loadings.m[r] + i);
            for (int a = 0; a < A; ++a) weight[a] = hn::Load(d, n[a] + i);
            for (std::size_t q = 0; q < width; ++q) {
                V x = base;
                for (int r = 0; r < R; ++r) x = hn::MulAdd(m[r], k[q][r], x);
                const V t = tanhOf(d, x);
                for (int a = 0; a < A; ++a) sum[q][a] = hn::MulAdd(weight[a], t, sum[q][a]);
            }
        }
        for (std::size_t q = 0; q < width && first + q < points; ++q)
            for (int a = 0; a < A; ++a)
                sums[static_cast<std::size_t>(a) * stride + first + q] = hn::GetLane(hn::SumOfLanes(d, sum[q][a]));
    }
}

template <int R>
void contributionsOfRank(const Loadings<float>& loadings, const double* kappas, std::size_t points, const int* axes,
                         std::size_t axisCount, float* sums, std::size_t stride) {
    if (axisCount == 1)
        contributionsOf<R, 1>(loadings, kappas, points, axes, sums, stride);
    else
        contributionsOf<R, 2>(loadings, kappas, points, axes, sums, stride);
}

void contributionsSingle(const Loadings<float>& loadings, const double* kappas, std::size_t points, const int* axes,
                         std::size_t axisCount, float* sums, std::size_t stride) {
    switch (loadings.rank) {
        case 1: return contributionsOfRank<1>(loadings, kappas, points, axes, axisCount, sums, stride);
        case 2: return contributionsOfRank<2>(loadings, kappas, points, axes, axisCount, sums, stride);
        default: return contributionsOfRank<3>(loadings, kappas, points, axes, axisCount, sums, stride);
    }
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kappascope {
HWY_EXPORT(jetDouble);
HWY_EXPORT(jetSingle);
HWY_EXPORT(contributionsSingle);

namespace reduction::kernels {
void jet(const Loadings<double>& loadings, const double* kappa, double* f, double* jacobian) {
    HWY_DYNAMIC_DISPATCH(jetDouble)(loadings, kappa, f, jacobian);
}
void jet(const Loadings<float>& loadings, const double* kappa, double* f, double* jacobian) {
    HWY_DYNAMIC_DISPATCH(jetSingle)(loadings, kappa, f, jacobian);
}
void contributions(const Loadings<float>& loadings, const double* kappas, std::size_t points, const int* axes,
                   std::size_t axisCount, float* sums, std::size_t stride) {
    HWY_DYNAMIC_DISPATCH(contributionsSingle)(loadings, kappas, points, axes, axisCount, sums, stride);
}
}  // namespace reduction::kernels
}  // namespace kappascope
#endif
