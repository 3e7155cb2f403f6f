// SPDX-License-Identifier: GPL-3.0-or-later
// Included once per instruction set by Highway's foreach_target: no include guard of the usual kind.
#if defined(KAPPASCOPE_TANH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef KAPPASCOPE_TANH_INL_H
#undef KAPPASCOPE_TANH_INL_H
#else
#define KAPPASCOPE_TANH_INL_H
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// tanh of a vector.
/// Single precision: odd rational approximation of degree 7 / 8 on [-8, 8], our own minimax fit (1.4e-7; 4.4e-7 with
/// rounding). Double: 1 - 2 / (exp(2x) + 1), absolute error about 3e-16.
template <class D>
HWY_INLINE hn::Vec<D> tanhOf(D d, hn::Vec<D> x) {
    using T = hn::TFromD<D>;
    const auto limit = hn::Set(d, static_cast<T>(sizeof(T) == 4 ? 8 : 20));
    const auto clamped = hn::Min(hn::Max(x, hn::Neg(limit)), limit);
    const auto one = hn::Set(d, static_cast<T>(1));
    if constexpr (sizeof(T) == 4) {
        const auto s = hn::Mul(clamped, clamped);
        auto p = hn::Set(d, 1.12919629e-05f);
        p = hn::MulAdd(p, s, hn::Set(d, 0.00293703508f));
        p = hn::MulAdd(p, s, hn::Set(d, 0.129119368f));
        p = hn::MulAdd(p, s, hn::Set(d, 0.999999372f));
        auto q = hn::Set(d, 2.41824111e-07f);
        q = hn::MulAdd(q, s, hn::Set(d, 0.000236781349f));
        q = hn::MulAdd(q, s, hn::Set(d, 0.0237563819f));
        q = hn::MulAdd(q, s, hn::Set(d, 0.462450341f));
        q = hn::MulAdd(q, s, one);
        return hn::Div(hn::Mul(clamped, p), q);
    } else {
        const auto e = hn::Exp(d, hn::Add(clamped, clamped));
        return hn::Sub(one, hn::Div(hn::Set(d, 2.0), hn::Add(e, one)));
    }
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
