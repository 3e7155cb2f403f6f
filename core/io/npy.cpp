// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include <bit>
#include <cctype>
#include <optional>

#include "core/error.h"
#include "core/io/byte_reader.h"
#include "core/io/limits.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

/// A strict parser of the Python dict literal in a header: only the keys descr, fortran_order and shape.
class HeaderParser {
public:
    HeaderParser(std::string_view text, const std::string& field) : text_(text), field_(field) {}

    void parse() {
        expect('{');
        while (peek() != '}') {
            const std::string key = quoted();
            expect(':');
            if (key == "descr" && !descr)
                descr = description();
            else if (key == "fortran_order" && !fortranOrder)
                fortranOrder = boolean();
            else if (key == "shape" && !shape)
                shape = tuple();
            else
                fail();
            if (peek() != ',') break;
            expect(',');
        }
        expect('}');
        skipSpace();
        if (position_ != text_.size() || !descr || !fortranOrder || !shape) fail();
    }

    std::optional<std::string> descr;
    std::optional<bool> fortranOrder;
    std::optional<std::vector<std::int64_t>> shape;

private:
    [[noreturn]] void fail() const { throw Error(ErrorCode::malformed, field_, {printable(text_)}); }

    void skipSpace() {
        while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
    }
    char peek() {
        skipSpace();
        if (position_ >= text_.size()) fail();
        return text_[position_];
    }
    void expect(char wanted) {
        if (peek() != wanted) fail();
        ++position_;
    }
    std::string quoted() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail();
        const auto end = text_.find(quote, ++position_);
        if (end == std::string_view::npos) fail();
        const std::string result(text_.substr(position_, end - position_));
        position_ = end + 1;
        return result;
    }
    /// Text for a plain type; a list means a record, which is no array of numbers.
    std::string description() {
        if (peek() == '[') throw Error(ErrorCode::unsupportedFormat, field_, {"structured array"});
        return quoted();
    }
    bool boolean() {
        skipSpace();
        for (const auto& [word, value] :
             {std::pair{std::string_view("True"), true}, {std::string_view("False"), false}}) {
            if (text_.substr(position_, word.size()) == word) {
                position_ += word.size();
                return value;
            }
        }
        fail();
    }
    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> result;
        expect('(');
        while (peek() != ')') {
            std::size_t end = position_;
            while (end < text_.size() && std::isdigit(static_cast<unsigned char>(text_[end]))) ++end;
            const auto size = toInteger(text_.substr(position_, end - position_));
            if (!size || result.size() == maximumDimensions) fail();
            result.push_back(*size);
            position_ = end;
            if (position_ < text_.size() && text_[position_] == 'L') ++position_;  // written by Python 2
            if (peek() != ',') break;
            expect(',');
        }
        expect(')');
        return result;
    }

    std::string_view text_;
    const std::string& field_;
    std::size_t position_ = 0;
};

Dtype dtypeOf(const std::string& code, const std::string& field) {
    if (code == "O") throw Error(ErrorCode::forbiddenPickle, field, {"array of Python objects"});
    if (code == "f2") return Dtype::float16;
    if (code == "f4") return Dtype::float32;
    if (code == "f8") return Dtype::float64;
    if (code == "i1") return Dtype::int8;
    if (code == "i2") return Dtype::int16;
    if (code == "i4") return Dtype::int32;
    if (code == "i8") return Dtype::int64;
    if (code == "u1") return Dtype::uint8;
    if (code == "u2") return Dtype::uint16;
    if (code == "u4") return Dtype::uint32;
    if (code == "u8") return Dtype::uint64;
    if (code == "b1") return Dtype::boolean;
    return Dtype::other;
}

std::string npyFile(const std::string& descr, const std::string& shape, const std::string& data) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    // The data starts at a multiple of 64 bytes.
    while ((magic.size() + 4 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::string result(magic);
    result += '\x01';
    result += '\x00';
    result += static_cast<char>(header.size() & 0xff);
    result += static_cast<char>(header.size() >> 8);
    return result + header + data;
}

void append(std::string& out, std::uint64_t bits) {
    for (int i = 0; i < 8; ++i) out += static_cast<char>(bits >> (8 * i) & 0xff);
}

}  // namespace

bool looksLikeNpy(std::string_view bytes) {
    return bytes.substr(0, magic.size()) == magic;
}

Array npyHeader(std::string_view front, const std::string& field) {
    if (!looksLikeNpy(front)) throw Error(ErrorCode::malformed, field, {"no .npy signature"});
    ByteReader reader(front, field);
    reader.take(magic.size());
    const int major = reader.byte();
    reader.byte();
    if (major < 1 || major > 3)
        throw Error(ErrorCode::unsupportedFormat, field, {".npy version " + std::to_string(major)});
    const std::uint64_t length = reader.littleEndian(major == 1 ? 2 : 4);
    if (length > npyHeaderBytes)
        throw Error(ErrorCode::tooLarge, field, {std::to_string(length), std::to_string(npyHeaderBytes)});
    HeaderParser header(reader.take(length), field);
    header.parse();
    std::string code = *header.descr;
    Array array;
    const char order = code.empty() ? '\0' : code.front();
    if (order == '<' || order == '>' || order == '|' || order == '=') code.erase(0, 1);
    array.bigEndian = order == '>';
    array.dtype = dtypeOf(code, field);
    array.skip = reader.position();
    array.shape = *header.shape;
    array.strides = contiguousStrides(array.shape, *header.fortranOrder);
    return array;
}

std::string npyBytes(const Eigen::MatrixXd& matrix) {
    std::string data;
    data.reserve(static_cast<std::size_t>(matrix.size()) * sizeof(double));
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) append(data, std::bit_cast<std::uint64_t>(matrix(i, j)));
    return npyFile("<f8", std::to_string(matrix.rows()) + ", " + std::to_string(matrix.cols()), data);
}

std::string npyBytes(const Eigen::VectorXd& vector) {
    std::string data;
    for (const double value : vector) append(data, std::bit_cast<std::uint64_t>(value));
    return npyFile("<f8", std::to_string(vector.size()) + ",", data);
}

std::string npyBytes(const std::vector<int>& integers) {
    std::string data;
    for (const int value : integers) append(data, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
    return npyFile("<i8", std::to_string(integers.size()) + ",", data);
}

std::string npyBytes(std::string_view text) {
    return npyFile("|u1", std::to_string(text.size()) + ",", std::string(text));
}

}  // namespace kappascope::io
