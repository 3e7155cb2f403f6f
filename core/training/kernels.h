// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace kappascope::training::kernels {

// Vector kernels with run-time dispatch: pointers and sizes, no Eigen inside. They step several trials at once, so that
// loadings are read once for all of them. Every array of units has `count` numbers, a multiple of `padding`; surplus
// units have loadings of zero.

inline constexpr std::size_t padding = 16;      ///< units
inline constexpr std::size_t width = 4;         ///< trials at once
inline constexpr std::size_t maximumRank = 16;  ///< R

/// Columns of loadings.
template <class T>
struct Loadings {
    std::size_t count = 0;
    std::size_t rank = 0;              ///< R, 1..maximumRank
    std::size_t outputs = 0;           ///< O
    const T* const* state = nullptr;   ///< what x is made of: m_1..m_R, I_1..I_S
    const T* const* latent = nullptr;  ///< what kappa reads: c g n_r
    const T* const* output = nullptr;  ///< what z reads: c g w_o
    const T* bias = nullptr;           ///< b; null: 0
};

/// Inputs that are not silent at a step: in many tasks most of them are zero most of the time.
struct Inputs {
    const std::size_t* state = nullptr;  ///< their places among the states, R..R + S - 1
    std::size_t count = 0;               ///< at most S
};

/// One step forward of `width` trials: rest <- decay rest + sigma noise, t = tanh(rest + b + sum_p state_p y_p),
/// sums_r = sum_i latent_ir t_i.
template <class T>
struct Forward {
    T* rest[width] = {};         ///< what x holds besides m kappa + I v: eta and the start
    const T* noise[width] = {};  ///< xi; null: none
    T decay = 1;
    T sigma = 0;
    const T* coefficients = nullptr;  ///< y, (R + S) x width, the trials next to each other
    Inputs inputs;                    ///< those whose y is not zero
    T* rates[width] = {};             ///< t
    T* sums = nullptr;                ///< R x width
    T* outputs = nullptr;             ///< O x width, sum_i output_io t_i; null: not asked for
};
void forward(const Loadings<float>& loadings, const Forward<float>& step);
void forward(const Loadings<double>& loadings, const Forward<double>& step);

/// One step backward. With s = sum_r latent_r a_r + sum_o output_o e_o and delta = s (1 - t^2):
/// sums_r = sum_i m_ir delta_i, and, summed over the trials,
/// dState_p += delta y_p, dLatent_r += t a_r, dOutput_o += t e_o, dBias += delta, dStart += decay delta.
template <class T>
struct Backward {
    const T* rates[width] = {};         ///< t
    const T* latentAdjoints = nullptr;  ///< a, R x width
    const T* outputAdjoints = nullptr;  ///< e, O x width; null: no error at this step
    const T* coefficients = nullptr;    ///< y, (R + S) x width
    Inputs inputs;                      ///< those whose y is not zero
    T decay = 1;                        ///< (1 - alpha)^k
    std::size_t learnedStates = 0;      ///< how many of dState, from the first: 0, R or R + S
    T* const* dState = nullptr;
    T* const* dLatent = nullptr;
    T* const* dOutput = nullptr;
    T* dBias = nullptr;   ///< null: not learned
    T* dStart = nullptr;  ///< null: not learned
    T* sums = nullptr;    ///< R x width
};
void backward(const Loadings<float>& loadings, const Backward<float>& step);
void backward(const Loadings<double>& loadings, const Backward<double>& step);

}  // namespace kappascope::training::kernels
