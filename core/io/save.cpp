// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/save.h"

#include <cerrno>
#include <fstream>
#include <random>
#include <system_error>
#if __has_include(<unistd.h>)
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "core/error.h"
#include "core/io/circuit_file.h"
#include "core/io/file.h"
#include "core/io/network_file.h"
#include "core/io/npy.h"
#include "core/io/partial_files.h"
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

[[noreturn]] void cannotWrite(const fs::path& path, std::error_code reason) {
    throw Error(ErrorCode::cannotWrite, "", {reason.message()}, pathText(path));
}

std::error_code lastError() {
    return {errno ? errno : EIO, std::generic_category()};
}

constexpr std::string_view partEnding = ".part";

/// A new file .NAME.NUMBER.part beside the target, removed again unless it was renamed in time. Its writer holds a lock
/// on it, which ends with the process: so a file that can be locked was left behind.
struct TemporaryFile {
    fs::path path;
    bool renamed = false;

    TemporaryFile(const fs::path& target, const fs::path& shown) {
        std::random_device device;
        do {
            fs::path name(".");
            name += target.filename();
            name += "." + std::to_string(device()) + std::string(partEnding);
            path = target.parent_path() / name;
        } while (!create(shown));
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        if (!renamed) fs::remove(path, ignored);
        close();
    }

private:
#if __has_include(<unistd.h>)
    /// False where somebody else removed it before it was locked, or it was there already.
    bool create(const fs::path& shown) {
        handle_ = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (handle_ < 0 && errno == EEXIST) return false;
        if (handle_ < 0) cannotWrite(shown, lastError());
        struct stat status = {};
        // Some network disks know no locks; then nothing there is ever taken for left behind.
        (void)::flock(handle_, LOCK_EX);
        if (::fstat(handle_, &status) == 0 && status.st_nlink > 0) return true;
        close();
        return false;
    }
    void close() {
        if (handle_ >= 0) ::close(handle_);
        handle_ = -1;
    }
    int handle_ = -1;
#else
    bool create(const fs::path&) {
        return true;
    }
    void close() {}
#endif
};

/// Removes a temporary file that no writer holds.
void removeIfLeftBehind([[maybe_unused]] const fs::path& part) {
#if __has_include(<unistd.h>)
    const int handle = ::open(part.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (handle < 0) return;
    if (::flock(handle, LOCK_EX | LOCK_NB) == 0) ::unlink(part.c_str());
    ::close(handle);
#endif
}

/// Where a name leads: links are followed. Throws cannotWrite for a folder.
fs::path targetOf(const fs::path& path) {
    std::error_code error;
    fs::path target = fs::weakly_canonical(path, error);
    if (error) target = path;
    if (fs::is_directory(target, error)) cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
    return target;
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
    const fs::path target = targetOf(path);
    TemporaryFile temporary(target, path);
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

void prepareToWrite(const fs::path& path) {
    const fs::path target = targetOf(path);
    const std::string beginning = "." + pathText(target.filename()) + ".";
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = pathText(entry->path().filename());
        if (name.size() <= beginning.size() + partEnding.size() || !name.starts_with(beginning) ||
            !name.ends_with(partEnding))
            continue;
        const auto number =
            std::string_view(name).substr(beginning.size(), name.size() - beginning.size() - partEnding.size());
        if (number.find_first_not_of("0123456789") == number.npos) removeIfLeftBehind(entry->path());
    }
    const TemporaryFile attempt(target, path);
}

}  // namespace kappascope::io
