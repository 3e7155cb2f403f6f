// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/network/activation.cpp"
#include <hwy/foreach_target.h>
// Highway's headers come after the loop over targets.
#include <hwy/highway.h>

#include "core/network/tanh-inl.h"

HWY_BEFORE_NAMESPACE();
namespace kappascope::HWY_NAMESPACE {

template <class T>
void tanhAll(const T* HWY_RESTRICT in, T* out, std::size_t count) {
    const hn::ScalableTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(tanhOf(d, hn::LoadU(d, in + i)), d, out + i);
    if (i < count) {
        HWY_ALIGN T rest[HWY_MAX_BYTES / sizeof(T)] = {};
        for (std::size_t k = i; k < count; ++k) rest[k - i] = in[k];
        hn::Store(tanhOf(d, hn::Load(d, rest)), d, rest);
        for (std::size_t k = i; k < count; ++k) out[k] = rest[k - i];
    }
}

void tanhDouble(const double* in, double* out, std::size_t count) {
    tanhAll(in, out, count);
}
void tanhSingle(const float* in, float* out, std::size_t count) {
    tanhAll(in, out, count);
}
const char* targetName() {
    return hwy::TargetName(HWY_TARGET);
}

}  // namespace kappascope::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kappascope {
HWY_EXPORT(tanhDouble);
HWY_EXPORT(tanhSingle);
HWY_EXPORT(targetName);

namespace network {
void tanhArray(const double* in, double* out, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(tanhDouble)(in, out, count);
}
void tanhArray(const float* in, float* out, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(tanhSingle)(in, out, count);
}
const char* kernelTarget() {
    return HWY_DYNAMIC_DISPATCH(targetName)();
}
}  // namespace network
}  // namespace kappascope
#endif
