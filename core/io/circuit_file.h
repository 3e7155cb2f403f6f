// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/reduction/circuit.h"

namespace kappascope::io {

/// Newest version of the circuit format that is read, and the one that is written.
inline constexpr int circuitVersion = 1;

/// Most loadings (2R + S + O) of a circuit in a file: an eigenvalue problem of that size still takes about a second.
inline constexpr std::int64_t mostCircuitLoadings = 1000;

/// A circuit from its JSON object; the lines format and version may be missing. name: used where the object has no
/// name. Throws notANetwork (other JSON: its keys; several circuits: their names), missingField, malformed, wrongShape,
/// notFinite, tooLarge, newerVersion, fractionsDoNotAddUp and covarianceNotPositive.
reduction::Circuit circuitFromJson(const Json& json, const std::string& name);

/// Throws tooLarge for more loadings than can be read.
Json circuitToJson(const reduction::Circuit& circuit);

/// A task's id and options, {"id": ..., "options": {name: number or text}}, as both formats hold it.
network::TaskReference taskFromJson(const Json& json);
Json taskToJson(const network::TaskReference& task);

}  // namespace kappascope::io
