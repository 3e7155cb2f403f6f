// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"

namespace kappascope::io {

/// Reads a byte string from front to back; every step is checked. `field` names what is being read in errors.
class ByteReader {
public:
    ByteReader(std::string_view bytes, std::string field) : bytes_(bytes), field_(std::move(field)) {}

    std::size_t position() const { return position_; }
    std::size_t remaining() const { return bytes_.size() - position_; }
    const std::string& field() const { return field_; }

    /// The next `count` bytes. Throws truncated where there are fewer.
    std::string_view take(std::uint64_t count) {
        if (count > remaining()) throw Error(ErrorCode::truncated, field_);
        const auto result = bytes_.substr(position_, static_cast<std::size_t>(count));
        position_ += static_cast<std::size_t>(count);
        return result;
    }

    /// The bytes up to the next line feed, which is skipped. Throws truncated where there is none.
    std::string_view line() {
        const auto end = bytes_.find('\n', position_);
        if (end == std::string_view::npos) throw Error(ErrorCode::truncated, field_);
        const auto result = take(end - position_);
        ++position_;
        return result;
    }

    std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)[0]); }
    std::uint64_t littleEndian(int count) {
        const auto raw = take(static_cast<std::uint64_t>(count));
        std::uint64_t value = 0;
        for (int i = count - 1; i >= 0; --i)
            value = (value << 8) | static_cast<std::uint8_t>(raw[static_cast<std::size_t>(i)]);
        return value;
    }
    double bigEndianDouble() {
        std::uint64_t value = 0;
        for (const char c : take(8)) value = (value << 8) | static_cast<std::uint8_t>(c);
        return std::bit_cast<double>(value);
    }

private:
    std::string_view bytes_;
    std::string field_;
    std::size_t position_ = 0;
};

}  // namespace kappascope::io
