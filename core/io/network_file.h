// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/io/array.h"
#include "core/io/json.h"
#include "core/io/load.h"

namespace kappascope::io {

/// Newest version of the network format (npz with `meta`) that is read, and the one that is written.
inline constexpr int networkVersion = 1;

/// Builds the network that named arrays hold, whichever of the known sets of keys they use:
///
///   own         m n I w (N rows each), J in place of m n for full rank, bias, x0, labels, gain
///   low rank    m n wi wo si so h0 b: wi is S x N, wo N x O; effective I = (si wi)^T, w = wo so
///   full rank   wrec in place of m n
///   others'     W_in (N x S), W_rec (N x N), W_out (O x N), or transposed where that is unambiguous
///   mixture     see mixtureNetwork()
///
/// meta: the file's own description, or nothing. Sets network, proposals and warnings of the result. Throws notANetwork
/// with what there is instead, missingField, wrongShape, notFinite, malformed, newerVersion.
Loaded networkFromArrays(const NamedArrays& file, const std::optional<Json>& meta, const std::string& name,
                         const LoadOptions& options);

/// "over-n" and "none"; "rate", "phi" and "state"; "low-rank", "full-rank" and "mixture".
std::string_view name(network::Scaling scaling);
std::string_view name(network::Readout readout);
std::string_view name(network::NetworkClass networkClass);

}  // namespace kappascope::io
