// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_archive.h"

#include <array>
#include <zip.h>

#include "core/error.h"
#include "core/io/limits.h"
#include "core/io/text.h"

namespace kappascope::io {

struct ZipArchive::Handle {
    zip_t* zip = nullptr;
    std::uint64_t unpacked = 0;
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (zip) zip_discard(zip);
    }
};

namespace {

constexpr std::uint64_t mostEntries = 100'000;
constexpr std::uint64_t mostAtOnce = std::uint64_t{1} << 22;  // bytes between two looks at whether to stop

[[noreturn]] void throwOpenError(zip_error_t& error) {
    const int code = zip_error_code_zip(&error);
    const std::string text = printable(zip_error_strerror(&error));
    zip_error_fini(&error);
    // A zip's directory is at its end: where it is missing, the end is.
    if (code == ZIP_ER_NOZIP || code == ZIP_ER_EOF) throw Error(ErrorCode::truncated, "zip directory");
    throw Error(ErrorCode::malformed, "zip directory", {text});
}

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes) : handle_(std::make_shared<Handle>()), fileSize_(bytes.size()) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (!source) throwOpenError(error);
    handle_->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!handle_->zip) {
        zip_source_free(source);
        throwOpenError(error);
    }
    zip_error_fini(&error);
    const zip_int64_t count = zip_get_num_entries(handle_->zip, 0);
    if (count < 0) throw Error(ErrorCode::malformed, "zip directory");
    if (static_cast<std::uint64_t>(count) > mostEntries)
        throw Error(ErrorCode::tooLarge, "zip directory", {std::to_string(count), std::to_string(mostEntries)});
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        const char* name = zip_get_name(handle_->zip, i, ZIP_FL_ENC_RAW);
        if (!name) throw Error(ErrorCode::malformed, "zip directory");
        names_.emplace_back(name);
        index_.emplace(names_.back(), i);
    }
}

std::uint64_t ZipArchive::size(const std::string& name) const {
    const auto found = index_.find(name);
    if (found == index_.end()) throw Error(ErrorCode::missingField, printable(name));
    zip_stat_t stat;
    zip_stat_init(&stat);
    constexpr zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(handle_->zip, found->second, 0, &stat) != 0 || (stat.valid & needed) != needed)
        throw Error(ErrorCode::malformed, printable(name));
    if (stat.encryption_method != ZIP_EM_NONE)
        throw Error(ErrorCode::unsupportedFormat, printable(name), {"encrypted zip"});
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
        throw Error(ErrorCode::unsupportedFormat, printable(name),
                    {"zip compression method " + std::to_string(stat.comp_method)});
    if (stat.comp_size > fileSize_) throw Error(ErrorCode::truncated, printable(name));
    const std::uint64_t plausible = stat.comp_method == ZIP_CM_STORE ? stat.comp_size : 1100 * stat.comp_size;
    if (stat.size > std::min(plausible, maximumBytes))
        throw Error(ErrorCode::tooLarge, printable(name),
                    {std::to_string(stat.size), std::to_string(std::min(plausible, maximumBytes))});
    return stat.size;
}

std::string ZipArchive::readSome(const std::string& name, std::uint64_t count, bool verify,
                                 std::stop_token stop) const {
    const std::uint64_t wanted = std::min(count, size(name));
    handle_->unpacked += wanted;
    if (handle_->unpacked > maximumBytes)
        throw Error(ErrorCode::tooLarge, printable(name),
                    {std::to_string(handle_->unpacked), std::to_string(maximumBytes)});
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(handle_->zip, index_.at(name), 0),
                                                                 &zip_fclose);
    if (!file) throw Error(ErrorCode::malformed, printable(name), {printable(zip_strerror(handle_->zip))});
    const auto fail = [&] {
        return Error(ErrorCode::malformed, printable(name), {printable(zip_file_strerror(file.get()))});
    };
    std::string result(static_cast<std::size_t>(wanted), '\0');
    std::uint64_t done = 0;
    while (done < wanted) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const zip_int64_t got = zip_fread(file.get(), result.data() + done, std::min(wanted - done, mostAtOnce));
        if (got < 0) throw fail();
        if (got == 0) throw Error(ErrorCode::truncated, printable(name));
        done += static_cast<std::uint64_t>(got);
    }
    if (verify) {
        // Reading past the end is what makes libzip compare the checksum.
        char surplus = 0;
        const zip_int64_t got = zip_fread(file.get(), &surplus, 1);
        if (got < 0) throw fail();
        if (got > 0) throw Error(ErrorCode::malformed, printable(name), {"longer than the directory says"});
    }
    return result;
}

std::string ZipArchive::read(const std::string& name, std::stop_token stop) const {
    return readSome(name, maximumBytes, true, std::move(stop));
}

std::string ZipArchive::readFront(const std::string& name, std::uint64_t count) const {
    return readSome(name, count, false, {});
}

namespace {

constexpr std::array<std::uint32_t, 256> makeCrcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320u ^ (value >> 1) : value >> 1;
        table[i] = value;
    }
    return table;
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto table = makeCrcTable();
    std::uint32_t value = 0xffffffffu;
    for (const char c : bytes) value = table[(value ^ static_cast<std::uint8_t>(c)) & 0xff] ^ (value >> 8);
    return ~value;
}

void append(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// The fields that an entry's local header and its line of the directory share.
void appendEntryFields(std::string& out, const std::string& name, const std::string& content, std::uint32_t checksum) {
    append(out, 20, 2);      // version needed: 2.0
    append(out, 0x0800, 2);  // names are UTF-8
    append(out, 0, 2);       // stored
    append(out, 0, 2);       // 00:00
    append(out, 0x0021, 2);  // 1980-01-01
    append(out, checksum, 4);
    append(out, content.size(), 4);
    append(out, content.size(), 4);
    append(out, name.size(), 2);
    append(out, 0, 2);  // no extra field
}

}  // namespace

std::string storedZip(const ZipEntries& entries) {
    std::uint64_t total = 22;
    for (const auto& [name, content] : entries) total += content.size() + 2 * name.size() + 76;
    if (total > maximumBytes)
        throw Error(ErrorCode::tooLarge, "zip", {std::to_string(total), std::to_string(maximumBytes)});
    std::string out;
    std::string directory;
    out.reserve(static_cast<std::size_t>(total));
    for (const auto& [name, content] : entries) {
        const std::uint64_t start = out.size();
        const std::uint32_t checksum = crc32(content);
        append(out, 0x04034b50, 4);
        appendEntryFields(out, name, content, checksum);
        out += name;
        out += content;
        append(directory, 0x02014b50, 4);
        append(directory, 20, 2);  // made by: 2.0, no system
        appendEntryFields(directory, name, content, checksum);
        append(directory, 0, 2);  // no comment
        append(directory, 0, 2);  // disk 0
        append(directory, 0, 2);  // internal attributes
        append(directory, 0, 4);  // external attributes
        append(directory, start, 4);
        directory += name;
    }
    const std::uint64_t start = out.size();
    out += directory;
    append(out, 0x06054b50, 4);
    append(out, 0, 4);  // disks
    append(out, entries.size(), 2);
    append(out, entries.size(), 2);
    append(out, directory.size(), 4);
    append(out, start, 4);
    append(out, 0, 2);  // no comment
    return out;
}

}  // namespace kappascope::io
