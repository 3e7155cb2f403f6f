// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kappascope::io {

/// Element types that files hold. `other` is anything that is not a real number (complex, quantised, text).
enum class Dtype {
    float16,
    bfloat16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    boolean,
    other
};

/// Bytes of one element; 1 for `other`.
std::size_t byteSize(Dtype dtype);

/// True for floating-point types of less than double precision.
bool isSingle(Dtype dtype);

/// Raw bytes of one or several arrays, read when they are first asked for.
class Storage {
public:
    /// Bytes that somebody else keeps.
    explicit Storage(std::string_view bytes) : bytes_(bytes), size_(bytes.size()) {}
    /// `size` bytes that `fetch` returns; called at most once.
    Storage(std::uint64_t size, std::function<std::string()> fetch) : size_(size), fetch_(std::move(fetch)) {}

    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    std::uint64_t size() const { return size_; }
    std::string_view bytes();

private:
    std::string owned_;
    std::string_view bytes_;
    std::uint64_t size_ = 0;
    std::function<std::string()> fetch_;
};

/// A strided view of a storage, not yet converted.
struct Array {
    std::shared_ptr<Storage> storage;
    Dtype dtype = Dtype::float64;
    bool bigEndian = false;
    std::uint64_t skip = 0;             ///< bytes before the first element of the storage
    std::uint64_t offset = 0;           ///< in elements
    std::vector<std::int64_t> shape;    ///< every size >= 0; empty for a scalar
    std::vector<std::int64_t> strides;  ///< in elements, every one >= 0, as long as shape

    std::uint64_t count() const;  ///< number of elements

    /// Checks shape and strides against the storage. Throws malformed, tooLarge or truncated, naming the field.
    void check(const std::string& field) const;

    /// All elements in row-major order. Throws as check(), and malformed (not real numbers) or notFinite.
    std::vector<double> values(const std::string& field) const;

    /// A matrix of a 2-dimensional array; one column of a 1-dimensional one. Throws as values(), and wrongShape for
    /// more.
    Eigen::MatrixXd matrix(const std::string& field) const;
};

/// Strides of a contiguous array, row-major or column-major.
std::vector<std::int64_t> contiguousStrides(const std::vector<std::int64_t>& shape, bool columnMajor = false);

/// What a file holds under its names.
struct NamedArrays {
    std::map<std::string, Array> arrays;
    std::vector<std::string> others;  ///< descriptions of entries that are not arrays
    bool has(const std::string& key) const { return arrays.count(key) > 0; }

    /// "name (shape)" of each entry, at most 16 and then how many more, for errors.
    std::vector<std::string> described() const;
};

}  // namespace kappascope::io
