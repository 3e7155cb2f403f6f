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
constexpr std::array knownMembers{"format", "version", "network", "shown",    "circuit",
                                  "input",  "gains",   "notes",   "view", "document"};

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

}  // namespace

std::string sceneBytes(const Scene& scene, SceneCache* cache) {
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
    ZipEntries entries;
    entries.emplace_back(sessionName, jsonText(json, 1) + "\n");
    if (scene.network)
        entries.emplace_back(networkName, bytesOf(scene.network, cache ? &cache->network : nullptr));
    if (scene.shown) entries.emplace_back(shownName, bytesOf(scene.shown, cache ? &cache->shown : nullptr));
    return storedZip(entries);
}

void saveScene(const Scene& scene, const std::filesystem::path& path) {
    writeAtomically(path, sceneBytes(scene));
}

bool looksLikeScene(const ZipArchive& archive) {
    return archive.has(sessionName);
}

Scene readScene(const ZipArchive& archive, const std::string& name) {
    const Json json = parseJson(archive.read(sessionName), sessionName);
    if (textMember(json, "format").value_or("") != "kappascope-session")
        throw Error(ErrorCode::malformed, "format", {printable(textMember(json, "format").value_or(""))});
    checkVersion(json, sceneVersion);
    Scene scene;
    if (const auto file = textMember(json, "network")) scene.network = readNetwork(archive, *file, name);
    if (const auto file = textMember(json, "shown")) scene.shown = readNetwork(archive, *file, name);
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

Scene sceneFromBytes(std::string_view bytes, const std::string& name) {
    return namingFile(name, [&] {
        const ZipArchive archive(bytes);
        if (!looksLikeScene(archive)) throw Error(ErrorCode::missingField, sessionName);
        return readScene(archive, stem(name));
    });
}

Scene loadScene(const std::filesystem::path& path) {
    const std::string bytes = readFile(path);
    return sceneFromBytes(bytes, pathText(path));
}

}  // namespace kappascope::io
