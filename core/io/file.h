// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <new>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "core/error.h"
#include "core/io/limits.h"

namespace kappascope::io {

/// All bytes of a file of at most 2 GiB. Throws cannotOpen or tooLarge, naming the file, and stopped.
std::string readFile(const std::filesystem::path& path, std::stop_token stop = {});

/// A path as UTF-8, whatever the system's own encoding.
std::string pathText(const std::filesystem::path& path);

/// A file's name without folders and extension, for naming what it holds.
std::string stem(const std::string& path);

/// Runs `work`; an Error that leaves it names the file, and running out of memory is one of them.
template <class Work>
auto namingFile(const std::string& file, Work work) {
    try {
        return work();
    } catch (const Error& error) {
        throw error.inFile(file);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::tooLarge, "", {"memory", std::to_string(maximumBytes)}, file);
    }
}

}  // namespace kappascope::io
