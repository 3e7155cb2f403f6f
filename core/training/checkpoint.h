// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/training/trainer.h"

namespace kappascope::training {

/// Newest version of the checkpoint format that is read, and the one that is written.
inline constexpr int checkpointVersion = 1;

/// Everything that a run needs to go on as if it had never been interrupted, bit for bit: settings, weights, optimiser,
/// where it stands, best so far, history. A zip of checkpoint.json and raw little-endian floats.
std::string checkpointBytes(const Trainer& trainer);
/// The same of what a Trainer was copied from, for another thread.
std::string checkpointBytes(const Settings& settings, const TrainingState& state);

/// Writes it whole or not at all. Throws cannotWrite, tooLarge.
void saveCheckpoint(const Trainer& trainer, const std::filesystem::path& path);

/// What a checkpoint holds.
struct Checkpoint {
    Settings settings;
    TrainingState state;
};

/// Reads a checkpoint. Throws cannotOpen, tooLarge, truncated, malformed, unsupportedFormat, missingField,
/// newerVersion, notFinite, unknownTask, badOption; every one names the file. Throws stopped.
Checkpoint loadCheckpoint(const std::filesystem::path& path, std::stop_token stop = {});

/// The same from memory; name stands for the file in errors.
Checkpoint checkpointFromBytes(std::string_view bytes, const std::string& name, std::stop_token stop = {});

}  // namespace kappascope::training
