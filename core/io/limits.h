// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace kappascope::io {

/// Largest file, and largest array once it is in double precision, that is opened: 2 GiB.
inline constexpr std::uint64_t maximumBytes = std::uint64_t{2} << 30;

/// A view that repeats elements (stride 0) may hold at most this many, however small its storage.
inline constexpr std::uint64_t maximumRepeated = std::uint64_t{1} << 22;

/// a * b, or a + b; the largest value where that does not fit.
constexpr std::uint64_t saturatingProduct(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}
constexpr std::uint64_t saturatingSum(std::uint64_t a, std::uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/// Most dimensions of an array.
inline constexpr std::size_t maximumDimensions = 8;

}  // namespace kappascope::io
