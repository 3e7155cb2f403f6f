// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/io/scene.h"
#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::io {

enum class Format { torchZip, torchLegacy, npz, circuit, session };

/// "torch-zip", "torch-legacy", "npz", "circuit" or "session".
std::string_view name(Format format);

/// What a loader noticed; text is made in ui/session.
enum class WarningCode {
    biasReadOutWithoutIt,       ///< the file has a key b; such files were read out as w^T phi(x)
    outputsAreRates,            ///< w is N times the identity: outputs are rates, not a readout
    fullRankTruncation,         ///< the truncated view of a trained full-rank network often fails
    unknownKeys,                ///< keys that were not used; values: their names
    convertedFromSingle,        ///< values were float32
    slopeSuggestsOtherScaling,  ///< the other scaling would be livelier; values: slope with 1/N, slope without
    viewNotRead,                ///< a session's view could not be read and was left out; values: the field
    pageNotRead                 ///< the same of what it shows besides the portraits
};

struct Warning {
    WarningCode code;
    std::vector<std::string> values;
};

/// Why a scaling or readout was proposed; text is made in ui/session.
enum class Reason {
    statedInFile,  ///< meta says so
    chosenByUser,
    fullRankStored,     ///< J is stored as it is
    mixtureConvention,  ///< mixture files mean no 1/N
    memoryNeedsIt,      ///< with the other factor the origin is a dead sink, or wildly unstable; values: slopes
    convention,         ///< nothing in the file tells: the usual one
};

struct Proposal {
    Reason reason = Reason::convention;
    std::vector<std::string> values;
};

struct LoadOptions {
    std::optional<network::Scaling> scaling;  ///< nullopt: propose
    std::optional<network::Readout> readout;  ///< nullopt: propose
};

/// What a file held: a network, or a circuit, or both (a session).
struct Loaded {
    Format format = Format::npz;
    std::shared_ptr<const network::Network> network;    ///< null for circuit files
    std::shared_ptr<const reduction::Circuit> circuit;  ///< null unless the file holds one
    std::shared_ptr<const Scene> scene;                 ///< all that a session file holds; null for other files
    Proposal scaling;
    Proposal readout;
    std::vector<Warning> warnings;
};

/// Opens any file that Kappascope reads, told apart by its content, not its name. Throws cannotOpen, tooLarge,
/// truncated, malformed, unsupportedFormat, forbiddenPickle, notANetwork, missingField, wrongShape, notFinite,
/// newerVersion, fractionsDoNotAddUp, covarianceNotPositive; every one names the file.
Loaded load(const std::filesystem::path& path, const LoadOptions& options = {});

/// The same from memory (for tests and the fuzzer). name stands for the file in errors.
Loaded loadBytes(std::string_view bytes, const std::string& name, const LoadOptions& options = {});

}  // namespace kappascope::io
