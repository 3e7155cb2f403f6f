// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/array.h"

namespace kappascope::io {

/// Bytes of a .npy file that are enough for its header.
inline constexpr std::uint64_t npyHeaderBytes = (std::uint64_t{1} << 16) + 16;

/// True where the bytes begin like a .npy file.
bool looksLikeNpy(std::string_view bytes);

/// The array that a .npy file's header (versions 1 to 3) describes, without its storage. `front` holds at least the
/// header. Throws truncated, malformed, forbiddenPickle (an array of Python objects) or unsupportedFormat.
Array npyHeader(std::string_view front, const std::string& field);

/// A .npy file (version 1.0) of doubles in C order; `shape` tells a vector (N) from a matrix (N x K).
std::string npyBytes(const Eigen::MatrixXd& matrix);
std::string npyBytes(const Eigen::VectorXd& vector);
std::string npyBytes(const std::vector<int>& integers);  ///< as int64
std::string npyBytes(std::string_view text);             ///< as uint8

}  // namespace kappascope::io
