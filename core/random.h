// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kappascope {

/// Purposes that random numbers are drawn for: equal seeds give independent streams.
enum class Stream : std::uint32_t { loadings = 1, stateNoise = 2, inputNoise = 3, trialChoice = 4, starts = 5 };

/// A seed for the index-th of several things that are drawn from one seed, such as networks from a circuit: another
/// seed's are others. Index 0 is the seed itself.
std::uint64_t derivedSeed(std::uint64_t seed, std::uint64_t index);

/// A counter-based generator (Philox 4x32-10): a number is a function of (seed, stream, index, counter) alone, so
/// results do not depend on the order or the number of threads.
class Random {
public:
    Random(std::uint64_t seed, Stream stream, std::uint64_t index = 0);

    double uniform();                  ///< in the open interval (0, 1)
    double normal();                   ///< N(0, 1), Box-Muller
    int integer(int first, int last);  ///< uniform in first..last, both included

private:
    void refill();
    std::uint64_t seed_;
    std::uint32_t stream_;
    std::uint64_t index_;
    std::uint32_t counter_ = 0;
    std::uint32_t words_[4] = {};
    int used_ = 4;
    double spare_ = 0;
    bool hasSpare_ = false;
};

/// Fills out with N(0, 1) in single precision, many at a time: Philox 4x32-7 (Salmon et al. 2011) and Box-Muller in
/// vector instructions. out[k] depends on (seed, stream, index, k) alone, not on how many are asked for; |out[k]|
/// <= 6.7. out: at most 2^34 numbers. With `first`, a multiple of 64, out holds the numbers from that one on.
void fillNormal(std::uint64_t seed, Stream stream, std::uint64_t index, std::span<float> out, std::size_t first = 0);

}  // namespace kappascope
