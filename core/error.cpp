// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

#include <utility>

namespace kappascope {

std::string_view name(ErrorCode code) {
    switch (code) {
        case ErrorCode::cannotOpen: return "cannotOpen";
        case ErrorCode::cannotWrite: return "cannotWrite";
        case ErrorCode::tooLarge: return "tooLarge";
        case ErrorCode::truncated: return "truncated";
        case ErrorCode::malformed: return "malformed";
        case ErrorCode::unsupportedFormat: return "unsupportedFormat";
        case ErrorCode::forbiddenPickle: return "forbiddenPickle";
        case ErrorCode::notANetwork: return "notANetwork";
        case ErrorCode::missingField: return "missingField";
        case ErrorCode::wrongShape: return "wrongShape";
        case ErrorCode::notFinite: return "notFinite";
        case ErrorCode::newerVersion: return "newerVersion";
        case ErrorCode::fractionsDoNotAddUp: return "fractionsDoNotAddUp";
        case ErrorCode::covarianceNotPositive: return "covarianceNotPositive";
        case ErrorCode::badOption: return "badOption";
        case ErrorCode::unknownTask: return "unknownTask";
        case ErrorCode::unknownCondition: return "unknownCondition";
        case ErrorCode::inputsDoNotMatch: return "inputsDoNotMatch";
        case ErrorCode::needsPopulations: return "needsPopulations";
        case ErrorCode::needsLowRank: return "needsLowRank";
        case ErrorCode::needsUnits: return "needsUnits";
        case ErrorCode::doesNotPart: return "doesNotPart";
        case ErrorCode::needsTask: return "needsTask";
        case ErrorCode::dependentVariables: return "dependentVariables";
        case ErrorCode::didNotConverge: return "didNotConverge";
        case ErrorCode::trainingDiverged: return "trainingDiverged";
        case ErrorCode::otherRun: return "otherRun";
        case ErrorCode::runTooLarge: return "runTooLarge";
        case ErrorCode::outOfMemory: return "outOfMemory";
        case ErrorCode::stopped: return "stopped";
    }
    return "unknown";
}

Error::Error(ErrorCode code, std::string field, std::vector<std::string> values, std::string file)
    : code_(code), file_(std::move(file)), field_(std::move(field)), values_(std::move(values)), what_(name(code)) {
    if (!file_.empty()) what_ += " file=" + file_;
    if (!field_.empty()) what_ += " field=" + field_;
    for (const auto& value : values_) what_ += " [" + value + "]";
}

Error Error::inFile(const std::string& file) const {
    return file_.empty() ? Error(code_, field_, values_, file) : *this;
}

}  // namespace kappascope
