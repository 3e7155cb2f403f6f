// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/load.h"
#include "core/io/zip_archive.h"

namespace kappascope::io {

/// True where the archive holds a .npy file.
bool looksLikeNpz(const ZipArchive& archive);

/// The network in an npz archive. name: used where the file has none. Throws as networkFromArrays(), and what the
/// archive, the arrays' headers and `meta` give cause to.
Loaded readNpz(const ZipArchive& archive, const std::string& name, const LoadOptions& options);

}  // namespace kappascope::io
