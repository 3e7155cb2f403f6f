// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kappascope::io {

/// Reads a zip archive that lies in memory (stored and deflated entries). The bytes must outlive it.
class ZipArchive {
public:
    /// Throws truncated or malformed where the directory cannot be read, tooLarge for too many entries.
    explicit ZipArchive(std::string_view bytes);

    const std::vector<std::string>& names() const { return names_; }  ///< in the order of the file
    bool has(const std::string& name) const { return index_.count(name) > 0; }

    /// Bytes that the entry claims to unpack to. Throws missingField; unsupportedFormat for other compressions and
    /// encryption; tooLarge for more than its compressed bytes can hold (deflate reaches 1032 : 1) or than 2 GiB.
    std::uint64_t size(const std::string& name) const;

    /// The whole entry, its checksum verified. Throws as size(), and malformed or truncated; tooLarge when all that was
    /// read from the archive so far passes 2 GiB; stopped.
    std::string read(const std::string& name, std::stop_token stop = {}) const;

    /// At most the first `count` bytes of the entry, unverified.
    std::string readFront(const std::string& name, std::uint64_t count) const;

private:
    std::string readSome(const std::string& name, std::uint64_t count, bool verify, std::stop_token stop) const;

    struct Handle;
    std::shared_ptr<Handle> handle_;
    std::uint64_t fileSize_ = 0;
    std::vector<std::string> names_;
    std::map<std::string, std::uint64_t> index_;
};

/// Files of an archive to be written, in this order.
using ZipEntries = std::vector<std::pair<std::string, std::string>>;

/// A zip archive of stored entries, dated 1980-01-01: the same content gives the same bytes. Throws tooLarge where it
/// would pass 2 GiB.
std::string storedZip(const ZipEntries& entries);

}  // namespace kappascope::io
