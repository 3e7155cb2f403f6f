// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/load.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/error.h"
#include "core/io/circuit_file.h"
#include "core/io/file.h"
#include "core/io/network_file.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/scene.h"
#include "core/io/text.h"
#include "core/io/torch_file.h"
#include "core/io/zip_archive.h"

namespace kappascope::io {

namespace {

/// What files of other kinds begin with.
struct Signature {
    std::string_view bytes;
    std::string_view name;
};
constexpr std::array<Signature, 13> signatures{{
    {std::string_view("\xff\xd8\xff", 3), "JPEG image"},
    {std::string_view("\x89PNG", 4), "PNG image"},
    {std::string_view("GIF8", 4), "GIF image"},
    {std::string_view("%PDF", 4), "PDF document"},
    {std::string_view("\x89HDF", 4), "HDF5 file"},
    {std::string_view("MATLAB ", 7), "MATLAB file"},
    {std::string_view("\x1f\x8b", 2), "gzip archive"},
    {std::string_view("BZh", 3), "bzip2 archive"},
    {std::string_view("\xfd"
                      "7zXZ",
                      5),
     "xz archive"},
    {std::string_view("7z\xbc\xaf", 4), "7z archive"},
    {std::string_view("Rar!", 4), "RAR archive"},
    {std::string_view("\x28\xb5\x2f\xfd", 4), "zstd archive"},
    {std::string_view("\x7f"
                      "ELF",
                      4),
     "ELF program"},
}};

bool looksLikeText(std::string_view bytes) {
    for (const char c : bytes.substr(0, 512)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 9 || (byte > 13 && byte < 32) || byte == 127) return false;
    }
    return true;
}

std::string appearance(std::string_view bytes) {
    if (bytes.empty()) return "empty file";
    for (const auto& signature : signatures)
        if (bytes.starts_with(signature.bytes)) return std::string(signature.name);
    if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar") return "tar archive";
    if (looksLikeText(bytes)) return "text";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "bytes";
    for (const char c : bytes.substr(0, 8)) {
        const auto byte = static_cast<unsigned char>(c);
        result += ' ';
        result += digits[byte >> 4];
        result += digits[byte & 15];
    }
    return result;
}

/// The first byte that is no white space and no byte-order mark.
char firstCharacter(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    const auto first = bytes.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? '\0' : bytes[first];
}

Loaded networkOf(const NamedArrays& arrays, Format format, const std::string& name, const LoadOptions& options) {
    Loaded loaded = networkFromArrays(arrays, std::nullopt, name, options);
    loaded.format = format;
    return loaded;
}

/// The network with the scaling and readout that were asked for.
std::shared_ptr<const network::Network> withOptions(const std::shared_ptr<const network::Network>& network,
                                                    const LoadOptions& options) {
    const bool scales = options.scaling && network->isLowRank() && network->scaling != *options.scaling;
    const bool reads = options.readout && network->readout != *options.readout;
    if (!scales && !reads) return network;
    network::Network changed = *network;
    if (scales) changed.scaling = *options.scaling;
    if (reads) changed.readout = *options.readout;
    return std::make_shared<const network::Network>(std::move(changed));
}

Loaded sceneOf(const ZipArchive& archive, const std::string& name, const LoadOptions& options,
               const std::filesystem::path& folder) {
    Scene scene = readScene(archive, name, folder);
    Loaded loaded;
    loaded.format = Format::session;
    loaded.circuit = scene.circuit;
    loaded.scaling.reason = Reason::statedInFile;
    loaded.readout.reason = Reason::statedInFile;
    if (scene.network) {
        if (!scene.network->isLowRank())
            loaded.scaling.reason = Reason::fullRankStored;
        else if (options.scaling)
            loaded.scaling.reason = Reason::chosenByUser;
        if (options.readout) loaded.readout.reason = Reason::chosenByUser;
        loaded.network = scene.network = withOptions(scene.network, options);
        // A truncated view keeps the scaling that it was made with.
        if (scene.shown) scene.shown = withOptions(scene.shown, {{}, options.readout});
    }
    loaded.scene = std::make_shared<const Scene>(std::move(scene));
    return loaded;
}

Loaded loadZip(std::string_view bytes, const std::string& name, const LoadOptions& options,
               const std::filesystem::path& folder) {
    const ZipArchive archive(bytes);
    if (looksLikeScene(archive)) return sceneOf(archive, name, options, folder);
    if (looksLikeTorchZip(archive)) return networkOf(readTorchZip(archive), Format::torchZip, name, options);
    if (looksLikeNpz(archive)) return readNpz(archive, name, options);
    std::string what = "zip archive";
    if (!archive.names().empty()) what += " of " + printable(archive.names().front());
    throw Error(ErrorCode::unsupportedFormat, "", {what});
}

Loaded loadAny(std::string_view bytes, const std::string& name, const LoadOptions& options,
               const std::filesystem::path& folder) {
    if (bytes.size() > maximumBytes)
        throw Error(ErrorCode::tooLarge, "", {std::to_string(bytes.size()), std::to_string(maximumBytes)});
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
        return loadZip(bytes, name, options, folder);
    if (bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5)
        return networkOf(readTorchLegacy(bytes), Format::torchLegacy, name, options);
    if (looksLikeNpy(bytes)) {
        const Array array = npyHeader(bytes, "header");
        throw Error(ErrorCode::notANetwork, "", {"array (" + shapeText(array.shape) + ")"});
    }
    if (const char first = firstCharacter(bytes); first == '{' || first == '[') {
        Loaded loaded;
        loaded.format = Format::circuit;
        loaded.circuit = std::make_shared<const reduction::Circuit>(circuitFromJson(parseJson(bytes, "JSON"), name));
        loaded.scaling.reason = Reason::statedInFile;
        loaded.readout.reason = Reason::statedInFile;
        return loaded;
    }
    throw Error(ErrorCode::unsupportedFormat, "", {appearance(bytes)});
}

}  // namespace

