// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/save.h"

#include <cerrno>
#include <fstream>
#include <random>
#include <system_error>
#if __has_include(<unistd.h>)
#include <fcntl.h>
#include <unistd.h>
#endif

#include "core/error.h"
#include "core/io/circuit_file.h"
#include "core/io/file.h"
#include "core/io/network_file.h"
#include "core/io/npy.h"
#include "core/io/zip_archive.h"

namespace kappascope::io {

namespace {

namespace fs = std::filesystem;

Json metaOf(const network::Network& network, const Provenance& provenance) {
    Json meta{{"format", "kappascope-network"},
              {"version", networkVersion},
              {"name", network.name},
              {"class", name(network.networkClass)},
              {"scaling", name(network.scaling)},
              {"readout", name(network.readout)},
              {"alpha", network.alpha},
              {"tau_ms", network.tauMs},
              {"noise", network.noise},
              {"seed", nullptr},
              {"task", nullptr},
              {"created_by", provenance.createdBy}};
    if (provenance.seed) meta["seed"] = *provenance.seed;
    if (!network.task.id.empty()) meta["task"] = taskToJson(network.task);
    if (!network.inputNames.empty()) meta["input_names"] = network.inputNames;
    if (!network.populationNames.empty()) meta["population_names"] = network.populationNames;
    return meta;
}

/// Removes a temporary file unless it was renamed in time.
struct TemporaryFile {
    fs::path path;
    bool renamed = false;
    explicit TemporaryFile(fs::path p) : path(std::move(p)) {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        if (!renamed) fs::remove(path, ignored);
    }
};

[[noreturn]] void cannotWrite(const fs::path& path, std::error_code reason) {
    throw Error(ErrorCode::cannotWrite, "", {reason.message()}, pathText(path));
}

std::error_code lastError() {
    return {errno ? errno : EIO, std::generic_category()};
}

/// Waits until a file or folder is on the disk, where the system can be asked to.
std::error_code syncToDisk([[maybe_unused]] const fs::path& path) {
#if __has_include(<unistd.h>)
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) return lastError();
    const bool failed = ::fsync(handle) != 0;
    const std::error_code error = failed ? lastError() : std::error_code();
    ::close(handle);
    return error;
#else
    return {};
#endif
}

}  // namespace

std::string networkBytes(const network::Network& network, const Provenance& provenance) {
    network.validate();
    ZipEntries entries;
    entries.emplace_back("meta.npy", npyBytes(jsonText(metaOf(network, provenance))));
    if (network.isLowRank()) {
        entries.emplace_back("m.npy", npyBytes(network.m));
        entries.emplace_back("n.npy", npyBytes(network.n));
    } else {
        entries.emplace_back("J.npy", npyBytes(network.connectivity));
    }
    entries.emplace_back("I.npy", npyBytes(network.inputWeights));
    entries.emplace_back("w.npy", npyBytes(network.outputWeights));
    if (network.bias.size() > 0) entries.emplace_back("bias.npy", npyBytes(network.bias));
    if (network.initialState.size() > 0) entries.emplace_back("x0.npy", npyBytes(network.initialState));
    if (!network.labels.empty()) entries.emplace_back("labels.npy", npyBytes(network.labels));
    if (network.storedGains.size() > 0) entries.emplace_back("gain.npy", npyBytes(network.storedGains));
    return storedZip(entries);
}

std::string circuitBytes(const reduction::Circuit& circuit) {
    circuit.validate();
    return jsonText(circuitToJson(circuit), 1) + "\n";
}

void saveNetwork(const network::Network& network, const fs::path& path, const Provenance& provenance) {
    writeAtomically(path, networkBytes(network, provenance));
}

void saveCircuit(const reduction::Circuit& circuit, const fs::path& path) {
    writeAtomically(path, circuitBytes(circuit));
}

void writeAtomically(const fs::path& path, std::string_view bytes) {
    std::error_code error;
    fs::path target = fs::weakly_canonical(path, error);
    if (error) target = path;
    if (fs::is_directory(target, error)) cannotWrite(path, std::make_error_code(std::errc::is_a_directory));

    std::random_device device;
    fs::path name(".");
    name += target.filename();
    name += "." + std::to_string(device()) + ".part";
    TemporaryFile temporary(target.parent_path() / name);
    errno = 0;
    std::ofstream out(temporary.path, std::ios::binary | std::ios::trunc);
    if (!out) cannotWrite(path, lastError());
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) cannotWrite(path, lastError());
    // The bytes before the name: after a power cut there is the old file or the new one, never an empty one.
    if (const auto problem = syncToDisk(temporary.path)) cannotWrite(path, problem);
    const fs::file_status old = fs::status(target, error);
    if (!error && fs::is_regular_file(old)) fs::permissions(temporary.path, old.permissions(), error);
    error.clear();
    fs::rename(temporary.path, target, error);
    if (error) cannotWrite(path, error);
    temporary.renamed = true;
    // The new file is in place; a folder that cannot be synchronised (some network disks) takes nothing away from it.
    (void)syncToDisk(target.parent_path());
}

}  // namespace kappascope::io
