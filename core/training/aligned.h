// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace kappascope::training {

/// Allocates from the beginning of a cache line on: a vector that straddles two lines takes twice as long to load.
template <class T>
struct CacheAligned {
    using value_type = T;
    static constexpr std::size_t line = 64;  ///< bytes

    CacheAligned() = default;
    template <class Other>
    CacheAligned(const CacheAligned<Other>&) {}

    T* allocate(std::size_t count) {
        if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
        return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t(line)));
    }
    void deallocate(T* pointer, std::size_t) { ::operator delete(pointer, std::align_val_t(line)); }

    template <class Other>
    bool operator==(const CacheAligned<Other>&) const {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, CacheAligned<T>>;

}  // namespace kappascope::training
