// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/io/byte_reader.h"

namespace kappascope::io {

/// Index of a value in a PickleHeap. Values refer to each other by index, so that no depth of nesting, and no cycle,
/// can exhaust the machine's stack.
using PickleRef = std::uint32_t;

/// What a pickle can build here: plain values and opaque references of its host.
struct PickleValue {
    enum class Kind {
        none,
        boolean,
        integer,
        bigInteger,
        real,
        text,
        bytes,
        list,
        tuple,
        set,
        dict,
        global,
        storage,
        tensor
    };
    Kind kind = Kind::none;
    std::int64_t integer = 0;  ///< boolean, integer; storage, tensor: the host's number
    double real = 0;
    std::string text = {};              ///< text, bytes; bigInteger: little-endian bytes; global: "module name"
    std::vector<PickleRef> items = {};  ///< list, tuple, set; dict: key, value, key, value...
};

class PickleHeap {
public:
    /// Throws tooLarge past a bound on values and on the items in them.
    PickleRef add(PickleValue value);
    const PickleValue& operator[](PickleRef ref) const { return values_[ref]; }
    PickleValue& at(PickleRef ref) { return values_[ref]; }

    /// The value of a text key, the last one where there are several; null where there is none or it is no dict.
    const PickleValue* find(PickleRef dict, std::string_view key) const;
    bool find(PickleRef dict, std::string_view key, PickleRef& value) const;

    /// "dict of 3", "integer", "tensor"... for errors.
    std::string described(PickleRef ref) const;

private:
    std::vector<PickleValue> values_;
    std::size_t itemCount_ = 0;
};

/// Decides what a pickle may name, and builds it. Nothing is ever imported or executed.
class PickleHost {
public:
    virtual ~PickleHost() = default;
    virtual bool allows(const std::string& global) const = 0;  ///< global: "module name"
    /// The value of global(*args). args is a tuple.
    virtual PickleRef call(PickleHeap& heap, const std::string& global, PickleRef args) = 0;
    /// The value behind a persistent id.
    virtual PickleRef persistent(PickleHeap& heap, PickleRef id) = 0;
};

/// Interprets one pickle (protocols 0 to 5), up to its STOP opcode, and returns its value. What is not plain data
/// throws forbiddenPickle naming the global or opcode; also throws malformed, truncated and tooLarge.
PickleRef readPickle(ByteReader& reader, PickleHeap& heap, PickleHost& host);

}  // namespace kappascope::io
