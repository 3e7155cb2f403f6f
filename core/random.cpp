// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/random.h"

#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace kappascope {

std::uint64_t derivedSeed(std::uint64_t seed, std::uint64_t index) {
    if (index == 0) return seed;
    const auto words =
        r123::Philox4x32_R<10>()({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), 0, 0}},
                                 {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}});
    return (std::uint64_t{words[0]} << 32) | words[1];
}

Random::Random(std::uint64_t seed, Stream stream, std::uint64_t index)
    : seed_(seed), stream_(static_cast<std::uint32_t>(stream)), index_(index) {}

void Random::refill() {
    r123::Philox4x32 generator;
    const r123::Philox4x32::ctr_type counter = {
        {counter_++, stream_, static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(index_ >> 32)}};
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
    const auto block = generator(counter, key);
    for (std::size_t k = 0; k < 4; ++k) words_[k] = block[k];
    used_ = 0;
}

double Random::uniform() {
    if (used_ > 2) refill();
    const std::uint64_t bits = (static_cast<std::uint64_t>(words_[used_]) << 32) | words_[used_ + 1];
    used_ += 2;
    // 53 bits, moved by half a step: never 0 or 1.
    return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
}

double Random::normal() {
    if (hasSpare_) {
        hasSpare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    hasSpare_ = true;
    return radius * std::cos(angle);
}

int Random::integer(int first, int last) {
    const double span = static_cast<double>(last) - first + 1;
    return first + static_cast<int>(std::min(span - 1, std::floor(uniform() * span)));
}

}  // namespace kappascope
