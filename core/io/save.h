// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::io {

/// What a network file says about its origin besides the network itself.
struct Provenance {
    std::optional<std::uint64_t> seed;  ///< of the training or sampling that made it
    std::string createdBy = "Kappascope";
};

/// The network as an npz file (cli.md): m, n, I, w (N rows each; J in place of m and n for full rank), bias, x0,
/// labels, gain where there are any, and meta. In double precision, C order, stored, dated 1980-01-01: the same network
/// gives the same bytes. Throws as Network::validate(), and tooLarge.
std::string networkBytes(const network::Network& network, const Provenance& provenance = {});

/// The circuit as a JSON text (cli.md). Throws as Circuit::validate().
std::string circuitBytes(const reduction::Circuit& circuit);

/// Write networkBytes() or circuitBytes() to a file, which is replaced as a whole or not at all. Throw cannotWrite
/// besides.
void saveNetwork(const network::Network& network, const std::filesystem::path& path, const Provenance& provenance = {});
void saveCircuit(const reduction::Circuit& circuit, const std::filesystem::path& path);

/// Writes a file by way of a temporary one in the same folder, so that nobody ever sees half of it, also after a power
/// cut: the bytes are on the disk before the name points to them. A link is followed; the permissions of a file that
/// was there are kept. Throws cannotWrite; the old file is then as it was.
void writeAtomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace kappascope::io
