// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/io/zip_archive.h"
#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::io {

/// Newest version of the session format that is read, and the one that is written.
inline constexpr int sceneVersion = 1;

/// A session file (.kappa): the scientific state, and how it is looked at as JSON that core does not interpret.
struct Scene {
    std::shared_ptr<const network::Network> network;    ///< null: a circuit without units
    std::shared_ptr<const network::Network> shown;      ///< low-rank view of a full-rank network; null: the network
    std::shared_ptr<const reduction::Circuit> circuit;  ///< null: no populations known
    Eigen::VectorXd input;                              ///< u, length S, or empty
    Eigen::VectorXd gains;                              ///< g_p, length P, or empty
    std::string notes;
    std::string view;      ///< JSON text, or empty
    std::string document;  ///< JSON text of what belongs to the document besides (title, trial, ...), or empty
    std::string unknown;   ///< JSON object of the members that this version does not know, which are kept; or empty
};

/// Networks as they were written last, so that one that did not change is not written out again.
struct SceneCache {
    struct Entry {
        std::shared_ptr<const network::Network> network;
        std::string bytes;
    };
    Entry network;
    Entry shown;
};

/// The session as a zip of session.json, network.npz and, where there is one, shown.npz; the same scene gives the same
/// bytes. cache: null, or what an earlier call left. Throws missingField (neither network nor circuit), malformed
/// (view, document or unknown is no JSON), wrongShape (shown is full-rank or has other units), inputsDoNotMatch, and as
/// networkBytes() and circuitBytes().
std::string sceneBytes(const Scene& scene, SceneCache* cache = nullptr);

/// The same in two files of one folder, for copies that are written again and again: the networks by themselves, and
/// the rest, which names the networks' file (a plain name that ends in ".networks"). Throw as sceneBytes().
std::string networksBytes(const Scene& scene);
std::string sceneBytesBeside(const Scene& scene, const std::string& networksFile);

/// Writes sceneBytes() to a file, which is replaced as a whole or not at all. Throws cannotWrite besides.
void saveScene(const Scene& scene, const std::filesystem::path& path);

/// Reads a session. Throws cannotOpen, tooLarge, truncated, malformed, unsupportedFormat, missingField, newerVersion,
/// inputsDoNotMatch, and what a network's or circuit's loader throws; every one names the file.
Scene loadScene(const std::filesystem::path& path);

/// The same from memory; name stands for the file in errors. Throws missingField where the networks lie in another
/// file.
Scene sceneFromBytes(std::string_view bytes, const std::string& name);

/// True where the archive holds session.json.
bool looksLikeScene(const ZipArchive& archive);

/// The scene in an open archive. name: used where the network has no name of its own. folder: where the archive lies,
/// empty for memory.
Scene readScene(const ZipArchive& archive, const std::string& name, const std::filesystem::path& folder = {});

}  // namespace kappascope::io
