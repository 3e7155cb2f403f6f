// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npz.h"

#include <algorithm>

#include "core/error.h"
#include "core/io/network_file.h"
#include "core/io/npy.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr std::string_view extension = ".npy";
constexpr std::uint64_t mostMetaBytes = std::uint64_t{16} << 20;

std::string metaText(Array& meta) {
    if (meta.dtype != Dtype::uint8 || meta.shape.size() > 1)
        throw Error(ErrorCode::malformed, "meta", {"not a list of bytes (" + shapeText(meta.shape) + ")"});
    if (meta.count() > mostMetaBytes)
        throw Error(ErrorCode::tooLarge, "meta", {std::to_string(meta.count()), std::to_string(mostMetaBytes)});
    meta.check("meta");
    return std::string(
        meta.storage->bytes().substr(static_cast<std::size_t>(meta.skip), static_cast<std::size_t>(meta.count())));
}

}  // namespace

bool looksLikeNpz(const ZipArchive& archive) {
    return std::any_of(archive.names().begin(), archive.names().end(),
                       [](const auto& name) { return name.ends_with(extension); });
}

Loaded readNpz(const ZipArchive& archive, const std::string& name, const LoadOptions& options) {
    NamedArrays file;
    for (const auto& entry : archive.names()) {
        const std::string key = entry.substr(0, entry.size() - std::min(entry.size(), extension.size()));
        if (!entry.ends_with(extension)) {
            file.others.push_back(printable(entry));
            continue;
        }
        Array array = npyHeader(archive.readFront(entry, npyHeaderBytes), printable(key));
        array.storage =
            std::make_shared<Storage>(archive.size(entry), [&archive, entry] { return archive.read(entry); });
        file.arrays.insert_or_assign(key, std::move(array));
    }
    std::optional<Json> meta;
    if (const auto found = file.arrays.find("meta"); found != file.arrays.end()) {
        meta = parseJson(metaText(found->second), "meta");
        file.arrays.erase(found);
    }
    return networkFromArrays(file, meta, name, options);
}

}  // namespace kappascope::io
