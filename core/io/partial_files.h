// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace kappascope::io {

/// What a long run asks of a file that it will write at its end (writeAtomically(), save.h): removes what writers that
/// were killed left beside it (.NAME.*.part; not what another process is writing just now), and throws cannotWrite
/// where the file could not be written. The file itself is not touched.
void prepareToWrite(const std::filesystem::path& path);

}  // namespace kappascope::io
