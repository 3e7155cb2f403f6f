// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/gaussian_moments.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reduction/gaussian_moments.cpp"
#include <hwy/foreach_target.h>
// Highway's headers come after the loop over targets.
#include <hwy/highway.h>

#include "core/network/tanh-inl.h"

#ifndef KAPPASCOPE_GAUSSIAN_TABLES
#define KAPPASCOPE_GAUSSIAN_TABLES
namespace kappascope::reduction {

/// Nodes come in whole vectors of eight; surplus nodes have weight or value zero.
inline constexpr std::size_t smallNodes = 72;
inline constexpr std::size_t largeNodes = 168;
inline constexpr double nodeStep = 0.25;
/// erf(erfSlope x) has the slope of tanh at 0.
inline constexpr double erfSlope = 0.886226925452758;

struct MomentTables {
    alignas(64) std::array<double, smallNodes> xi{};
    alignas(64) std::array<double, smallNodes> weight{};
    alignas(64) std::array<double, largeNodes> x{};
    alignas(64) std::array<double, largeNodes> narrow{};  ///< tanh(x) - erf(erfSlope x)
    alignas(64) std::array<double, largeNodes> slope{};
    alignas(64) std::array<double, largeNodes> second{};
    alignas(64) std::array<double, largeNodes> third{};
};

inline MomentTables makeTables() {
    MomentTables tables;
    constexpr int half = 34;  // 8.5 / 0.25
    for (int k = -half; k <= half; ++k) {
        const auto at = static_cast<std::size_t>(k + half);
        tables.xi[at] = nodeStep * k;
        tables.weight[at] = nodeStep / std::sqrt(2 * std::numbers::pi) * std::exp(-0.5 * tables.xi[at] * tables.xi[at]);
    }
    constexpr int wide = 80;  // 20 / 0.25
    for (int k = -wide; k <= wide; ++k) {
        const auto at = static_cast<std::size_t>(k + wide);
        const double x = nodeStep * k;
        const double t = std::tanh(x);
        const double slope = 1 / (std::cosh(x) * std::cosh(x));
        tables.x[at] = x;
        tables.narrow[at] = x > 0 ? std::erfc(erfSlope * x) - 2 / (std::exp(2 * x) + 1)
                                  : 2 / (std::exp(-2 * x) + 1) - std::erfc(-erfSlope * x);
        tables.slope[at] = slope;
        tables.second[at] = -2 * t * slope;
        tables.third[at] = slope * (4 * t * t - 2 * slope);
    }
    return tables;
}

inline const MomentTables& tables() {
    static const MomentTables instance = makeTables();
    return instance;
}

}  // namespace kappascope::reduction
#endif

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {

void smallDelta(double mean, double delta, double* out) {
    const hn::CappedTag<double, 8> d;
    const auto& table = reduction::tables();
    const auto one = hn::Set(d, 1.0);
    const auto two = hn::Set(d, 2.0);
    const auto mu = hn::Set(d, mean);
    const auto width = hn::Set(d, delta);
    auto phi = hn::Zero(d);
    auto slope = hn::Zero(d);
    auto second = hn::Zero(d);
    auto third = hn::Zero(d);
    for (std::size_t i = 0; i < reduction::smallNodes; i += hn::Lanes(d)) {
        const auto weight = hn::Load(d, table.weight.data() + i);
        const auto t = tanhOf(d, hn::MulAdd(width, hn::Load(d, table.xi.data() + i), mu));
        const auto square = hn::Mul(t, t);
        const auto s = hn::Sub(one, square);
        const auto ws = hn::Mul(weight, s);
        phi = hn::MulAdd(weight, t, phi);
        slope = hn::Add(slope, ws);
        second = hn::NegMulAdd(hn::Mul(two, ws), t, second);
        // phi''' = s (4 t^2 - 2 s)
        third = hn::MulAdd(hn::Mul(two, ws), hn::Sub(hn::Add(square, square), s), third);
    }
    out[0] = hn::GetLane(hn::SumOfLanes(d, phi));
    out[1] = hn::GetLane(hn::SumOfLanes(d, slope));
    out[2] = hn::GetLane(hn::SumOfLanes(d, second));
    out[3] = hn::GetLane(hn::SumOfLanes(d, third));
}

void largeDelta(double mean, double delta, double* out) {
    const hn::CappedTag<double, 8> d;
    const auto& table = reduction::tables();
    const auto mu = hn::Set(d, mean);
    const auto inverse = hn::Set(d, 1 / delta);
    const auto minusHalf = hn::Set(d, -0.5);
    const auto floor = hn::Set(d, -700.0);
    auto phi = hn::Zero(d);
    auto slope = hn::Zero(d);
    auto second = hn::Zero(d);
    auto third = hn::Zero(d);
    for (std::size_t i = 0; i < reduction::largeNodes; i += hn::Lanes(d)) {
        const auto distance = hn::Mul(hn::Sub(hn::Load(d, table.x.data() + i), mu), inverse);
        const auto weight = hn::Exp(d, hn::Max(floor, hn::Mul(minusHalf, hn::Mul(distance, distance))));
        phi = hn::MulAdd(weight, hn::Load(d, table.narrow.data() + i), phi);
        slope = hn::MulAdd(weight, hn::Load(d, table.slope.data() + i), slope);
        second = hn::MulAdd(weight, hn::Load(d, table.second.data() + i), second);
        third = hn::MulAdd(weight, hn::Load(d, table.third.data() + i), third);
    }
    out[0] = hn::GetLane(hn::SumOfLanes(d, phi));
    out[1] = hn::GetLane(hn::SumOfLanes(d, slope));
    out[2] = hn::GetLane(hn::SumOfLanes(d, second));
    out[3] = hn::GetLane(hn::SumOfLanes(d, third));
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kappascope {
HWY_EXPORT(smallDelta);
HWY_EXPORT(largeDelta);

namespace reduction {

GaussianMoments gaussianMoments(double mean, double delta) {
    double sums[4];
    if (delta < 1) {
        HWY_DYNAMIC_DISPATCH(smallDelta)(mean, delta, sums);
        return {sums[0], sums[1], sums[2], sums[3]};
    }
    HWY_DYNAMIC_DISPATCH(largeDelta)(mean, delta, sums);
    const double density = nodeStep / (delta * std::sqrt(2 * std::numbers::pi));
    const double closed = std::erf(erfSlope * mean / std::sqrt(1 + 2 * erfSlope * erfSlope * delta * delta));
    return {closed + density * sums[0], density * sums[1], density * sums[2], density * sums[3]};
}

}  // namespace reduction
}  // namespace kappascope
#endif
