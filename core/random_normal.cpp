// SPDX-License-Identifier: GPL-3.0-or-later
#include <Random123/philox.h>
#include <algorithm>

#include "core/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random_normal.cpp"
#include <hwy/foreach_target.h>
// Highway's headers come after the loop over targets.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// 16 blocks of Philox make 64 numbers, whatever the width of the vectors: word j of block i belongs to number 16 j + i.
constexpr std::size_t blocksPerGroup = 16;
constexpr std::size_t groupSize = 4 * blocksPerGroup;
constexpr int rounds = 7;

/// Two independent N(0,1) from two words of 32 random bits: Box-Muller, with the angle folded to an eighth of the
/// circle either side of an axis, and polynomials that are our own minimax fits (log 1.7e-7, sine 3e-9, cosine 3e-8).
template <class D, class U, class V>
HWY_INLINE void normalsOf(D d, U first, U second, V& a, V& b) {
    const hn::RebindToSigned<D> di;
    const hn::RebindToUnsigned<D> du;
    const auto c = [d](float value) { return hn::Set(d, value); };

    // u in (0, 1] with 31 bits, so that the tail reaches 6.6; log u = e log 2 + log(1 + f), 1 + f in
    // sqrt(1/2)..sqrt(2).
    const auto u = hn::Mul(hn::Add(hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<1>(first))), c(0.5f)), c(0x1p-31f));
    const auto bits = hn::BitCast(di, u);
    const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(di, 0x3f3504f3)));
    const auto f = hn::Sub(hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent))), c(1.0f));
    auto p = c(-0.101068929f);
    p = hn::MulAdd(p, f, c(0.162225798f));
    p = hn::MulAdd(p, f, c(-0.172508299f));
    p = hn::MulAdd(p, f, c(0.199001655f));
    p = hn::MulAdd(p, f, c(-0.249699086f));
    p = hn::MulAdd(p, f, c(0.333350599f));
    p = hn::MulAdd(p, f, c(-0.500003636f));
    p = hn::MulAdd(p, f, c(0.99999994f));
    const auto logarithm = hn::MulAdd(hn::ConvertTo(d, exponent), c(0.693147181f), hn::Mul(p, f));
    const auto radius = hn::Sqrt(hn::Max(hn::Mul(logarithm, c(-2.0f)), hn::Zero(d)));

    // The lower 30 bits are the angle, -1/2..1/2 quarter turns; the upper two choose axis and side.
    const auto t = hn::Mul(hn::ConvertTo(d, hn::BitCast(di, hn::ShiftLeft<2>(second))), c(0x1p-32f));
    const auto s = hn::Mul(t, t);
    auto sine = c(-0.00460165786f);
    sine = hn::MulAdd(sine, s, c(0.079680033f));
    sine = hn::MulAdd(sine, s, c(-0.64596349f));
    sine = hn::MulAdd(sine, s, c(1.57079637f));
    sine = hn::Mul(sine, t);
    auto cosine = c(-0.0204083528f);
    cosine = hn::MulAdd(cosine, s, c(0.25359863f));
    cosine = hn::MulAdd(cosine, s, c(-1.23369706f));
    cosine = hn::MulAdd(cosine, s, c(1.0f));
    const auto side = hn::BitCast(d, hn::And(second, hn::Set(du, 0x80000000u)));
    const auto swap = hn::MaskFromVec(hn::BitCast(d, hn::BroadcastSignBit(hn::BitCast(di, hn::ShiftLeft<1>(second)))));
    const auto along = hn::Mul(radius, hn::Xor(cosine, side));
    const auto across = hn::Mul(radius, sine);
    a = hn::IfThenElse(swap, across, along);
    b = hn::IfThenElse(swap, along, across);
}

/// Words of the blocks first..first+15 of Philox 4x32: word j of block i in words[16 j + i]. keys: of each round.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void philox(const std::uint64_t* keys, std::uint32_t stream, std::uint64_t index, std::uint32_t first,
                       std::uint32_t* words) {
    for (std::uint32_t i = 0; i < blocksPerGroup; ++i) {
        const auto block = r123::Philox4x32_R<rounds>()(
            {{first + i, stream, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32)}},
            {{static_cast<std::uint32_t>(keys[0]), static_cast<std::uint32_t>(keys[1])}});
        for (std::size_t j = 0; j < 4; ++j) words[j * blocksPerGroup + i] = block[j];
    }
}
#else
/// One 64-bit lane a block, its words in the lower halves: the upper halves hold what multiplication does not read.
template <class D, class V>
HWY_INLINE void philoxRound(D d, const std::uint64_t* keys, V (&x)[4]) {
    const hn::Repartition<std::uint32_t, D> halves;
    const auto p0 = hn::MulEven(hn::BitCast(halves, x[0]), hn::Set(halves, 0xD2511F53u));
    const auto p1 = hn::MulEven(hn::BitCast(halves, x[2]), hn::Set(halves, 0xCD9E8D57u));
    x[0] = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), x[1]), hn::Set(d, keys[0]));
    x[2] = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), x[3]), hn::Set(d, keys[1]));
    x[1] = p1;
    x[3] = p0;
}

