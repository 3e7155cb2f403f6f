// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scene.h"

#include <array>

#include "core/error.h"
#include "core/io/circuit_file.h"
#include "core/io/file.h"
#include "core/io/network_file.h"
#include "core/io/npz.h"
#include "core/io/save.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr const char* sessionName = "session.json";
constexpr const char* networkName = "network.npz";
constexpr const char* shownName = "shown.npz";
constexpr std::array knownMembers{"format", "version", "network", "networks_in", "shown",   "circuit",
                                  "input",  "gains",   "notes",   "view",        "document"};

Json listOf(const Eigen::VectorXd& vector) {
    Json list = Json::array();
    for (const double value : vector) list.push_back(value);
    return list;
}

Eigen::VectorXd vectorMember(const Json& json, const std::string& key) {
    const Json* list = member(json, key);
    if (!list) return {};
    const auto values = numbers(*list, key);
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

void requireLength(const std::string& field, Eigen::Index found, Eigen::Index expected) {
    if (found != 0 && found != expected)
        throw Error(ErrorCode::inputsDoNotMatch, field, {std::to_string(found), std::to_string(expected)});
}

void check(const Scene& scene) {
    if (!scene.network && !scene.circuit) throw Error(ErrorCode::missingField, "network");
    if (scene.shown) {
        if (!scene.network) throw Error(ErrorCode::missingField, "network");
        if (!scene.shown->isLowRank() || scene.shown->units() != scene.network->units() ||
            scene.shown->inputs() != scene.network->inputs())
            throw Error(ErrorCode::wrongShape, "shown",
                        {std::to_string(scene.shown->units()), std::to_string(scene.network->units())});
    }
    const Eigen::Index inputs = scene.network ? scene.network->inputs() : scene.circuit->inputs;
    const Eigen::Index populations =
        scene.network ? scene.network->populationCount() : scene.circuit->populationCount();
    requireLength("input", scene.input.size(), inputs);
    requireLength("gains", scene.gains.size(), populations);
    if (!scene.input.allFinite()) throw Error(ErrorCode::notFinite, "input");
    if (!scene.gains.allFinite()) throw Error(ErrorCode::notFinite, "gains");
}

std::shared_ptr<const network::Network> readNetwork(const ZipArchive& archive, const std::string& entry,
                                                    const std::string& name) {
    const std::string bytes = archive.read(entry);
    const ZipArchive inner(bytes);
    return readNpz(inner, name, {}).network;
}

std::string bytesOf(const std::shared_ptr<const network::Network>& network, SceneCache::Entry* cached) {
    if (!cached) return networkBytes(*network);
    if (cached->network != network) *cached = {network, networkBytes(*network)};
    return cached->bytes;
}

void appendNetworks(ZipEntries& entries, const Scene& scene, SceneCache* cache) {
    if (scene.network) entries.emplace_back(networkName, bytesOf(scene.network, cache ? &cache->network : nullptr));
    if (scene.shown) entries.emplace_back(shownName, bytesOf(scene.shown, cache ? &cache->shown : nullptr));
}

/// session.json.
Json jsonOf(const Scene& scene) {
    check(scene);
    Json json = Json::object();
    if (!scene.unknown.empty()) {
        json = parseJson(scene.unknown, "unknown");
        if (!json.is_object()) throw Error(ErrorCode::malformed, "unknown", {json.type_name()});
    }
    json["format"] = "kappascope-session";
    json["version"] = sceneVersion;
    json["input"] = listOf(scene.input);
    json["gains"] = listOf(scene.gains);
    json["notes"] = scene.notes;
    if (!scene.view.empty()) json["view"] = parseJson(scene.view, "view");
    if (!scene.document.empty()) json["document"] = parseJson(scene.document, "document");
    if (scene.circuit) {
        scene.circuit->validate();
        json["circuit"] = circuitToJson(*scene.circuit);
    }
    if (scene.network) json["network"] = networkName;
    if (scene.shown) json["shown"] = shownName;
    return json;
}

/// The bytes of the file beside a session that holds its networks. Only a plain name in the same folder is followed.
std::string readBeside(const std::string& file, const std::filesystem::path& folder) {
    if (file.find_first_of("/\\:") != std::string::npos || file.starts_with('.') || !file.ends_with(".networks"))
        throw Error(ErrorCode::malformed, "networks_in", {printable(file)});
    if (folder.empty()) throw Error(ErrorCode::missingField, "networks_in");
    return readFile(folder / std::filesystem::path(std::u8string(file.begin(), file.end())));
}

}  // namespace

std::string sceneBytes(const Scene& scene, SceneCache* cache) {
    ZipEntries entries;
    entries.emplace_back(sessionName, jsonText(jsonOf(scene), 1) + "\n");
    appendNetworks(entries, scene, cache);
    return storedZip(entries);
}

std::string networksBytes(const Scene& scene) {
    check(scene);
    ZipEntries entries;
    appendNetworks(entries, scene, nullptr);
    return storedZip(entries);
}

std::string sceneBytesBeside(const Scene& scene, const std::string& networksFile) {
    Json json = jsonOf(scene);
    json["networks_in"] = networksFile;
    return storedZip({{sessionName, jsonText(json, 1) + "\n"}});
}

void saveScene(const Scene& scene, const std::filesystem::path& path) {
    writeAtomically(path, sceneBytes(scene));
}

bool looksLikeScene(const ZipArchive& archive) {
    return archive.has(sessionName);
}

Scene readScene(const ZipArchive& archive, const std::string& name, const std::filesystem::path& folder) {
    const Json json = parseJson(archive.read(sessionName), sessionName);
    if (textMember(json, "format").value_or("") != "kappascope-session")
        throw Error(ErrorCode::malformed, "format", {printable(textMember(json, "format").value_or(""))});
    checkVersion(json, sceneVersion);
    Scene scene;
    const auto readNetworks = [&](const ZipArchive& source) {
        if (const auto file = textMember(json, "network")) scene.network = readNetwork(source, *file, name);
        if (const auto file = textMember(json, "shown")) scene.shown = readNetwork(source, *file, name);
    };
    if (const auto file = textMember(json, "networks_in")) {
        const std::string bytes = readBeside(*file, folder);
        readNetworks(ZipArchive(bytes));
    } else {
        readNetworks(archive);
    }
    if (const Json* circuit = member(json, "circuit"))
        scene.circuit = std::make_shared<const reduction::Circuit>(circuitFromJson(*circuit, name));
    scene.input = vectorMember(json, "input");
    scene.gains = vectorMember(json, "gains");
    scene.notes = textMember(json, "notes").value_or("");
    if (const Json* view = member(json, "view")) scene.view = jsonText(*view);
    if (const Json* document = member(json, "document")) scene.document = jsonText(*document);
    Json unknown = json;
    for (const char* key : knownMembers) unknown.erase(key);
    if (!unknown.empty()) scene.unknown = jsonText(unknown);
    check(scene);
    return scene;
}

namespace {

Scene sceneFrom(std::string_view bytes, const std::string& name, const std::filesystem::path& folder) {
    return namingFile(name, [&] {
        const ZipArchive archive(bytes);
        if (!looksLikeScene(archive)) throw Error(ErrorCode::missingField, sessionName);
        return readScene(archive, stem(name), folder);
    });
}

}  // namespace

Scene sceneFromBytes(std::string_view bytes, const std::string& name) {
    return sceneFrom(bytes, name, {});
}

Scene loadScene(const std::filesystem::path& path) {
    const std::string bytes = readFile(path);
    return sceneFrom(bytes, pathText(path), std::filesystem::absolute(path).parent_path());
}

}  // namespace kappascope::io