std::string_view name(Format format) {
    switch (format) {
        case Format::torchZip: return "torch-zip";
        case Format::torchLegacy: return "torch-legacy";
        case Format::npz: return "npz";
        case Format::circuit: return "circuit";
        case Format::session: return "session";
    }
    return "npz";
}

std::string readFile(const std::filesystem::path& path, std::stop_token stop) {
    const auto cannotOpen = [&](std::error_code reason) {
        return Error(ErrorCode::cannotOpen, "", {reason.message()}, pathText(path));
    };
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) throw cannotOpen(std::make_error_code(std::errc::is_a_directory));
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw cannotOpen({errno ? errno : EIO, std::generic_category()});
    std::string bytes;
    // A file's size is asked for only to reserve room: what cannot be sized (a pipe) is read just the same.
    const auto size = std::filesystem::file_size(path, error);
    if (!error && size > maximumBytes)
        throw Error(ErrorCode::tooLarge, "", {std::to_string(size), std::to_string(maximumBytes)}, pathText(path));
    if (!error) bytes.reserve(static_cast<std::size_t>(size));
    std::array<char, 1 << 16> block;
    while (in) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        bytes.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > maximumBytes)
            throw Error(ErrorCode::tooLarge, "", {std::to_string(bytes.size()), std::to_string(maximumBytes)},
                        pathText(path));
    }
    if (in.bad()) throw cannotOpen({errno ? errno : EIO, std::generic_category()});
    return bytes;
}

std::string pathText(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

std::string stem(const std::string& path) {
    const auto folder = path.find_last_of("/\\");
    const std::string file = folder == std::string::npos ? path : path.substr(folder + 1);
    const auto dot = file.rfind('.');
    return dot == std::string::npos || dot == 0 ? file : file.substr(0, dot);
}

Loaded load(const std::filesystem::path& path, const LoadOptions& options) {
    const std::string bytes = readFile(path);
    const std::string file = pathText(path);
    return namingFile(
        file, [&] { return loadAny(bytes, stem(file), options, std::filesystem::absolute(path).parent_path()); });
}

Loaded loadBytes(std::string_view bytes, const std::string& name, const LoadOptions& options) {
    return namingFile(name, [&] { return loadAny(bytes, stem(name), options, {}); });
}

}  // namespace kappascope::io
