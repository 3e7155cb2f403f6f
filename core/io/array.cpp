// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/array.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/error.h"
#include "core/io/limits.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

/// IEEE half precision: 1 sign, 5 exponent, 10 fraction bits.
double fromHalf(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 0x1f;
    const int fraction = bits & 0x3ff;
    double magnitude = 0;
    if (exponent == 0x1f)
        magnitude = fraction ? std::nan("") : HUGE_VAL;
    else if (exponent == 0)
        magnitude = std::ldexp(fraction, -24);
    else
        magnitude = std::ldexp(fraction + 1024, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

struct Half {};
struct Brain {};

template <class T>
struct Raw {
    using type =
        std::conditional_t<sizeof(T) == 8, std::uint64_t,
                           std::conditional_t<sizeof(T) == 4, std::uint32_t,
                                              std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;
};
template <>
struct Raw<Half> {
    using type = std::uint16_t;
};
template <>
struct Raw<Brain> {
    using type = std::uint16_t;
};

template <class U>
U swapped(U value) {
    U result = 0;
    for (std::size_t i = 0; i < sizeof(U); ++i) {
        result = static_cast<U>(static_cast<std::uint64_t>(result) << 8 | (value & 0xff));
        value = static_cast<U>(static_cast<std::uint64_t>(value) >> 8);
    }
    return result;
}

/// Reads element `index` of a byte string that holds elements of type T.
template <class T>
struct Reader {
    const char* data;
    bool swap;
    double operator()(std::uint64_t index) const {
        using U = typename Raw<T>::type;
        U raw;
        std::memcpy(&raw, data + index * sizeof(U), sizeof(U));
        if (swap) raw = swapped(raw);
        if constexpr (std::is_same_v<T, Half>)
            return fromHalf(raw);
        else if constexpr (std::is_same_v<T, Brain>)
            return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw) << 16));
        else if constexpr (std::is_same_v<T, bool>)
            return raw != 0;
        else
            return static_cast<double>(std::bit_cast<T>(raw));
    }
};

/// Calls `use` with the reader of the array's element type.
template <class Use>
void withReader(const Array& array, const std::string& field, Use use) {
    const bool swap = array.bigEndian != (std::endian::native == std::endian::big);
    const std::string_view bytes = array.storage->bytes();
    const char* data = bytes.data() + array.skip;
    switch (array.dtype) {
        case Dtype::float16: return use(Reader<Half>{data, swap});
        case Dtype::bfloat16: return use(Reader<Brain>{data, swap});
        case Dtype::float32: return use(Reader<float>{data, swap});
        case Dtype::float64: return use(Reader<double>{data, swap});
        case Dtype::int8: return use(Reader<std::int8_t>{data, swap});
        case Dtype::int16: return use(Reader<std::int16_t>{data, swap});
        case Dtype::int32: return use(Reader<std::int32_t>{data, swap});
        case Dtype::int64: return use(Reader<std::int64_t>{data, swap});
        case Dtype::uint8: return use(Reader<std::uint8_t>{data, swap});
        case Dtype::uint16: return use(Reader<std::uint16_t>{data, swap});
        case Dtype::uint32: return use(Reader<std::uint32_t>{data, swap});
        case Dtype::uint64: return use(Reader<std::uint64_t>{data, swap});
        case Dtype::boolean: return use(Reader<bool>{data, swap});
        case Dtype::other: break;
    }
    throw Error(ErrorCode::malformed, field, {"elements that are not real numbers"});
}

}  // namespace

std::size_t byteSize(Dtype dtype) {
    switch (dtype) {
        case Dtype::float64:
        case Dtype::int64:
        case Dtype::uint64: return 8;
        case Dtype::float32:
        case Dtype::int32:
        case Dtype::uint32: return 4;
        case Dtype::float16:
        case Dtype::bfloat16:
        case Dtype::int16:
        case Dtype::uint16: return 2;
        case Dtype::int8:
        case Dtype::uint8:
        case Dtype::boolean:
        case Dtype::other: break;
    }
    return 1;
}

bool isSingle(Dtype dtype) {
    return dtype == Dtype::float32 || dtype == Dtype::float16 || dtype == Dtype::bfloat16;
}

std::string_view Storage::bytes() {
    if (fetch_) {
        owned_ = fetch_();
        fetch_ = nullptr;
        bytes_ = owned_;
    }
    return bytes_;
}

std::uint64_t Array::count() const {
    std::uint64_t result = 1;
    for (const auto size : shape) {
        if (size == 0) return 0;
        result = saturatingProduct(result, static_cast<std::uint64_t>(size));
    }
    return result;
}

