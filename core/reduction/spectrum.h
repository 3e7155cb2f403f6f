// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <optional>
#include <stop_token>

#include "core/network/network.h"

namespace kappascope::reduction {

/// Eigenvalues and singular values of a connectivity J, without gains.
struct Spectrum {
    /// Low rank: the R eigenvalues of c n^T m, which are those of J that are not zero by construction. Full rank: all N
    /// of them up to wholeSpectrum units, else the leading ones. By falling real part, or (leading) by falling modulus.
    Eigen::VectorXcd eigenvalues;
    bool whole = true;               ///< none is left out but zeros
    Eigen::VectorXd singularValues;  ///< the first min(rank, shownSingularValues), falling
    /// Full rank: sqrt(N) times the standard deviation of the entries of J, the radius of the disc that the eigenvalues
    /// of independent entries fill (circular law). What J has learned enters it too, so it is an upper estimate of the
    /// random part's.
    std::optional<double> bulkRadius;
};

inline constexpr Eigen::Index wholeSpectrum = 1024;
inline constexpr int shownSingularValues = 20;

/// Throws didNotConverge, stopped.
Spectrum spectrumOf(const network::Network& network, std::stop_token stop = {});

}  // namespace kappascope::reduction
