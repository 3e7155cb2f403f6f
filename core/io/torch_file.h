// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/io/array.h"
#include "core/io/zip_archive.h"

namespace kappascope::io {

/// True where the archive is PyTorch's: it holds PREFIX/data.pkl.
bool looksLikeTorchZip(const ZipArchive& archive);

/// The state dict in a PyTorch zip file (torch.save since 1.6). The archive must outlive the arrays' storages. Throws
/// forbiddenPickle, malformed, truncated, tooLarge, missingField, unsupportedFormat (TorchScript) and notANetwork (no
/// dict).
NamedArrays readTorchZip(const ZipArchive& archive);

/// The state dict in a PyTorch legacy file: pickles of magic number, protocol, system, object and storage keys, then
/// each storage as a 64-bit count and its raw little-endian elements. The bytes must outlive the arrays. Throws as
/// readTorchZip(), notANetwork also for a pickle of something else.
NamedArrays readTorchLegacy(std::string_view bytes);

}  // namespace kappascope::io
