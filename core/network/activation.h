// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace kappascope::network {

/// Largest |phi''| of phi = tanh: 4 / (3 sqrt 3).
inline constexpr double maximumCurvature = 0.769800358919501;

// Vector kernels with run-time dispatch: pointers and sizes, no Eigen inside. in and out may be the same array.

/// out_i = tanh(in_i) in double, absolute error about 3e-16.
void tanhArray(const double* in, double* out, std::size_t count);

/// out_i = tanh(in_i) in single precision, absolute error below 5e-7 (for painting and bounds).
void tanhArray(const float* in, float* out, std::size_t count);

/// Name of the instruction set that the kernels run with on this machine, such as "AVX2".
const char* kernelTarget();

}  // namespace kappascope::network
