// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>
#include <bit>
#include <clocale>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/io/load.h"

/// Files as other programs write them, byte by byte: zip archives, .npy arrays and PyTorch's two formats.
namespace kappascope::tests {

/// The error that `work` throws; nothing where it does not.
template <class Work>
std::optional<Error> errorOf(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

inline std::optional<Error> loadError(const std::string& bytes) {
    return errorOf([&] { io::loadBytes(bytes, "file"); });
}

#define COMPARE_ERROR(expression, expectedCode, expectedField) \
    do {                                                       \
        const auto error_ = (expression);                      \
        QVERIFY2(error_, "no error");                          \
        QCOMPARE(name(error_->code()), name(expectedCode));    \
        QCOMPARE(error_->field(), std::string(expectedField)); \
    } while (false)

inline std::string littleEndian(std::uint64_t value, int bytes) {
    std::string result;
    for (int i = 0; i < bytes; ++i) result += i < 8 ? static_cast<char>(value >> (8 * i) & 0xff) : '\0';
    return result;
}

inline std::string reversed(const std::string& bytes, std::size_t elementSize) {
    std::string result;
    for (std::size_t i = 0; i < bytes.size(); i += elementSize)
        for (std::size_t j = elementSize; j-- > 0;) result += bytes[i + j];
    return result;
}

template <class T>
std::string raw(const std::vector<T>& values) {
    std::string result;
    for (const T value : values) {
        if constexpr (sizeof(T) == 8)
            result += littleEndian(std::bit_cast<std::uint64_t>(value), 8);
        else if constexpr (sizeof(T) == 4)
            result += littleEndian(std::bit_cast<std::uint32_t>(value), 4);
        else
            result += littleEndian(static_cast<std::uint64_t>(value), sizeof(T));
    }
    return result;
}

// zip

inline std::uint32_t checksum(std::string_view bytes) {
    std::uint32_t value = ~0u;
    for (const char c : bytes) {
        value ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0u);
    }
    return ~value;
}

/// A raw deflate stream that holds its content uncompressed.
inline std::string deflated(const std::string& content) {
    std::string result;
    std::size_t position = 0;
    do {
        const std::size_t size = std::min<std::size_t>(content.size() - position, 65535);
        result += position + size == content.size() ? '\1' : '\0';
        result += littleEndian(size, 2) + littleEndian(~size, 2) + content.substr(position, size);
        position += size;
    } while (position < content.size());
    return result;
}

struct ZipEntry {
    std::string name;
    std::string content;
    bool deflate = false;
    std::optional<std::uint32_t> claimedSize = {};  ///< lies in the directory, where set
    std::optional<std::uint32_t> claimedChecksum = {};
    int flags = 0;
    std::optional<int> method = {};
};

inline std::string zipFile(const std::vector<ZipEntry>& entries) {
    std::string out;
    std::string directory;
    for (const auto& entry : entries) {
        const std::string packed = entry.deflate ? deflated(entry.content) : entry.content;
        const std::string fields =
            littleEndian(20, 2) + littleEndian(static_cast<std::uint64_t>(entry.flags), 2) +
            littleEndian(static_cast<std::uint64_t>(entry.method.value_or(entry.deflate ? 8 : 0)), 2) +
            littleEndian(0, 4) + littleEndian(entry.claimedChecksum.value_or(checksum(entry.content)), 4) +
            littleEndian(packed.size(), 4) +
            littleEndian(entry.claimedSize.value_or(static_cast<std::uint32_t>(entry.content.size())), 4) +
            littleEndian(entry.name.size(), 2) + littleEndian(0, 2);
        directory += "PK\x01\x02" + littleEndian(20, 2) + fields + littleEndian(0, 10) + littleEndian(out.size(), 4) +
                     entry.name;
        out += "PK\x03\x04" + fields + entry.name + packed;
    }
    const std::size_t start = out.size();
    return out + directory + "PK\x05\x06" + littleEndian(0, 4) + littleEndian(entries.size(), 2) +
           littleEndian(entries.size(), 2) + littleEndian(directory.size(), 4) + littleEndian(start, 4) +
           littleEndian(0, 2);
}

// npy

inline std::string npyFile(const std::string& header, const std::string& data, int version = 1) {
    return "\x93NUMPY" + littleEndian(static_cast<std::uint64_t>(version), 1) + littleEndian(0, 1) +
           littleEndian(header.size(), version == 1 ? 2 : 4) + header + data;
}

inline std::string npyArray(const std::string& descr, const std::string& shape, const std::string& data,
                            bool fortran = false) {
    return npyFile("{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (" +
                       shape + "), }\n",
                   data);
}

// pickle (protocol 2)

inline std::string pickledText(const std::string& text) {
    return "X" + littleEndian(text.size(), 4) + text;
}
inline std::string pickledInteger(std::int64_t value) {
    return std::string("\x8a\x08") + littleEndian(static_cast<std::uint64_t>(value), 8);
}
inline std::string pickledGlobal(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
inline std::string pickledSizes(const std::vector<std::int64_t>& sizes) {
    std::string result = "(";
    for (const auto size : sizes) result += pickledInteger(size);
    return result + "t";
}

struct TorchStorage {
    std::string key;
    std::string type;  ///< "FloatStorage"
    std::uint64_t count = 0;
    std::string bytes;
    std::string device = "cpu";
};

struct TorchTensor {
    std::string name;
    std::size_t storage = 0;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
    bool isParameter = false;
    std::optional<std::pair<std::int64_t, std::int64_t>> view = {};  ///< legacy storage view: offset, size
};

/// A state dict in either of PyTorch's formats.
struct TorchFile {
    std::vector<TorchStorage> storages;
    std::vector<TorchTensor> tensors;
    std::string nestedUnder;  ///< key of an outer dict, where set
    std::string byteorder;    ///< entry of a zip file, where set

    std::string statePickle(bool legacy) const {
        std::string result = "\x80\x02";
        if (!nestedUnder.empty()) result += "}" + pickledText("epoch") + "K\x07s" + pickledText(nestedUnder);
        result += pickledGlobal("collections", "OrderedDict") + ")R(";
        for (const auto& tensor : tensors) {
            const TorchStorage& storage = storages[tensor.storage];
            result += pickledText(tensor.name);
            if (tensor.isParameter) result += pickledGlobal("torch._utils", "_rebuild_parameter") + "(";
            result += pickledGlobal("torch._utils", "_rebuild_tensor_v2") + "((" + pickledText("storage") +
                      pickledGlobal("torch", storage.type) + pickledText(storage.key) + pickledText(storage.device) +
                      pickledInteger(static_cast<std::int64_t>(storage.count));
            if (legacy && tensor.view)
                result += "(" + pickledText("v") + pickledInteger(tensor.view->first) +
                          pickledInteger(tensor.view->second) + "t";
            else if (legacy)
                result += "N";
            result += "tQ" + pickledInteger(tensor.offset) + pickledSizes(tensor.shape) + pickledSizes(tensor.strides) +
                      "\x89" + pickledGlobal("collections", "OrderedDict") + ")RtR";
            if (tensor.isParameter) result += "\x88" + pickledGlobal("collections", "OrderedDict") + ")RtR";
        }
        result += "u";
        // What torch puts on every state dict: its version numbers, as an attribute.
        result += "}" + pickledText("_metadata") + pickledGlobal("collections", "OrderedDict") + ")Rsb";
        if (!nestedUnder.empty()) result += "s";
        return result + ".";
    }
    std::string zip(const std::string& prefix = "archive/") const {
        std::vector<ZipEntry> entries{{prefix + "data.pkl", statePickle(false)}};
        if (!byteorder.empty()) entries.push_back({prefix + "byteorder", byteorder});
        for (const auto& storage : storages) entries.push_back({prefix + "data/" + storage.key, storage.bytes});
        entries.push_back({prefix + "version", "3\n"});
        return zipFile(entries);
    }
    std::string legacy() const {
        std::string result = legacyHead() + statePickle(true) + "\x80\x02](";
        for (const auto& storage : storages) result += pickledText(storage.key);
        result += "e.";
        for (const auto& storage : storages) result += littleEndian(storage.count, 8) + storage.bytes;
        return result;
    }
    static std::string legacyHead() {
        return std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15) +
               std::string("\x80\x02M\xe9\x03.", 6) + "\x80\x02}(" + pickledText("protocol_version") + "M\xe9\x03" +
               pickledText("little_endian") + "\x88u.";
    }
};

/// m_ir = i + 10 r + 1, n_ir = (i - r) / 2, wi_si = s - i, wo_i = i^2: N = 5, R = 2, S = 3, O = 1. m and n share a
/// storage, n is stored transposed, wi is a part of a larger one.
inline TorchFile exampleTorchFile() {
    std::vector<float> shared;
    for (int i = 0; i < 5; ++i)
        for (int r = 0; r < 2; ++r) shared.push_back(static_cast<float>(i + 10 * r + 1));
    for (int r = 0; r < 2; ++r)
        for (int i = 0; i < 5; ++i) shared.push_back(static_cast<float>(i - r) / 2);
    std::vector<double> inputs(4, -77);
    for (int s = 0; s < 3; ++s)
        for (int i = 0; i < 5; ++i) inputs.push_back(s - i);
    std::vector<float> outputs;
    for (int i = 0; i < 5; ++i) outputs.push_back(static_cast<float>(i * i));
    TorchFile file;
    file.storages = {{"0", "FloatStorage", 20, raw(shared), "cuda:0"},
                     {"1", "DoubleStorage", 19, raw(inputs)},
                     {"2", "FloatStorage", 5, raw(outputs)}};
    file.tensors = {{"m", 0, 0, {5, 2}, {2, 1}},
                    {"n", 0, 10, {5, 2}, {1, 5}},
                    {"wi", 1, 4, {3, 5}, {5, 1}, true},
                    {"wo", 2, 0, {5, 1}, {1, 1}}};
    return file;
}

inline bool isExample(const network::Network& network) {
    if (network.units() != 5 || network.rank() != 2 || network.inputs() != 3 || network.outputs() != 1) return false;
    for (int i = 0; i < 5; ++i) {
        for (int r = 0; r < 2; ++r)
            if (network.m(i, r) != i + 10 * r + 1 || network.n(i, r) != (i - r) / 2.0) return false;
        for (int s = 0; s < 3; ++s)
            if (network.inputWeights(i, s) != s - i) return false;
        if (network.outputWeights(i, 0) != i * i) return false;
    }
    return true;
}

/// Sets a locale with a decimal comma for its lifetime, where the system has one.
class CommaLocale {
public:
    CommaLocale() {
        for (const char* candidate : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8", "it_IT.UTF-8"})
            if (std::setlocale(LC_ALL, candidate) && *std::localeconv()->decimal_point == ',') {
                active_ = true;
                return;
            }
        std::setlocale(LC_ALL, "C");
    }
    CommaLocale(const CommaLocale&) = delete;
    CommaLocale& operator=(const CommaLocale&) = delete;
    ~CommaLocale() { std::setlocale(LC_ALL, "C"); }
    bool active() const { return active_; }

private:
    bool active_ = false;
};

}  // namespace kappascope::tests
