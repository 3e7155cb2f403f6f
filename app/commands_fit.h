// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands_output.h"
#include "core/network/network.h"
#include "core/statistics/loadings.h"
#include "core/statistics/populations.h"
#include "ui/session/state.h"

namespace kappascope::app {

/// How populations are fitted, as it was typed.
struct FitOptions {
    std::string method = "vb";
    int starts = 50;
    bool zeroMean = false;
    bool withoutOutput = false;
    bool fitAlone = false;  ///< of a given number neither stability nor ePAIRS: for who does not show them
    std::uint64_t seed = 1;
    int threads = 0;
};

/// Adds --method, --starts, --zero-mean and --without-output to a sub-command.
void addFitOptions(CLI::App& parser, FitOptions& options);

/// A number of populations to be fitted, from "2" or "auto"; none for other texts, and for "1" (one Gaussian needs no
/// fit). Throws UsageError for numbers that no fit can have.
struct FitCount {
    std::optional<int> count;  ///< none: chosen automatically
};
std::optional<FitCount> fitCountFrom(const std::string& text);

/// The columns of a network's loadings that a fit sees.
statistics::LoadingChoice loadingChoice(const FitOptions& options);

/// Fits populations to a low-rank network, with a bar of progress. The network's own labels, where it has any, give the
/// numbers. Throws Error.
statistics::Populations fitPopulations(const network::Network& network, const FitCount& count,
                                       const FitOptions& options);

/// "smallest-stable".
std::string id(statistics::CountReason reason);

}  // namespace kappascope::app