void Array::check(const std::string& field) const {
    if (shape.size() > maximumDimensions || strides.size() != shape.size())
        throw Error(ErrorCode::malformed, field, {std::to_string(shape.size()) + " dimensions"});
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (shape[d] < 0 || strides[d] < 0)
            throw Error(ErrorCode::malformed, field, {shapeText(shape), shapeText(strides)});
    }
    const std::uint64_t elements = count();
    if (elements > maximumBytes / sizeof(double))
        throw Error(ErrorCode::tooLarge, field, {shapeText(shape), std::to_string(maximumBytes / sizeof(double))});
    if (elements == 0) return;
    std::uint64_t last = offset;
    for (std::size_t d = 0; d < shape.size(); ++d)
        last = saturatingSum(
            last, saturatingProduct(static_cast<std::uint64_t>(shape[d] - 1), static_cast<std::uint64_t>(strides[d])));
    const std::uint64_t available =
        storage->size() < skip ? 0 : (storage->size() - skip) / static_cast<std::uint64_t>(byteSize(dtype));
    if (last >= available) throw Error(ErrorCode::truncated, field);
    if (elements > std::max(available, maximumRepeated))
        throw Error(ErrorCode::tooLarge, field, {shapeText(shape), std::to_string(available)});
}

std::vector<double> Array::values(const std::string& field) const {
    check(field);
    std::vector<double> result(static_cast<std::size_t>(count()));
    if (result.empty()) return result;
    withReader(*this, field, [&](auto read) {
        std::vector<std::int64_t> index(shape.size(), 0);
        std::uint64_t at = offset;
        for (auto& value : result) {
            value = read(at);
            // Like an odometer: the last dimension runs fastest.
            for (std::size_t d = shape.size(); d-- > 0;) {
                at += static_cast<std::uint64_t>(strides[d]);
                if (++index[d] < shape[d]) break;
                at -= static_cast<std::uint64_t>(strides[d]) * static_cast<std::uint64_t>(shape[d]);
                index[d] = 0;
            }
        }
    });
    for (const double value : result)
        if (!std::isfinite(value)) throw Error(ErrorCode::notFinite, field);
    return result;
}

Eigen::MatrixXd Array::matrix(const std::string& field) const {
    if (shape.size() > 2) throw Error(ErrorCode::wrongShape, field, {shapeText(shape), "N x K"});
    check(field);
    const Eigen::Index rows = shape.empty() ? 1 : static_cast<Eigen::Index>(shape[0]);
    const Eigen::Index columns = shape.size() < 2 ? 1 : static_cast<Eigen::Index>(shape[1]);
    const std::uint64_t down = shape.empty() ? 0 : static_cast<std::uint64_t>(strides[0]);
    const std::uint64_t across = shape.size() < 2 ? 0 : static_cast<std::uint64_t>(strides[1]);
    Eigen::MatrixXd result(rows, columns);
    if (result.size() == 0) return result;
    withReader(*this, field, [&](auto read) {
        // Tiles keep both the file's rows and the matrix's columns in cache.
        constexpr Eigen::Index tile = 32;
        for (Eigen::Index i0 = 0; i0 < rows; i0 += tile)
            for (Eigen::Index j0 = 0; j0 < columns; j0 += tile)
                for (Eigen::Index j = j0; j < std::min(j0 + tile, columns); ++j)
                    for (Eigen::Index i = i0; i < std::min(i0 + tile, rows); ++i)
                        result(i, j) = read(offset + static_cast<std::uint64_t>(i) * down +
                                            static_cast<std::uint64_t>(j) * across);
    });
    if (!result.allFinite()) throw Error(ErrorCode::notFinite, field);
    return result;
}

std::vector<std::int64_t> contiguousStrides(const std::vector<std::int64_t>& shape, bool columnMajor) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    std::uint64_t step = 1;
    for (std::size_t k = 0; k < shape.size(); ++k) {
        const std::size_t d = columnMajor ? k : shape.size() - 1 - k;
        // An overflow gives a stride that check() refuses, as the shape is too large then.
        strides[d] = static_cast<std::int64_t>(std::min(step, std::uint64_t{INT64_MAX}));
        step = saturatingProduct(step, static_cast<std::uint64_t>(std::max<std::int64_t>(shape[d], 1)));
    }
    return strides;
}

std::vector<std::string> NamedArrays::described() const {
    constexpr std::size_t most = 16;
    std::vector<std::string> result;
    for (const auto& [name, array] : arrays) {
        if (result.size() == most) break;
        result.push_back(printable(name) + " (" + shapeText(array.shape) + ")");
    }
    for (const auto& other : others) {
        if (result.size() == most) break;
        result.push_back(other);
    }
    const std::size_t all = arrays.size() + others.size();
    if (all > result.size()) result.push_back("+" + std::to_string(all - result.size()));
    return result;
}

}  // namespace kappascope::io
