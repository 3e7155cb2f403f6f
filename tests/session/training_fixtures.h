// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/trainer.h"

namespace kappascope::tests {

/// A run that is quick: few units, few trials, short ones.
inline training::Settings smallRun(int epochs = 3, std::uint64_t seed = 1) {
    return training::makeSettings(
        "rdm", {}, {{"units", 40}, {"epochs", epochs}, {"trials", 64}, {"validation-trials", 16}, {"batch", 16}}, seed);
}

/// One that never ends by itself while a test looks.
inline training::Settings endlessRun() {
    return smallRun(100000);
}

/// What an uninterrupted run of the trainer itself ends with.
inline training::TrainingState uninterrupted(const training::Settings& settings) {
    training::Trainer trainer(settings);
    training::train(trainer, inThisThread(), [](const training::Trainer&) { return true; });
    return trainer.state();
}

}  // namespace kappascope::tests
