// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace kappascope {

/// What went wrong, as a type. Core never writes sentences for people: ui/session holds the one table that turns an
/// Error into the sentence that window and command line share.
enum class ErrorCode {
    cannotOpen,             ///< file; values: the system's reason
    cannotWrite,            ///< file; values: the system's reason
    tooLarge,               ///< file, field; values: size found, limit
    truncated,              ///< file, field
    malformed,              ///< file, field; values: what was found
    unsupportedFormat,      ///< file; values: what the first bytes look like
    forbiddenPickle,        ///< file; values: the global or opcode that is not on the allow-list
    notANetwork,            ///< file; values: what it holds instead (keys and shapes)
    missingField,           ///< file, field
    wrongShape,             ///< field; values: found, expected
    notFinite,              ///< file, field
    newerVersion,           ///< file; values: version found, newest version known
    fractionsDoNotAddUp,    ///< file; values: their sum
    covarianceNotPositive,  ///< file, field; values: smallest eigenvalue, trace
    badOption,              ///< field = option; values: given, allowed
    unknownTask,            ///< values: given, known ones
    unknownCondition,       ///< field = task; values: given, known ones
    inputsDoNotMatch,       ///< field = task or option; values: found, expected
    needsPopulations,       ///< a mean-field level was asked of a network without populations
    needsLowRank,           ///< a reduced level was asked of a full-rank network
    needsUnits,             ///< a finite network was asked of something that has none
    doesNotPart,            ///< a way to populations leaves all units on one side; values: the way, units
    needsTask,              ///< trials were asked of a network that names no task; values: known ones
    dependentVariables,     ///< values: variables that a regression cannot tell apart, or a constant one
    didNotConverge,         ///< field = what
    trainingDiverged,       ///< field = "loss" or "gradient", no longer finite; values: epoch
    otherRun,               ///< file, field = option; a checkpoint goes on with what it began; values: given, its own
    runTooLarge,            ///< a training; values: memory that it needs, limit, both in GiB
    outOfMemory,            ///< the system has no more
    stopped,                ///< the caller's stop token fired
};

/// Stable identifier of a code, such as "wrongShape" (for logs and tests, not for people).
std::string_view name(ErrorCode code);

/// The one exception type of core.
class Error : public std::exception {
public:
    explicit Error(ErrorCode code, std::string field = {}, std::vector<std::string> values = {}, std::string file = {});

    ErrorCode code() const noexcept { return code_; }
    const std::string& file() const noexcept { return file_; }
    const std::string& field() const noexcept { return field_; }
    const std::vector<std::string>& values() const noexcept { return values_; }

    /// The same error, naming the file it came from (where none is named yet).
    Error inFile(const std::string& file) const;

    const char* what() const noexcept override { return what_.c_str(); }

private:
    ErrorCode code_;
    std::string file_;
    std::string field_;
    std::vector<std::string> values_;
    std::string what_;
};

}  // namespace kappascope
