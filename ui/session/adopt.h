// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/session_file.h"
#include "ui/session/training_snapshot.h"

namespace kappascope::session {

/// A network in training as it would be opened from the file that "save network" writes, with its task and the task's
/// first condition. Its title names task and seed. For a worker: N^2 of full rank. Throws as openFile().
OpenedFile openTrained(const RunSnapshot& snapshot);

}  // namespace kappascope::session
