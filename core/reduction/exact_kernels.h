// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace kappascope::reduction::kernels {

/// Units are padded so that every population starts at a multiple of this (64 bytes of single precision).
inline constexpr std::size_t padding = 16;

/// The largest rank that has a fused kernel; higher ranks go through blocks of tanhArray.
inline constexpr int maximumFusedRank = 3;

/// Loadings of one population, structure of arrays, aligned to 64 bytes; count is a multiple of `padding`, surplus
/// units have n = 0.
template <class T>
struct Loadings {
    int rank = 0;  ///< 1..maximumFusedRank
    std::size_t count = 0;
    const T* base = nullptr;  ///< (I v + b)_i
    const T* m[3] = {};
    const T* n[3] = {};
};

/// f_r = sum_i n_ir tanh(x_i), jacobian[r * rank + s] = sum_i n_ir m_is (1 - tanh^2 x_i), x_i = base_i + sum_s m_is
/// kappa_s. jacobian may be null.
void jet(const Loadings<double>& loadings, const double* kappa, double* f, double* jacobian);
void jet(const Loadings<float>& loadings, const double* kappa, double* f, double* jacobian);

/// sums[a * stride + k] = sum_i n_{i,axis a} tanh(base_i + sum_s m_is kappa_s(k)) for count points; kappas: rank values
/// a point, one after the other.
void contributions(const Loadings<float>& loadings, const double* kappas, std::size_t points, const int* axes,
                   std::size_t axisCount, float* sums, std::size_t stride);

}  // namespace kappascope::reduction::kernels