/// Written out: a loop here takes nearly twice as long.
template <class D, class V>
HWY_INLINE void philoxRounds(D d, const std::uint64_t* keys, V (&x)[4]) {
    static_assert(rounds == 7);
    philoxRound(d, keys, x);
    philoxRound(d, keys + 2, x);
    philoxRound(d, keys + 4, x);
    philoxRound(d, keys + 6, x);
    philoxRound(d, keys + 8, x);
    philoxRound(d, keys + 10, x);
    philoxRound(d, keys + 12, x);
}

HWY_INLINE void philox(const std::uint64_t* keys, std::uint32_t stream, std::uint64_t index, std::uint32_t first,
                       std::uint32_t* words) {
    const hn::CappedTag<std::uint64_t, blocksPerGroup / 2> d;
    const hn::Repartition<std::uint32_t, decltype(d)> halves;
    const std::size_t lanes = hn::Lanes(halves);
    using V = hn::Vec<decltype(d)>;
    for (std::size_t i = 0; i < blocksPerGroup; i += lanes) {
        // Even blocks in one set of registers, odd ones in another: the halves of what is stored.
        const auto twice = hn::Add(hn::Iota(d, 0), hn::Iota(d, 0));
        V even[4] = {hn::Add(hn::Set(d, first + i), twice), hn::Set(d, stream), hn::Set(d, index & 0xffffffffu),
                     hn::Set(d, index >> 32)};
        V odd[4] = {hn::Add(even[0], hn::Set(d, 1)), even[1], even[2], even[3]};
        philoxRounds(d, keys, even);
        philoxRounds(d, keys, odd);
        for (std::size_t j = 0; j < 4; ++j)
            hn::Store(hn::OddEven(hn::BitCast(halves, hn::ShiftLeft<32>(odd[j])), hn::BitCast(halves, even[j])), halves,
                      words + j * blocksPerGroup + i);
    }
}
#endif

void normalGroups(std::uint64_t seed, std::uint32_t stream, std::uint64_t index, std::size_t firstGroup,
                  std::size_t groups, float* out) {
    const hn::CappedTag<float, blocksPerGroup> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    const std::size_t lanes = hn::Lanes(d);
    HWY_ALIGN std::uint32_t words[groupSize];
    std::uint64_t keys[2 * rounds] = {seed & 0xffffffffu, seed >> 32};
    for (int k = 2; k < 2 * rounds; ++k)
        keys[k] = (keys[k - 2] + (k % 2 == 0 ? 0x9E3779B9u : 0xBB67AE85u)) & 0xffffffffu;
    for (std::size_t group = 0; group < groups; ++group, out += groupSize) {
        philox(keys, stream, index, static_cast<std::uint32_t>((firstGroup + group) * blocksPerGroup), words);
        for (std::size_t pair = 0; pair < groupSize; pair += 2 * blocksPerGroup) {
            for (std::size_t i = pair; i < pair + blocksPerGroup; i += lanes) {
                hn::Vec<decltype(d)> a, b;
                normalsOf(d, hn::Load(du, words + i), hn::Load(du, words + blocksPerGroup + i), a, b);
                hn::StoreU(a, d, out + i);
                hn::StoreU(b, d, out + blocksPerGroup + i);
            }
        }
    }
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kappascope {
HWY_EXPORT(normalGroups);

void fillNormal(std::uint64_t seed, Stream stream, std::uint64_t index, std::span<float> out, std::size_t first) {
    constexpr std::size_t group = 64;
    const std::size_t whole = out.size() / group;
    const auto fill = HWY_DYNAMIC_DISPATCH(normalGroups);
    fill(seed, static_cast<std::uint32_t>(stream), index, first / group, whole, out.data());
    if (const std::size_t rest = out.size() - whole * group; rest > 0) {
        float last[group];
        fill(seed, static_cast<std::uint32_t>(stream), index, first / group + whole, 1, last);
        std::copy_n(last, rest, out.data() + whole * group);
    }
}

}  // namespace kappascope
#endif
